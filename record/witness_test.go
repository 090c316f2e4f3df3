package record

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// TestCosignatureVector holds a cosignature made by transparency-dev/formats 0.1.1 with the seed 0x01 × 32; Ed25519 is
// deterministic, so that ours must be the same bytes.
func TestCosignatureVector(t *testing.T) {
	const text = origin + "\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
	const line = "— witness.example/w1 CtfTXgAAAABrBYmL1M2nap6cAmip+ALSSMtVz+suNTykuuq65hIk6zapnGmQlAZhb/uq3k1HI2kHfzvd+aEwfB3k6WPJFtvYk4NLDA==\n"
	_, signer := pairOf(t, bytes.Repeat([]byte{1}, 32))
	k, err := NewKey(WitnessKey, "witness.example/w1", publicOf(signer))
	must(t, err)
	if k.KeyHash() != 0x0ad7d35e {
		t.Errorf("key ID %08x", k.KeyHash())
	}
	if n, err := note.Open([]byte(text+"\n"+line), note.VerifierList(k)); err != nil || len(n.Sigs) != 1 {
		t.Errorf("their cosignature: %v", err)
	}
	w, err := NewWitness(WitnessConfig{Key: k, Signer: signer, Storage: NewMemory(), Clock: func() time.Time { return time.Unix(0x6b05898b, 0) }})
	must(t, err)
	c, err := ParseCheckpoint([]byte(text + "\n" + line))
	must(t, err)
	ours, err := w.line(c)
	must(t, err)
	if string(ours) != line {
		t.Errorf("ours\n%stheirs\n%s", ours, line)
	}
	again, err := ParseKey(k.String())
	must(t, err)
	if again.String() != k.String() {
		t.Errorf("%s became %s", k, again)
	}
}

func TestWitnessRefuses(t *testing.T) {
	b := newBody(t)
	b.append(t, 10)
	b.cosign(t, 1)
	w, shelf := b.witnesses[0], b.shelves[0]
	update := func(l *Log, old int64) Update {
		u, err := l.Update(ctx, old)
		must(t, err)
		return u
	}
	// Another history under the same key: what a sequencer with two faces would make.
	other := newBody(t)
	var list [][]byte
	for i := range 20 {
		list = append(list, fmt.Appendf(nil, "other %d", i))
	}
	_, err := other.log.Append(ctx, list[:5]...)
	must(t, err)
	smaller := update(other.log, 5)
	_, err = other.log.Append(ctx, list[5:10]...)
	must(t, err)
	forked := update(other.log, 10)
	_, err = other.log.Append(ctx, list[10:]...)
	must(t, err)
	extended := update(other.log, 10)
	b.append(t, 4)
	good := update(b.log, 10)

	strange, strangeSigner := pair(t, LogKey, origin, 99)
	unknown, unknownSigner := pair(t, LogKey, "example.org/other", 98)
	signed := func(k Key, s *Log) []byte { return s.h.Note }
	falseKey, err := Open(ctx, Config{Key: strange, Signer: strangeSigner, Storage: NewMemory()})
	must(t, err)
	noLog, err := Open(ctx, Config{Key: unknown, Signer: unknownSigner, Storage: NewMemory()})
	must(t, err)
	for name, c := range map[string]struct {
		u      Update
		reason Reason
		size   int64
	}{
		"smaller head":        {smaller, Rollback, 10},
		"second root":         {forked, Fork, 0},
		"invented extension":  {extended, Inconsistent, 0},
		"extension, no proof": {Update{Old: 10, Checkpoint: good.Checkpoint}, Inconsistent, 0},
		"proof from 9":        {update(b.log, 9), WrongOldSize, 10},
		"proof from nothing":  {update(b.log, 0), WrongOldSize, 10},
		"log of a stranger":   {Update{Checkpoint: signed(strange, falseKey)}, BadSignature, 0},
		"unknown log":         {Update{Checkpoint: signed(unknown, noLog)}, UnknownLog, 0},
		"altered":             {Update{Old: 10, Proof: good.Proof, Checkpoint: bytes.Replace(good.Checkpoint, []byte("\n14\n"), []byte("\n15\n"), 1)}, BadSignature, 0},
		"no bytes":            {Update{}, Malformed, 0},
	} {
		before, _ := shelf.Latest(ctx, origin)
		line, err := w.Cosign(ctx, c.u)
		if reasonOf(err) != c.reason || line != nil {
			t.Errorf("%s: %v, want %s", name, err, c.reason)
		}
		var r *Refusal
		if c.size > 0 && (!asRefusal(err, &r) || r.Size != c.size) {
			t.Errorf("%s: the witness does not say where it stands: %v", name, err)
		}
		if after, _ := shelf.Latest(ctx, origin); !bytes.Equal(before, after) {
			t.Errorf("%s: the witness moved", name)
		}
	}
	evidence := shelf.Evidence(origin)
	if len(evidence) != 3 {
		t.Fatalf("%d pieces of evidence, want 3", len(evidence))
	}
	for _, e := range evidence { // each holds two heads that the log signed and that cannot both be
		a, _, err1 := open(e.Ours, b.key)
		c, _, err2 := open(e.Refused.Checkpoint, b.key)
		if err1 != nil || err2 != nil || CheckConsistency(a, c, e.Refused.Proof) == nil {
			t.Errorf("evidence does not hold: %v %v", err1, err2)
		}
		if err := e.Check(b.key); e.Reason == Fork && err != nil || e.Reason == Inconsistent && reasonOf(err) != Inconsistent {
			t.Errorf("evidence of %s: %v", e.Reason, err)
		}
		if e.Check(strange) == nil {
			t.Error("evidence against another key")
		}
	}
	if _, err := w.Cosign(ctx, good); err != nil {
		t.Errorf("the good head afterwards: %v", err)
	}
}

func asRefusal(err error, r **Refusal) bool {
	return errors.As(err, r)
}

// failing storage does not store: then there must be no cosignature.
type failing struct{ *Memory }

func (failing) Advance(_ context.Context, _ string, _, _ []byte) error {
	return fmt.Errorf("disk full")
}

func TestWitnessStoresBeforeItAnswers(t *testing.T) {
	b := newBody(t)
	b.append(t, 1)
	w := b.witnesses[0]
	w.cfg.Storage = failing{b.shelves[0]}
	u, err := b.log.Update(ctx, 0)
	must(t, err)
	if line, err := w.Cosign(ctx, u); err == nil || line != nil {
		t.Error("cosigned what it could not remember")
	}
}

// TestTwoFacesReachNoTwoQuorums: a chair shows one history to three members and another to three.
func TestTwoFacesReachNoTwoQuorums(t *testing.T) {
	b := newBody(t)
	b.append(t, 5)
	b.cosign(t, 6)
	left, right := b.log, b.open(t, clone(t, b.storage, 5), b.signer)
	_, err := left.Append(ctx, []byte("adopted"))
	must(t, err)
	_, err = right.Append(ctx, []byte("not adopted"))
	must(t, err)
	show := func(l *Log, to []*Witness) (refused int) {
		for _, w := range to {
			u, err := l.Update(ctx, 5)
			must(t, err)
			line, err := w.Cosign(ctx, u)
			if err != nil {
				refused++
				continue
			}
			must(t, l.AddCosignatures(ctx, 6, line))
		}
		return refused
	}
	if n := show(left, b.witnesses[:3]); n != 0 {
		t.Errorf("%d refused the first face", n)
	}
	if n := show(right, b.witnesses); n != 3 {
		t.Errorf("%d refused the second face, want the three that had seen the first", n)
	}
	for _, l := range []*Log{left, right} {
		p, err := l.Prove(ctx, 5)
		must(t, err)
		if _, err := Verify(p.Bytes(), b.policy); reasonOf(err) != NoQuorum {
			t.Errorf("a face with three of six cosigners: %v", err)
		}
	}
	if n := len(b.shelves[0].Evidence(origin)); n != 1 {
		t.Errorf("the first member kept %d pieces of evidence, want 1", n)
	}
}

func clone(t testing.TB, m *Memory, n int64) *Memory {
	t.Helper()
	c := NewMemory()
	entries, err := m.Entries(ctx, 0, n)
	must(t, err)
	hashes := m.hashes[:tlog.StoredHashCount(n)]
	signed, err := m.Checkpoint(ctx, n)
	must(t, err)
	must(t, c.Append(ctx, Batch{Entries: entries, Hashes: hashes, Checkpoint: signed}))
	return c
}

func TestCosignaturesAreJudgedOneByOne(t *testing.T) {
	b := newBody(t)
	b.append(t, 2)
	line := func(i int) []byte {
		u, err := b.log.Update(ctx, 0)
		must(t, err)
		l, err := b.witnesses[i].Cosign(ctx, u)
		must(t, err)
		return l
	}
	one, two := line(0), line(1)
	broken := bytes.Replace(line(2), []byte("— M3 "), []byte("— M4 "), 1)
	_, signer := pair(t, WitnessKey, "M9", 77)
	k9, err := NewKey(WitnessKey, "M9", publicOf(signer))
	must(t, err)
	w9, err := NewWitness(WitnessConfig{Key: k9, Signer: signer, Logs: []Key{b.key}, Storage: NewMemory()})
	must(t, err)
	u, err := b.log.Update(ctx, 0)
	must(t, err)
	stranger, err := w9.Cosign(ctx, u)
	must(t, err)
	forged := []byte("— M5 " + base64.StdEncoding.EncodeToString(append(idOf(b.policy.witnesses[4].key), make([]byte, 72)...)) + "\n")
	lines := bytes.Join([][]byte{one, forged, stranger, []byte("nonsense\n"), two, one, broken}, nil)
	if err := b.log.AddCosignatures(ctx, 2, lines); reasonOf(err) != BadSignature {
		t.Errorf("bad lines were passed over in silence: %v", err)
	}
	r, _ := b.policy.Check(b.log.Head().Note)
	if len(r.Cosigned) != 2 || r.Cosigned[0].Name != "M1" || r.Cosigned[1].Name != "M2" {
		t.Errorf("cosigned by %v", r.Cosigned)
	}
	if n := strings.Count(string(b.log.Head().Note), "— "); n != 3 {
		t.Errorf("%d signature lines, want 3", n)
	}
	if err := b.log.AddCosignatures(ctx, 9, one); err == nil {
		t.Error("cosignatures on a head that is not there")
	}
}

func idOf(k Key) []byte {
	h := k.KeyHash()
	return []byte{byte(h >> 24), byte(h >> 16), byte(h >> 8), byte(h)}
}
