package score

import (
	"fmt"
	"math"
)

// updated counts the measurement intervals of a flight and those that hold a report which is wanted.
func (f *flightReports) updated(interval float64, wanted func(*targetReport) bool) (hit, all float64) {
	k := 0
	for _, span := range f.alive {
		n := int((span[1] - span[0]) / interval)
		for i := range n {
			from, to := span[0]+float64(i)*interval, span[0]+float64(i+1)*interval
			for k < len(f.reports) && f.reports[k].time < from {
				k++
			}
			for j := k; j < len(f.reports) && f.reports[j].time < to; j++ {
				if wanted(&f.reports[j]) {
					hit++
					break
				}
			}
		}
		all += float64(n)
	}
	return hit, all
}

// gaps counts the intervals that lie in gaps longer than three intervals and a tenth.
func (f *flightReports) gaps(interval float64) (missed, all float64) {
	limit := 3.3 * interval
	k := 0
	for _, span := range f.alive {
		last := span[0]
		for k < len(f.reports) && f.reports[k].time < span[0] {
			k++
		}
		for ; k < len(f.reports) && f.reports[k].time <= span[1]; k++ {
			if g := f.reports[k].time - last; g > limit {
				missed += math.Floor(g / interval)
			}
			last = f.reports[k].time
		}
		if g := span[1] - last; g > limit {
			missed += math.Floor(g / interval)
		}
		all += math.Floor((span[1] - span[0]) / interval)
	}
	return missed, all
}

// correlated counts the reports in runs of three whose errors exceed a limit and agree to within it.
func (f *flightReports) correlated(limit float64) (part, all float64) {
	run := 0
	for i := range f.reports {
		r := &f.reports[i]
		agrees := r.distance() > limit
		if agrees && run > 0 {
			p := &f.reports[i-1]
			agrees = math.Hypot(r.off[0]-p.off[0], r.off[1]-p.off[1]) < limit
			if !agrees {
				run = 0
				agrees = true
			}
		}
		switch {
		case !agrees:
			run = 0
		default:
			if run++; run == 3 {
				part += 3
			} else if run > 3 {
				part++
			}
		}
	}
	return part, float64(len(f.reports))
}

// squares sums the squares of something that reports tell, unless it is not a number.
func (f *flightReports) squares(of func(*targetReport) float64) (sum, n float64) {
	for i := range f.reports {
		if v := of(&f.reports[i]); !math.IsNaN(v) {
			sum += v * v
			n++
		}
	}
	return sum, n
}

// share counts reports of a kind among those that can be.
func (f *flightReports) share(of func(*targetReport) (is, can bool)) (part, all float64) {
	for i := range f.reports {
		is, can := of(&f.reports[i])
		if can {
			all++
			if is {
				part++
			}
		}
	}
	return part, all
}

func anyReport(*targetReport) bool { return true }

// position measures what is asked of the horizontal position.
func (m *measuring) position() {
	l := m.l
	m.each("R2", "probability of update of horizontal position", "", true, l.update, func(f *flightReports) (float64, int) {
		hit, all := f.updated(l.interval, anyReport)
		return hit / all, int(all)
	})
	r := m.all("R2", "probability of update of horizontal position", "", true, l.update, func(f *flightReports) (float64, float64) {
		return f.updated(l.interval, anyReport)
	})
	r.Note = "0.99 is recommended"
	m.all("R3", "missed positions in gaps over 3.3 intervals", "", false, 0.005, func(f *flightReports) (float64, float64) {
		return f.gaps(l.interval)
	})
	off := func(r *targetReport) float64 { return r.distance() }
	r = m.rootAll("R4", "horizontal position error, RMS", "m", l.rms, func(f *flightReports) (float64, float64) { return f.squares(off) })
	r.Note = fmt.Sprintf("%.0f m is recommended", l.recommended)
	m.each("R4", "horizontal position error, RMS", "m", false, l.rmsFlight, func(f *flightReports) (float64, int) {
		s, n := f.squares(off)
		return math.Sqrt(s / n), int(n)
	})
	m.all("R5", "reports in three consecutive correlated errors", "", false, 0.0003, func(f *flightReports) (float64, float64) {
		return f.correlated(l.correlated)
	})
	m.unmeasured("R6", "relative time of applicability of aircraft in proximity, RMS", "s", false, 0.3, "needs the true time of every report")
}

// altitude measures what is asked of the forwarded pressure altitude.
func (m *measuring) altitude() {
	age := func(r *targetReport) float64 { return r.altitudeAge }
	if m.tracks.age {
		m.all("R7", "age of pressure altitude, mean", "s", false, m.l.altitudeAge, func(f *flightReports) (sum, n float64) {
			for i := range f.reports {
				if v := age(&f.reports[i]); !math.IsNaN(v) {
					sum, n = sum+v, n+1
				}
			}
			return sum, n
		})
		m.each("R8", "age of pressure altitude, maximum", "s", false, 16, func(f *flightReports) (worst float64, n int) {
			for i := range f.reports {
				if v := age(&f.reports[i]); !math.IsNaN(v) {
					worst, n = max(worst, v), n+1
				}
			}
			return worst, n
		})
	} else {
		m.unmeasured("R7", "age of pressure altitude, mean", "s", false, m.l.altitudeAge, "the tracks tell no age of altitude")
		m.unmeasured("R8", "age of pressure altitude, maximum", "s", false, 16, "the tracks tell no age of altitude")
	}
	told := func(r *targetReport) bool { return !math.IsNaN(r.altitude) }
	right := func(r *targetReport) bool { return told(r) && math.Abs(r.altitude) <= 300*foot }
	m.all("R9", "probability of update of altitude, right within 300 ft", "", true, 0.96, func(f *flightReports) (float64, float64) {
		return f.updated(m.l.interval, right)
	})
	m.all("R10", "incorrect altitude: off by more than 300 ft in level flight", "", false, 0.001, func(f *flightReports) (float64, float64) {
		return f.share(func(r *targetReport) (bool, bool) { return !right(r), told(r) && !r.climbing })
	})
	m.all("R11", "altitude within 200 ft in level flight", "", true, 0.999, func(f *flightReports) (float64, float64) {
		return f.share(func(r *targetReport) (bool, bool) { return math.Abs(r.altitude) <= 200*foot, told(r) && !r.climbing })
	})
	m.all("R11", "altitude within 300 ft in climb or descent", "", true, 0.985, func(f *flightReports) (float64, float64) {
		return f.share(func(r *targetReport) (bool, bool) { return right(r), told(r) && r.climbing })
	})
}

// identity measures what is asked of the aircraft's identity.
func (m *measuring) identity() {
	const delay = "changes of identity, emergency and SPI are not followed"
	m.unmeasured("R12", "delay of a change of emergency or SPI", "s", false, 1.5*m.l.interval, delay)
	m.unmeasured("R13", "delay of a change of identity", "s", false, 3*m.l.interval, delay)
	if !m.tracks.ids {
		m.unmeasured("R14", "probability of update of identity, correct", "", true, 0.98, "the tracks tell no identity")
		m.unmeasured("R15", "incorrect identity", "", false, 0.001, "the tracks tell no identity")
		return
	}
	m.all("R14", "probability of update of identity, correct", "", true, 0.98, func(f *flightReports) (float64, float64) {
		if !f.named {
			return 0, 0
		}
		return f.updated(m.l.interval, func(r *targetReport) bool { return r.identity })
	})
	m.all("R15", "incorrect identity", "", false, 0.001, func(f *flightReports) (float64, float64) {
		return f.share(func(r *targetReport) (bool, bool) { return r.wrongful, r.identity || r.wrongful })
	})
}

// when keeps a value only of reports in one state of motion.
func when(wanted bool, is bool, v float64) float64 {
	if wanted != is {
		return math.NaN()
	}
	return v
}

// motion measures what is asked of rate of climb, speed and direction.
func (m *measuring) motion() {
	const fpm = foot / 60
	climb := func(climbing bool) func(*flightReports) (float64, float64) {
		return func(f *flightReports) (float64, float64) {
			return f.squares(func(r *targetReport) float64 { return when(climbing, r.climbing, r.climb/fpm) })
		}
	}
	m.rootAll("R16", "rate of climb, RMS, level flight", "ft/min", 250, climb(false))
	m.rootAll("R16", "rate of climb, RMS, climb or descent", "ft/min", 500, climb(true))
	speed := func(turning bool) func(*flightReports) (float64, float64) {
		return func(f *flightReports) (float64, float64) {
			return f.squares(func(r *targetReport) float64 { return when(turning, r.turning, r.velocity) })
		}
	}
	m.rootAll("R17", "track velocity, RMS, straight", "m/s", 4, speed(false))
	m.rootAll("R17", "track velocity, RMS, turning", "m/s", 8, speed(true))
	angle := func(turning bool) func(*flightReports) (float64, float64) {
		return func(f *flightReports) (float64, float64) {
			return f.squares(func(r *targetReport) float64 { return when(turning, r.turning, r.angle*180/math.Pi) })
		}
	}
	m.rootAll("R18", "track angle, RMS, straight", "°", 10, angle(false))
	m.rootAll("R18", "track angle, RMS, turning", "°", 25, angle(true))
}

// falseTargets measures what is asked against false reports and tracks.
func (m *measuring) falseTargets() {
	l, w := m.l, &m.wrong
	area := float64(w.cells) * falseCell * falseCell
	blocks := area / l.falseArea * (w.duration / (l.falseIntervals * l.interval))
	samples := 0
	if blocks > 0 {
		samples = int(math.Ceil(w.duration / l.interval))
	}
	r := m.put("R19", "false target reports in an area and time of the requirement", allFlights, "", false, l.falseLimits, float64(w.reports)/blocks, samples)
	r.Note = "mean over the area in which there was traffic"
	near := 0
	for _, d := range w.tracks {
		if d < l.spacing {
			near++
		}
	}
	m.put("R20", "falsely confirmed tracks near true ones", allFlights, "1/h", false, 1, float64(near)/(w.duration/3600), samples)
	m.unmeasured("R21", "continuity: critical failures", "1/h", false, 2.5e-5, "a recording cannot show it")
}
