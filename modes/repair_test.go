package modes

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestDamagedFramesAreRepaired holds frames with one or two known wrong bits: corrected when asked for, refused otherwise.
func TestDamagedFramesAreRepaired(t *testing.T) {
	frames, corrected := 0, 0
	jsonLines(t, "edge.jsonl", func(n int, o map[string]any) {
		if o["class"] != "damaged" {
			return
		}
		frames++
		expect := o["expect"].(map[string]any)
		flipped := expect["flipped_bits"].([]any)
		b := unhex(t, o["hex"].(string))
		for _, policy := range []Repair{NoRepair, OneBit, TwoBits} {
			var m Message
			err := policy.Decode(&m, b)
			if len(flipped) > int(policy) {
				if err == nil && appendAddressString(m.Address) == expect["true_icao"] {
					t.Errorf("line %d: %d wrong bits are corrected by policy %d", n, len(flipped), policy)
				}
				continue
			}
			if err != nil || appendAddressString(m.Address) != expect["true_icao"] || int(m.Repaired) != len(flipped) {
				t.Errorf("line %d, policy %d: %v, %06X, %d bits %v, want %v at %v", n, policy, err, m.Address, m.Repaired, m.RepairedBits, expect["true_icao"], flipped)
				continue
			}
			corrected++
			for i, bit := range flipped { // counted from 0 there
				if float64(m.RepairedBits[i]) != bit.(float64)+1 {
					t.Errorf("line %d: bits %v, want %v", n, m.RepairedBits, flipped)
				}
			}
			text := string(m.AppendJSON(nil))
			if !strings.Contains(text, `"repaired_bits":[`) || strings.Contains(text, `"crc_ok":true`) {
				t.Errorf("line %d is not marked: %s", n, text)
			}
		}
	})
	if frames < 20 || corrected < 20 {
		t.Errorf("%d damaged frames, %d corrected", frames, corrected)
	}
}

func appendAddressString(a uint32) string { return string(appendAddress(nil, a)) }

// TestNoTwoErrorsLookAlike: every one- and two-bit error of a long frame has its own syndrome, found within a few looks.
func TestNoTwoErrorsLookAlike(t *testing.T) {
	table := repairs()
	seen := map[uint32]bool{}
	longest := 0
	for i, s := range table {
		if s.first == 0 {
			continue
		}
		if seen[s.residue] {
			t.Fatalf("two errors leave %06X", s.residue)
		}
		seen[s.residue] = true
		longest = max(longest, (i-int(table.place(s.residue))+len(table))%len(table)+1)
	}
	if want := 107 + 107*106/2; len(seen) != want {
		t.Errorf("%d syndromes, want %d", len(seen), want)
	}
	t.Logf("%d syndromes, at most %d looks", len(seen), longest)
	if longest > 40 {
		t.Errorf("%d looks", longest)
	}
}

// TestAnyTwoBits: any one or two bits behind the format of any squitter are found and put right.
func TestAnyTwoBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := Fixed{Address: rapid.Uint32Range(1, 0xFFFFFE).Draw(t, "address"), Capability: 5}
		sent := x.AirbornePosition(Airborne{Lat: rapid.Float64Range(-80, 80).Draw(t, "lat"), Lon: 27, Altitude: 33000, HasAltitude: true}, false)
		a, b := rapid.Uint8Range(6, 112).Draw(t, "a"), rapid.Uint8Range(6, 112).Draw(t, "b")
		got := sent
		flip(&got, a)
		if b != a {
			flip(&got, b)
		}
		var m Message
		if err := TwoBits.Decode(&m, got[:]); err != nil || m.Frame != sent {
			t.Fatalf("bits %d and %d: %v", a, b, err)
		}
		if err := OneBit.Decode(&m, got[:]); (err == nil) != (a == b) {
			t.Fatalf("bits %d and %d, one allowed: %v", a, b, err)
		}
		if a == b && (m.RepairedBits != [2]uint8{a, 0} || m.Repaired != 1) {
			t.Fatalf("bit %d is called %v", a, m.RepairedBits)
		}
		if err := NoRepair.Decode(&m, got[:]); !errors.Is(err, ErrParity) {
			t.Fatalf("repaired without being asked: %v", err)
		}
	})
}

// TestAllCallRepair: a DF11 is corrected by one bit outside the interrogator's seven, and only to code 0.
func TestAllCallRepair(t *testing.T) {
	sent := Fixed{Address: 0x4BAB45, Capability: 5}.AllCall(0)
	for bit := uint8(1); bit <= 56; bit++ {
		var got [14]byte
		copy(got[:], sent[:])
		flip(&got, bit)
		var m Message
		err := TwoBits.Decode(&m, got[:7])
		switch {
		case bit <= 5: // another format, or none
		case bit <= 49:
			if err != nil || m.Address != 0x4BAB45 || m.IC != 0 || m.RepairedBits[0] != bit || m.Repaired != 1 {
				t.Errorf("bit %d: %v %+v", bit, err, m.RepairedBits)
			}
		default: // reads as an interrogator's code
			if err != nil || m.Repaired != 0 || m.IC == 0 {
				t.Errorf("bit %d: %v, code %d, repaired %d", bit, err, m.IC, m.Repaired)
			}
		}
	}
	asked := Fixed{Address: 0x4BAB45, Capability: 5}.AllCall(5)
	asked[2] ^= 1
	var m Message
	if err := TwoBits.Decode(&m, asked[:]); !errors.Is(err, ErrParity) {
		t.Errorf("an answer to an interrogator is corrected: %v", err)
	}
}

// TestGhostsOfRepair counts what random frames pass for: the price that decision 0010 states.
func TestGhostsOfRepair(t *testing.T) {
	noise := newNoise()
	const n = 2_000_000
	r := NewReceiver(Options{Repair: TwoBits})
	for a := range uint32(200) {
		call := Fixed{Address: a * 83_886, Capability: 5}.AllCall(0)
		hear(t, r, 0, call[:], call[:])
	}
	known := r.Aircraft()
	var ghosts [3]int
	var frame [14]byte
	var m Message
	for range n {
		noise.fill(frame[:])
		frame[0] = frame[0]&7 | 17<<3
		if TwoBits.Decode(&m, frame[:]) == nil {
			ghosts[m.Repaired]++
			if m.Repaired > 0 {
				r.Take(&m, 2*aSecond)
			}
		}
	}
	t.Logf("of %d random DF17: %d without repair, %d with one bit, %d more with two; a receiver that knows %d takes %d of them",
		n, ghosts[0], ghosts[1], ghosts[2], known, r.Counters.Repaired)
	// Expected 0.1, 107 and 5,671 of 2^24 a frame.
	if ghosts[0] > 3 || ghosts[1] > 35 || ghosts[2] < 500 || ghosts[2] > 900 || r.Counters.Repaired > 2 {
		t.Errorf("%v, %+v", ghosts, r.Counters)
	}
	if r.Aircraft() != known {
		t.Error("a repaired frame started an aircraft")
	}
}

// damage returns f with one bit wrong.
func damage(f []byte, bit uint8) []byte {
	var b [14]byte
	n := copy(b[:], f)
	flip(&b, bit)
	return b[:n]
}

// TestRepairedMessagesAreGuests: they start no aircraft, open no gate, keep none open, lead no position, and speak only when
// the options allow.
func TestRepairedMessagesAreGuests(t *testing.T) {
	x := Fixed{Address: 0x4BAB45, Capability: 5}
	take := func(r *Receiver, f []byte, at int64) (Report, bool) {
		var m Message
		if err := TwoBits.Decode(&m, f); err != nil {
			t.Fatal(err)
		}
		return r.Take(&m, at)
	}
	r := NewReceiver(Options{Repair: OneBit})
	broken := damage(airborne(x, 54, 27, false), 70)
	for i := range int64(5) {
		take(r, broken, i*aSecond)
	}
	if r.Aircraft() != 0 || r.Counters.RepairsRefused != 5 || r.Known(x.Address, 5*aSecond) {
		t.Fatalf("repaired frames started an aircraft: %+v", r.Counters)
	}
	call := x.AllCall(0)
	hear(t, r, 10*aSecond, call[:], call[:])
	if _, ok := take(r, broken, 12*aSecond); ok || r.Counters.Repaired != 1 {
		t.Fatalf("a repaired position placed an aircraft, or did not count: %v %+v", ok, r.Counters)
	}
	hear(t, r, 13*aSecond, airborne(x, 54, 27, false), airborne(x, 54, 27.002, true))
	rep, ok := take(r, damage(airborne(x, 54, 27.004, false), 100), 15*aSecond)
	if !ok || rep.Repaired != 1 || Distance(rep.Lat, rep.Lon, 54, 27.004) > 10 {
		t.Fatalf("%v %+v", ok, rep)
	}
	if _, ok = take(r, damage(airborne(x, 54, 28, false), 100), 16*aSecond); ok || r.Counters.Jumps != 1 {
		t.Errorf("a repaired position jumped: %+v", r.Counters)
	}
	two := damage(damage(airborne(x, 54, 27.006, false), 100), 50)
	if _, ok = take(r, two, 17*aSecond); ok || r.Counters.RepairsRefused != 6 {
		t.Errorf("two bits are taken where one is allowed: %+v", r.Counters)
	}
	if take(r, broken, 80*aSecond); r.Known(x.Address, 80*aSecond) {
		t.Error("a repaired frame kept the gate open")
	}
	off := NewReceiver(Options{})
	hear(t, off, 0, call[:], call[:])
	if take(off, broken, 2*aSecond); off.Counters.RepairsRefused != 1 {
		t.Errorf("taken with the option off: %+v", off.Counters)
	}
	var m Message
	if err := off.Decode(&m, broken); !errors.Is(err, ErrParity) {
		t.Errorf("a receiver without the option repairs: %v", err)
	}
	if err := r.Decode(&m, broken); err != nil || !r.Accepted(&m, 14*aSecond) || r.Accepted(&m, 200*aSecond) {
		t.Errorf("accepted: %v", err)
	}
}

// TestRepairTouchesNoReply: whatever the policy, formats whose parity is their address are read as they came.
func TestRepairTouchesNoReply(t *testing.T) {
	x := Fixed{Address: 0x4BAB45}
	reply, comm := x.AltitudeReply(0, 33000), x.IdentityCommB(0, 0o1234, [7]byte{1})
	for _, f := range [][]byte{reply[:], comm[:]} {
		for bit := uint8(6); bit < uint8(8*len(f)); bit++ {
			var plain, m Message
			b := damage(f, bit)
			if err := Decode(&plain, b); err != nil {
				t.Fatal(err)
			}
			if err := TwoBits.Decode(&m, b); err != nil || m != plain {
				t.Fatalf("bit %d of DF%d: %v", bit, m.DF, err)
			}
		}
	}
}

func TestRepairAllocatesNothing(t *testing.T) {
	good := airborne(Fixed{Address: 0x4BAB45, Capability: 5}, 54, 27, false)
	one, three := damage(good, 60), damage(damage(damage(good, 60), 61), 90)
	var m Message
	if n := testing.AllocsPerRun(100, func() {
		_ = TwoBits.Decode(&m, one)
		_ = TwoBits.Decode(&m, three)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkRepair corrects frames with one and two wrong bits.
func BenchmarkRepair(b *testing.B) {
	frames, _ := beastFrames(b)
	var bad [][]byte
	for i, f := range frames {
		if f[0]>>3 == 17 {
			bad = append(bad, damage(damage(f, uint8(6+i%107)), uint8(6+i*31%107)))
		}
	}
	var m Message
	i := 0
	b.ReportAllocs()
	mark := cpuNanoseconds()
	for b.Loop() {
		_ = TwoBits.Decode(&m, bad[i])
		if i++; i == len(bad) {
			i = 0
		}
	}
	rate(b, b.N, "msg", mark)
}
