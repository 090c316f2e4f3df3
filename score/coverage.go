package score

import (
	"math"
	"slices"

	"entente"
	"entente/geo"
)

// within returns what can be judged against a reference made of a recording: tracks while the reference's sensors were
// recorded and could see them. What flies where none of them sees is neither right nor wrong. A sensor without a range covers
// everything.
func (k *Tracks) within(rec *Recording, from, to float64) *Tracks {
	o := *k
	o.rows, o.sorted = make([]trackRow, 0, len(k.rows)), false
	var frames []geo.Frame
	if rec != nil {
		for _, s := range rec.Sensors {
			frames = append(frames, geo.NewFrame(geo.LLA{Lat: s.Lat, Lon: s.Lon, Height: s.Height}))
		}
	}
	for _, r := range k.rows {
		if r.time < from || r.time > to {
			continue
		}
		if !math.IsNaN(r.lat) && rec != nil && !seenBy(rec.Sensors, frames, &r) {
			r.lat = math.NaN() // it leaves the coverage: an end
		}
		o.rows = append(o.rows, r)
	}
	there := make([]bool, len(k.names))
	for i := range o.rows {
		there[o.rows[i].track] = there[o.rows[i].track] || !math.IsNaN(o.rows[i].lat)
	}
	renumber := o.compact(there)
	o.rows = slices.DeleteFunc(o.rows, func(r trackRow) bool { return renumber[r.track] < 0 })
	for i := range o.rows {
		o.rows[i].track = renumber[o.rows[i].track]
	}
	return &o
}

// compact numbers anew the names that are there and returns the new numbers, −1 for none.
func (k *Tracks) compact(there []bool) []int {
	renumber, names := compactNames(k.names, there)
	k.names = names
	return renumber
}

func compactNames(names map[string]int, there []bool) (renumber []int, left map[string]int) {
	renumber, n := make([]int, len(there)), 0
	for i, ok := range there {
		renumber[i] = -1
		if ok {
			renumber[i] = n
			n++
		}
	}
	left = make(map[string]int, n)
	for name, k := range names {
		if renumber[k] >= 0 {
			left[name] = renumber[k]
		}
	}
	return renumber, left
}

// seenBy says whether any sensor could see the row's place, by range and radio horizon.
func seenBy(sensors []entente.Sensor, frames []geo.Frame, r *trackRow) bool {
	h := r.altitude
	if math.IsNaN(h) {
		h = likelyHeight
	}
	for i := range sensors {
		s := &sensors[i]
		if s.MaxRange <= 0 {
			return true
		}
		v := frames[i].ENU(geo.LLA{Lat: r.lat, Lon: r.lon, Height: h})
		d := math.Sqrt(v.E*v.E + v.N*v.N + v.U*v.U)
		if d <= s.MaxRange && d <= geo.RadarHorizon(s.Height, h) {
			return true
		}
	}
	return false
}

// clipped is the truth between two times, with the targets that were there.
func (t *Truth) clipped(from, to float64) *Truth {
	o := *t
	o.rows = make([]truthRow, 0, len(t.rows))
	for _, w := range t.rows {
		if w.time >= from && w.time <= to {
			o.rows = append(o.rows, w)
		}
	}
	there := make([]bool, len(t.names))
	for i := range o.rows {
		there[o.rows[i].target] = true
	}
	renumber, names := compactNames(t.names, there)
	o.names, o.ids, o.cooperative = names, nil, nil
	for i := range o.rows {
		o.rows[i].target = renumber[o.rows[i].target]
	}
	for i, k := range renumber {
		if k < 0 {
			continue
		}
		if i < len(t.ids) {
			o.learn(k, t.ids[i])
		}
		if i < len(t.cooperative) {
			o.cooperative = append(o.cooperative, t.cooperative[i])
		}
	}
	return &o
}

// span is the first and last time of the tracks.
func (k *Tracks) span() (from, to float64) {
	from, to = math.Inf(1), math.Inf(-1)
	for i := range k.rows {
		from, to = min(from, k.rows[i].time), max(to, k.rows[i].time)
	}
	return from, to
}
