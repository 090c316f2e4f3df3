package record

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	flog "github.com/transparency-dev/formats/log"
	fproof "github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/note"
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
