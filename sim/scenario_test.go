package sim

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"entente"
)

func TestScenariosAreRefusedWithAReason(t *testing.T) {
	const radar = "radars: [{name: a, kind: psr, lat: 1, lon: 2, max_range_m: 100000, period_s: 4"
	const flown = "route: [{lat: 1, lon: 2, altitude_m: 100}, {lat: 2, lon: 2, altitude_m: 100}]"
	for text, want := range map[string]string{
		"radars: 3":                        "not as docs/sim.md",
		"colour: red":                      "colour",
		"{":                                "not as docs/sim.md",
		"gnss_sigma_m: -1":                 "gnss_sigma_m",
		radar + "}, {name: a, kind: psr}]": "name is missing or taken",
		"radars: [{kind: psr}]":            "name is missing",
		"radars: [{name: a, kind: adsb}]":  "psr, ssr, mode_s",
		"radars: [{name: a, kind: lidar}]": "not as docs/sim.md",
		strings.Replace(radar, "lat: 1", "lat: 91", 1) + "}]":            "no such place",
		strings.Replace(radar, "period_s: 4", "period_s: 0.5", 1) + "}]": "period_s",
		strings.Replace(radar, "100000", "600000", 1) + "}]":             "040/RHO|048/040",
		radar + ", pd: 2}]":             "pd is not",
		radar + ", range_sigma_m: -1}]": "sigma",
		radar + "}]\nreceivers: [{name: r, feed: a, lat: 1, lon: 2, max_range_m: 9000}]": "feed a would carry",
		"receivers: [{name: r, lat: 1, lon: 2, max_range_m: 1}]":                         "max_range_m",
		"receivers: [{name: r, lat: 1, lon: 2, max_range_m: 9000, clock: sun}]":          "clock",
		"receivers: [{name: r, lat: 1, lon: 2, max_range_m: 9000, pd: 7}]":               "pd",
		"aircraft: [{callsign: A}]":                                                                              "needs an address",
		"aircraft: [{id: A, transponder: none}]":                                                                 "two waypoints",
		"aircraft: [{transponder: none, " + flown + "}]":                                                         "are missing or taken",
		"aircraft: [{id: A, transponder: loud, " + flown + "}]":                                                  "transponder",
		"aircraft: [{id: A, transponder: none, adsb: true, " + flown + "}]":                                      "ADS-B needs",
		"aircraft: [{id: A, transponder: ssr, squawk: \"9999\", " + flown + "}]":                                 "octal",
		"aircraft: [{id: A, transponder: none, callsign: abc, " + flown + "}]":                                   "callsign",
		"aircraft: [{id: A, transponder: none, at_end: explode, " + flown + "}]":                                 "at_end",
		"aircraft: [{id: A, transponder: none, turn_deg_s: 90, " + flown + "}]":                                  "turn_deg_s",
		"aircraft: [{id: A, transponder: none, route: [{airport: XXXX}, {lat: 1, lon: 1}]}]":                     "XXXX",
		"aircraft: [{id: A, transponder: none, route: [{lat: 95, lon: 1}, {lat: 1, lon: 1}]}]":                   "waypoint 1",
		"aircraft: [{id: A, transponder: none, events: [{at_s: 5}, {at_s: 1}], " + flown + "}]":                  "order of time",
		"aircraft: [{id: A, transponder: none, events: [{at_s: 5, squawk: \"8\"}], " + flown + "}]":              "event at 5 s",
		"airports: [{code: X, lat: 100}]":                                                                        "airport",
		"traffic: {count: 5}":                                                                                    "no routes",
		"traffic: {count: 99999}":                                                                                "more than",
		"traffic: {count: 1, routes: [[UMMS]]}":                                                                  "two airports",
		"traffic: {count: 1, routes: [[UMMS, QQQQ]]}":                                                            "QQQQ",
		"traffic: {count: 1, routes: [[UMMS, \"53/28\"]]}":                                                       "no airport",
		"traffic: {count: 1, routes: [[UUEE, UUWW]]}":                                                            "150 km",
		"traffic: {count: 1, ssr: 0.7, no_adsb: 0.7, routes: [[UMMS, UUEE]]}":                                    "not plausible",
		strings.Repeat("#", maxScenario+1):                                                                       "larger than",
		"aircraft: [{address: \"FFFFFF\", " + flown + "}]":                                                       "needs an address",
		"aircraft: [{id: A, transponder: none, " + flown + "}, {id: A, transponder: none, " + flown + "}]":       "taken",
		"radars: [{name: a, kind: psr, lat: .nan, lon: 2, max_range_m: 100000, period_s: 4}]":                    "no such place",
		"aircraft: [{id: A, transponder: none, route: [{lat: 1, lon: 1}, {lat: 1, lon: 1.1, speed_mps: .inf}]}]": "waypoint 2",
	} {
		_, err := ParseScenario("x.yaml", []byte(text))
		var e *entente.Error
		found := false
		for w := range strings.SplitSeq(want, "|") {
			found = found || err != nil && strings.Contains(err.Error(), w)
		}
		if !errors.As(err, &e) || e.Source != "x.yaml" || !found {
			t.Errorf("%.120s: %v, want something about %q", text, err, want)
		}
	}
}

func TestScenarioDefaults(t *testing.T) {
	s, err := ParseScenario("x.yaml", []byte(`
radars: [{name: a, kind: mode_s, lat: 1, lon: 2, max_range_m: 100000, period_s: 4}]
receivers: [{name: b, lat: 1, lon: 2, max_range_m: 9000}]
aircraft: [{address: "0A0B0C", squawk: "1234", route: [{airport: UMMS}, {lat: 53, lon: 27, altitude_m: 1000, speed_mps: 100}, {airport: UMBB}]}]
airports: [{code: UMMS, lat: 53.5, lon: 28.5, height_m: 100}]
`))
	if err != nil {
		t.Fatal(err)
	}
	r, x, a := s.Radars[0], s.Receivers[0], s.Aircraft[0]
	if r.PD != 1 || r.Feed != "a" || r.PrimaryRange != 100000 || x.PD != 1 || x.Feed != "b" || x.Clock != "gps" {
		t.Errorf("%+v %+v", r, x)
	}
	if a.ID != "0A0B0C" || a.ModeA != 0o1234 || a.Turn != 1.5 || a.Climb != 10 {
		t.Errorf("%+v", a)
	}
	if w := a.Route; w[0].Lat != 53.5 || w[0].Altitude != 100 || w[0].Speed != 220 || w[2].Speed != 100 || w[2].Altitude != 143 {
		t.Errorf("%+v", w)
	}
	if _, err := ParseScenario("empty.yaml", nil); err != nil {
		t.Errorf("empty scenario: %v", err)
	}
	if _, err := LoadScenario(filepath.Join(t.TempDir(), "none.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	if s, err := LoadScenario("small"); err != nil || s.Name != "small" {
		t.Errorf("built-in: %v", err)
	}
}

func FuzzScenario(f *testing.F) {
	for _, seed := range []string{
		"seed: 3\nradars: [{name: a, kind: mode_s, primary: true, lat: 53, lon: 28, max_range_m: 100000, period_s: 4}]",
		"receivers: [{name: a, lat: 53, lon: 28, max_range_m: 100000}]\naircraft: [{address: \"510001\", adsb: true, route: [{airport: UMMS}, {airport: UMBB}]}]",
		"traffic: {count: 3, ssr: 0.5, routes: [[UMMS, \"54/30\", UUEE]]}",
		"aircraft: [{id: A, transponder: ssr, squawk: \"1234\", events: [{at_s: 1, squawk: \"7700\"}], route: [{lat: 1, lon: 2}, {lat: 2, lon: 2}]}]",
	} {
		f.Add([]byte(seed))
	}
	f.Add([]byte("aircraft: [{id: A, transponder: none, at_end: loop, route: [{lat: 89, lon: 180, speed_mps: 1000}, {lat: -89, lon: -180}]}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := ParseScenario("fuzz.yaml", text)
		if err != nil || len(s.Aircraft)+s.Traffic.Count > 50 || len(s.Radars) > 5 {
			return
		}
		w, err := NewWorld(s, morning)
		if err != nil {
			t.Fatal(err)
		}
		w.Step(morning.Add(3), func(string, entente.Instant, []byte) {})
	})
}
