package record

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	flog "github.com/transparency-dev/formats/log"
	fproof "github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func TestProofOfEveryEntry(t *testing.T) {
	b := newBody(t)
	for n := 1; n <= 40; n++ {
		b.append(t, 1)
		if n%7 == 0 {
			b.cosign(t, 6)
		}
	}
	b.append(t, 300)
	b.cosign(t, 5)
	for i := range int64(340) {
		p, err := b.log.Prove(ctx, i)
		must(t, err)
		r, err := Verify(p.Bytes(), b.policy)
		must(t, err)
		if r.Index != i || string(r.Entry) != fmt.Sprintf("entry %d", i) || r.Size != 340 || !r.Valid || r.Complete ||
			len(r.Cosigned) != 5 || fmt.Sprint(r.Missing) != "[M6]" || r.Cosigned[0].Time.Unix() != 1_800_000_000 {
			t.Fatalf("entry %d: %+v", i, r)
		}
	}
	if _, err := b.log.Prove(ctx, 340); reasonOf(err) != NotIncluded {
		t.Errorf("an entry that is not there: %v", err)
	}
}

func TestProofWaitsForAQuorum(t *testing.T) {
	b := newBody(t)
	b.append(t, 3)
	b.cosign(t, 4)
	b.append(t, 2) // not cosigned yet
	p, err := b.log.Prove(ctx, 1)
	must(t, err)
	if r, err := Verify(p.Bytes(), b.policy); err != nil || r.Size != 3 {
		t.Errorf("entry 1 under size %d: %v", r.Size, err)
	}
	p, err = b.log.Prove(ctx, 4)
	must(t, err)
	r, err := Verify(p.Bytes(), b.policy)
	if reasonOf(err) != NoQuorum || r.Valid || r.Size != 5 || string(r.Entry) != "entry 4" || len(r.Missing) != 6 {
		t.Errorf("entry 4: %+v, %v", r, err)
	}
	b.cosign(t, 3)
	p, _ = b.log.Prove(ctx, 4)
	if _, err := Verify(p.Bytes(), b.policy); reasonOf(err) != NoQuorum {
		t.Errorf("three of six were enough: %v", err)
	}
	again := b.open(t, b.storage, b.signer) // the quorum is found again after a restart
	p, err = again.Prove(ctx, 1)
	must(t, err)
	if _, err := Verify(p.Bytes(), b.policy); err != nil {
		t.Error(err)
	}
}

// TestForeignToolsReadOurs cross-checks the forms against an independent implementation.
func TestForeignToolsReadOurs(t *testing.T) {
	b := newBody(t)
	b.append(t, 21)
	b.cosign(t, 6)
	p, err := b.log.Prove(ctx, 13)
	must(t, err)
	var f fproof.TLogProof
	must(t, f.Unmarshal(p.Bytes()))
	if f.Index != 13 || !bytes.Equal(f.ExtraData, p.Entry) || !bytes.Equal(f.Checkpoint, p.Checkpoint) || len(f.Hashes) != len(p.Hashes) {
		t.Errorf("%+v", f)
	}
	if !bytes.Equal(f.Marshal(), p.Bytes()) {
		t.Errorf("they write\n%s\nwe write\n%s", f.Marshal(), p.Bytes())
	}
	v, err := note.NewVerifier(b.key.String())
	must(t, err)
	c, _, _, err := flog.ParseCheckpoint(p.Checkpoint, origin, v)
	must(t, err)
	h := b.log.Head()
	if c.Size != 21 || !bytes.Equal(c.Hash, h.Root[:]) {
		t.Errorf("%+v", c)
	}
}

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
	}
	if _, err := w.Cosign(ctx, good); err != nil {
		t.Errorf("the good head afterwards: %v", err)
	}
}

func asRefusal(err error, r **Refusal) bool {
	x, ok := err.(*Refusal)
	*r = x
	return ok
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

func TestReplicaAcceptsOnlyTheLogItself(t *testing.T) {
	b := newBody(t)
	replica := b.open(t, NewMemory(), nil)
	b.append(t, 5)
	five := b.log.Head()
	all := func() [][]byte { e, err := b.log.Entries(ctx, 0, b.log.Head().Size); must(t, err); return e }
	bad := all()
	bad[2] = []byte("another")
	if err := replica.Accept(ctx, 0, bad, five.Note); reasonOf(err) != Inconsistent {
		t.Errorf("another entry: %v", err)
	}
	if err := replica.Accept(ctx, 0, all()[:4], five.Note); reasonOf(err) != WrongOldSize {
		t.Errorf("too few: %v", err)
	}
	if err := replica.Accept(ctx, 1, all()[1:], five.Note); reasonOf(err) != WrongOldSize {
		t.Errorf("a hole: %v", err)
	}
	if replica.Head().Size != 0 {
		t.Fatal("the replica moved")
	}
	must(t, replica.Accept(ctx, 0, all(), five.Note))
	b.append(t, 7)
	must(t, replica.Accept(ctx, 3, all()[3:], b.log.Head().Note)) // with entries it holds already
	must(t, replica.Accept(ctx, 0, all()[:5], five.Note))         // late and held: nothing
	if replica.Head().Root != b.log.Head().Root || replica.Head().Size != 12 {
		t.Errorf("replica at %d", replica.Head().Size)
	}
	if _, err := replica.Append(ctx, []byte("x")); err == nil {
		t.Error("a replica appended")
	}
	again := b.open(t, replica.cfg.Storage, nil)
	if again.Head().Root != b.log.Head().Root {
		t.Error("the replica came back with another root")
	}
}

func TestOpenFindsAlteredStorage(t *testing.T) {
	for name, harm := range map[string]func(*Memory){
		"hash":        func(m *Memory) { m.hashes[len(m.hashes)-1][0] ^= 1 },
		"head":        func(m *Memory) { m.heads[len(m.heads)-1].note[3] ^= 1 },
		"older head":  func(m *Memory) { m.heads = m.heads[:len(m.heads)-1] },
		"no head":     func(m *Memory) { m.heads = nil },
		"lost entry":  func(m *Memory) { m.entries = m.entries[:len(m.entries)-1] },
		"lost hashes": func(m *Memory) { m.hashes = m.hashes[:3] },
	} {
		b := newBody(t)
		b.append(t, 3)
		b.append(t, 2)
		harm(b.storage)
		if _, err := Open(ctx, Config{Key: b.key, Signer: b.signer, Storage: b.storage}); err == nil {
			t.Errorf("%s: was opened", name)
		}
	}
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

func TestAlteredBundlesAreRefused(t *testing.T) {
	b := newBody(t)
	b.append(t, 20)
	b.cosign(t, 4)
	p, err := b.log.Prove(ctx, 7)
	must(t, err)
	with := func(f func(*Proof)) []byte {
		q := p
		q.Hashes = append([]Hash{}, p.Hashes...)
		f(&q)
		return q.Bytes()
	}
	for name, c := range map[string]struct {
		bundle []byte
		reason Reason
	}{
		"entry":      {with(func(q *Proof) { q.Entry = []byte("entry 8") }), NotIncluded},
		"no entry":   {with(func(q *Proof) { q.Entry = nil }), NotIncluded},
		"index":      {with(func(q *Proof) { q.Index = 8 }), NotIncluded},
		"index out":  {with(func(q *Proof) { q.Index = 20 }), NotIncluded},
		"hash":       {with(func(q *Proof) { q.Hashes[1][4] ^= 1 }), NotIncluded},
		"hash less":  {with(func(q *Proof) { q.Hashes = q.Hashes[1:] }), NotIncluded},
		"hash more":  {with(func(q *Proof) { q.Hashes = append(q.Hashes, Hash{}) }), NotIncluded},
		"size":       {with(func(q *Proof) { q.Checkpoint = bytes.Replace(q.Checkpoint, []byte("\n20\n"), []byte("\n21\n"), 1) }), BadSignature},
		"origin":     {with(func(q *Proof) { q.Checkpoint = bytes.Replace(q.Checkpoint, []byte("council"), []byte("counsel"), 1) }), UnknownLog},
		"no cosigns": {with(func(q *Proof) { q.Checkpoint = q.Checkpoint[:bytes.Index(q.Checkpoint, []byte("— M1"))] }), NoQuorum},
		"header":     {bytes.Replace(p.Bytes(), []byte("@v1"), []byte("@v2"), 1), Malformed},
		"empty":      {nil, Malformed},
	} {
		if _, err := Verify(c.bundle, b.policy); reasonOf(err) != c.reason {
			t.Errorf("%s: %v, want %s", name, err, c.reason)
		}
	}
	other := newBody(t)
	k, _ := pair(t, LogKey, origin, 50)
	other.policy.logs = []Key{k}
	if _, err := Verify(p.Bytes(), other.policy); reasonOf(err) != BadSignature {
		t.Errorf("another log key: %v", err)
	}
}

func TestExportIsReadBackAndAlterationsNamed(t *testing.T) {
	b := newBody(t)
	b.append(t, 700)
	b.cosign(t, 5)
	dir := t.TempDir()
	must(t, b.log.Export(ctx, dir))
	var n int64
	r, err := WalkDir(dir, b.policy, func(i int64, e []byte) error {
		if i != n || string(e) != fmt.Sprintf("entry %d", i) {
			return fmt.Errorf("entry %d is %q", i, e)
		}
		n++
		return nil
	})
	must(t, err)
	if n != 700 || r.Size != 700 || !r.Valid || len(r.Cosigned) != 5 {
		t.Errorf("%d entries, %+v", n, r)
	}
	for _, p := range []string{"checkpoint", "tile/entries/000", "tile/entries/001", "tile/entries/002.p/188", "tile/0/000", "tile/0/002.p/188", "tile/1/000.p/2"} {
		if _, err := os.Stat(filepath.Join(dir, p)); err != nil {
			t.Error(err)
		}
	}
	entries := filepath.Join(dir, "tile/entries/001")
	good, err := os.ReadFile(entries)
	must(t, err)
	harm := func(file []byte) error {
		must(t, os.WriteFile(entries, file, 0o644))
		_, err := VerifyDir(dir, b.policy)
		return err
	}
	flipped := bytes.Clone(good)
	flipped[bytes.Index(flipped, []byte("entry 300"))] ^= 1
	if err := harm(flipped); reasonOf(err) != Altered || !strings.Contains(err.Error(), "[300]") {
		t.Errorf("a flipped byte: %v", err)
	}
	for name, bad := range map[string][]byte{"cut": good[:len(good)-3], "longer": append(bytes.Clone(good), 0), "empty": nil} {
		if err := harm(bad); reasonOf(err) != Altered {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, os.Remove(entries))
	if _, err := VerifyDir(dir, b.policy); reasonOf(err) != Altered {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := VerifyDir(t.TempDir(), b.policy); err == nil {
		t.Error("an empty folder was verified")
	}
}

func TestPolicyFiles(t *testing.T) {
	log, _ := pair(t, LogKey, origin, 1)
	var w [5]Key
	for i := range w {
		w[i], _ = pair(t, WitnessKey, fmt.Sprintf("w%d", i), byte(20+i))
	}
	good := fmt.Sprintf("# a policy\nlog %s https://example.org/\n\nwitness A %s\n\twitness B %s\nwitness C %s\nwitness D %s\ngroup AB any A B\ngroup CD all C D\ngroup top 2 AB CD\nquorum top\n", log, w[0], w[1], w[2], w[3])
	p, err := ParsePolicy([]byte(good))
	must(t, err)
	for names, want := range map[string]bool{"A C D": true, "B C D": true, "A B C": false, "C D": false, "A B": false, "": false} {
		has := map[string]bool{}
		for _, n := range strings.Fields(names) {
			has[n] = true
		}
		if p.reached(p.quorum, has) != want {
			t.Errorf("%q reaches the quorum: %v", names, !want)
		}
	}
	again, err := ParsePolicy([]byte(p.String()))
	must(t, err)
	if again.String() != p.String() {
		t.Error("written and read again it differs")
	}
	lines := map[string]string{
		"no quorum":         fmt.Sprintf("log %s\n", log),
		"two quorums":       "quorum none\nquorum none\n",
		"undefined":         "quorum x\n",
		"log twice":         fmt.Sprintf("log %s\nlog %s\nquorum none\n", log, log),
		"witness key twice": fmt.Sprintf("witness A %s\nwitness B %s\nquorum none\n", w[0], w[0]),
		"name twice":        fmt.Sprintf("witness A %s\nwitness A %s\nquorum none\n", w[0], w[1]),
		"log as witness":    fmt.Sprintf("witness A %s\nquorum none\n", log),
		"witness as log":    fmt.Sprintf("log %s\nquorum none\n", w[0]),
		"member twice":      fmt.Sprintf("witness A %s\ngroup g 1 A A\nquorum g\n", w[0]),
		"in two groups":     fmt.Sprintf("witness A %s\ngroup g 1 A\ngroup h 1 A\nquorum g\n", w[0]),
		"too many":          fmt.Sprintf("witness A %s\ngroup g 2 A\nquorum g\n", w[0]),
		"none of them":      fmt.Sprintf("witness A %s\ngroup g 0 A\nquorum g\n", w[0]),
		"named none":        fmt.Sprintf("witness none %s\nquorum none\n", w[0]),
		"later":             fmt.Sprintf("quorum A\nwitness A %s\n", w[0]),
		"control":           "quorum none\x00\n",
		"unknown line":      "watcher x\nquorum none\n",
		"wrong id":          "log x+00000000+" + base64.StdEncoding.EncodeToString(append([]byte{1}, make([]byte, 32)...)) + "\nquorum none\n",
	}
	for name, text := range lines {
		if _, err := ParsePolicy([]byte(text)); reasonOf(err) != Malformed {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLogIsTheTreeOfItsEntries compares with tlog's own way over any split into batches, and checks every consistency.
func TestLogIsTheTreeOfItsEntries(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := newBody(t)
		sizes := rapid.SliceOfN(rapid.IntRange(1, 40), 1, 8).Draw(rt, "batches")
		var heads []Checkpoint
		heads = append(heads, b.log.Head())
		for _, n := range sizes {
			b.append(t, n)
			heads = append(heads, b.log.Head())
		}
		last := heads[len(heads)-1]
		var stored []tlog.Hash
		reader := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
			var out []tlog.Hash
			for _, i := range at {
				out = append(out, stored[i])
			}
			return out, nil
		})
		for i := range last.Size {
			h, err := tlog.StoredHashes(i, fmt.Appendf(nil, "entry %d", i), reader)
			must(t, err)
			stored = append(stored, h...)
		}
		root, err := tlog.TreeHash(last.Size, reader)
		must(t, err)
		if Hash(root) != last.Root {
			rt.Fatalf("root at %d differs", last.Size)
		}
		for _, old := range heads {
			u, err := b.log.Update(ctx, old.Size)
			must(t, err)
			must(t, CheckConsistency(old, last, u.Proof))
			if old.Size > 0 && old.Size < last.Size {
				bad := old
				bad.Root[0] ^= 1
				if CheckConsistency(bad, last, u.Proof) == nil {
					rt.Fatal("another past was consistent")
				}
			}
		}
		again := b.open(t, b.storage, b.signer)
		if again.Head().Root != last.Root {
			rt.Fatal("opened again it differs")
		}
		_, err = again.Append(ctx, []byte("one more"))
		must(t, err)
	})
}

func TestEntriesTooLargeAreRefusedWhole(t *testing.T) {
	b := newBody(t)
	if _, err := b.log.Append(ctx, []byte("fits"), make([]byte, MaxEntry+1)); reasonOf(err) != Malformed {
		t.Errorf("%v", err)
	}
	if _, err := b.log.Append(ctx, make([]byte, MaxEntry), nil); err != nil {
		t.Error(err)
	}
	if b.log.Head().Size != 2 {
		t.Errorf("size %d", b.log.Head().Size)
	}
}

func FuzzVerify(f *testing.F) {
	b := newBody(f)
	b.append(f, 9)
	b.cosign(f, 4)
	p, err := b.log.Prove(ctx, 5)
	must(f, err)
	f.Add(p.Bytes())
	f.Add([]byte("c2sp.org/tlog-proof@v1\nindex 0\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Verify(data, b.policy)
		if err == nil && string(r.Entry) != fmt.Sprintf("entry %d", r.Index) {
			t.Fatalf("verified %q at %d", r.Entry, r.Index)
		}
		if q, err := ParseProof(data); err == nil && len(q.Entry) > 0 && !bytes.Equal(q.Bytes(), data) {
			t.Fatal("written again it differs")
		}
	})
}

func FuzzPolicy(f *testing.F) {
	b := newBody(f)
	f.Add([]byte(b.policy.String()))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParsePolicy(data)
		if err != nil {
			return
		}
		q, err := ParsePolicy([]byte(p.String()))
		if err != nil || q.String() != p.String() {
			t.Fatalf("%v", err)
		}
	})
}
