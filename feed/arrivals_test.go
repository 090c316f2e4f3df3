package feed

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"entente"
	"entente/modes"
)

func receiversRegistry(t testing.TB) *Registry {
	t.Helper()
	reg, err := LoadRegistry("locards_sensors.csv", bytes.NewReader(readShared(t, "modes/locards_sensors.csv")))
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

// TestArrivalsBecomePlots: real times of arrival give plots of kind MLAT near where the aircraft said they were.
func TestArrivalsBecomePlots(t *testing.T) {
	for _, set := range []string{"1", "2", "5", "6"} {
		name := "modes/locards_set_" + set + ".csv"
		data := readShared(t, name)
		if f, c := Detect(data); f != "arrivals" || c != 1 {
			t.Errorf("taken for %q", f)
		}
		reg := receiversRegistry(t)
		plots, s := plotsOf(t, name, data, Options{}, reg)
		lines := strings.Split(strings.TrimSpace(string(data)), "\n")[1:]
		if len(plots) < len(lines)*98/100 || s.Messages != int64(len(lines)) {
			t.Fatalf("%s: %d plots of %d rows, %v", name, len(plots), len(lines), s.Errors)
		}
		said := map[entente.Address][][2]float64{}
		for _, l := range lines {
			var id int
			var at, lat, lon float64
			var aircraft entente.Address
			if _, err := fmt.Sscanf(strings.ReplaceAll(l, ",", " "), "%d %g %d %g %g", &id, &at, &aircraft, &lat, &lon); err != nil {
				t.Fatal(err)
			}
			said[aircraft] = append(said[aircraft], [2]float64{lat, lon})
		}
		var off []float64
		for _, p := range plots {
			if p.Kind != entente.MLAT || !p.Is(entente.HasPosition|entente.HasSigma|entente.HasPressureAltitude) || p.Sigma <= 0 || p.Address.ICAO() || p.Time <= 0 {
				t.Fatalf("%+v", p)
			}
			best := math.Inf(1)
			for _, place := range said[p.Address&0xFFFFFF] {
				best = min(best, modes.Distance(p.Lat/radian, p.Lon/radian, place[0], place[1]))
			}
			off = append(off, best)
		}
		slices.Sort(off)
		t.Logf("%s: %d plots, median %.0f m, 95 %% %.0f m from the aircraft's own word; %v", name, len(plots), off[len(off)/2], off[len(off)*95/100], s.Errors)
		if off[len(off)/2] > 150 || off[len(off)*95/100] > 800 {
			t.Errorf("%s: median %.0f m, 95 %% %.0f m", name, off[len(off)/2], off[len(off)*95/100])
		}
		sensors := reg.Sensors()
		if m := sensors[len(sensors)-1]; m.Name != mlatSensor || m.Kind != entente.MLAT || plots[0].Sensor != m.ID {
			t.Errorf("plots are of %+v", m)
		}
	}
}

const arrivalHeader = "id,timeAtServer,aircraft,latitude,longitude,baroAltitude,geoAltitude,numMeasurements,measurements\n"

func arrivalRegistry(t testing.TB) *Registry {
	t.Helper()
	reg, err := LoadRegistry("receivers.csv", strings.NewReader("serial,latitude,longitude,height,type,good\n1,54,27,100,Radarcape,TRUE\n2,54.5,27,120,Radarcape,TRUE\n3,54,28,140,Radarcape,TRUE\n4,54.5,28,160,Radarcape,TRUE\n"))
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

// TestArrivalRowsThatAreNone are counted by what is wrong; good rows around them count.
func TestArrivalRowsThatAreNone(t *testing.T) {
	good := `1,1,7,,,10000,,4,"[[1,100000,9],[2,100000,9],[3,100000,9],[4,100000,9]]"` + "\n"
	for row, reason := range map[string]string{
		`1,1,7,,,10000,,4,[[1,100000,9]]`:                                                   "arrival_row",
		`1,1,7,,,10000,,4,"[[1,soon,9],[2,120000,9],[3,110000,9]]"`:                         "arrival_row",
		`1,1,7,,,10000,,4,"[1,2,3"`:                                                         "arrival_row",
		`1,1,7,,,10000,,4,"[[1,100000,9],[2,120000,9]]"`:                                    "few_arrivals",
		`1,1,7,,,10000,,4,"[[1,100000,9],[2,120000,9],[9,110000,9]]"`:                       "unknown_sensor",
		`1,1,7,,,,,3,"[[1,100000,9],[2,120000,9],[3,110000,9]]"`:                            "few_arrivals",
		`1,1,7,,,10000,,4,"[[1,100000,9],[2,900000000,9],[3,500000000,9],[4,700000000,9]]"`: "arrivals_disagree",
	} {
		plots, s := plotsOf(t, "x", []byte(arrivalHeader+good+row+"\n"+good), Options{}, arrivalRegistry(t))
		if len(plots) != 2 || s.Errors[reason] != 1 {
			t.Errorf("%s: %d plots, %v, want %s", row, len(plots), s.Errors, reason)
		}
	}
	for _, header := range []string{"", "id,aircraft\n"} {
		if err := ReadPlots("x", strings.NewReader(header), Options{Format: "arrivals"}, arrivalRegistry(t), drop, nil); err == nil {
			t.Errorf("header %q is taken", header)
		}
	}
}

func TestReceiversAreSensors(t *testing.T) {
	reg := arrivalRegistry(t)
	s, ok := reg.ByName("2")
	if !ok || s.Kind != entente.ADSB || math.Abs(s.Lat/radian-54.5) > 1e-12 || s.Height != 120 {
		t.Errorf("%+v", s)
	}
	for _, bad := range []string{"serial,latitude\n", "id,lat,lon\n", "serial,latitude,longitude\n,1,1\n"} {
		if _, err := LoadRegistry("x", strings.NewReader(bad)); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// TestSamplesDecode: both recordings of samples give the frames that other demodulators give.
func TestSamplesDecode(t *testing.T) {
	for _, c := range []struct {
		name, format string
		lines        int64
	}{{"modes1_2000k_uc8.iq", "iq-uc8-2.0", 300}, {"test_1641427457780_2400k_sc16.iq", "iq-sc16-2.4", 4}} {
		data := readShared(t, "modes/"+c.name)
		var out bytes.Buffer
		sum, err := DecodeFile(c.name, bytes.NewReader(data), DecodeOptions{Options: Options{Format: c.format}}, &out)
		if err != nil || sum.Lines < c.lines || sum.Refused > 0 || int64(bytes.Count(out.Bytes(), []byte{'\n'})) != sum.Lines {
			t.Errorf("%s: %+v %v", c.name, sum, err)
		}
		if _, s := plotsOf(t, c.name, data, Options{Format: c.format}, networkRegistryOne(t)); s.Messages != sum.Lines {
			t.Errorf("%s: %d messages to plots, %d lines", c.name, s.Messages, sum.Lines)
		}
	}
}

func networkRegistryOne(t testing.TB) *Registry {
	t.Helper()
	reg, err := NewRegistry([]entente.Sensor{{Name: "adsb", Kind: entente.ADSB}})
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

// FuzzArrivals: any row is a plot or a counted refusal.
func FuzzArrivals(f *testing.F) {
	f.Add(`1,1,7,54.2,27.3,10000,10050,4,"[[1,100000,9],[2,120000,9],[3,110000,9],[4,105000,9]]"`)
	f.Add(`1,1,7,,,,,4,"[[1,1],[2,2],[3,"`)
	f.Fuzz(func(t *testing.T, row string) {
		var stats Stats
		plots := 0
		err := ReadPlots("x", strings.NewReader(arrivalHeader+row), Options{Format: "arrivals"}, arrivalRegistry(t), func(p []entente.Plot) {
			plots += len(p)
			for i := range p {
				if !(math.Abs(p[i].Lat) <= math.Pi/2 && math.Abs(p[i].Lon) <= math.Pi && p[i].Sigma > 0) {
					t.Fatalf("%q: %+v", row, p[i])
				}
			}
		}, &stats)
		if err != nil {
			t.Fatal(err)
		}
		s := stats.Snapshot()
		refused := int64(0)
		for _, n := range s.Errors {
			refused += n
		}
		if int64(plots)+refused < s.Messages {
			t.Fatalf("%q: %d plots, %v of %d rows", row, plots, s.Errors, s.Messages)
		}
	})
}
