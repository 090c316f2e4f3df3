package score

import (
	"fmt"
	"math"
)

// Size of the map.
const mapWidth, mapHeight = 860.0, 620.0

// Classes of error on the map, metres.
var mapClasses = []struct {
	limit float64
	class string
	words string
}{{100, "e1", "up to 100 m"}, {300, "e2", "up to 300 m"}, {math.Inf(1), "e3", "more"}}

// overview draws all ways, the errors of tracks upon them, where targets were missed and where tracks were nobody's.
func (s *scene) overview() string {
	south, north, west, east := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	lon0 := math.NaN()
	for _, p := range s.paths {
		for i := range p {
			if math.IsNaN(lon0) {
				lon0 = p[i].lon
			}
			x := math.Remainder(p[i].lon-lon0, 2*math.Pi)
			south, north, west, east = min(south, p[i].lat), max(north, p[i].lat), min(west, x), max(east, x)
		}
	}
	if !(north >= south) {
		return ""
	}
	mid := (south + north) / 2
	mn, me := perRadian(mid)
	scale := min((mapWidth-40)/max(1, (east-west)*me), (mapHeight-40)/max(1, (north-south)*mn))
	cx, cy := (west+east)/2, mid
	at := func(lat, lon float64) [2]float64 {
		x := math.Remainder(lon-lon0, 2*math.Pi) - cx
		return [2]float64{mapWidth/2 + x*me*scale, mapHeight/2 - (lat-cy)*mn*scale}
	}
	d := newSVG(mapWidth, mapHeight, "map of truth, errors of tracks, misses and false tracks")
	fmt.Fprintf(d, `<rect class="ground" width="%g" height="%g" rx="6"/>`, mapWidth, mapHeight)
	s.waysOn(d, at)
	s.errorsOn(d, at)
	half := mapHeight / 2 / scale
	scaleBarAt(d, half, mapHeight)
	return d.done()
}

// mostSpots bounds the dots of one class on the map.
const mostSpots = 6000

func (s *scene) waysOn(d *svg, at func(lat, lon float64) [2]float64) {
	total := 0
	for _, p := range s.paths {
		total += len(p)
	}
	skip := max(1, total/40000)
	for _, p := range s.paths {
		var pts [][2]float64
		for i := 0; i < len(p); i++ {
			if i > 0 && p[i].time-p[i-1].time > longestGap {
				d.line("truth", pts)
				pts = nil
			}
			if i%skip == 0 || i == len(p)-1 {
				pts = append(pts, at(p[i].lat, p[i].lon))
			}
		}
		d.line("truth", pts)
	}
	if s.rec != nil {
		for _, v := range s.rec.Sensors {
			p := at(v.Lat, v.Lon)
			if p[0] > 0 && p[0] < mapWidth && p[1] > 0 && p[1] < mapHeight && v.Kind.Polar() {
				fmt.Fprintf(d, `<path class="site" d="M%.1f %.1fl5 9h-10z"/>`, p[0], p[1]-5)
				d.text("note", p[0]+8, p[1]+4, v.Name)
			}
		}
	}
}

func (s *scene) errorsOn(d *svg, at func(lat, lon float64) [2]float64) {
	byClass := make([][][2]float64, len(mapClasses))
	for _, e := range s.w.errors {
		for k, c := range mapClasses {
			if e.d <= c.limit {
				byClass[k] = append(byClass[k], at(e.lat, e.lon))
				break
			}
		}
	}
	for k, pts := range byClass {
		d.spots("err "+mapClasses[k].class, thinned(pts))
	}
	var lost, wrong [][2]float64
	for _, m := range s.w.missed {
		if p, ok := s.paths[m.target].at(m.time); ok {
			lost = append(lost, at(p.lat, p.lon))
		}
	}
	for _, f := range s.w.spurious {
		wrong = append(wrong, at(f.lat, f.lon))
	}
	d.spots("err missed", thinned(lost))
	d.spots("err wrong", thinned(wrong))
}

// thinned keeps at most mostSpots of the points, evenly.
func thinned(pts [][2]float64) [][2]float64 {
	if len(pts) <= mostSpots {
		return pts
	}
	out := make([][2]float64, 0, mostSpots)
	for i := range mostSpots {
		out = append(out, pts[i*len(pts)/mostSpots])
	}
	return out
}

func scaleBarAt(d *svg, half, height float64) {
	length := 1000.0
	for _, l := range []float64{2000, 5000, 10e3, 20e3, 50e3, 100e3, 200e3, 500e3} {
		if l <= half*0.6 {
			length = l
		}
	}
	fmt.Fprintf(d, `<path class="bar" d="M14 %gh%.1f"/>`, height-14, length/half*height/2)
	d.text("note", 14, height-20, fmt.Sprintf("%g km", length/1000))
}
