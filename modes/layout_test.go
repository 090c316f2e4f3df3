package modes

import (
	"encoding/json"
	"math"
	mathbits "math/bits"
	"testing"

	"pgregory.net/rapid"
)

func mbOf(b uint64) [7]byte {
	var f [14]byte
	putBody(&f, b)
	return [7]byte(f[4:11])
}

func valuesOf(t *testing.T, b BDS, mb uint64) map[string]any {
	t.Helper()
	values, ok := AppendValues(nil, b, mbOf(mb))
	if !ok {
		t.Fatalf("%014X cannot be %v", mb, b)
	}
	all := map[string]any{}
	for _, v := range values {
		if v.IsText {
			m := Message{Ident: [8]byte(v.Text[:8])}
			all[v.Name] = m.Callsign() + string(v.Text[8:])
			if v.Text[8] == ' ' {
				all[v.Name] = m.Callsign()
			}
			continue
		}
		all[v.Name] = v.Number
	}
	return all
}

func signedBits(v int64, n uint) uint64 { return uint64(v) & (1<<n - 1) }

func at(v uint64, first, n uint) uint64 { return v << (57 - first - n) }

func letters(s string, first uint) (b uint64) {
	code := identCode(s) >> (48 - 6*uint(len(s)))
	return at(code, first, 6*uint(len(s)))
}

// TestRareRegisters are registers encoded by hand from their tables, and two published ones.
func TestRareRegisters(t *testing.T) {
	for _, c := range []struct {
		bds  BDS
		mb   uint64
		want map[string]any
	}{
		{0x07, at(1, 1, 2), map[string]any{"squitter_rate": 1.0, "squitter_altitude_is_gnss": 0.0}},
		{0x21, at(1, 1, 1) | letters("EW456P", 2), map[string]any{"registration": "EW456P"}},
		{0x21, at(1, 1, 1) | letters("N1    ", 2) | at(1, 38, 1) | letters("BRU", 39), map[string]any{"registration": "N1", "airline": "BRU"}},
		{0x41, at(1, 1, 1) | letters("MNSK1    "[:8], 2) | letters(" ", 50), map[string]any{"next_waypoint": "MNSK1"}},
		{0x42, at(1, 1, 1) | at(signedBits(-65536, 19), 2, 19) | at(1, 21, 1) | at(signedBits(131072, 19), 22, 19) | at(1, 41, 1) | at(4125, 42, 15),
			map[string]any{"next_waypoint_lat": -45.0, "next_waypoint_lon": 90.0, "next_waypoint_altitude_ft": 33000.0}},
		{0x43, at(1, 1, 1) | at(signedBits(-512, 11), 2, 11) | at(1, 13, 1) | at(125, 14, 12) | at(1, 26, 1) | at(1013, 27, 16),
			map[string]any{"next_waypoint_bearing_deg": 270.0, "next_waypoint_time_min": 12.5, "next_waypoint_distance_nm": 101.3}},
		{0x45, 0x0001FB80000000, map[string]any{"temp_c": -4.5}},
		{0x45, at(0b101, 1, 3) | at(0b110, 10, 3) | at(1, 27, 1) | at(950, 28, 11) | at(1, 39, 1) | at(100, 40, 12),
			map[string]any{"turbulence": 1.0, "icing": 2.0, "static_pressure_hpa": 950.0, "radio_height_ft": 1600.0}},
		{0x48, at(120, 6, 10) | at(1, 16, 1) | at(1, 17, 2), map[string]any{"vhf_1_mhz": 121.0, "vhf_1_audio": 1.0, "guard_audio": 0.0}},
		{0x51, at(1, 1, 1) | at(signedBits(152917, 20), 2, 20) | at(signedBits(-87381, 20), 22, 20) | at(1250, 42, 15),
			map[string]any{"position_lat": 52.5, "position_lon": -30.0, "position_altitude_ft": 10000.0}},
		{0x52, at(1, 1, 1) | at(9, 2, 4) | at(1<<17, 6, 18) | at(signedBits(-100, 15), 42, 15),
			map[string]any{"position_accuracy": 9.0, "position_lat_fine_deg": 0.703125, "position_lon_fine_deg": 0.0, "position_altitude_ft": -800.0}},
		{0x53, at(1, 1, 1) | at(signedBits(-256, 11), 2, 11) | at(1, 13, 1) | at(280, 14, 10) | at(1, 24, 1) | at(98, 25, 9) | at(1, 34, 1) | at(901, 35, 12) | at(1, 47, 1) | at(signedBits(-10, 9), 48, 9),
			map[string]any{"mag_heading_deg": 315.0, "ias_kt": 280.0, "mach": 0.784, "tas_kt": 450.5, "baro_rate_fpm": -640.0}},
		{0x54, at(1, 1, 1) | letters("BAKUR", 2) | at(256, 32, 9) | at(33, 41, 6) | at(64, 47, 9),
			map[string]any{"waypoint": "BAKUR", "waypoint_eta_min": 30.0, "waypoint_level_fl": 330.0, "waypoint_time_min": 7.5}},
	} {
		got := valuesOf(t, c.bds, c.mb)
		if len(got) != len(c.want) {
			t.Errorf("%v: %v, want %v", c.bds, got, c.want)
		}
		for k, want := range c.want {
			if !same(got[k], want, 1e-3) {
				t.Errorf("%v: %s is %v, want %v", c.bds, k, got[k], want)
			}
		}
	}
}

// TestLayoutsAreWhole: fields lie within 56 bits, none over another or over reserved bits.
func TestLayoutsAreWhole(t *testing.T) {
	for _, l := range layouts {
		used := l.reserved
		statuses := uint64(0)
		for _, f := range l.fields {
			mask := span(uint(f.first), uint(f.first+f.width-1))
			if used&mask != 0 || f.first+f.width > 57 {
				t.Errorf("%v: %s lies over something", l.bds, f.name)
			}
			used |= mask
			if f.status != 0 {
				statuses |= span(uint(f.status), uint(f.status))
			}
		}
		if used&statuses != 0 {
			t.Errorf("%v: a status bit lies in a field", l.bds)
		}
		if n := mathbits.OnesCount64(used | statuses); n != 56 {
			t.Errorf("%v: %d of 56 bits are told", l.bds, n)
		}
		if setOf(l.bds) == 0 {
			t.Errorf("%v cannot be inferred", l.bds)
		}
	}
}

// TestWhatDoesNotFitGivesNothing: reserved bits, values without status, impossible values and texts.
func TestWhatDoesNotFitGivesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		bds BDS
		mb  uint64
	}{
		"nothing":                    {0x43, 0},
		"a reserved bit":             {0x43, at(1, 1, 1) | at(5, 2, 11) | 1},
		"a value without its status": {0x43, at(5, 2, 11) | at(1, 13, 1)},
		"latitude beyond the pole":   {0x42, at(1, 1, 1) | at(1<<17+1, 2, 19)},
		"a gap in a name":            {0x41, at(1, 1, 1) | letters("A B", 2)},
		"a sign that is none":        {0x41, at(1, 1, 1) | at(27, 2, 6)},
		"a temperature of 120 °C":    {0x45, at(1, 16, 1) | at(480, 17, 10)},
		"a register of a message":    {0x40, at(1, 1, 1)},
		"a register that is none":    {0x99, at(1, 1, 1)},
	} {
		if v, ok := AppendValues(nil, c.bds, mbOf(c.mb)); ok || v != nil {
			t.Errorf("%s: %v", name, v)
		}
	}
}

// TestCapabilityReports: 1,8 counts registers down from 3,8, a published one among them.
func TestCapabilityReports(t *testing.T) {
	mb := be56(unhex(t, "0080008FC083F0"))
	if !fitsReport(0x18, mb) {
		t.Fatal("a real 1,8 does not fit")
	}
	for b, want := range map[BDS]bool{0x30: true, 0x17: true, 0x18: true, 0x19: true, 0x20: true, 0x10: true, 0x0A: true, 0x05: true, 0x04: false, 0x21: false, 0x50: false} {
		if offered(0x18, b, mb) != want {
			t.Errorf("1,8 offers %v: %v", b, !want)
		}
	}
	if !offered(0x19, 0x39, 1) || !offered(0x19, 0x70, 1<<55) || !offered(0x1C, 0xFF, 1<<30) || offered(0x1C, 0xFF, 1<<31) || offered(0x17, 0x05, ^uint64(0)) {
		t.Error("ends of the reports")
	}
	if fitsReport(0x18, mb|span(43, 43)) || fitsReport(0x18, mb&^span(32, 32)) || fitsReport(0x1C, span(1, 1)|1) {
		t.Error("a report that cannot be fits")
	}
	f := x24.AltitudeCommB(0, 33000, mbOf(mb))
	m := decoded(t, f[:])
	read, ok := m.As(0x18)
	var o map[string]any
	if err := json.Unmarshal(read.AppendJSON(nil), &o); err != nil || !ok || len(o["supported_bds"].([]any)) != mathbits.OnesCount64(mb) {
		t.Errorf("%v %v", o, err)
	}
}

// TestAsReadsWhatItIsTold: every register by its own number, squitter registers among them, the header kept.
func TestAsReadsWhatItIsTold(t *testing.T) {
	position := x24.AirbornePosition(Airborne{Lat: 54, Lon: 27, Altitude: 33000, HasAltitude: true}, true)
	velocity := x24.Velocity(300, -200, -1280, 2)
	ident := x24.Identification("BRU123", 0xA3)
	status := x24.EmergencyStatus(1, 0o7700)
	surface := x24.SurfacePosition(54, 27, 12, 90, false)
	op := x24.OperationalStatus(Operational{NACp: 9})
	for b, c := range map[BDS]struct {
		squitter [14]byte
		want     Fields
	}{0x05: {position, HasCPR | HasAltitude}, 0x06: {surface, HasCPR | HasMovement}, 0x08: {ident, HasCallsign}, 0x09: {velocity, HasVelocity},
		0x61: {status, HasEmergency}, 0x65: {op, HasVersion}, 0x0A: {op, HasVersion}} {
		f := x24.IdentityCommB(2, 0o1234, [7]byte(c.squitter[4:11]))
		m := decoded(t, f[:])
		read, ok := m.As(b)
		if !ok || read.BDS != b || read.Has&c.want != c.want || read.FS != 2 || read.Address != x24.Address || read.Kind != FromParity {
			t.Errorf("%v: %v %+v", b, ok, read)
		}
	}
	call := x24.AllCall(0)
	m := decoded(t, call[:])
	if _, ok := m.As(0x40); ok {
		t.Error("an all-call has a register")
	}
}

// TestPositionInAReply: a 0,5 whose altitude is the header's is told; with another altitude it is not.
func TestPositionInAReply(t *testing.T) {
	p := x24.AirbornePosition(Airborne{Lat: 54, Lon: 27, Altitude: 33000, HasAltitude: true}, true)
	right, wrong := x24.AltitudeCommB(0, 33000, [7]byte(p[4:11])), x24.AltitudeCommB(0, 33025, [7]byte(p[4:11]))
	if m := decoded(t, right[:]); m.BDS != 0x05 || !m.Is(HasCPR) {
		t.Errorf("%v of %v", m.BDS, m.Likely.All())
	}
	if m := decoded(t, wrong[:]); m.BDS == 0x05 {
		t.Error("another altitude is no hindrance")
	}
}

// TestARealPosition is a 5,1 that an airliner sent near St Petersburg, from the values of its own squitters.
func TestARealPosition(t *testing.T) {
	got := valuesOf(t, 0x51, 0x953490AE15025F)
	if !same(got["position_lat"], 59.64, 0.005) || !same(got["position_lon"], 30.60, 0.005) || got["position_altitude_ft"] != 4856.0 {
		t.Errorf("%v", got)
	}
}

// flying is the sky of an aircraft that flies 450 kt on 60° at 35,000 ft and has announced registers.
func flying(t *testing.T, capability uint32) *Receiver {
	t.Helper()
	r := NewReceiver(Options{})
	sin, cos := math.Sincos(60 * math.Pi / 180)
	v, id := x24.Velocity(450*sin, 450*cos, 0, 2), x24.Identification("BRU123", 0xA3)
	hear(t, r, 0, v[:], id[:], airborne(x24, 54, 27, false), airborne(x24, 54, 27, true))
	if capability != 0 {
		f := x24.IdentityCommB(0, 0o1234, mbOf(uint64(capability)<<32))
		hear(t, r, 4*aSecond, f[:])
	}
	return r
}

func reply(t *testing.T, r *Receiver, mb uint64) Message {
	t.Helper()
	f := x24.IdentityCommB(0, 0o1234, mbOf(mb))
	m := decoded(t, f[:])
	r.Take(&m, 5*aSecond)
	return m
}

// TestAnnouncedRegisters: what fits nothing common is a rare register when 1,7 announced it, and only then.
func TestAnnouncedRegisters(t *testing.T) {
	waypoint := at(1, 1, 1) | letters("BAKUR", 2) | letters("   ", 32) | letters(" ", 50)
	plain := uint32(0xFA8181) // 0,5 to 0,9 2,0 4,0 5,0 5,1 6,0
	with := plain | 1<<(23-9) // 4,1
	if m := reply(t, flying(t, with), waypoint); m.BDS != 0x41 {
		t.Errorf("announced: %v of %v", m.BDS, m.Likely.All())
	}
	for _, c := range []uint32{0, 0xFA8101} {
		r := flying(t, c)
		if m := reply(t, r, waypoint); m.BDS == 0x41 {
			t.Errorf("announced %06X: 4,1 all the same", c)
		}
	}
	for place, want := range map[[2]float64]BDS{{54, 27}: 0x51, {53, 27}: 0} {
		mb := at(1, 1, 1) | at(signedBits(int64(place[0]/360*(1<<20)), 20), 2, 20) | at(signedBits(int64(place[1]/360*(1<<20)), 20), 22, 20) | at(33000/8, 42, 15)
		if m := reply(t, flying(t, plain&^(1<<(23-17))), mb); m.BDS != want {
			t.Errorf("5,1 at %v: %v of %v", place, m.BDS, m.Likely.All())
		}
	}
	r := flying(t, with)
	reply(t, r, waypoint)
	if r.Counters.Settled != 1 {
		t.Errorf("%+v", r.Counters)
	}
}

// TestSquitterRegistersByState: 0,5 0,8 0,9 in a reply are told by the squitters of the same aircraft.
func TestSquitterRegistersByState(t *testing.T) {
	sin, cos := math.Sincos(60 * math.Pi / 180)
	near, far := airborne(x24, 54.01, 27.02, true), airborne(x24, 55, 27, true)
	own, strange := x24.Identification("BRU123", 0xA3), x24.Identification("AFL77", 0xA3)
	fast, slow := x24.Velocity(455*sin, 455*cos, 0, 2), x24.Velocity(200*sin, 200*cos, 0, 2)
	for name, c := range map[string]struct {
		body []byte
		want BDS
	}{
		"a position near": {near[4:11], 0x05}, "a position far": {far[4:11], 0}, "its callsign": {own[4:11], 0x08},
		"another's callsign": {strange[4:11], 0}, "its velocity": {fast[4:11], 0x09}, "another velocity": {slow[4:11], 0},
	} {
		if m := reply(t, flying(t, 0), be56(c.body)); m.BDS != c.want {
			t.Errorf("%s: %v of %v, want %v", name, m.BDS, m.Likely.All(), c.want)
		}
	}
}

// track50 is a 5,0 with ground speed and track.
func track50(speed, track float64) uint64 {
	return at(1, 1, 1) | at(1, 12, 1) | at(uint64(track*512/90), 13, 11) | at(1, 24, 1) | at(uint64(speed/2), 25, 10) |
		at(1, 35, 1) | at(1, 46, 1) | at(uint64(speed/2), 47, 10)
}

// TestImpossibleRegisterIsTakenBack: the only candidate, when the aircraft itself says otherwise by far, is no register.
func TestImpossibleRegisterIsTakenBack(t *testing.T) {
	r := flying(t, 0)
	if m := reply(t, r, track50(440, 62)); m.BDS != 0x50 || m.TrueTrack < 61 || r.Counters.Withdrawn != 0 {
		t.Errorf("as it flies: %v, %+v", m.BDS, r.Counters)
	}
	m := reply(t, r, track50(440, 200))
	if m.BDS != 0 || !m.Likely.Has(0x50) || m.Is(HasTrack) || !m.Is(HasSquawk) || r.Counters.Withdrawn != 1 {
		t.Errorf("on the opposite course: %v of %v, %+v", m.BDS, m.Likely.All(), r.Counters)
	}
}

// TestOverlaidParity: a register's number over the parity names address and register; what fits neither stays refused.
func TestOverlaidParity(t *testing.T) {
	r := flying(t, 0)
	overlay := func(b BDS, mb uint64) Message {
		f := x24.IdentityCommB(0, 0o1234, mbOf(mb))
		f[11] ^= byte(b)
		m := decoded(t, f[:])
		r.Take(&m, 5*aSecond)
		return m
	}
	m := overlay(0x50, track50(440, 62))
	if m.Address != x24.Address || m.BDS != 0x50 || !m.Overlay || !m.Is(HasGroundSpeed) || r.Counters.Overlays != 1 || !r.Accepted(&m, 5*aSecond) {
		t.Errorf("%+v, %+v", m, r.Counters)
	}
	if m = overlay(0x40, track50(440, 62)); m.Overlay || r.Counters.UnknownAddress != 1 {
		t.Errorf("bits that are no 4,0: %+v", r.Counters)
	}
	if m = overlay(0x50, 0); m.Overlay {
		t.Error("an empty register proves nothing")
	}
	// A second aircraft that another number would lead to: undecided.
	twin := Fixed{Address: x24.Address ^ 0x50<<16 ^ 0x17<<16}
	call := twin.AllCall(0)
	hear(t, r, 4*aSecond, call[:], call[:])
	both := at(0xFA81C1, 1, 24)
	if m = overlay(0x17, both); m.Address != x24.Address {
		t.Errorf("one fits: %06X %v", m.Address, m.BDS)
	}
}

// TestOverlaysOfNoise counts how often random replies pass for overlaid ones among 200 known addresses.
func TestOverlaysOfNoise(t *testing.T) {
	r := NewReceiver(Options{})
	for i := range uint32(200) {
		x := Fixed{Address: 0x400000 + i*7919}
		call := x.AllCall(0)
		hear(t, r, 0, call[:], call[:])
	}
	noise := newNoise()
	const n = 100_000
	var m Message
	for range n {
		var b [14]byte
		noise.fill(b[:])
		b[0] = 20<<3 | b[0]&15
		if Decode(&m, b[:]) == nil {
			r.Take(&m, aSecond)
		}
	}
	t.Logf("of %d random Comm-B replies, 200 addresses known: %d taken by address, %d by overlay", n, r.Counters.Replies-r.Counters.Overlays, r.Counters.Overlays)
	if r.Counters.Overlays > 5 {
		t.Errorf("%d random replies pass for overlaid ones", r.Counters.Overlays)
	}
}

// TestReadersOfRegistersHold: any bits, any register: no panic, and JSON is JSON.
func TestReadersOfRegistersHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mb := rapid.Uint64Range(0, 1<<56-1).Draw(t, "mb")
		b := rapid.SampledFrom(inferable[:]).Draw(t, "register")
		f := x24.AltitudeCommB(0, 33000, mbOf(mb))
		var m Message
		if err := Decode(&m, f[:]); err != nil {
			t.Fatal(err)
		}
		if read, ok := m.As(b); ok {
			if text := read.AppendJSON(nil); !json.Valid(text) {
				t.Fatalf("%s", text)
			}
		}
	})
}
