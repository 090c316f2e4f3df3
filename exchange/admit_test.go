package exchange

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entente"
	"entente/keys"
)

// forge seals an item as a hostile or faulty node would: every field can be chosen.
type forge struct {
	by      *keys.Identity
	h       header
	label   entente.Label
	payload []byte
	after   func(raw []byte) []byte
}

func (f forge) raw(t testing.TB) []byte {
	t.Helper()
	lab, err := appendLabel(nil, f.label)
	must(t, err)
	raw, err := seal(nil, f.by, f.h, lab, f.payload)
	must(t, err)
	if f.after != nil {
		raw = f.after(raw)
	}
	return raw
}

// chain makes n good items of a stream.
func chain(t testing.TB, by *keys.Identity, to entente.MemberID, epoch uint64, n int, now entente.Instant) [][]byte {
	t.Helper()
	pos := Position{Epoch: epoch, Seq: 1}
	var list [][]byte
	for range n {
		raw := forge{by: by, h: header{kind: kindItem, to: to, stream: "acts", pos: pos, created: now, typ: "act"},
			label: label(by.Member(), to), payload: fmt.Appendf(nil, "%d/%d", epoch, pos.Seq)}.raw(t)
		list = append(list, raw)
		pos = Position{Epoch: epoch, Seq: pos.Seq + 1, Prev: sha256.Sum256(raw)}
	}
	return list
}

func (d *doorkeeper) feed(raw []byte, now entente.Instant) (Item, verdict, Reason) {
	it, v, ref := d.item(raw, now)
	if v == take || v == pass {
		d.stored(it)
	}
	if ref != nil {
		return it, v, ref.reason
	}
	return it, v, ""
}

func TestRefusalsOfItems(t *testing.T) {
	u := newUnion(t, "BLR", "ARM", "KAZ")
	other := newUnion(t, "BLR")
	now := entente.At(time.Now())
	good := func() forge {
		return forge{by: u.nodes["BLR"], label: label("BLR", "ARM"), payload: []byte("x"),
			h: header{kind: kindItem, to: "ARM", stream: "acts", pos: Position{Epoch: 2, Seq: 1}, created: now, typ: "act"}}
	}
	for name, c := range map[string]struct {
		change  func(*forge)
		verdict verdict
		reason  Reason
	}{
		"good":                    {func(*forge) {}, take, ""},
		"good, a little ahead":    {func(f *forge) { f.h.created = now.Add(5) }, take, ""},
		"good, months old":        {func(f *forge) { f.h.created = now.Add(-40 * 60) }, take, ""},
		"no signature":            {func(f *forge) { f.after = func(b []byte) []byte { return b[:len(b)-64] } }, drop, Unsigned},
		"zero signature":          {func(f *forge) { f.after = func(b []byte) []byte { clear(b[len(b)-64:]); return b } }, drop, Unsigned},
		"key of a stranger":       {func(f *forge) { f.by = other.nodes["BLR"] }, drop, Unsigned},
		"cut signature":           {func(f *forge) { f.after = func(b []byte) []byte { return b[:len(b)-1] } }, drop, Malformed},
		"one byte more":           {func(f *forge) { f.after = func(b []byte) []byte { return append(b, 0) } }, drop, Malformed},
		"altered payload":         {func(f *forge) { f.after = func(b []byte) []byte { b[len(b)-65] ^= 1; return b } }, drop, BadSignature},
		"another member's item":   {func(f *forge) { f.by, f.label = u.nodes["KAZ"], label("KAZ", "ARM") }, drop, WrongOrigin},
		"meant for another":       {func(f *forge) { f.h.to = "KAZ" }, drop, WrongAudience},
		"live where item was due": {func(f *forge) { f.h.kind = kindLive }, drop, Malformed},
		"label of another":        {func(f *forge) { f.label = label("KAZ", "ARM") }, pass, Mislabelled},
		"label to another":        {func(f *forge) { f.label = label("BLR", "KAZ") }, pass, Mislabelled},
		"label to none":           {func(f *forge) { f.label = label("BLR") }, pass, Mislabelled},
		"expired":                 {func(f *forge) { f.h.expires = now - 1 }, pass, Expired},
		"label expired":           {func(f *forge) { f.label.Expires = now }, pass, Expired},
		"from the future":         {func(f *forge) { f.h.created = now.Add(11) }, hold, FromTheFuture},
		"too large":               {func(f *forge) { f.payload = make([]byte, 600<<10) }, drop, TooLarge},
		"unknown version":         {func(f *forge) { f.after = func(b []byte) []byte { b[3] = 9; return b } }, drop, UnknownVersion},
		"number zero":             {func(f *forge) { f.h.pos.Seq = 0 }, drop, Malformed},
		"first with a past":       {func(f *forge) { f.h.pos.Prev[0] = 1 }, drop, BrokenChain},
		"stream of a bad name":    {func(f *forge) { f.h.stream = "a.b" }, drop, Malformed},
		"stream without a name":   {func(f *forge) { f.h.stream = "" }, drop, Malformed},
		"empty":                   {func(f *forge) { f.after = func([]byte) []byte { return nil } }, drop, Malformed},
		"old numbering":           {func(f *forge) { f.h.pos.Epoch = 0 }, drop, Replayed},
	} {
		d := newDoorkeeper("ARM", "BLR", u.roster, Limits{}.withDefaults())
		if name == "old numbering" {
			d.cursors["acts"] = Cursor{Epoch: 1, Seq: 7}
		}
		f := good()
		c.change(&f)
		it, v, reason := d.feed(f.raw(t), now)
		if v != c.verdict || reason != c.reason {
			t.Errorf("%s: verdict %d, reason %q; want %d, %q", name, v, reason, c.verdict, c.reason)
		}
		if v == take && (it.From != "BLR" || it.To != "ARM" || string(it.Payload) != "x" || it.Label.Rule != "test" || it.Type != "act") {
			t.Errorf("%s: %+v", name, it)
		}
	}
}

// TestEveryByteIsCovered flips each bit of an item: none is believed, and one that cannot be read names its reason.
func TestEveryByteIsCovered(t *testing.T) {
	u := newUnion(t, "BLR", "ARM")
	now := entente.At(time.Now())
	raw := chain(t, u.nodes["BLR"], "ARM", 1, 1, now)[0]
	for i := range raw {
		for bit := range 8 {
			b := bytes.Clone(raw)
			b[i] ^= 1 << bit
			d := newDoorkeeper("ARM", "BLR", u.roster, Limits{}.withDefaults())
			if _, v, reason := d.feed(b, now); v != drop || reason == "" {
				t.Fatalf("byte %d bit %d altered: verdict %d, reason %q", i, bit, v, reason)
			}
		}
	}
	for n := range raw {
		d := newDoorkeeper("ARM", "BLR", u.roster, Limits{}.withDefaults())
		if _, v, _ := d.feed(raw[:n], now); v != drop {
			t.Fatalf("cut at %d: verdict %d", n, v)
		}
	}
}

func TestRevokedKeySignsNothing(t *testing.T) {
	u := newUnion(t, "BLR", "ARM")
	now := entente.At(time.Now())
	list := chain(t, u.nodes["BLR"], "ARM", 1, 2, now)
	d := newDoorkeeper("ARM", "BLR", u.roster, Limits{}.withDefaults())
	if _, v, _ := d.feed(list[0], now); v != take {
		t.Fatal("good item was not taken")
	}
	v, err := u.roots["BLR"].Revoke(keys.Revocation{Key: u.nodes["BLR"].Fingerprint(), From: now})
	must(t, err)
	must(t, u.roster.Revoke(v))
	if _, v, reason := d.feed(list[1], now+1); v != drop || reason != BadSignature {
		t.Errorf("verdict %d, reason %q", v, reason)
	}
	if _, err := Reopen(u.roster, list[0]); err == nil {
		t.Error("an item made at the moment of revocation still opens")
	}
}

func TestRollbackIsFoundAndANewEpochHeals(t *testing.T) {
	u := newUnion(t, "BLR", "ARM")
	now := entente.At(time.Now())
	list := chain(t, u.nodes["BLR"], "ARM", 1, 5, now)
	d := newDoorkeeper("ARM", "BLR", u.roster, Limits{}.withDefaults())
	for _, raw := range list {
		if _, v, reason := d.feed(raw, now); v != take {
			t.Fatal(reason)
		}
	}
	// Restored from a backup taken after item 3, it numbers 4, 5, 6 again.
	again := chain(t, u.nodes["BLR"], "ARM", 1, 7, now+1)
	var reasons []Reason
	for _, raw := range again[3:] {
		_, v, reason := d.feed(raw, now)
		if v != drop {
			t.Fatalf("verdict %d", v)
		}
		reasons = append(reasons, reason)
	}
	if want := fmt.Sprint([]Reason{Replayed, BrokenChain, BrokenChain, BrokenChain}); fmt.Sprint(reasons) != want {
		t.Errorf("reasons %v, want %v", reasons, want)
	}
	for _, raw := range chain(t, u.nodes["BLR"], "ARM", 2, 2, now) {
		if _, v, reason := d.feed(raw, now); v != take {
			t.Errorf("new epoch: %q", reason)
		}
	}
	if len(d.broken) != 0 {
		t.Error("the chain is still called broken")
	}
}

func TestPartnerOpensOnlySoManyStreams(t *testing.T) {
	u := newUnion(t, "BLR", "ARM")
	now := entente.At(time.Now())
	d := newDoorkeeper("ARM", "BLR", u.roster, Limits{}.withDefaults())
	for i := range maxStreams + 5 {
		raw := forge{by: u.nodes["BLR"], label: label("BLR", "ARM"),
			h: header{kind: kindItem, to: "ARM", stream: fmt.Sprintf("s%d", i), pos: Position{Epoch: 1, Seq: 1}, created: now}}.raw(t)
		if _, v, reason := d.feed(raw, now); (v == take) != (i < maxStreams) || v != take && reason != OverQuota {
			t.Errorf("stream %d: verdict %d, reason %q", i, v, reason)
		}
	}
}

func TestGapIsTakenAndCounted(t *testing.T) {
	u := newUnion(t, "BLR", "ARM")
	now := entente.At(time.Now())
	list := chain(t, u.nodes["BLR"], "ARM", 1, 9, now)
	d := newDoorkeeper("ARM", "BLR", u.roster, Limits{}.withDefaults())
	d.feed(list[0], now)
	it, v, reason := d.feed(list[6], now)
	if v != take || reason != "" || it.Missed != 5 {
		t.Errorf("verdict %d, reason %q, missed %d", v, reason, it.Missed)
	}
	if _, v, reason := d.feed(list[3], now); v != drop || reason != Replayed {
		t.Errorf("late item: verdict %d, reason %q", v, reason)
	}
}

// TestAnyDeliveryGivesOrder feeds items of two epochs in any order, any number of times: what is taken is strictly
// increasing, each once, and with every item between counted as missed.
func TestAnyDeliveryGivesOrder(t *testing.T) {
	u := newUnion(t, "BLR", "ARM")
	now := entente.At(time.Now())
	all := append(chain(t, u.nodes["BLR"], "ARM", 1, 8, now), chain(t, u.nodes["BLR"], "ARM", 2, 6, now)...)
	rapid.Check(t, func(rt *rapid.T) {
		d := newDoorkeeper("ARM", "BLR", u.roster, Limits{}.withDefaults())
		var last Cursor
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(all)-1), 1, 40).Draw(rt, "delivery") {
			it, v, reason := d.feed(all[i], now)
			if v != take {
				if reason == "" {
					rt.Fatal("refused without a reason")
				}
				continue
			}
			from := last.Seq
			if it.Epoch > last.Epoch {
				from = 0
			}
			if it.Epoch < last.Epoch || it.Seq != from+1+it.Missed {
				rt.Fatalf("took %d/%d with %d missed after %d/%d", it.Epoch, it.Seq, it.Missed, last.Epoch, last.Seq)
			}
			last = it.Cursor()
		}
	})
}

func TestRefusalsOfLiveBatches(t *testing.T) {
	u := newUnion(t, "BLR", "ARM", "KAZ")
	now := entente.At(time.Now())
	tracks, err := AppendTracks(nil, sampleTracks(3, "BLR"))
	must(t, err)
	d := newDoorkeeper("ARM", "BLR", u.roster, Limits{}.withDefaults())
	seq := uint64(0)
	try := func(name string, want Reason, change func(*forge)) {
		t.Helper()
		seq += 2
		f := forge{by: u.nodes["BLR"], label: label("BLR", "ARM"), payload: bytes.Clone(tracks),
			h: header{kind: kindLive, to: "ARM", stream: "live", pos: Position{Epoch: 5, Seq: seq}, created: now, typ: tracksType}}
		change(&f)
		b, ref := d.live(f.raw(t), now)
		got := Reason("")
		if ref != nil {
			got = ref.reason
		}
		if got != want {
			t.Errorf("%s: %q (%v), want %q", name, got, ref, want)
		}
		if ref == nil && (len(b.tracks) != 3 || b.tracks[2].Origin != "BLR") {
			t.Errorf("%s: %d tracks", name, len(b.tracks))
		}
	}
	try("good", "", func(*forge) {})
	try("again", Replayed, func(f *forge) { f.h.pos.Seq = 2 })
	try("of an older run", Replayed, func(f *forge) { f.h.pos.Epoch = 4 })
	try("too old", Stale, func(f *forge) { f.h.created = now.Add(-31) })
	try("from the future", FromTheFuture, func(f *forge) { f.h.created = now.Add(11) })
	try("other payload", UnknownVersion, func(f *forge) { f.h.typ = "plots" })
	try("newer tracks", UnknownVersion, func(f *forge) { f.payload[0] = 2 })
	try("cut tracks", Malformed, func(f *forge) { f.payload = f.payload[:len(f.payload)-1] })
	try("mislabelled", Mislabelled, func(f *forge) { f.label = label("BLR", "KAZ") })
	try("good, another label", "", func(f *forge) { f.label.Rule = "other" })
	try("unsigned", Unsigned, func(f *forge) { f.after = func(b []byte) []byte { return b[:len(b)-64] } })
	try("for another", WrongAudience, func(f *forge) { f.h.to = "KAZ" })
	try("of another", WrongOrigin, func(f *forge) { f.by = u.nodes["KAZ"] })
	try("too large", TooLarge, func(f *forge) { f.payload = make([]byte, 200<<10) })
	try("new run", "", func(f *forge) { f.h.pos = Position{Epoch: 6, Seq: 1} })
}

func TestTracksKeepTheirValues(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := func(lo, hi float64) float64 { return rapid.Float64Range(lo, hi).Draw(rt, "v") }
		in := sampleTracks(1, "BLR")[0]
		in.ID, in.State = entente.TrackID(rapid.Uint32().Draw(rt, "id")), entente.TrackState(rapid.IntRange(1, 4).Draw(rt, "state"))
		in.Lat, in.Lon, in.Height = f(-math.Pi/2, math.Pi/2), f(-math.Pi, math.Pi), f(-500, 40_000)
		in.VE, in.VN, in.VU, in.PressureAltitude = f(-900, 900), f(-900, 900), f(-100, 100), f(-300, 40_000)
		for i := range in.Covariance {
			in.Covariance[i] = f(0, 1e6)
		}
		in.Address, in.Sensors = entente.Address(rapid.IntRange(0, 1<<25-1).Draw(rt, "address")), rapid.Uint64().Draw(rt, "sensors")
		b, err := AppendTracks(nil, []entente.Track{in})
		must(t, err)
		list, err := DecodeTracks(b, "BLR", nil)
		must(t, err)
		out := list[0]
		near := func(a, b, tol float64) bool { return math.Abs(a-b) <= tol }
		if !near(in.Lat, out.Lat, 1.01*angleUnit) || !near(in.Lon, out.Lon, 1.01*angleUnit) || !near(in.Height, out.Height, 0.004) ||
			!near(in.VE, out.VE, 1e-4) || !near(in.VN, out.VN, 1e-4) || !near(in.VU, out.VU, 1e-4) {
			rt.Fatalf("%+v became %+v", in, out)
		}
		again, err := AppendTracks(nil, list)
		must(t, err)
		if !bytes.Equal(b, again) {
			rt.Fatal("written again it differs")
		}
		in.Lat, in.Lon, in.Height, in.VE, in.VN, in.VU, in.PressureAltitude, in.Covariance = out.Lat, out.Lon, out.Height, out.VE, out.VN, out.VU, out.PressureAltitude, out.Covariance
		if in != out {
			rt.Fatalf("%+v became %+v", in, out)
		}
	})
}

func TestImplausibleTracksAreNotSent(t *testing.T) {
	for name, change := range map[string]func(*entente.Track){
		"no number":       func(t *entente.Track) { t.VE = math.NaN() },
		"infinite":        func(t *entente.Track) { t.Height = math.Inf(1) },
		"no latitude":     func(t *entente.Track) { t.Lat = math.NaN() },
		"past the pole":   func(t *entente.Track) { t.Lat = 1.6 },
		"no state":        func(t *entente.Track) { t.State = 0 },
		"variance":        func(t *entente.Track) { t.Covariance.Set(3, 3, -1) },
		"covariance":      func(t *entente.Track) { t.Covariance.Set(0, 1, math.NaN()) },
		"callsign":        func(t *entente.Track) { t.Callsign[0] = '\n' },
		"mode A":          func(t *entente.Track) { t.ModeA = 0o10000 },
		"unknown address": func(t *entente.Track) { t.Address = 1 << 26 },
	} {
		list := sampleTracks(2, "BLR")
		change(&list[1])
		if _, err := AppendTracks(nil, list); err == nil {
			t.Errorf("%s was written", name)
		}
		b, err := AppendTracks(nil, list[:1])
		must(t, err)
		b[2] = 2
		if got, err := DecodeTracks(appendTrack(b, &list[1]), "BLR", nil); err == nil || len(got) != 0 {
			t.Errorf("%s was read", name)
		}
	}
	if _, err := AppendTracks(nil, sampleTracks(MaxBatch+1, "BLR")); err == nil {
		t.Error("a batch too long was written")
	}
}

func TestTracksWithoutAllocation(t *testing.T) {
	list := sampleTracks(MaxBatch, "BLR")
	b := make([]byte, 0, 64<<10)
	into := make([]entente.Track, 0, MaxBatch)
	if n := testing.AllocsPerRun(20, func() {
		b, _ = AppendTracks(b[:0], list)
		into, _ = DecodeTracks(b, "BLR", into)
	}); n != 0 {
		t.Errorf("%v allocations a batch", n)
	}
}
