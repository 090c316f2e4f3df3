package score

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
)

// svg is a drawing in the making.
type svg struct {
	strings.Builder
	w, h float64
}

func newSVG(w, h float64, label string) *svg {
	s := &svg{w: w, h: h}
	fmt.Fprintf(s, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" role="img" aria-label="%s">`, w, h, html.EscapeString(label))
	return s
}

func (s *svg) done() string { return s.String() + "</svg>" }

// line draws points, already in the drawing's units.
func (s *svg) line(class string, pts [][2]float64) {
	if len(pts) < 2 {
		return
	}
	fmt.Fprintf(s, `<polyline class="%s" points="`, class)
	for i, p := range pts {
		if i > 0 {
			s.WriteByte(' ')
		}
		fmt.Fprintf(s, "%.1f,%.1f", p[0], p[1])
	}
	s.WriteString(`"/>`)
}

// spots draws many dots as one path: with round caps a stroke of no length is a dot.
func (s *svg) spots(class string, pts [][2]float64) {
	if len(pts) == 0 {
		return
	}
	fmt.Fprintf(s, `<path class="%s" d="`, class)
	for _, p := range pts {
		fmt.Fprintf(s, "M%.1f %.1fh0", p[0], p[1])
	}
	s.WriteString(`"/>`)
}

func (s *svg) text(class string, x, y float64, t string) {
	fmt.Fprintf(s, `<text class="%s" x="%.1f" y="%.1f">%s</text>`, class, x, y, html.EscapeString(t))
}

func (s *svg) rect(class string, x, y, w, h float64, title string) {
	fmt.Fprintf(s, `<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f"><title>%s</title></rect>`, class, x, y, w, h, html.EscapeString(title))
}

// Size of a case's picture.
const caseSize = 420.0

// picture draws a case: truth, tracks and plots around the worst of it, a minute before to a minute after.
func (s *scene) picture(c *Case) string {
	v := newView(c.at[0], c.at[1], c.from, c.to, s.reach(c))
	d := newSVG(caseSize, caseSize+22, c.Kind+": "+c.Words())
	clip := fmt.Sprintf("clip-%s-%d-%.0f", c.Kind, max(c.target, c.track), float64(c.Time))
	fmt.Fprintf(d, `<clipPath id="%s"><rect width="%g" height="%g" rx="6"/></clipPath><rect class="ground" width="%g" height="%g" rx="6"/><g clip-path="url(#%s)">`, clip, caseSize, caseSize, caseSize, caseSize, clip)
	to := func(pts [][2]float64) [][2]float64 {
		out := make([][2]float64, len(pts))
		for i, p := range pts {
			out[i] = [2]float64{caseSize/2 + p[0]/v.half*caseSize/2, caseSize/2 - p[1]/v.half*caseSize/2}
		}
		return out
	}
	height := 8000.0
	if c.target >= 0 {
		if m, ok := s.paths[c.target].at(float64(c.Time)); ok {
			height = m.altitude
		}
	}
	d.spots("plot", to(s.dots(&v, height)))
	for _, t := range s.targets(&v) {
		class := "truth"
		if t.who == c.target {
			class = "truth own"
		}
		pts := to(t.points)
		d.line(class, pts)
		if len(pts) > 1 {
			arrow(d, pts[len(pts)-2], pts[len(pts)-1])
		}
	}
	trails := s.trails(&v)
	s.trailsOf(d, c, trails, to)
	if c.Switches > 0 || c.target < 0 {
		fmt.Fprintf(d, `<circle class="mark" cx="%g" cy="%g" r="16"/>`, caseSize/2, caseSize/2)
	}
	d.WriteString("</g>")
	scaleBar(d, v.half)
	d.text("note", 2, caseSize+16, "grey truth, its aircraft bold; colours tracks; dots plots")
	return d.done()
}

// trailsOf draws tracks in their colours, those of the case first.
func (s *scene) trailsOf(d *svg, c *Case, trails []shape, to func([][2]float64) [][2]float64) {
	slices.SortStableFunc(trails, func(a, b shape) int {
		own := func(t *shape) int {
			if slices.Contains(c.Tracks, s.trackNames[t.who]) {
				return 0
			}
			return 1
		}
		return own(&a) - own(&b)
	})
	for i, t := range trails {
		class := fmt.Sprintf("s%d", i%6+1)
		pts := to(t.points)
		d.line("trail "+class, pts)
		d.spots("fix "+class, pts)
		if n := len(pts); n > 0 && i < 6 {
			k := n / 2
			for k < n-1 && (pts[k][0] < 0 || pts[k][0] > caseSize || pts[k][1] < 0 || pts[k][1] > caseSize) {
				k++
			}
			d.text("label "+class, min(max(pts[k][0]+6, 4), caseSize-40), min(max(pts[k][1]-6, 12), caseSize-6), s.trackNames[t.who])
		}
		if t.end {
			p := pts[len(pts)-1]
			fmt.Fprintf(d, `<path class="end %s" d="M%.1f %.1fl8 8m0 -8l-8 8"/>`, class, p[0]-4, p[1]-4)
		}
	}
}

// reach is how far from its centre a case's picture goes, metres: as far as its target flies in 40 s, at least 2 km.
func (s *scene) reach(c *Case) float64 {
	if c.target < 0 {
		return 6000
	}
	m, ok := s.paths[c.target].at(float64(c.Time))
	if !ok {
		return 6000
	}
	return max(2000, min(8000, 28*math.Hypot(m.ve, m.vn)))
}

// arrow draws the head of a way.
func arrow(d *svg, a, b [2]float64) {
	dx, dy := b[0]-a[0], b[1]-a[1]
	n := math.Hypot(dx, dy)
	if n == 0 {
		return
	}
	dx, dy = dx/n*8, dy/n*8
	fmt.Fprintf(d, `<path class="truth" d="M%.1f %.1fL%.1f %.1fL%.1f %.1f"/>`, b[0]-dx-dy/2, b[1]-dy+dx/2, b[0], b[1], b[0]-dx+dy/2, b[1]-dy-dx/2)
}

// scaleBar draws a bar of a round length.
func scaleBar(d *svg, half float64) {
	length := 500.0
	for _, l := range []float64{1000, 2000, 5000, 10e3, 20e3, 50e3, 100e3, 200e3} {
		if l <= half*0.7 {
			length = l
		}
	}
	px := length / half * caseSize / 2
	fmt.Fprintf(d, `<path class="bar" d="M12 %gh%.1f"/>`, caseSize-12, px)
	text := fmt.Sprintf("%g km", length/1000)
	d.text("note", 12, caseSize-18, text)
}

// standalone gives a picture its own style, so that it can stand in a document of its own.
func standalone(picture string) string {
	i := strings.IndexByte(picture, '>') + 1
	return picture[:i] + "<style>" + pictureStyle + "</style>" + picture[i:]
}

// Picture returns a case as a file of its own, readable in light and dark.
func (r *Report) Picture(i int) string { return standalone(r.scene.picture(&r.Cases[i])) }
