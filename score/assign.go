package score

import "math"

// assigner finds optimal assignments by shortest augmenting paths with potentials (Jonker and Volgenant 1987); its
// buffers are used again.
type assigner struct {
	u, v, short []float64
	col, way    []int
	used        []bool
	transposed  []float64
}

// solve returns for each of n rows the column it gets, -1 for none, so that the sum of cost (row-major, n × m) is
// least among assignments of min(n, m) pairs. The result is appended to dst.
func (a *assigner) solve(cost []float64, n, m int, dst []int) []int {
	if n <= m {
		a.augment(cost, n, m)
		base := len(dst)
		for range n {
			dst = append(dst, -1)
		}
		for j := 1; j <= m; j++ {
			if a.col[j] > 0 {
				dst[base+a.col[j]-1] = j - 1
			}
		}
		return dst
	}
	a.transposed = a.transposed[:0]
	for j := range m {
		for i := range n {
			a.transposed = append(a.transposed, cost[i*m+j])
		}
	}
	a.augment(a.transposed, m, n)
	for i := 1; i <= n; i++ {
		dst = append(dst, a.col[i]-1)
	}
	return dst
}

// augment fills a.col: for each column 1…m the row 1…n it got, or zero.
func (a *assigner) augment(cost []float64, n, m int) {
	a.u, a.v = zeroed(a.u, n+1), zeroed(a.v, m+1)
	a.col, a.way = zeroed(a.col, m+1), zeroed(a.way, m+1)
	for i := 1; i <= n; i++ {
		a.col[0] = i
		a.short, a.used = zeroed(a.short, m+1), zeroed(a.used, m+1)
		for j := range a.short {
			a.short[j] = math.Inf(1)
		}
		j0 := 0
		for {
			a.used[j0] = true
			j0 = a.step(cost, m, j0)
			if a.col[j0] == 0 {
				break
			}
		}
		for j0 != 0 {
			j1 := a.way[j0]
			a.col[j0] = a.col[j1]
			j0 = j1
		}
	}
}

// step extends the shortest path tree from column j0 and returns the next nearest column.
func (a *assigner) step(cost []float64, m, j0 int) int {
	i0, delta, j1 := a.col[j0], math.Inf(1), 0
	row := cost[(i0-1)*m : i0*m]
	for j := 1; j <= m; j++ {
		if a.used[j] {
			continue
		}
		if c := row[j-1] - a.u[i0] - a.v[j]; c < a.short[j] {
			a.short[j], a.way[j] = c, j0
		}
		if a.short[j] < delta {
			delta, j1 = a.short[j], j
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
	return j1
}

func zeroed[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}
