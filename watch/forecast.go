package watch

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"entente"
)

// Model fills draws with equally likely values for a country, step months after the last observed month. It must not
// look past the history it is given.
type Model func(h *History, country, step int, draws []float64)

// History is a series as it was known at a month, with the features of every country-month that models compare. It
// keeps working space and is not safe for concurrent use.
type History struct {
	Series *Series
	Last   Month

	past      []moment // of all countries, for analogues
	ranked    []ranking
	rankedFor moment
	known     []ranking
}

// NewHistory returns what was known of s at the end of the month last.
func NewHistory(s *Series, last Month) *History { return &History{Series: s, Last: last} }

// moment is a country at a month: how violent of late, of longer, and how long ago.
type moment struct {
	country           int
	month             Month
	recent, year, far float64 // ln(1 + mean of 3 months), ln(1 + mean of 12 months), ln(1 + months since the last death)
}

// Parameters of the mixture, from public measurements on 2018–2021 (see docs/decisions/0073).
const (
	halfLife      = 6.0  // months after which an own month counts half
	ownMonths     = 120  // months of own history that may be drawn
	analogueYears = 25   // how far back other country-months are looked for
	analogues     = 400  // nearest ones that are drawn
	quietMonths   = 12   // without a death for so long, a country is quiet
	drawsDefault  = 1000 // of a forecast
	maxStep       = 36   // months ahead
)

// Zero says that nothing will happen.
func Zero(_ *History, _, _ int, draws []float64) {
	for k := range draws {
		draws[k] = 0
	}
}

// LastValue says that the last month will go on.
func LastValue(h *History, country, _ int, draws []float64) {
	v := h.Series.At(country, h.Last)
	for k := range draws {
		draws[k] = v
	}
}

// LastPoisson draws from a Poisson distribution around the last value: an official benchmark of the challenge.
func LastPoisson(h *History, country, step int, draws []float64) {
	v := h.Series.At(country, h.Last)
	rng := random(country, step)
	for k := range draws {
		draws[k] = poisson(rng, v)
	}
}

// Conflictology draws each of a country's own last twelve months equally often.
func Conflictology(h *History, country, _ int, draws []float64) {
	for k := range draws {
		draws[k] = h.Series.At(country, h.Last-Month(k*12/len(draws)))
	}
}

// OwnHistory draws a country's own months, the weight halving every six months back. The draws are spread evenly over
// the weighted distribution rather than thrown, which costs no information.
func OwnHistory(h *History, country, _ int, draws []float64) {
	type weighed struct{ v, w float64 }
	var own []weighed
	total := 0.0
	for age := range ownMonths {
		v := h.Series.At(country, h.Last-Month(age))
		if math.IsNaN(v) {
			break
		}
		w := math.Exp2(-float64(age) / halfLife)
		own, total = append(own, weighed{v, w}), total+w
	}
	slices.SortFunc(own, func(a, b weighed) int { return compareFloat(a.v, b.v) })
	k, sum := 0, 0.0
	if len(own) > 0 {
		sum = own[0].w
	}
	for i := range draws {
		want := (float64(i) + 0.5) / float64(len(draws)) * total
		for k+1 < len(own) && sum < want {
			k++
			sum += own[k].w
		}
		draws[i] = 0
		if len(own) > 0 {
			draws[i] = own[k].v
		}
	}
}

func compareFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Analogues draws what followed, after as many months, where any country stood as this one stands now; values are
// scaled by the ratio of the two levels.
func Analogues(h *History, country, step int, draws []float64) {
	now, ok := h.moment(country, h.Last)
	if !ok {
		Zero(h, country, step, draws)
		return
	}
	if h.past == nil {
		h.collect()
	}
	near := h.nearest(now, step)
	rng := random(country, step)
	for i := range draws {
		if len(near) == 0 {
			draws[i] = 0
			continue
		}
		a := near[(i*len(near)/len(draws)+rng.IntN(len(near)))%len(near)]
		v := h.Series.At(a.country, a.month+Month(step))
		draws[i] = math.Round(v * math.Exp(now.year-a.year))
	}
}

// Mixture is half Analogues and half OwnHistory: the watch's own forecast.
func Mixture(h *History, country, step int, draws []float64) {
	n := len(draws) / 2
	Analogues(h, country, step, draws[:n])
	OwnHistory(h, country, step, draws[n:])
}

// random is reproducible: the same country and step draw the same.
func random(country, step int) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(country), uint64(step)))
}

func poisson(rng *rand.Rand, mean float64) float64 {
	if mean > 50 { // normal approximation
		return max(0, math.Round(mean+math.Sqrt(mean)*rng.NormFloat64()))
	}
	limit, p, n := math.Exp(-mean), rng.Float64(), 0.0
	for p > limit {
		p *= rng.Float64()
		n++
	}
	return n
}

// moment reads the features of a country at a month; false without a year of data.
func (h *History) moment(country int, m Month) (moment, bool) {
	recent, year, far := 0.0, 0.0, 0
	seen := false
	for k := range 120 {
		v := h.Series.At(country, m-Month(k))
		if math.IsNaN(v) {
			if k < 12 {
				return moment{}, false
			}
			break
		}
		if k < 3 {
			recent += v
		}
		if k < 12 {
			year += v
		}
		if v > 0 {
			seen = true
		}
		if !seen {
			far++
		}
		if k >= 12 && seen {
			break
		}
	}
	return moment{country, m, math.Log1p(recent / 3), math.Log1p(year / 12), math.Log1p(float64(far))}, true
}

// collect gathers all country-months of the analogue years.
func (h *History) collect() {
	for _, c := range h.Series.Countries {
		for m := max(h.Series.First, h.Last-analogueYears*12); m < h.Last; m++ {
			if x, ok := h.moment(c, m); ok {
				h.past = append(h.past, x)
			}
		}
	}
}

// nearest lists the analogues of now whose outcome, step months later, was known at the history's end. Those that are
// equally near as the last one taken are thinned evenly, so that no country or time is preferred.
func (h *History) nearest(now moment, step int) []moment {
	h.rank(now)
	known := h.known[:0]
	for _, x := range h.ranked {
		p := &h.past[x.k]
		if p.month+Month(step) > h.Last || math.IsNaN(h.Series.At(p.country, p.month+Month(step))) {
			continue
		}
		if len(known) >= analogues && x.d > known[len(known)-1].d {
			break
		}
		known = append(known, x)
	}
	h.known = known
	n := min(len(known), 4*analogues)
	out := make([]moment, n)
	for k := range out {
		out[k] = h.past[known[k*len(known)/n].k]
	}
	return out
}

// ranking is the distance of one past country-month.
type ranking struct {
	d float64
	k int
}

// rank orders the past by distance from now; the order is kept for the steps of one country.
func (h *History) rank(now moment) {
	if h.ranked != nil && h.rankedFor == now {
		return
	}
	h.ranked, h.rankedFor = h.ranked[:0], now
	for k, x := range h.past {
		d := 1.5*math.Abs(x.year-now.year) + math.Abs(x.recent-now.recent) + 0.5*math.Abs(x.far-now.far)
		h.ranked = append(h.ranked, ranking{d, k})
	}
	slices.SortFunc(h.ranked, func(a, b ranking) int {
		if a.d != b.d {
			return compareFloat(a.d, b.d)
		}
		return b.k - a.k
	})
}

// Forecast is a distribution of deaths for one country and month.
type Forecast struct {
	Country  int     `json:"country"`
	Month    string  `json:"month"`
	Mean     float64 `json:"mean"`
	Low      float64 `json:"low"`    // 5 %
	Median   float64 `json:"median"` // 50 %
	High     float64 `json:"high"`   // 95 %
	Any      float64 `json:"any"`    // probability of a death
	AtLeast  float64 `json:"at_least_25"`
	LastYear float64 `json:"last_year"` // deaths in the last twelve months, for comparison
	Quiet    bool    `json:"quiet"`     // no death in twelve months: onset cannot be told from history, so do not rank it
}

// MakeForecasts forecasts all countries for the months 1 to steps after last, with 1,000 draws of the mixture.
func MakeForecasts(s *Series, last Month, steps int) ([]Forecast, error) {
	if steps < 1 || steps > maxStep {
		return nil, &entente.Error{Kind: entente.Refused, Source: "forecast", Offset: -1, Reason: fmt.Sprintf("%d months ahead", steps), Next: fmt.Sprintf("ask for 1 to %d", maxStep)}
	}
	h := NewHistory(s, last)
	draws := make([]float64, drawsDefault)
	var out []Forecast
	for _, c := range s.Countries {
		now, ok := h.moment(c, last)
		if !ok {
			continue
		}
		for step := 1; step <= steps; step++ {
			Mixture(h, c, step, draws)
			out = append(out, summarise(draws, c, last+Month(step), now))
		}
	}
	return out, nil
}

func summarise(draws []float64, country int, m Month, now moment) Forecast {
	slices.Sort(draws)
	f := Forecast{
		Country: country, Month: m.String(), Low: quantile(draws, 0.05), Median: quantile(draws, 0.5), High: quantile(draws, 0.95),
		LastYear: math.Round(math.Expm1(now.year) * 12), Quiet: math.Round(math.Expm1(now.far)) >= quietMonths,
	}
	for _, v := range draws {
		f.Mean += v / float64(len(draws))
		if v >= 0.5 {
			f.Any += 1 / float64(len(draws))
		}
		if v >= 25 {
			f.AtLeast += 1 / float64(len(draws))
		}
	}
	return f
}
