package modes

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

func TestHighPosition(t *testing.T) {
	for _, c := range []struct {
		code uint32
		ft   int32
		has  bool
		top  bool
	}{
		{0, 0, false, false}, {1, -1000, true, false}, {2, -975, true, false}, {1181, 28500, true, false}, {1182, 28515, true, false}, {2161, 43200, true, false},
		{2833, 60000, true, false}, {3133, 90000, true, false}, {3134, 91000, true, false}, {4094, 1051000, true, false}, {4095, 1051500, true, true},
	} {
		f := x24.squitter(put(25, 1, 5) | put(c.code, 8, 12) | putFlag(true, 20) | put(1<<16, 21, 17) | put(1<<17, 39, 18))
		m := decoded(t, f[:])
		p, ok := m.High()
		if !ok || p.Altitude != c.ft || p.HasAltitude != c.has || p.Beyond != c.top {
			t.Errorf("code %d: %+v %v, want %d ft", c.code, p, ok, c.ft)
		}
		if math.Abs(p.Lat+45) > 1e-3 || math.Abs(p.Lon-90) > 1e-3 {
			t.Errorf("at %v %v", p.Lat, p.Lon)
		}
		if _, ok := m.HighSpeed(); ok || m.Is(HasPosition) || m.Is(HasCPR) {
			t.Error("a position is a velocity, or proved")
		}
		if text := m.AppendJSON(nil); !json.Valid(text) || !strings.Contains(string(text), `"hva_lat":-45.0`) || strings.Contains(string(text), "hva_altitude") != c.has {
			t.Errorf("%s", text)
		}
	}
	f := x24.squitter(put(25, 1, 5) | put(1<<17-1, 21, 17) | putFlag(true, 38) | put(1<<18-1, 39, 18))
	m := decoded(t, f[:])
	if p, _ := m.High(); p.Lat != 90 || p.Lon != -180 {
		t.Errorf("the ends of the scales are %v %v", p.Lat, p.Lon)
	}
}

func TestHighVelocity(t *testing.T) {
	for _, c := range []struct {
		code uint32
		kt   int32
		top  bool
	}{{1, 0, false}, {2, 4, false}, {1023, 4088, false}, {1024, 4096, false}, {1762, 10000, false}, {2046, 15680, false}, {2047, 15690, true}} {
		f := x24.squitter(put(25, 1, 5) | put(1, 6, 2) | put(12, 18, 4) | putFlag(true, 22) | put(c.code, 23, 11) | put(c.code, 35, 11) | putFlag(true, 46) | put(678, 47, 10))
		m := decoded(t, f[:])
		v, ok := m.HighSpeed()
		if want := (HighVelocity{VE: -c.kt, VN: c.kt, Rate: -66624, HasVE: true, HasVN: true, HasRate: true, BeyondVE: c.top, BeyondVN: c.top, Rc: 75}); !ok || v != want {
			t.Errorf("code %d: %+v %v", c.code, v, ok)
		}
		if text := m.AppendJSON(nil); !json.Valid(text) || !strings.Contains(string(text), `"hva_rc_m":75`) {
			t.Errorf("%s", text)
		}
		if _, ok := m.High(); ok {
			t.Error("a velocity is a position")
		}
	}
	f := x24.squitter(put(25, 1, 5) | put(1, 6, 2))
	m := decoded(t, f[:])
	if v, ok := m.HighSpeed(); !ok || v != (HighVelocity{}) {
		t.Errorf("nothing is said: %+v", v)
	}
	for _, other := range [][]byte{airborne(x24, 54, 27, false), unhex(t, "02E197B00179C3")} {
		m = decoded(t, other)
		if _, ok := m.High(); ok {
			t.Errorf("%X is a high position", other)
		}
		if _, ok := m.HighSpeed(); ok {
			t.Errorf("%X is a high velocity", other)
		}
	}
}

// TestScalesRise: a higher code is a higher value, without a step back where steps widen.
func TestScalesRise(t *testing.T) {
	for name, s := range map[string]scale{"altitude": highAltitude, "speed": highSpeed, "rate": highRate} {
		last := int32(math.MinInt32)
		for code := uint32(1); code <= s[len(s)-1].first; code++ {
			v, ok, top := s.read(code)
			if !ok || v <= last || top != (code == s[len(s)-1].first) {
				t.Fatalf("%s: code %d is %d after %d", name, code, v, last)
			}
			last = v
		}
	}
}
