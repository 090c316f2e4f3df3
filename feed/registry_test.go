package feed

import (
	"errors"
	"math"
	"strings"
	"sync"
	"testing"

	"entente"
)

func TestReadSensors(t *testing.T) {
	text := "\xEF\xBB\xBFid,kind,lat,lon,height_m,range_sigma_m,azimuth_sigma_deg,period_s,pd,max_range_m,sac,sic,owner,feed,range_bias_m,azimuth_bias_deg\r\n" +
		"# a comment\r\n" +
		"R1,radar,54.5,27.8,451.4,90.2,0.111,4.042,0.92,220000.0,25,7,BLR,,100,-0.5\r\n\r\n" +
		"rx,adsb,54,28,300,,,,,,,,BLR,beast,,\n"
	reg, err := LoadRegistry("s.csv", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	s, ok := reg.BySource(Source{25, 7})
	if !ok || s.ID != 1 || s.Name != "R1" || s.Kind != entente.ModeS || s.Owner != "BLR" || s.Height != 451.4 ||
		math.Abs(s.Lat-54.5*radian) > 1e-12 || math.Abs(s.AzimuthSigma-0.111*radian) > 1e-12 || s.PD != 0.92 || s.MaxRange != 220000 {
		t.Errorf("%+v", s)
	}
	if b := reg.Bias(1); b.Range != 100 || math.Abs(b.Azimuth+0.5*radian) > 1e-12 {
		t.Errorf("%+v", b)
	}
	if s, err := reg.ByFeed("", "beast"); err != nil || s.Name != "rx" || s.PD != 0.9 {
		t.Errorf("%+v %v", s, err)
	}
	if _, err := reg.ByFeed("", "other", entente.PSR); err == nil {
		t.Error("a feed without sensor found one")
	}
	if s, err := reg.ByFeed("", "other", entente.ADSB); err != nil || s.Name != "rx" {
		t.Errorf("the only ADS-B sensor: %+v %v", s, err)
	}
	if _, ok := reg.Sensor(3); ok {
		t.Error("there is a third sensor")
	}
}

func TestBadSensors(t *testing.T) {
	head := "id,kind,lat,lon,sac,sic\n"
	for name, text := range map[string]string{
		"empty": "", "no id": "kind,lat,lon\n", "blank id": head + ",psr,1,1,,\n", "kind": head + "R,gun,1,1,,\n", "latitude": head + "R,psr,91,1,,\n",
		"no number": head + "R,psr,x,1,,\n", "sac": head + "R,psr,1,1,256,1\n", "twice": head + "R,psr,1,1,,\nR,psr,1,1,,\n",
		"same source": head + "R,psr,1,1,1,1\nQ,psr,1,1,1,1\n", "many": head + strings.Repeat("R,psr,1,1,,\n", maxSensors+1),
	} {
		_, err := LoadRegistry("s.csv", strings.NewReader(text))
		var e *entente.Error
		if !errors.As(err, &e) || e.Kind != entente.Malformed || e.Source != "s.csv" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestUnknownSourcesAreRegisteredOnce by the default, from many goroutines.
func TestUnknownSourcesAreRegisteredOnce(t *testing.T) {
	reg := openRegistry(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for sic := range 50 {
				s, ok := reg.BySource(Source{1, uint8(sic)})
				if !ok || s.SIC != uint8(sic) {
					t.Errorf("%d: %+v %v", sic, s, ok)
				}
			}
		})
	}
	all.Wait()
	if n := len(reg.Sensors()); n != 50 {
		t.Errorf("%d sensors", n)
	}
	for i, s := range reg.Sensors() {
		if s.ID != entente.SensorID(i+1) {
			t.Errorf("sensor %d has ID %d", i+1, s.ID)
		}
	}
}

// TestKnownBiasIsTakenOff in tables and in ASTERIX alike.
func TestKnownBiasIsTakenOff(t *testing.T) {
	reg, err := LoadRegistry("s.csv", strings.NewReader("id,kind,lat,lon,sac,sic,range_bias_m,azimuth_bias_deg,time_bias_s\nR,modes,54,27,25,7,100,0.5,2\n"))
	if err != nil {
		t.Fatal(err)
	}
	plots, _ := plotsOf(t, "p.csv", []byte("time_s,sensor,range_m,azimuth_deg\n100,R,50100,0.2\n"), Options{}, reg)
	p := plots[0]
	if p.Range != 50000 || math.Abs(p.Azimuth-359.7*radian) > 1e-9 || p.Time.Seconds() != 98 {
		t.Errorf("%+v", p)
	}
}
