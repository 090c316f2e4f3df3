package modes

import (
	"errors"
	"math"
	"testing"
)

// TestPublishedVectors holds frames whose values are in textbooks on Mode S decoding and in decoders' documentation.
func TestPublishedVectors(t *testing.T) {
	for _, c := range []struct {
		hex  string
		want map[string]any
	}{
		{"8D4840D6202CC371C32CE0576098", map[string]any{"icao": "4840D6", "callsign": "KLM1023", "tc": 4.0, "category": 0.0, "category_set": "A"}},
		{"8D406B902015A678D4D220AA4BDA", map[string]any{"callsign": "EZY85MH"}},
		{"8D40621D58C382D690C8AC2863A7", map[string]any{"altitude_ft": 38000.0, "cpr_odd": 0.0, "cpr_lat": 93000.0, "cpr_lon": 51372.0}},
		{"8D40621D58C386435CC412692AD6", map[string]any{"altitude_ft": 38000.0, "cpr_odd": 1.0, "cpr_lat": 74158.0, "cpr_lon": 50194.0}},
		{"8D485020994409940838175B284F", map[string]any{"groundspeed_kt": 159.2011, "track_deg": 182.88, "vertical_rate_fpm": -832.0, "vr_source": "GNSS", "geo_minus_baro_ft": 550.0}},
		{"8DA05F219B06B6AF189400CBC33F", map[string]any{"airspeed_kt": 375.0, "airspeed_type": "TAS", "heading_deg": 243.984375, "vertical_rate_fpm": -2304.0, "vr_source": "BARO"}},
		{"8D485020994409940838175B284F", map[string]any{"bds": "09", "subtype": 1.0}},
		{"8C4841753A9A153237AEF0F275BE", map[string]any{"groundspeed_kt": 17.0, "track_deg": 92.8125, "movement": 41.0, "bds": "06"}},
		{"A000083E202CC371C31DE0AA1CCF", map[string]any{"bds": "20", "callsign": "KLM1017"}},
		{"A000029C85E42F313000007047D3", map[string]any{"bds": "40", "selected_altitude_mcp_ft": 3008.0, "selected_altitude_fms_ft": 3008.0, "baro_setting_hpa": 1020.0}},
		{"A000139381951536E024D4CCF6B5", map[string]any{"bds": "50", "roll_deg": 2.109375, "true_track_deg": 114.257812, "groundspeed_kt": 438.0, "track_rate_deg_s": 0.125, "tas_kt": 424.0}},
		{"A00004128F39F91A7E27C46ADC21", map[string]any{"bds": "60", "mag_heading_deg": 42.714844, "ias_kt": 252.0, "mach": 0.42, "baro_rate_fpm": -1920.0, "inertial_rate_fpm": -1920.0}},
		{"8DA05629EA21485CBF3F8CADAEEB", map[string]any{"selected_altitude_ft": 16992.0, "selected_altitude_source": "MCP/FCU", "baro_setting_hpa": 1012.8, "selected_heading_deg": 66.796875, "autopilot": true, "vnav": true, "alt_hold": false, "approach": false, "lnav": true, "tcas_operational": true}},
		{"8DA2C1B6E112B600000000760759", map[string]any{"emergency_state": 0.0, "squawk": "6513", "tc": 28.0, "subtype": 1.0}},
		{"A0000638FA81C10000000081A92F", map[string]any{"bds": "17", "supported_bds": "[0,5 0,6 0,7 0,8 0,9 2,0 4,0 5,0 5,1 5,2 6,0]"}},
		{"A800178D10010080F50000D5893C", map[string]any{"bds": "10"}},
		{"A0001692185BD5CF400000DFC696", map[string]any{"bds": "44", "wind_speed_kt": 22.0, "wind_dir_deg": 344.53125, "temp_c": -48.75}},
		{"2A00516D492B80", map[string]any{"squawk": "0356", "icao": "510AF9", "df": 5.0}},
		{"A02014B400000000000000F9D514", map[string]any{"altitude_ft": 32300.0}},
		{"5D484FDEA248F5", map[string]any{"icao": "484FDE", "ic": 22.0, "ca": 5.0}},
	} {
		got := decodeJSON(t, c.hex)
		for k, want := range c.want {
			if !same(got[k], want, 0.001) {
				t.Errorf("%s: %s is %v, want %v (bds %v)", c.hex, k, got[k], want, got["bds"])
			}
		}
	}
}

// TestPublishedPair is the position every text on CPR works out.
func TestPublishedPair(t *testing.T) {
	even, odd := cprOf(t, "8D40621D58C382D690C8AC2863A7"), cprOf(t, "8D40621D58C386435CC412692AD6")
	lat, lon, ok := GlobalAirborne(even, odd, false)
	if !ok || math.Abs(lat-52.257202) > 1e-6 || math.Abs(lon-3.919373) > 1e-6 {
		t.Errorf("even: %v %v %v", lat, lon, ok)
	}
	lat, lon, ok = GlobalAirborne(even, odd, true)
	if !ok || math.Abs(lat-52.265780) > 1e-6 || math.Abs(lon-3.938912) > 1e-5 {
		t.Errorf("odd: %v %v %v", lat, lon, ok)
	}
	lat, lon = Local(even, false, 52.258, 3.918)
	if math.Abs(lat-52.257202) > 1e-6 || math.Abs(lon-3.919373) > 1e-6 {
		t.Errorf("local: %v %v", lat, lon)
	}
}

func TestFramesThatAreNone(t *testing.T) {
	for _, c := range []struct {
		name string
		hex  string
		want error
	}{
		{"nothing", "", ErrLength}, {"six bytes", "5D484FDEA248", ErrLength}, {"fifteen bytes", "8D4840D6202CC371C32CE0576098AA", ErrLength},
		{"short frame of a long format", "8D4840D6202CC3", ErrLength}, {"long frame of a short format", "5D484FDEA248F50000000000AABB", ErrLength},
		{"damaged squitter", "8D4840D6202CC371C32CE0576099", ErrParity}, {"damaged all-call", "5D484FDEA248FF00000000"[:14], nil},
		{"all-call with a high residue", "5D484FDEA2C8F5", ErrParity}, {"format 3", "18000000000000", ErrFormat}, {"format 22", "B0000000000000000000000000AB", ErrFormat},
	} {
		var m Message
		err := Decode(&m, unhex(t, c.hex))
		if c.name == "damaged all-call" {
			// A change in the low seven bits is another interrogator: it cannot be told from damage.
			if err != nil || m.IC == 22 {
				t.Errorf("%s: %v, interrogator %d", c.name, err, m.IC)
			}
			continue
		}
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestHeadersOfRareFormats(t *testing.T) {
	// DF19 with AF 0 follows DF17; another AF keeps its bytes and says no address.
	var f [14]byte
	copy(f[:], unhex(t, "984BAB45"))
	seal(f[:], 0)
	if m := decoded(t, f[:]); m.DF != 19 || m.Address != 0x4BAB45 || m.Control != 0 || !m.Is(HasAddress) {
		t.Errorf("%+v", m)
	}
	f[0] |= 3
	if m := decoded(t, f[:]); m.DF != 19 || m.Control != 3 || m.Is(HasAddress) || m.N != 14 || m.Frame != f {
		t.Errorf("%+v", m)
	}
	// DF24 is any frame that begins with 11; its parity is the address.
	e := [14]byte{0xDB, 1, 2, 3}
	seal(e[:], 0x4BAB45)
	if m := decoded(t, e[:]); m.DF != 24 || m.Address != 0x4BAB45 || m.Kind != FromParity || m.Control != 0x1B {
		t.Errorf("%+v", m)
	}
}

// TestKindsOfDF18 are told by CF and IMF (DO-260B 2.2.3.2.1.5).
func TestKindsOfDF18(t *testing.T) {
	position := x24.AirbornePosition(Airborne{Lat: 54, Lon: 27, Altitude: 33000, HasAltitude: true}, false)
	for _, c := range []struct {
		cf     byte
		imf    bool
		origin Origin
		kind   AddressKind
		body   bool
	}{
		{0, false, Direct, ICAO, true}, {1, false, Direct, NonICAO, true}, {2, false, TISB, ICAO, true}, {2, true, TISB, TrackFile, true},
		{3, false, TISB, ICAO, true}, {4, false, Direct, ICAO, false}, {5, false, TISB, NonICAO, true}, {5, true, TISB, TrackFile, true}, {6, false, ADSR, ICAO, true},
		{6, true, ADSR, NonICAO, true}, {7, false, Direct, ICAO, false},
	} {
		f := position
		f[0] = 18<<3 | c.cf
		if c.imf {
			f[4] |= 1
		}
		seal(f[:], 0)
		m := decoded(t, f[:])
		if m.Origin != c.origin || m.Kind != c.kind || m.Is(HasCPR) != c.body || m.Address != x24.Address {
			t.Errorf("CF %d, IMF %v: origin %d, kind %d, position %v", c.cf, c.imf, m.Origin, m.Kind, m.Is(HasCPR))
		}
		if m.Is(HasNICb) != (c.body && c.origin == Direct) {
			t.Errorf("CF %d: NIC supplement B %v", c.cf, m.Is(HasNICb))
		}
	}
}

// TestResolutionAdvisory reads one set of bits in a squitter and in BDS 3,0.
func TestResolutionAdvisory(t *testing.T) {
	// ARA 1 (issued), RAC 2, terminated, threat type 1 with address 3C4A89.
	body := put(1<<13|5, 9, 14) | put(2, 23, 4) | putFlag(true, 27) | put(1, 29, 2) | put(0x3C4A89, 31, 24)
	want := RA{Advisory: 1<<13 | 5, Complement: 2, Issued: true, Terminated: true, ThreatType: 1, Threat: 0x3C4A89}
	squitter := x24.squitter(put(28, 1, 5) | put(2, 6, 3) | body)
	m := decoded(t, squitter[:])
	if !m.Is(HasRA) || m.RA != want || m.Sub != 2 || m.Is(HasSquawk) {
		t.Errorf("TC 28: %+v", m.RA)
	}
	var b [14]byte
	putBody(&b, put(0x30, 1, 8)|body)
	reply := x24.AltitudeCommB(0, 33000, [7]byte(b[4:11]))
	m = decoded(t, reply[:])
	if m.BDS != 0x30 || m.RA != want {
		t.Errorf("BDS 3,0: %v %+v", m.BDS, m.RA)
	}
}

func TestNoDataIsNotZero(t *testing.T) {
	for name, f := range map[string][14]byte{
		"velocity without anything": x24.squitter(put(19, 1, 5) | put(1, 6, 3)),
		"airspeed without anything": x24.squitter(put(19, 1, 5) | put(3, 6, 3)),
		"reserved velocity subtype": x24.squitter(put(19, 1, 5) | put(6, 6, 3) | put(1<<20, 14, 21)),
		"target state":              x24.squitter(put(29, 1, 5) | put(1, 6, 2)),
		"surface movement":          x24.squitter(put(7, 1, 5)),
	} {
		m := decoded(t, f[:])
		values := HasVelocity | HasHeading | HasAirspeed | HasVerticalRate | HasGeoMinusBaro | HasSelectedTarget | HasQNH | HasSelectedHeading | HasGroundSpeed | HasTrack | HasModeFlags
		if m.Has&values != 0 {
			t.Errorf("%s says %b", name, m.Has&values)
		}
	}
	f := x24.AirbornePosition(Airborne{Lat: 54, Lon: 27}, false)
	if m := decoded(t, f[:]); m.Is(HasAltitude) || !m.Is(HasCPR) {
		t.Errorf("a position without altitude: %b", m.Has)
	}
	f = x24.AirbornePosition(Airborne{Lat: 54, Lon: 27, Altitude: 60000, HasAltitude: true}, false)
	if m := decoded(t, f[:]); m.Is(HasAltitude) {
		t.Errorf("60,000 ft do not fit 25 ft steps, yet %d are sent", m.Altitude)
	}
}

func TestRegisterSets(t *testing.T) {
	var b [14]byte
	putBody(&b, put(0xFA8103, 1, 24))
	f := x24.IdentityCommB(0, 0o1234, [7]byte(b[4:11]))
	m := decoded(t, f[:])
	for reg, want := range map[BDS]bool{0x05: true, 0x0A: false, 0x20: true, 0x50: true, 0x5F: true, 0x60: true, 0x40: true, 0x44: false, 0x99: false} {
		if m.Serves(reg) != want {
			t.Errorf("serves %v: %v, want %v", reg, !want, want)
		}
	}
	r := Registers(1<<4 | 1<<5)
	if !r.Has(0x40) || !r.Has(0x50) || r.Has(0x60) || r.Has(0x99) || len(r.All()) != 2 || r.All()[0] != 0x40 {
		t.Errorf("%v", r.All())
	}
	if BDS(0x5F).String() != "5F" || BDS(0).String() != "" {
		t.Error("names of registers")
	}
}

func TestWorthOfAPosition(t *testing.T) {
	for nacp, metres := range map[uint8]float64{0: 0, 8: 92.6, 9: 30, 10: 10, 11: 3, 12: 0, 255: 0} {
		if got := NACpSigma(nacp); math.Abs(got-metres/per95) > 1e-9 {
			t.Errorf("NACp %d: %v m", nacp, got)
		}
	}
	last := 0.0
	for tc := uint8(9); tc <= 17; tc++ { // worse with every type code
		if got := NUCpSigma(tc); got <= last {
			t.Errorf("TC %d: %v m after %v", tc, got, last)
		} else {
			last = got
		}
	}
	for _, tc := range []uint8{0, 8, 18, 19, 22, 23, 31, 255} {
		if NUCpSigma(tc) != 0 || tc != 8 && NIC(2, tc, false, false, false) != (Integrity{}) {
			t.Errorf("TC %d says something of a position", tc)
		}
	}
}

func TestResidueOfOddLengths(t *testing.T) {
	for _, n := range []int{0, 1, 6, 8, 13, 15, 100} {
		if got := Residue(make([]byte, n)); got != 0xFFFFFFFF {
			t.Errorf("%d bytes: %X", n, got)
		}
	}
	if got := Residue(unhex(t, "8D4840D6202CC371C32CE0576098")); got != 0 {
		t.Errorf("an intact squitter: %X", got)
	}
}

// TestEverySingleBitIsNoticed: the parity finds any wrong bit of a squitter, and any two.
func TestEverySingleBitIsNoticed(t *testing.T) {
	good := unhex(t, "8D4840D6202CC371C32CE0576098")
	for i := range 112 {
		for j := i; j < 112; j++ {
			b := append([]byte(nil), good...)
			b[i/8] ^= 0x80 >> (i % 8)
			if j != i {
				b[j/8] ^= 0x80 >> (j % 8)
			}
			if Residue(b) == 0 {
				t.Fatalf("bits %d and %d go unnoticed", i, j)
			}
		}
	}
}
