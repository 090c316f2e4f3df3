package modes

import (
	"math"
	"testing"
)

// statusOf3 is a version 3 status with some bits of its own.
func statusOf3(sub uint32, more uint64) [14]byte {
	return x24.squitter(put(31, 1, 5) | put(sub, 6, 3) | put(3, 41, 3) | more)
}

func TestStatusOfVersion3(t *testing.T) {
	f := statusOf3(0, putFlag(true, 11)|put(3, 13, 2)|put(1, 15, 2)|put(2, 17, 2)|put(1, 21, 2)|put(2, 23, 2)|put(2, 31, 2)|put(0x55, 33, 7)|
		putFlag(true, 44)|put(9, 45, 4)|put(2, 49, 2)|put(3, 51, 2)|putFlag(true, 53))
	m := decoded(t, f[:])
	if v, ok := m.Version3(); !ok || v != (Version3Status{3, 1, 2, 1, 2, 0x55}) {
		t.Errorf("%+v %v", v, ok)
	}
	if !m.TCAS || !m.Is(HasTCAS) || !m.NICa || m.NACp != 9 || m.GVA != 2 || m.SIL != 3 || m.SDA != 2 || m.Is(HasNICBaro) {
		t.Errorf("%+v", m)
	}
	f = statusOf3(1, put(2, 13, 2)|put(5, 17, 3)|putFlag(true, 20)|put(9, 21, 4)|put(0b1_01_00101, 33, 8))
	m = decoded(t, f[:])
	if v, ok := m.Version3(); !ok || v != (Version3Status{ReceiverVersion: 2}) || m.NACv != 5 || !m.NICc {
		t.Errorf("on the ground: %+v %v", v, m)
	}
	if _, _, hasRight, hasAft := m.AntennaOffset(); !hasRight || !hasAft {
		t.Error("no antenna offset")
	}
	f = statusOf3(1, put(1, 25, 2)|putFlag(true, 27)|put(0b1_01_00101, 33, 8)|put(15, 21, 4))
	m = decoded(t, f[:])
	if _, _, hasRight, hasAft := m.AntennaOffset(); hasRight || hasAft || m.Status&RAActive != 0 {
		t.Error("the second format has another antenna in that place, and no advisory")
	}
	if _, _, ok := m.Size(); ok {
		t.Error("the top size code has a bound")
	}
	for _, other := range [][]byte{airborne(x24, 54, 27, false), unhex(t, "8DADA526F8230006004AB83D0261")} {
		m = decoded(t, other)
		if _, ok := m.Version3(); ok {
			t.Errorf("%X has codes of version 3", other)
		}
	}
}

// velocityOf3 is a TC 19 subtype 1 with the difference's eleven bits (ME 10, 47–48, 50–56, 9) and sign.
func velocityOf3(code uint32, below bool) [14]byte {
	return x24.squitter(put(19, 1, 5) | put(1, 6, 3) | put(code&1, 9, 1) | put(code>>10, 10, 1) | put(2, 11, 3) | put(301, 15, 10) | put(201, 26, 10) |
		put(code>>8, 47, 2) | putFlag(below, 49) | put(code>>1, 50, 7))
}

func TestHeightDifferenceOfVersion3(t *testing.T) {
	for _, c := range []struct {
		code     uint32
		ft       float64
		more, ok bool
	}{
		{2, 0, false, true}, {3, 12.5, false, true}, {4, 25, false, true}, {0xFD, 3137.5, false, true}, {0xFE, 3150, false, true}, {0xFF, 3250, false, true},
		{0x1FE, 3350, false, true}, {0x1FF, 3450, false, true}, {0x7FE, 4550, false, true}, {0x7FF, 4550, true, true}, {0x102, 0, false, false}, {0, 0, false, false},
	} {
		for _, below := range []bool{false, true} {
			f := velocityOf3(c.code, below)
			m := decoded(t, f[:])
			want := c.ft
			if below {
				want = -want
			}
			ft, more, ok := m.ExtendedGeoMinusBaro()
			if math.Abs(float64(ft)-want) > 1e-3 || more != c.more || ok != c.ok {
				t.Errorf("%03X below %v: %v %v %v, want %v %v %v", c.code, below, ft, more, ok, want, c.more, c.ok)
			}
		}
	}
	m := decoded(t, airborne(x24, 54, 27, false))
	if _, _, ok := m.ExtendedGeoMinusBaro(); ok {
		t.Error("a position has a difference")
	}
}

// TestIntegrityOfHeights: TC 20 to 22 by version and supplement D, which a receiver takes from the velocity of an aircraft
// that said it is of version 3, and from no other.
func TestIntegrityOfHeights(t *testing.T) {
	for _, c := range []struct {
		tc, d uint8
		want  Integrity
	}{
		{20, 0, Integrity{8, 185.2}}, {20, 1, Integrity{9, 75}}, {20, 2, Integrity{10, 25}}, {20, 3, Integrity{11, 7.5}}, {21, 0, Integrity{7, 370.4}},
		{21, 3, Integrity{7, 370.4}}, {22, 0, Integrity{}}, {22, 1, Integrity{4, 3704}}, {22, 2, Integrity{5, 1852}}, {22, 3, Integrity{6, 1111.2}}, {11, 3, Integrity{}},
	} {
		if got := NICHeight(c.tc, c.d); got != c.want {
			t.Errorf("TC %d D %d: %+v, want %+v", c.tc, c.d, got, c.want)
		}
	}
	if NIC(3, 20, true, true, true) != (Integrity{8, 185.2}) || NIC(2, 20, false, false, false) != (Integrity{11, 7.5}) || NIC(3, 13, false, true, false) != NIC(2, 13, false, true, false) {
		t.Error("version 3 without supplement D")
	}
	for _, c := range []struct {
		version uint32
		want    Integrity
	}{{3, Integrity{10, 25}}, {2, Integrity{11, 7.5}}} {
		r := NewReceiver(Options{})
		status := x24.squitter(put(31, 1, 5) | put(c.version, 41, 3))
		v := velocityOf3(2<<8, false)
		at := func(odd bool) []byte {
			f := x24.AirbornePosition(Airborne{Lat: 54, Lon: 27, Altitude: 33000, HasAltitude: true, TC: 20}, odd)
			return f[:]
		}
		rep, ok := hear(t, r, 0, status[:], v[:], at(false), at(true))
		if !ok || rep.NIC != c.want.NIC || rep.Rc != c.want.Rc || !(rep.Has&HasGeoAltitude != 0) {
			t.Errorf("version %d: %+v", c.version, rep)
		}
	}
	m := decoded(t, airborne(x24, 54, 27, false))
	if _, ok := m.NICd(); ok {
		t.Error("a position has supplement D")
	}
}

// TestStatusOfVersion0: only that TCAS is not operational is said, not that it is.
func TestStatusOfVersion0(t *testing.T) {
	for _, c := range []struct {
		more       uint64
		has        bool
		flags      StatusFlags
		hasFlagged bool
	}{
		{0, false, 0, true}, {putFlag(true, 11), true, 0, true}, {putFlag(true, 12), false, ESIn, true}, {putFlag(true, 9) | putFlag(true, 11), false, 0, false},
	} {
		f := x24.squitter(put(31, 1, 5) | c.more)
		m := decoded(t, f[:])
		if m.Is(HasTCAS) != c.has || m.TCAS || m.Status != c.flags || m.Is(HasStatus) != c.hasFlagged || m.Version != 0 || !m.Is(HasVersion) {
			t.Errorf("%014X: %+v", c.more, m)
		}
	}
}

// TestTemperatureOf44: both printed layouts, the same below zero.
func TestTemperatureOf44(t *testing.T) {
	for _, c := range []struct {
		name string
		bits uint64
		want float64
		ok   bool
	}{
		{"sign at 24, below zero", at(signedBits(-200, 11), 24, 11), -50, true},
		{"status at 24, below zero", at(1, 24, 1) | at(signedBits(-200, 10), 25, 10), -50, true},
		{"sign at 24, above zero", at(48, 24, 11), 12, true},
		{"status at 24, above zero", at(1, 24, 1) | at(48, 25, 10), 12, true},
		{"status at 24, zero", at(1, 24, 1), 0, true},
		{"nothing", 0, 0, false},
	} {
		if got, ok := temperature44(c.bits); got != c.want || ok != c.ok {
			t.Errorf("%s: %v %v", c.name, got, ok)
		}
	}
}

// TestTargetStateFollowsTheVersion: a TC 29 is what the aircraft's last TC 31 lets it be.
func TestTargetStateFollowsTheVersion(t *testing.T) {
	first := x24.squitter(put(29, 1, 5) | put(3, 8, 2) | put(340, 16, 10) | put(9, 40, 4) | putFlag(true, 44) | put(2, 45, 2))
	second := x24.squitter(put(29, 1, 5) | put(1, 6, 2) | put(500, 10, 11) | put(9, 40, 4) | putFlag(true, 44) | put(2, 45, 2))
	for _, c := range []struct {
		version          int // −1: not heard
		first, second    bool
		baroOf2          bool
		reread1, reread2 int64
	}{{-1, true, true, true, 0, 0}, {0, false, false, false, 1, 1}, {1, true, false, false, 0, 1}, {2, false, true, true, 1, 0}, {3, false, true, false, 1, 1}} {
		for i, f := range [][14]byte{first, second} {
			r := NewReceiver(Options{})
			if c.version >= 0 {
				status := x24.squitter(put(31, 1, 5) | put(uint32(c.version), 41, 3))
				hear(t, r, 0, status[:])
			}
			m := decoded(t, f[:])
			r.Take(&m, aSecond)
			want, reread := c.first, c.reread1
			if i == 1 {
				want, reread = c.second, c.reread2
			}
			if m.Is(HasSelectedTarget) != want || m.Is(HasNACp) != want || r.Counters.Reread != reread || !m.Is(HasAddress) {
				t.Errorf("version %d, subtype %d: %v, %+v", c.version, i, m.Has, r.Counters)
			}
			if i == 1 && m.Is(HasNICBaro) != c.baroOf2 {
				t.Errorf("version %d: barometric integrity %v", c.version, m.Is(HasNICBaro))
			}
		}
	}
}
