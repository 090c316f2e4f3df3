package watch

import (
	"math"
	"slices"
)

// Scores are the three figures of the ViEWS 2023/24 prediction challenge, each a mean over cells: smaller is better.
type Scores struct {
	CRPS float64 `json:"crps"` // continuous ranked probability score of the draws, in deaths
	IGN  float64 `json:"ign"`  // ignorance over eleven bins, in bits
	MIS  float64 `json:"mis"`  // mean interval score of the 90 % interval
}

// ScoreDraws scores the draws of one cell against what happened. draws is sorted in place.
func ScoreDraws(draws []float64, y float64) Scores {
	slices.Sort(draws)
	return Scores{CRPS: crps(draws, y), IGN: ignorance(draws, y), MIS: intervalScore(draws, y)}
}

// crps is mean |x−y| − ½ mean |x−x'| over all pairs of the sorted draws (Gneiting and Raftery 2007, eq. 20).
func crps(x []float64, y float64) float64 {
	n := float64(len(x))
	dist, pairs := 0.0, 0.0
	for k, v := range x {
		dist += math.Abs(v - y)
		pairs += v * (2*float64(k+1) - n - 1) // Σ|x−x'| over ordered pairs is twice this sum
	}
	return dist/n - pairs/(n*n)
}

// ignoranceEdges are the left edges of the bins; the last is open.
var ignoranceEdges = [...]float64{0, 0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5}

// ignorance is −log2 of the share of draws in the bin of y, with one pseudo-draw in every bin. It depends on the number
// of draws: compare forecasts of equal numbers only.
func ignorance(x []float64, y float64) float64 {
	bin := func(v float64) int {
		k := 0
		for k+1 < len(ignoranceEdges) && v >= ignoranceEdges[k+1] {
			k++
		}
		return k
	}
	want, count := bin(y), 0
	for _, v := range x {
		if bin(v) == want {
			count++
		}
	}
	return -math.Log2(float64(count+1) / float64(len(x)+len(ignoranceEdges)))
}

// intervalScore is width + 20 (lower−y)+ + 20 (y−upper)+ of the 90 % interval (Gneiting and Raftery 2007, eq. 43).
func intervalScore(x []float64, y float64) float64 {
	lo, hi := quantile(x, 0.05), quantile(x, 0.95)
	return hi - lo + 20*max(lo-y, 0) + 20*max(y-hi, 0)
}

// quantile interpolates linearly between the sorted draws.
func quantile(x []float64, p float64) float64 {
	h := p * float64(len(x)-1)
	k := int(h)
	if k+1 >= len(x) {
		return x[len(x)-1]
	}
	return x[k] + (h-float64(k))*(x[k+1]-x[k])
}

// ScoreYear scores a model on one calendar year as the challenge does: data to October of the year before, twelve
// months, every country with a value in the month. Cells is how many were scored.
func ScoreYear(s *Series, year int, draws int, model Model) (mean Scores, cells int) {
	last := MonthOf(year-1, 10)
	h := NewHistory(s, last)
	buf := make([]float64, draws)
	for _, c := range s.Countries {
		for m := MonthOf(year, 1); m <= MonthOf(year, 12); m++ {
			y := s.At(c, m)
			if math.IsNaN(y) || math.IsNaN(s.At(c, last)) {
				continue
			}
			model(h, c, int(m-last), buf)
			sc := ScoreDraws(buf, y)
			mean.CRPS += sc.CRPS
			mean.IGN += sc.IGN
			mean.MIS += sc.MIS
			cells++
		}
	}
	n := float64(max(cells, 1))
	return Scores{mean.CRPS / n, mean.IGN / n, mean.MIS / n}, cells
}
