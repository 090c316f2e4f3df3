package score

import (
	"fmt"
	"math"
)

// Sizes of charts and their margins.
const (
	chartWidth, chartHeight = 860.0, 240.0
	marginLeft, marginDown  = 52.0, 26.0
	marginTop               = 8.0
)

// curve is one line of a chart.
type curve struct {
	class string
	y     []Number
}

// timeChart draws curves over time: the first time is zero on the axis.
func timeChart(times []Number, curves []curve, label string) string {
	d := newSVG(chartWidth, chartHeight, label)
	top := 0.0
	for _, c := range curves {
		for _, v := range c.y {
			if v.Known() {
				top = max(top, float64(v))
			}
		}
	}
	if len(times) < 2 || top == 0 {
		return ""
	}
	step, top := niceTop(top)
	from, to := float64(times[0]), float64(times[len(times)-1])
	x := func(t float64) float64 { return marginLeft + (t-from)/(to-from)*(chartWidth-marginLeft-8) }
	y := func(v float64) float64 { return chartHeight - marginDown - v/top*(chartHeight-marginDown-marginTop) }
	for v := 0.0; v <= top*1.0001; v += step {
		fmt.Fprintf(d, `<path class="rule" d="M%g %.1fH%g"/>`, marginLeft, y(v), chartWidth-8)
		d.text("tick end", marginLeft-6, y(v)+4, trimmed(v))
	}
	for _, t := range timeTicks(to - from) {
		d.text("tick mid", x(from+t), chartHeight-8, minutes(t))
	}
	every := max(1, len(times)/1600)
	for _, c := range curves {
		var pts [][2]float64
		for i := 0; i < len(times); i += every {
			worst := 0.0
			for k := i; k < min(i+every, len(times)); k++ {
				if c.y[k].Known() {
					worst = max(worst, float64(c.y[k]))
				}
			}
			pts = append(pts, [2]float64{x(float64(times[i])), y(worst)})
		}
		d.line("curve "+c.class, pts)
	}
	return d.done()
}

// niceTop rounds the top of an axis up to a multiple of a round step.
func niceTop(v float64) (step, top float64) {
	step = math.Pow(10, math.Floor(math.Log10(v)))
	for _, f := range []float64{0.2, 0.5, 1, 2} {
		if v/(step*f) <= 6 {
			step *= f
			break
		}
	}
	return step, math.Ceil(v/step) * step
}

func trimmed(v float64) string { return fmt.Sprintf("%.6g", v) }

// timeTicks are some round times in seconds within a span.
func timeTicks(span float64) (out []float64) {
	step := 10.0
	for _, s := range []float64{30, 60, 120, 300, 600, 1800, 3600, 7200, 21600} {
		if span/step <= 8 {
			break
		}
		step = s
	}
	for span/step > 8 {
		step *= 4
	}
	for t := 0.0; t <= span; t += step {
		out = append(out, t)
	}
	return out
}

func minutes(t float64) string {
	if t >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", int(t)/3600, int(t)/60%60, int(t)%60)
	}
	return fmt.Sprintf("%d:%02d", int(t)/60, int(t)%60)
}

// detectionChart draws the probability of detection by bins as bars; counts stand in the tooltips.
func detectionChart(bins []Bin, unit, label string) string {
	const w, h, left, down = 230.0, 170.0, 30.0, 22.0
	if len(bins) == 0 {
		return ""
	}
	d := newSVG(w, h, label)
	y := func(v float64) float64 { return h - down - v*(h-down-6) }
	for _, v := range []float64{0, 0.5, 1} {
		fmt.Fprintf(d, `<path class="rule" d="M%g %.1fH%g"/>`, left, y(v), w)
		d.text("tick end", left-5, y(v)+4, trimmed(v))
	}
	slot := (w - left) / float64(len(bins))
	for i, b := range bins {
		x := left + float64(i)*slot
		d.rect("pd", x+1, y(float64(b.PD)), slot-2, y(0)-y(float64(b.PD)), fmt.Sprintf("%s to %s %s: %d of %d looks, %.3f",
			trimmed(float64(b.From)), trimmed(float64(b.To)), unit, b.Hits, b.Looks, float64(b.PD)))
		if len(bins) <= 5 || i%3 == 0 {
			d.text("tick mid", x+slot/2, h-7, trimmed(float64(b.From)))
		}
	}
	return d.done()
}

// scatterChart draws the errors of a sensor's plots: range and azimuth, or east and north, with its one-sigma box about the bias.
func scatterChart(s *SensorFigures) string {
	const size, left, down = 186.0, 44.0, 24.0
	polar := s.RangeSigma.Known()
	a, b := s.EastBias, s.NorthBias
	sa, sb, scale := s.PositionSigma, s.PositionSigma, 1.0
	if polar {
		a, b, sa, sb, scale = s.RangeBias, s.AzimuthBias, s.RangeSigma, s.AzimuthSigma, 180/math.Pi
	}
	if !a.Known() || !b.Known() || !(sa > 0) || !(sb > 0) {
		return ""
	}
	ha, hb := math.Abs(float64(a))+5*float64(sa), math.Abs(float64(b))+5*float64(sb)
	d := newSVG(size+left, size+down, s.Name+": errors of plots")
	x := func(v float64) float64 { return left + size/2 + v/ha*size/2 }
	y := func(v float64) float64 { return size/2 - v/hb*size/2 }
	fmt.Fprintf(d, `<rect class="ground" x="%g" width="%g" height="%g"/>`, left, size, size)
	fmt.Fprintf(d, `<path class="rule" d="M%g %.1fh%gM%.1f 0v%g"/>`, left, y(0), size, x(0), size)
	var pts [][2]float64
	for i := range s.residuals {
		r := &s.residuals[i]
		va, vb := r.a, r.b*scale
		if math.Abs(va) < ha && math.Abs(vb) < hb {
			pts = append(pts, [2]float64{x(va), y(vb)})
		}
	}
	if len(pts) > 1500 {
		pts = everyNth(pts, 1500)
	}
	d.spots("plot", pts)
	fmt.Fprintf(d, `<rect class="box" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, x(float64(a-sa)), y(float64(b+sb)), x(float64(a+sa))-x(float64(a-sa)), y(float64(b-sb))-y(float64(b+sb)))
	first, second := "east m", "north m"
	if polar {
		first, second = "range m", "azimuth °"
	}
	d.text("tick", left, size+16, "−"+trimmed(math.Round(ha)))
	d.text("tick mid", left+size/2, size+16, first)
	d.text("tick end", left+size, size+16, trimmed(math.Round(ha)))
	d.text("tick end", left-4, 12, fmt.Sprintf("%.2g", hb))
	fmt.Fprintf(d, `<text class="tick mid" transform="translate(12 %g) rotate(-90)">%s</text>`, size/2, second)
	return d.done()
}

func everyNth(pts [][2]float64, n int) [][2]float64 {
	out := make([][2]float64, 0, n)
	for i := range n {
		out = append(out, pts[i*len(pts)/n])
	}
	return out
}
