package score

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// judged is the report of hand-written rows.
func judged(t *testing.T, truth, tracks string) *Report {
	t.Helper()
	w, err := ReadTruth(strings.NewReader(truth), "truth")
	if err != nil {
		t.Fatal(err)
	}
	k, err := ReadTracks(strings.NewReader(tracks), "tracks")
	if err != nil {
		t.Fatal(err)
	}
	return Judge(w, k, nil, Options{})
}

// every writes rows of one that flies north at 100 m/s from 54° N 27° E, every few seconds from a to b inclusive, east metres off.
func every(name string, a, b, by int, altitude, east float64, tail string) string {
	var s strings.Builder
	for t := a; t <= b; t += by {
		fmt.Fprintf(&s, "%d,%s,%.9f,%.9f,%.1f,0,100%s\n", t, name, 54+100*float64(t)*metre, 27+east*metre/0.5894, altitude, tail)
	}
	return s.String()
}

func TestRequirementsByHand(t *testing.T) {
	const id = "time_s,target,lat,lon,altitude_m,ve_mps,vn_mps,mode_s\n"
	const kid = "time_s,track,lat,lon,altitude_m,ve_mps,vn_mps,vu_mps,mode_s,altitude_age_s,coasting\n"
	truth := id + every("a", 0, 400, 1, 9000, 0, ",4CA2D1")
	for _, tc := range []struct {
		name, tracks   string
		set, id, scope string
		value          float64
		result         string
	}{
		{"all updated", every("1", 0, 400, 4, 9000, 0, ",0,4CA2D1,1,"), "5N_C", "R2", eachFlight, 1, Met},
		{"updates lost", every("1", 0, 199, 4, 9000, 0, ",0,4CA2D1,1,") + every("1", 280, 400, 4, 9000, 0, ",0,4CA2D1,1,"), "5N_C", "R2", eachFlight, 0.8, NotMet},
		{"a long gap", every("1", 0, 199, 4, 9000, 0, ",0,4CA2D1,1,") + every("1", 280, 400, 4, 9000, 0, ",0,4CA2D1,1,"), "5N_C", "R3", allFlights, 0.2, NotMet},
		{"a gap of three intervals is none", every("1", 0, 200, 4, 9000, 0, ",0,4CA2D1,1,") + every("1", 224, 400, 4, 9000, 0, ",0,4CA2D1,1,"), "5N_C", "R3", allFlights, 0, Met},
		{"coasting is no update", every("1", 0, 400, 4, 9000, 0, ",0,4CA2D1,1,1"), "5N_C", "R2", allFlights, 0, NotMet},
		{"half a kilometre off", every("1", 0, 400, 4, 9000, 400, ",0,4CA2D1,1,"), "3N_C", "R4", eachFlight, 400, NotMet},
		{"which 5 NM allows", every("1", 0, 400, 4, 9000, 400, ",0,4CA2D1,1,"), "5N_C", "R4", eachFlight, 400, Met},
		{"all correlated", every("1", 0, 400, 4, 9000, 700, ",0,4CA2D1,1,"), "3N_C", "R5", allFlights, 1, NotMet},
		{"not large enough to be", every("1", 0, 400, 4, 9000, 700, ",0,4CA2D1,1,"), "5N_C", "R5", allFlights, 0, Met},
		{"old altitude", every("1", 0, 400, 4, 9000, 0, ",0,4CA2D1,3,"), "3N_C", "R7", allFlights, 3, NotMet},
		{"its greatest age", every("1", 0, 396, 4, 9000, 0, ",0,4CA2D1,3,") + every("1", 400, 400, 4, 9000, 0, ",0,4CA2D1,17,"), "3N_C", "R8", eachFlight, 17, NotMet},
		{"wrong altitude", every("1", 0, 400, 4, 9100, 0, ",0,4CA2D1,1,"), "5N_C", "R10", allFlights, 1, NotMet},
		{"no right one is an update", every("1", 0, 400, 4, 9100, 0, ",0,4CA2D1,1,"), "5N_C", "R9", allFlights, 0, NotMet},
		{"off by 230 ft", every("1", 0, 400, 4, 9070, 0, ",0,4CA2D1,1,"), "5N_C", "R11", allFlights, 0, NotMet},
		{"its own name", every("1", 0, 400, 4, 9000, 0, ",0,4CA2D1,1,"), "5N_C", "R14", allFlights, 1, Met},
		{"another's name", every("1", 0, 400, 4, 9000, 0, ",0,4CA2D2,1,"), "5N_C", "R15", allFlights, 1, NotMet},
		{"climbs on paper", every("1", 0, 400, 4, 9000, 0, ",2,4CA2D1,1,"), "5N_C", "R16", allFlights, 2 * 60 / foot, NotMet},
		{"straight", every("1", 0, 400, 4, 9000, 0, ",0,4CA2D1,1,"), "5N_C", "R18", allFlights, 0, Met},
		{"nothing false", every("1", 0, 400, 4, 9000, 0, ",0,4CA2D1,1,"), "5N_C", "R19", allFlights, 0, Met},
		{"a false track near by", every("1", 0, 400, 4, 9000, 0, ",0,4CA2D1,1,") + every("f", 0, 400, 4, 9000, 5000, ",0,,1,"), "5N_C", "R20", allFlights, 9, NotMet},
		{"far away it does not count", every("1", 0, 400, 4, 9000, 0, ",0,4CA2D1,1,") + every("f", 0, 400, 4, 9000, 15000, ",0,,1,"), "3N_C", "R20", allFlights, 0, Met},
		{"no recording tells", every("1", 0, 400, 4, 9000, 0, ",0,4CA2D1,1,"), "5N_C", "R21", allFlights, math.NaN(), NotMeasured},
	} {
		q := find(t, judged(t, truth, kid+tc.tracks), tc.set, tc.id, tc.scope)
		if q.Result != tc.result || math.Abs(float64(q.Value)-tc.value) > 0.03*max(1, tc.value) {
			t.Errorf("%s: %s-%s is %v, %s; want %v, %s (%+v)", tc.name, tc.set, tc.id, q.Value, q.Result, tc.value, tc.result, q)
		}
		if !strings.Contains(q.Section, tc.set+"-"+tc.id) || !strings.Contains(q.Section, "remembered") {
			t.Error(q.Section)
		}
	}
}

func TestWhatTracksDoNotTellIsNotMeasured(t *testing.T) {
	r := judged(t, truthHead+every("a", 0, 100, 1, 9000, 0, ""), "time_s,track,lat,lon,altitude_m\n0,1,54,27,\n")
	for _, id := range []string{"R7", "R14", "R15", "R16", "R17", "R18"} {
		if q := find(t, r, "5N_C", id, allFlights); q.Result != NotMeasured || q.Value.Known() {
			t.Errorf("%+v", q)
		}
	}
}

func TestFailingFlightsAreCounted(t *testing.T) {
	truth := truthHead + every("a", 0, 200, 1, 9000, 0, "") + every("b", 0, 200, 1, 9000, 20e3, "") + every("c", 0, 12, 1, 9000, 40e3, "")
	q := find(t, judged(t, truth, tracksHead+every("1", 0, 200, 4, 9000, 0, cov)), "5N_C", "R2", eachFlight)
	if q.Flights != 2 || q.Failing != 1 || q.Value != 0 || q.Worst != "b" || !strings.HasPrefix(q.Name, "probability of update") { // the third is too short
		t.Errorf("%+v", q)
	}
}

func TestRunsOfCorrelatedErrors(t *testing.T) {
	at := func(offs ...[2]float64) *flightReports {
		f := &flightReports{}
		for i, o := range offs {
			f.reports = append(f.reports, targetReport{time: float64(i), off: o})
		}
		return f
	}
	e, w, z := [2]float64{600, 0}, [2]float64{-600, 0}, [2]float64{}
	for _, tc := range []struct {
		f    *flightReports
		want float64
	}{{at(e, e, e), 3}, {at(e, e, z, e), 0}, {at(e, e, w), 0}, {at(e, w, w, w), 3}, {at(z, e, e, e, e, z), 4}, {at(), 0}} {
		if got, all := tc.f.correlated(555); got != tc.want || all != float64(len(tc.f.reports)) {
			t.Errorf("%v in runs, want %v", got, tc.want)
		}
	}
}

func TestSIAPByHand(t *testing.T) {
	truth := truthHead + every("a", 0, 99, 1, 9000, 0, "") + every("b", 0, 99, 1, 9000, 20e3, "")
	for _, tc := range []struct {
		name, tracks     string
		longest, numbers float64
		changes          float64
	}{
		{"one each", every("1", 0, 99, 1, 9000, 0, cov) + every("2", 0, 99, 1, 9000, 20e3, cov), 1, 1, 0},
		{"a number changes", every("1", 0, 49, 1, 9000, 0, cov) + "50,1,,,,,,,,\n" + every("3", 50, 99, 1, 9000, 0, cov) + every("2", 0, 99, 1, 9000, 20e3, cov), 0.75, 1.5, 1.0 / 200},
		{"a twin is no change", every("1", 0, 99, 1, 9000, 0, cov) + every("3", 20, 70, 1, 9000, 50, cov) + every("2", 0, 99, 1, 9000, 20e3, cov), 1, 1, 0},
		{"the same number comes back", every("1", 0, 29, 1, 9000, 0, cov) + "30,1,,,,,,,,\n" + every("3", 30, 69, 1, 9000, 0, cov) + "70,3,,,,,,,,\n" + every("1", 70, 99, 1, 9000, 0, cov) + every("2", 0, 99, 1, 9000, 20e3, cov), 0.7, 1.5, 1.0 / 200},
		{"one never", every("1", 0, 99, 1, 9000, 0, cov), 0.5, 1, 0},
	} {
		s := judged(t, truth, tracksHead+tc.tracks).SIAP
		if !near(float64(s.LongestSegment), tc.longest) || !near(float64(s.TracksPerTruth), tc.numbers) || math.Abs(float64(s.ChangeRate)-tc.changes) > 1e-9 {
			t.Errorf("%s: %+v", tc.name, s)
		}
	}
}

func TestLagIsSeenAlongTheWay(t *testing.T) {
	truth := truthHead + every("a", 0, 99, 1, 9000, 0, "")
	late := strings.Builder{}
	for s := range 95 { // says at s+2 where it was at s
		fmt.Fprintf(&late, "%d,1,%.9f,27,9000,0,100%s\n", s+2, 54+100*float64(s)*metre, cov)
	}
	l := judged(t, truth, tracksHead+late.String()).Latency
	if math.Abs(float64(l.Lag)-2) > 0.05 {
		t.Errorf("lag %v", l.Lag)
	}
	if l := judged(t, truth, tracksHead+every("1", 0, 99, 3, 9000, 0, cov)).Latency; math.Abs(float64(l.Lag)) > 0.05 || l.AgeMax != 2 {
		t.Errorf("%+v", l)
	}
}

func TestCasesAreOfTheirKind(t *testing.T) {
	var truth, tracks strings.Builder
	truth.WriteString(truthHead)
	tracks.WriteString(tracksHead)
	truth.WriteString(every("a", 0, 119, 1, 9000, 0, "") + every("b", 0, 119, 1, 9000, 800, "")) // abreast
	// their tracks change places half way
	tracks.WriteString(every("1", 0, 59, 2, 9000, 0, cov) + every("1", 60, 119, 2, 9000, 800, cov))
	tracks.WriteString(every("2", 0, 59, 2, 9000, 800, cov) + every("2", 60, 119, 2, 9000, 0, cov))
	truth.WriteString(every("c", 0, 119, 1, 9000, 60e3, ""))
	for s := 0; s < 120; s++ { // c is crossed by d
		fmt.Fprintf(&truth, "%d,d,%.9f,%.9f,9000,100,0\n", s, 54+6000*metre, 27+(60e3+100*float64(s-60))*metre/0.5894)
	}
	tracks.WriteString(every("3", 0, 119, 2, 9000, 60e3, cov))
	tracks.WriteString(every("f", 20, 50, 2, 9000, -60e3, cov))
	r := judged(t, truth.String(), tracks.String())
	kinds := map[string]Case{}
	for _, c := range r.Cases {
		if _, ok := kinds[c.Kind]; !ok {
			kinds[c.Kind] = c
		}
	}
	if c := kinds[Formation]; c.Switches == 0 || len(c.Tracks) == 0 || !strings.Contains(c.Words(), "switch") {
		t.Errorf("formation %+v", c)
	}
	if c := kinds[Crossing]; c.Target != "d" || float64(c.Missed) < 50 {
		t.Errorf("crossing %+v", c)
	}
	if c := kinds[Clutter]; c.Target != "" || len(c.Tracks) != 1 || c.Tracks[0] != "f" || float64(c.False) < 25 {
		t.Errorf("clutter %+v", c)
	}
}

func TestPathsAreCubicsThroughPlaceAndVelocity(t *testing.T) {
	const radius, speed = 5000.0, 200.0 // a turn of 2.3 °/s
	w := speed / radius
	row := func(s float64) truthRow {
		n, e := perRadian(0.9)
		return truthRow{time: s, lat: 0.9 + radius*math.Sin(w*s)/n, lon: 0.5 + radius*(1-math.Cos(w*s))/e, altitude: 1000 + 10*s, vn: speed * math.Cos(w*s), ve: speed * math.Sin(w*s)}
	}
	p := path{row(0), row(4), row(8), row(100)}
	for _, s := range []float64{0, 1, 2, 3.9, 4, 6.5, 8} {
		m, ok := p.at(s)
		want := row(s)
		n, e := perRadian(0.9)
		off := math.Hypot((m.lat-want.lat)*n, (m.lon-want.lon)*e)
		if !ok || off > 2 || math.Abs(m.altitude-want.altitude) > 1e-6 || math.Hypot(m.ve-want.ve, m.vn-want.vn) > 3 {
			t.Errorf("at %v off by %.2f m: %+v", s, off, m)
		}
		if turning, climbing := m.moving(); s != 0 && s != 4 && s != 8 && (!turning || !climbing || m.turn > 0) {
			t.Errorf("at %v turning %v climbing %v %v", s, turning, climbing, m.turn)
		}
	}
	for _, s := range []float64{-1, 50, 101} {
		if _, ok := p.at(s); ok {
			t.Errorf("there is nothing at %v", s)
		}
	}
	if a := p.alive(); len(a) != 2 || a[0] != [2]float64{0, 8} || a[1] != [2]float64{100, 100} {
		t.Errorf("alive %v", a)
	}
}
