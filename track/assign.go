package track

import "math"

// assigner finds optimal assignments by shortest augmenting paths with potentials (Jonker and Volgenant 1987); its
// buffers are used again.
type assigner struct {
	u, v, short []float64
	col, way    []int
	used        []bool
}

// solve appends for each of n rows the column of m ≥ n that it gets, so that the sum of cost (row-major) is least.
func (a *assigner) solve(cost []float64, n, m int, dst []int) []int {
	a.u, a.v, a.short = resize(a.u, n+1), resize(a.v, m+1), resize(a.short, m+1)
	a.col, a.way, a.used = resize(a.col, m+1), resize(a.way, m+1), resize(a.used, m+1)
	clear(a.u)
	clear(a.v)
	clear(a.col)
	for i := 1; i <= n; i++ {
		a.col[0] = i
		clear(a.used)
		for j := range a.short {
			a.short[j] = math.Inf(1)
		}
		j := 0
		for {
			a.used[j] = true
			j = a.step(cost, m, j)
			if a.col[j] == 0 {
				break
			}
		}
		for j != 0 {
			a.col[j] = a.col[a.way[j]]
			j = a.way[j]
		}
	}
	base := len(dst)
	for range n {
		dst = append(dst, -1)
	}
	for j := 1; j <= m; j++ {
		if i := a.col[j]; i > 0 {
			dst[base+i-1] = j - 1
		}
	}
	return dst
}

// step extends the tree of shortest paths from column j0 and returns the nearest column outside it.
func (a *assigner) step(cost []float64, m, j0 int) (next int) {
	i, delta := a.col[j0], math.Inf(1)
	row := cost[(i-1)*m : i*m]
	for j := 1; j <= m; j++ {
		if a.used[j] {
			continue
		}
		if c := row[j-1] - a.u[i] - a.v[j]; c < a.short[j] {
			a.short[j], a.way[j] = c, j0
		}
		if a.short[j] < delta {
			delta, next = a.short[j], j
		}
	}
	for j := 0; j <= m; j++ {
		if a.used[j] {
			a.u[a.col[j]] += delta
			a.v[j] -= delta
		} else {
			a.short[j] -= delta
		}
	}
	return next
}
