package modes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"
)

func TestPositionsBeyondTheRangeAreRefused(t *testing.T) {
	r := NewReceiver(Options{HasSite: true, Lat: 54, Lon: 27, MaxRange: 100_000})
	near, far := Fixed{Address: 1, Capability: 5}, Fixed{Address: 2, Capability: 5}
	if _, ok := hear(t, r, 0, airborne(near, 54.5, 27, false), airborne(near, 54.5, 27, true)); !ok {
		t.Error("56 km off is refused")
	}
	if _, ok := hear(t, r, 10*aSecond, airborne(far, 56, 27, false), airborne(far, 56, 27, true)); ok || r.Counters.OutOfRange != 1 {
		t.Errorf("222 km off is taken: %+v", r.Counters)
	}
}

func TestOldCodesAreNotPaired(t *testing.T) {
	x := Fixed{Address: 1, Capability: 5}
	for _, c := range []struct {
		apart int64
		want  bool
	}{{9 * aSecond, true}, {11 * aSecond, false}, {-9 * aSecond, true}} {
		r := NewReceiver(Options{})
		hear(t, r, 100*aSecond, airborne(x, 54, 27, false))
		if _, ok := hear(t, r, 100*aSecond+c.apart, airborne(x, 54, 27, true)); ok != c.want {
			t.Errorf("%d s apart: %v, want %v", c.apart/aSecond, ok, c.want)
		}
	}
}

// TestOneFrameIsEnoughNearAnAnchor: after a pair every code resolves by itself, for five minutes.
func TestOneFrameIsEnoughNearAnAnchor(t *testing.T) {
	r := NewReceiver(Options{})
	x := Fixed{Address: 1, Capability: 5}
	hear(t, r, 0, airborne(x, 54, 27, false), airborne(x, 54, 27, true))
	rep, ok := hear(t, r, 200*aSecond, airborne(x, 54.3, 27.3, true))
	if !ok || math.Abs(rep.Lat-54.3) > 1e-4 || math.Abs(rep.Lon-27.3) > 1e-4 {
		t.Errorf("%+v %v", rep, ok)
	}
	if _, ok := hear(t, r, 600*aSecond, airborne(x, 54.3, 27.3, true)); ok {
		t.Error("an anchor of over five minutes was used")
	}
}

// TestSquawkNeedsTwoReplies: the header of a reply may be damaged where its parity is not.
func TestSquawkNeedsTwoReplies(t *testing.T) {
	r := NewReceiver(Options{})
	x := Fixed{Address: 0x4BAB45, Capability: 5}
	call := x.AllCall(0)
	hear(t, r, 0, call[:], call[:])
	say := func(codes ...uint16) Report {
		for _, c := range codes {
			reply := x.IdentityReply(0, c)
			hear(t, r, 2*aSecond, reply[:])
		}
		rep, ok := hear(t, r, 3*aSecond, airborne(x, 54, 27, false), airborne(x, 54, 27, true))
		if !ok {
			t.Fatal("no report")
		}
		return rep
	}
	if rep := say(0o1234, 0o4321); rep.Has&HasSquawk != 0 {
		t.Errorf("one reply gave %04o", rep.Squawk)
	}
	if rep := say(0o4321); rep.Has&HasSquawk == 0 || rep.Squawk != 0o4321 {
		t.Errorf("two replies gave %04o", rep.Squawk)
	}
	if rep := say(0o7777); rep.Squawk != 0o4321 {
		t.Errorf("one other reply changed it to %04o", rep.Squawk)
	}
}

// TestIdentificationOfReplies: two agreeing 2,0 name an aircraft whose squitters do not; the squitters' name goes before.
func TestIdentificationOfReplies(t *testing.T) {
	x := Fixed{Address: 0x4BAB45, Capability: 5}
	call := x.AllCall(0)
	named := func(names ...string) Report {
		r := NewReceiver(Options{})
		hear(t, r, 0, call[:], call[:])
		for _, n := range names {
			f := x.IdentityCommB(0, 0o1234, mbOf(at(0x20, 1, 8)|identCode(n)))
			hear(t, r, 2*aSecond, f[:])
		}
		rep, ok := hear(t, r, 3*aSecond, airborne(x, 54, 27, false), airborne(x, 54, 27, true))
		if !ok {
			t.Fatal("no report")
		}
		return rep
	}
	for _, c := range []struct {
		names []string
		want  string
	}{{nil, ""}, {[]string{"BRU1"}, ""}, {[]string{"BRU1", "BRU2"}, ""}, {[]string{"BRU1", "BRU1"}, "BRU1"}, {[]string{"BRU1", "BRU2", "BRU2"}, "BRU2"}} {
		rep := named(c.names...)
		m := Message{Ident: rep.Ident}
		if got := m.Callsign(); got != c.want || (rep.Has&HasCallsign != 0) != (c.want != "") {
			t.Errorf("%v: %q, want %q", c.names, got, c.want)
		}
	}
}

// TestAgedValuesAreLeftOut: a velocity or squawk of over half a minute is not reported as if it were now.
func TestAgedValuesAreLeftOut(t *testing.T) {
	r := NewReceiver(Options{})
	x := Fixed{Address: 0x4BAB45, Capability: 5}
	v, s := x.Velocity(100, 100, 0, 1), x.EmergencyStatus(0, 0o1234)
	hear(t, r, 0, v[:], s[:])
	rep, ok := hear(t, r, 40*aSecond, airborne(x, 54, 27, false), airborne(x, 54, 27, true))
	if !ok || rep.Has&(HasVelocity|HasVerticalRate|HasSquawk|HasEmergency) != 0 {
		t.Errorf("%v %b", ok, rep.Has)
	}
}

// TestVersionChangesTheReading: accuracy said under another version is forgotten.
func TestVersionChangesTheReading(t *testing.T) {
	r := NewReceiver(Options{})
	x := Fixed{Address: 0x4BAB45, Capability: 5}
	rep, _ := hear(t, r, 0, airborne(x, 54, 27, false), airborne(x, 54, 27, true))
	if rep.Version != 0 || rep.NACp != 0 || rep.Sigma != NUCpSigma(11) {
		t.Errorf("before any status: %+v", rep)
	}
	op := x.OperationalStatus(Operational{NACp: 10, SIL: 3, SDA: 2})
	v := x.Velocity(100, 100, 0, 2)
	if rep, _ = hear(t, r, aSecond/2, op[:], v[:], airborne(x, 54, 27, true)); rep.SIL != 3 || rep.SDA != 2 || rep.NACv != 2 || rep.Has&(HasNACv|HasSIL|HasSDA) != HasNACv|HasSIL|HasSDA {
		t.Errorf("after a status and a velocity: %+v", rep)
	}
	rep, _ = hear(t, r, 2*aSecond, op[:], airborne(x, 54, 27, true))
	if rep.Version != 2 || rep.NACp != 10 || rep.Sigma != NACpSigma(10) {
		t.Errorf("after a status of version 2: %+v", rep)
	}
	zero := x.squitter(put(31, 1, 5))
	rep, _ = hear(t, r, 4*aSecond, zero[:], airborne(x, 54, 27, true))
	if rep.Version != 0 || rep.NACp != 0 || rep.Sigma != NUCpSigma(11) {
		t.Errorf("after a status of version 0: %+v", rep)
	}
	if rep.Has&(HasNACv|HasSIL|HasSDA) != 0 {
		t.Errorf("accuracies of another version: %+v", rep)
	}
	rep, _ = hear(t, r, 6*aSecond, op[:])
	rep, _ = hear(t, r, 150*aSecond, airborne(x, 54, 27, true))
	if rep.NACp != 0 {
		t.Errorf("NACp of over two minutes ago: %+v", rep)
	}
}

// TestRelayedIsAnotherAircraft: what a multilateration server says of an address is kept apart from what it says itself.
func TestRelayedIsAnotherAircraft(t *testing.T) {
	r := NewReceiver(Options{})
	x := Fixed{Address: 0x4BAB45, Capability: 5}
	for i, origin := range []Origin{Direct, MLAT} {
		m := decoded(t, airborne(x, 54, 27, i == 1))
		m.Origin = origin
		if _, ok := r.Take(&m, int64(i)*aSecond); ok {
			t.Error("codes of an aircraft and of a server were paired")
		}
	}
	if r.Known(x.Address, 2*aSecond) {
		t.Error("a server's frame counted towards the address gate")
	}
}

func TestAcceptedTellsOfReplies(t *testing.T) {
	r := NewReceiver(Options{})
	x := Fixed{Address: 0x4BAB45, Capability: 5}
	reply, call := x.AltitudeReply(0, 33000), x.AllCall(0)
	m, c := decoded(t, reply[:]), decoded(t, call[:])
	if r.Accepted(&m, 0) || !r.Accepted(&c, 0) {
		t.Error("before anything was heard")
	}
	hear(t, r, 0, call[:], call[:])
	if !r.Accepted(&m, 2*aSecond) || r.Accepted(&m, 90*aSecond) {
		t.Error("after two squitters, and a minute later")
	}
}

// TestAddressesThatAreNone never make an aircraft.
func TestAddressesThatAreNone(t *testing.T) {
	r := NewReceiver(Options{})
	for _, a := range []uint32{0, 0xFFFFFF} {
		call := Fixed{Address: a}.AllCall(0)
		hear(t, r, 0, call[:], call[:])
	}
	if r.Aircraft() != 0 || r.Counters.Squitters != 0 {
		t.Errorf("%d aircraft, %+v", r.Aircraft(), r.Counters)
	}
}

// TestSelectedAltitudeOrCapability: 4,0 with a selected altitude alone and 1,7 of a plain transponder are the same bits.
func TestSelectedAltitudeOrCapability(t *testing.T) {
	for mb, want := range map[[7]byte]BDS{
		{0xCA, 0x38}:             0x40, // 38,000 ft and nothing else
		{0xFA, 0x81, 0xC1}:       0x17, // serves 5,0 and 6,0
		{0x92, 0x00}:             0,    // 9,216 ft, or serves 0,5 0,8 2,0
		{0xC6, 0x50, 0x00, 0x0F}: 0,    // values without status bits
	} {
		f := x24.IdentityCommB(0, 0o1000, mb)
		if m := decoded(t, f[:]); m.BDS != want {
			t.Errorf("%X: %q of %v, want %q", mb, m.BDS, m.Likely.All(), want)
		}
	}
}

func TestWeatherNeedsTheRightAir(t *testing.T) {
	// 22 kt from 344.5°, −48.75 °C: right at 35,000 ft, absurd at 2,000 ft.
	mb := [7]byte{0x18, 0x5B, 0xD5, 0xCF, 0x40, 0, 0}
	high, low := x24.AltitudeCommB(0, 35000, mb), x24.AltitudeCommB(0, 2000, mb)
	m := decoded(t, high[:])
	if m.BDS != 0x44 || m.WindSpeed != 22 || math.Abs(float64(m.WindDirection)-344.53125) > 1e-4 || m.Temperature != -48.75 {
		t.Errorf("%v %+v", m.BDS, m)
	}
	if m = decoded(t, low[:]); m.BDS != 0 {
		t.Errorf("−48.75 °C at 2,000 ft is taken for %v", m.BDS)
	}
}

func TestTimeInJSON(t *testing.T) {
	f := x24.AllCall(0)
	m := decoded(t, f[:])
	for ns, want := range map[int64]string{1: "0.000000001", 1_500_000_000: "1.5", 1457996400 * 1e9: "1457996400", 1_753_827_785_808_609_200: "1753827785.8086092"} {
		m.Time = ns
		var o struct{ T json.Number }
		if err := json.Unmarshal(m.AppendJSON(nil), &o); err != nil || o.T.String() != want {
			t.Errorf("%d: %v %v, want %s", ns, o.T, err, want)
		}
	}
}

func TestNumbersInJSON(t *testing.T) {
	for _, c := range []struct {
		v      float64
		digits int
		want   string
	}{{0, 3, "0"}, {-0.0001, 3, "0"}, {1.5, 3, "1.5"}, {-1.25, 1, "-1.3"}, {99.9999, 2, "100"}, {0.001, 3, "0.001"}, {359.996, 2, "360"}} {
		j := object{}
		j.number("k", c.v, c.digits)
		if want := fmt.Sprintf(`"k":%s`, c.want); string(j.b) != want {
			t.Errorf("%v: %s, want %s", c.v, j.b, want)
		}
	}
}

func TestSetFrame(t *testing.T) {
	var f Frame
	for n, kind := range map[int]FrameKind{2: ModeAC, 7: Short, 14: Long} {
		if err := f.SetFrame(make([]byte, n)); err != nil || f.Kind != kind || int(f.N) != n {
			t.Errorf("%d bytes: %+v %v", n, f, err)
		}
	}
	for _, n := range []int{0, 1, 6, 8, 15} {
		if f.SetFrame(make([]byte, n)) == nil {
			t.Errorf("%d bytes make a frame", n)
		}
	}
}

// TestRepliesAgainstState counts what a real sky's Comm-B replies are taken for, and how often the aircraft's own
// squitters contradict it: an estimate of false inference without labels.
func TestRepliesAgainstState(t *testing.T) {
	raw, err := os.ReadFile(shared(t, "ulss7_2018_a.beast"))
	if err != nil {
		t.Fatal(err)
	}
	sky := NewReceiver(Options{})
	r := NewBeastReader(bytes.NewReader(raw))
	var f Frame
	var m Message
	told, compared := map[string]int{}, 0
	for r.Next(&f) == nil {
		if f.Kind == ModeAC || Decode(&m, f.Bytes()) != nil {
			continue
		}
		now := f.Ticks12()
		sky.Take(&m, now)
		if !m.CommB() || !sky.Accepted(&m, now) || m.body() == 0 {
			continue
		}
		name := m.BDS.String()
		switch {
		case name != "":
		case m.Likely != 0:
			name = "ambiguous"
		default:
			name = "none"
		}
		told[name]++
		if a := sky.aircraft[m.Address]; (m.BDS == 0x50 || m.BDS == 0x60) && a.moving(now) {
			compared++
		}
	}
	c := &sky.Counters
	t.Logf("registers %v; %d of 5,0 and 6,0 compared with the aircraft's own velocity, %d taken back; %d settled by state, %d by parity; %d replies of unknown addresses",
		told, compared, c.Withdrawn, c.Settled, c.Overlays, c.UnknownAddress)
	if c.Withdrawn > int64(compared)/50 || told["none"] > 12 || told["51"] != 2 || told["18"] != 2 || told["ambiguous"] > 0 {
		t.Errorf("%v, %+v", told, c)
	}
}
