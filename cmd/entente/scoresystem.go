package main

import (
	"math"

	"entente"
	"entente/asterix"
	"entente/feed"
	"entente/score"
)

// systemTracks takes the tracks of category 062 out of a recording: another system's picture, to be judged.
type systemTracks struct {
	tracks     score.Tracks
	truth      score.Truth // the same, as a reference; coasting left out
	used, left int
	at         map[string]asterix.Handle
	numbers    map[[3]uint64]entente.TrackID // by source and track number, renewed at a track's end
	last       entente.TrackID
}

// Fields of category 062 (EUROCONTROL-SPEC-0149-9), by item and name.
var systemFields = []string{"010/SAC", "010/SIC", "040", "105/LAT", "105/LON", "185/VX", "185/VY", "060/MODE3A", "060/V", "060/G", "080/CNF", "080/SIM",
	"080/TSE", "080/CST", "136", "130", "220", "295/MFL", "380/ADR", "380/ID"}

func newSystemTracks() *systemTracks {
	s := &systemTracks{at: map[string]asterix.Handle{}, numbers: map[[3]uint64]entente.TrackID{}}
	for _, f := range systemFields {
		s.at[f] = asterix.Field(62, f)
	}
	return s
}

// Record takes one record; the sink of a decoder.
func (s *systemTracks) Record(r *asterix.Record, at *feed.RecordPlace) error {
	if r.Edition() == nil || r.Edition().Category() != 62 {
		return nil
	}
	flag := func(f string) bool { v, ok := r.Uint(s.at[f]); return ok && v == 1 }
	lat, ok1 := r.Float(s.at["105/LAT"])
	lon, ok2 := r.Float(s.at["105/LON"])
	number, ok3 := r.Uint(s.at["040"])
	if !ok1 || !ok2 || !ok3 || at.Time == 0 || flag("080/CNF") || flag("080/SIM") {
		s.left++
		return nil
	}
	sac, _ := r.Uint(s.at["010/SAC"])
	sic, _ := r.Uint(s.at["010/SIC"])
	key := [3]uint64{sac, sic, number}
	id, known := s.numbers[key]
	if !known {
		s.last++
		id = s.last
		s.numbers[key] = id
	}
	t := entente.Track{ID: id, State: entente.Confirmed, Time: at.Time, Updated: at.Time, Lat: lat * math.Pi / 180, Lon: lon * math.Pi / 180}
	if flag("080/CST") {
		t.State, t.Updated = entente.Coasting, at.Time-1
	}
	if flag("080/TSE") {
		t.State = entente.Ended
		delete(s.numbers, key)
	}
	s.fill(r, &t)
	age := math.NaN()
	if v, ok := r.Float(s.at["295/MFL"]); ok {
		age = v
	}
	delay := math.NaN()
	if at.Received != 0 {
		delay = at.Received.Sub(at.Time)
	}
	s.tracks.Report(t, age, delay)
	if t.State == entente.Confirmed && t.Has&(entente.HasPressureAltitude|entente.HasAltitude) != 0 {
		s.truth.Add(t)
	}
	s.used++
	return nil
}

// fill takes over what the record tells of motion, height and identity.
func (s *systemTracks) fill(r *asterix.Record, t *entente.Track) {
	const foot, level = 0.3048, 30.48
	t.VE, _ = r.Float(s.at["185/VX"])
	t.VN, _ = r.Float(s.at["185/VY"])
	if v, ok := r.Float(s.at["136"]); ok {
		t.Height, t.Has = v*level, t.Has|entente.HasPressureAltitude
	} else if v, ok := r.Float(s.at["130"]); ok {
		t.Height, t.Has = v*foot, t.Has|entente.HasAltitude
	}
	if v, ok := r.Float(s.at["220"]); ok {
		t.VU, t.Has = v*foot/60, t.Has|entente.HasClimb
	}
	if v, ok := r.Uint(s.at["060/MODE3A"]); ok {
		bad, _ := r.Uint(s.at["060/V"])
		garbled, _ := r.Uint(s.at["060/G"])
		if bad == 0 && garbled == 0 {
			t.ModeA, t.Has = entente.ModeA(v), t.Has|entente.HasModeA
		}
	}
	if v, ok := r.Uint(s.at["380/ADR"]); ok {
		t.Address = entente.Address(v)
	}
	if r.Has(s.at["380/ID"]) {
		t.Callsign = entente.MakeCallsign(r.Text(s.at["380/ID"]))
	}
}
