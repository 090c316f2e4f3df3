package modes

import (
	"bytes"
	"math"
	"os"
	"testing"

	"pgregory.net/rapid"
)

// TestPositionsEqualAnotherDecoders holds every position that an independent decoder printed for the same stream.
func TestPositionsEqualAnotherDecoders(t *testing.T) {
	raw, err := os.ReadFile(shared(t, "ulss7_2018_a.beast"))
	if err != nil {
		t.Fatal(err)
	}
	sky := NewReceiver(Options{})
	reports := map[uint32][]Report{}
	r := NewBeastReader(bytes.NewReader(raw))
	var f Frame
	var m Message
	frames := 0
	for r.Next(&f) == nil {
		frames++
		if f.Kind == ModeAC || Decode(&m, f.Bytes()) != nil {
			continue
		}
		if rep, ok := sky.Take(&m, f.Ticks12()); ok {
			reports[rep.Address] = append(reports[rep.Address], rep)
		}
	}
	if frames != 6684 || r.Skipped != 0 {
		t.Errorf("%d frames, %d bytes skipped; the recording has 6,684 and none", frames, r.Skipped)
	}
	positions, missing := 0, 0
	lines(t, "ulss7_2018_a.sbs", func(n int, line string) {
		var s SBS
		if err := ParseSBS([]byte(line), &s); err != nil {
			t.Fatalf("line %d: %v", n, err)
		}
		if s.Type != 3 || !s.is(HasPosition) {
			return
		}
		positions++
		for _, rep := range reports[s.Address] {
			if math.Abs(rep.Lat-s.Lat) < 1.01e-5 && math.Abs(rep.Lon-s.Lon) < 1.01e-5 && (!s.is(HasAltitude) || rep.Altitude == s.Altitude) {
				return
			}
		}
		missing++
		t.Logf("line %d: %06X %v %v is in none of our %d reports", n, s.Address, s.Lat, s.Lon, len(reports[s.Address]))
	})
	if positions < 400 || missing > 0 {
		t.Errorf("%d of %d positions are not ours", missing, positions)
	}
	if c := sky.Counters; c.Jumps != 0 || c.Positions < 700 {
		t.Errorf("%d positions there: %+v", positions, c)
	}
}

const aSecond = int64(1e9)

// hear gives the receiver frames at one-second steps and returns the last report.
func hear(t *testing.T, r *Receiver, at int64, frames ...[]byte) (rep Report, ok bool) {
	t.Helper()
	for i, b := range frames {
		var m Message
		if err := Decode(&m, b); err != nil {
			t.Fatal(err)
		}
		rep, ok = r.Take(&m, at+int64(i)*aSecond)
	}
	return rep, ok
}

func airborne(x Fixed, lat, lon float64, odd bool) []byte {
	f := x.AirbornePosition(Airborne{Lat: lat, Lon: lon, Altitude: 33000, HasAltitude: true}, odd)
	return f[:]
}

func TestAddressGate(t *testing.T) {
	r := NewReceiver(Options{})
	x := Fixed{Address: 0x4BAB45, Capability: 5}
	reply := x.IdentityReply(0, 0o2345)
	call := x.AllCall(0)
	hear(t, r, 0, reply[:])
	hear(t, r, 1*aSecond, call[:], reply[:])
	if r.Counters.UnknownAddress != 2 || r.Counters.Replies != 0 {
		t.Fatalf("one squitter opened the gate: %+v", r.Counters)
	}
	hear(t, r, 3*aSecond, call[:], reply[:])
	if r.Counters.Replies != 1 {
		t.Fatalf("two squitters did not open the gate: %+v", r.Counters)
	}
	hear(t, r, 70*aSecond, reply[:])
	if r.Counters.Replies != 1 || r.Known(x.Address, 70*aSecond) {
		t.Errorf("the gate stayed open for over a minute: %+v", r.Counters)
	}
	hear(t, r, 80*aSecond, call[:], reply[:])
	if r.Counters.Replies != 1 {
		t.Errorf("one squitter opened the gate again: %+v", r.Counters)
	}
	interrogated := x.AllCall(5)
	before := r.Counters.Squitters
	hear(t, r, 90*aSecond, interrogated[:])
	if r.Counters.Squitters != before {
		t.Error("a reply to an interrogator counted as a squitter")
	}
}

func TestJumpIsRefusedAndAnchorStays(t *testing.T) {
	r := NewReceiver(Options{})
	x := Fixed{Address: 0x4BAB45, Capability: 5}
	if _, ok := hear(t, r, 0, airborne(x, 54, 27, false), airborne(x, 54, 27.002, true)); !ok {
		t.Fatal("a pair gave no report")
	}
	if _, ok := hear(t, r, 2*aSecond, airborne(x, 54, 28, false)); ok {
		t.Error("a jump of 65 km in a second was reported")
	}
	rep, ok := hear(t, r, 3*aSecond, airborne(x, 54, 27.004, true))
	if !ok || math.Abs(rep.Lon-27.004) > 1e-4 {
		t.Errorf("after the jump: %v %v", rep.Lon, ok)
	}
	if r.Counters.Jumps != 1 || r.Counters.Moved != 0 {
		t.Errorf("%+v", r.Counters)
	}
	// Pairs that go on agreeing with each other: it was the anchor that was wrong.
	_, ok = hear(t, r, 4*aSecond, airborne(x, 54, 28, false), airborne(x, 54, 28.002, true), airborne(x, 54, 28.004, false), airborne(x, 54, 28.006, true))
	if !ok || r.Counters.Moved != 1 {
		t.Errorf("the anchor did not move: %v %+v", ok, r.Counters)
	}
}

func TestReportGathersWhatWasSaid(t *testing.T) {
	r := NewReceiver(Options{})
	x := Fixed{Address: 0x4BAB45, Capability: 5}
	id, v := x.Identification("BRU123", 0xA3), x.Velocity(300, -200, -1280, 2)
	status, op := x.EmergencyStatus(1, 0o7700), x.OperationalStatus(Operational{NACp: 9, SIL: 3, NICBaro: true})
	rep, ok := hear(t, r, 0, id[:], v[:], status[:], op[:], airborne(x, 54, 27, false), airborne(x, 54, 27.002, true))
	if !ok {
		t.Fatal("no report")
	}
	want := Report{
		Time: 5 * aSecond, Address: 0x4BAB45, Has: HasAltitude | HasSquawk | HasCallsign | HasVelocity | HasVerticalRate | HasEmergency | HasSIL | HasSDA, // NACv came before the version
		Altitude: 33000, VE: 300, VN: -200, VerticalRate: -1280, Squawk: 0o7700, Emergency: 1,
		Ident: [8]byte{'B', 'R', 'U', '1', '2', '3', ' ', ' '}, Version: 2, NACp: 9, SIL: 3, NIC: 8, Rc: 185.2, Sigma: NACpSigma(9),
	}
	if math.Abs(rep.Lat-54) > 1e-4 || math.Abs(rep.Lon-27.002) > 1e-4 {
		t.Errorf("at %v %v", rep.Lat, rep.Lon)
	}
	rep.Lat, rep.Lon = 0, 0
	if rep != want {
		t.Errorf("%+v\nwant %+v", rep, want)
	}
}

func TestSurfacePositionNeedsReference(t *testing.T) {
	x := Fixed{Address: 0x4BAB45, Capability: 4}
	even, odd := x.SurfacePosition(53.8825, 28.0325, 12, 90, false), x.SurfacePosition(53.8825, 28.0326, 12, 90, true)
	lost := NewReceiver(Options{})
	if _, ok := hear(t, lost, 0, even[:], odd[:]); ok || lost.Counters.NoReference != 1 {
		t.Errorf("a surface position without reference: %v %+v", ok, lost.Counters)
	}
	sited := NewReceiver(Options{HasSite: true, Lat: 54, Lon: 27})
	rep, ok := hear(t, sited, 0, even[:], odd[:])
	if !ok || math.Abs(rep.Lat-53.8825) > 1e-4 || math.Abs(rep.Lon-28.0326) > 1e-4 || !rep.Surface {
		t.Errorf("with a site: %+v %v", rep, ok)
	}
	if math.Abs(float64(rep.VE)-12) > 1 || math.Abs(float64(rep.VN)) > 0.1 {
		t.Errorf("speed %v %v", rep.VE, rep.VN)
	}
}

func TestKindsOfAddressStayApart(t *testing.T) {
	r := NewReceiver(Options{})
	x := Fixed{Address: 0x4BAB45, Capability: 5}
	even, odd := airborne(x, 54, 27, false), airborne(x, 54, 27.002, true)
	// The same even frame as TIS-B of a track file: DF18, CF 5.
	other := [14]byte(even)
	other[0] = 18<<3 | 5
	seal(other[:], 0)
	if _, ok := hear(t, r, 0, other[:], odd); ok {
		t.Error("codes of a TIS-B track and of an aircraft were paired")
	}
	if r.Aircraft() != 2 {
		t.Errorf("%d aircraft, want 2", r.Aircraft())
	}
}

func TestMemoryIsBounded(t *testing.T) {
	r := NewReceiver(Options{MaxAircraft: 100})
	for a := range uint32(5000) {
		call := Fixed{Address: a + 1}.AllCall(0)
		hear(t, r, int64(a)*1e6, call[:])
	}
	if r.Aircraft() != 100 || r.Counters.Forgotten != 4900 {
		t.Errorf("%d aircraft, %+v", r.Aircraft(), r.Counters)
	}
	call := Fixed{Address: 0xABCDEF}.AllCall(0)
	hear(t, r, 3600*aSecond, call[:])
	if r.Aircraft() != 1 {
		t.Errorf("an hour later %d aircraft are remembered", r.Aircraft())
	}
}

// TestFlightIsFollowed flies random straight lines anywhere and wants every report near the truth and none refused.
func TestFlightIsFollowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat, lon := rapid.Float64Range(-85, 85).Draw(t, "lat"), rapid.Float64Range(-180, 180).Draw(t, "lon")
		course := rapid.Float64Range(0, 2*math.Pi).Draw(t, "course")
		step := rapid.Float64Range(0.2, 9).Draw(t, "step")
		r := NewReceiver(Options{})
		x := Fixed{Address: 0x4BAB45, Capability: 5}
		reports := 0
		for i := range 30 {
			s := 250 * step * float64(i) / 111195
			la, lo := lat+s*math.Cos(course), wrap180(lon+s*math.Sin(course)/math.Cos(lat*math.Pi/180))
			var m Message
			if err := Decode(&m, airborne(x, la, lo, rapid.Bool().Draw(t, "odd"))); err != nil {
				t.Fatal(err)
			}
			rep, ok := r.Take(&m, int64(float64(i)*step*1e9))
			if !ok {
				continue
			}
			reports++
			if d := Distance(rep.Lat, rep.Lon, la, lo); d > 30 {
				t.Fatalf("%d: %v, %v is %.0f m from %v, %v", i, rep.Lat, rep.Lon, d, la, lo)
			}
		}
		if r.Counters.Jumps != 0 {
			t.Fatalf("%+v", r.Counters)
		}
	})
}
