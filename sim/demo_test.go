package sim

import (
	"runtime"
	"testing"

	"entente"
	"entente/geo"
)

// TestDemoGivesTheDutyOfficersSomethingToDo flies the first three minutes of the demonstration.
func TestDemoGivesTheDutyOfficersSomethingToDo(t *testing.T) {
	s := Demo()
	w := newWorld(t, s, morning)
	regions, err := geo.DefaultBorders()
	if err != nil {
		t.Fatal(err)
	}
	borders := geo.NewIndex(regions)
	sensors := map[[2]uint8]string{}
	for _, r := range s.Radars {
		sensors[[2]uint8{r.SAC, r.SIC}] = r.Name
	}
	crossed, emergency := 0.0, 0.0
	silentSeen := map[string]int{} // primary plots of TJK-dushanbe by country
	seenBy := map[entente.ModeA]map[string]bool{}
	for second := 1.0; second <= 180; second++ {
		var p plots
		w.Step(morning.Add(second), p.emit(t, s))
		state := &w.flights[0]
		if state.ID != "SILENT" || state.transponder != noTransponder {
			t.Fatalf("first aircraft is %s", state.ID)
		}
		country := "none"
		if i := borders.Find(state.now.lat, state.now.lon); i >= 0 {
			country = borders.Region(i).ID
		}
		if country == "TJK" && crossed == 0 {
			crossed = second
		}
		for _, d := range p.list {
			name := sensors[[2]uint8{d.sac, d.sic}]
			if d.hasModeA {
				if seenBy[d.modeA] == nil {
					seenBy[d.modeA] = map[string]bool{}
				}
				seenBy[d.modeA][name[:3]] = true
			}
			if d.modeA == entente.Emergency && name[:3] == "BLR" && emergency == 0 {
				emergency = second
			}
			if d.typ == 1 && name == "TJK-dushanbe" {
				silentSeen[country]++
			}
		}
	}
	if crossed < 60 || crossed > 110 {
		t.Errorf("the silent aircraft is over Tajikistan at %.0f s, want within two minutes, after it can have been tracked", crossed)
	}
	if silentSeen["AFG"] < 8 || silentSeen["TJK"] < 8 {
		t.Errorf("the silent aircraft gave %v plots", silentSeen)
	}
	if emergency < 60 || emergency > 75 {
		t.Errorf("Belarus sees 7700 at %.0f s", emergency)
	}
	for code, members := range map[entente.ModeA][]string{0o2151: {"BLR", "RUS"}, 0o2161: {"KAZ", "KGZ"}} {
		for _, m := range members {
			if !seenBy[code][m] {
				t.Errorf("%v is seen by %v, not by %s", code, seenBy[code], m)
			}
		}
	}
}

// TestDemoRunsOn wants 150 aircraft at every moment, the silent one to go to and fro, and no growth of memory.
func TestDemoRunsOn(t *testing.T) {
	w := newWorld(t, Demo(), morning)
	crossings, north := 0, false
	covered, rows := 0, 0
	var early runtime.MemStats
	targets := map[string]bool{}
	for minute := 1.0; minute <= 40; minute++ {
		w.Step(morning.Add(minute*60), func(string, entente.Instant, []byte) {})
		list := w.Truth(nil)
		if len(list) != 150 {
			t.Fatalf("%d aircraft at minute %.0f", len(list), minute)
		}
		codes := map[entente.ModeA]bool{}
		for _, x := range list {
			rows++
			if x.Covered {
				covered++
			}
			if x.Transponder && codes[x.ModeA] {
				t.Errorf("mode A %v twice", x.ModeA)
			}
			codes[x.ModeA] = x.Transponder
			targets[x.Target] = true
			if v := x.VE*x.VE + x.VN*x.VN; v < 60*60 || v > 300*300 || x.Altitude < -100 || x.Altitude > 14_000 {
				t.Errorf("%+v", x)
			}
		}
		if (list[0].Lat/degree > 38.04) != north {
			crossings++
			north = !north
		}
		if minute == 10 {
			runtime.GC()
			runtime.ReadMemStats(&early)
		}
	}
	var late runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&late)
	if grown := int64(late.HeapAlloc) - int64(early.HeapAlloc); grown > 4<<20 {
		t.Errorf("heap grew by %d octets in half an hour", grown)
	}
	if crossings < 3 || len(targets) < 160 || covered*100/rows < 45 {
		t.Errorf("%d crossings, %d targets, %d %% covered", crossings, len(targets), covered*100/rows)
	}
}

func TestDemoSensors(t *testing.T) {
	s := Demo()
	members := map[entente.MemberID]map[entente.SensorKind]int{}
	sources := map[[2]uint8]bool{}
	for _, x := range s.Sensors("") {
		if members[x.Owner] == nil {
			members[x.Owner] = map[entente.SensorKind]int{}
		}
		members[x.Owner][x.Kind]++
		if x.Kind.Polar() && sources[[2]uint8{x.SAC, x.SIC}] {
			t.Errorf("%s: SAC/SIC taken", x.Name)
		}
		sources[[2]uint8{x.SAC, x.SIC}] = true
		if x.Kind.Polar() && (x.MaxRange < 250e3 || x.MaxRange > 370e3) {
			t.Errorf("%s: range %.0f", x.Name, x.MaxRange)
		}
	}
	for _, m := range []entente.MemberID{"BLR", "RUS", "KAZ", "KGZ", "TJK", "ARM"} {
		k := members[m]
		if k[entente.ModeS] < 1 || k[entente.SSR]+k[entente.PSR] < 1 || k[entente.ADSB] != 1 {
			t.Errorf("%s has %v", m, k)
		}
		if n := len(s.Sensors(m)); n < 3 || n > 5 {
			t.Errorf("%s has %d sensors", m, n)
		}
	}
	if len(members) != 6 || len(s.Feeds()) != 12 {
		t.Errorf("%d members, feeds %v", len(members), s.Feeds())
	}
}
