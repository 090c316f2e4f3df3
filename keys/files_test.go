package keys

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"entente"
)

func TestFilesComeBack(t *testing.T) {
	dir := t.TempDir()
	root, node := newMember(t, "BLR")
	person, err := node.NewPerson("A. Ivanova", day0, day1)
	must(t, err)
	rootPath, nodePath, personPath, rosterPath := filepath.Join(dir, "root.key"), filepath.Join(dir, "node.key"), filepath.Join(dir, "person.key"), filepath.Join(dir, "roster")
	must(t, root.Save(rootPath))
	must(t, node.Save(nodePath))
	must(t, person.Save(personPath))
	for _, p := range []string{rootPath, nodePath, personPath} {
		info, err := os.Stat(p)
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", p, info.Mode().Perm())
		}
	}
	if err := node.Save(nodePath); kindOf(err) != entente.Refused {
		t.Errorf("a key was overwritten: %v", err)
	}
	root2, err := LoadRoot(rootPath)
	must(t, err)
	node2, err := LoadIdentity(nodePath)
	must(t, err)
	person2, err := LoadIdentity(personPath)
	must(t, err)
	if !bytes.Equal(root2.Public(), root.Public()) || node2.Fingerprint() != node.Fingerprint() || person2.Name() != "A. Ivanova" {
		t.Error("what came back differs")
	}
	r := rosterOf(t, node)
	j := node.Join("node.example:4222")
	j.Certificates = append(j.Certificates, person.Signed())
	must(t, r.Add(j))
	must(t, r.Save(rosterPath))
	r2, err := LoadRoster(rosterPath)
	must(t, err)
	s, err := person2.SignAct(act("BLR", "A. Ivanova", 1))
	must(t, err)
	if _, err := r2.OpenAct(s); err != nil {
		t.Error(err)
	}
	if m, _ := r2.Member("BLR"); m.Address != "node.example:4222" {
		t.Errorf("address %q", m.Address)
	}
	if r3, err := LoadRoster(filepath.Join(dir, "none")); err != nil || len(r3.Members()) != 0 {
		t.Errorf("a roster that is not there: %v", err)
	}
	must(t, os.Chmod(nodePath, 0o644))
	if _, err := LoadIdentity(nodePath); kindOf(err) != entente.Refused {
		t.Errorf("a key others may read was taken: %v", err)
	}
	if _, err := LoadIdentity(rootPath); kindOf(err) != entente.Unsupported {
		t.Errorf("a root key passed for a node's: %v", err)
	}
	must(t, os.WriteFile(rootPath, []byte("entente root key v1\n{}"), 0o600))
	if _, err := LoadRoot(rootPath); err == nil {
		t.Error("an empty root key was taken")
	}
}

func TestJoinFileIsSignedAsAWhole(t *testing.T) {
	root, node := newMember(t, "BLR")
	j := node.Join("node.example:4222")
	v, err := root.Revoke(Revocation{Key: node.Fingerprint(), From: entente.At(day1)})
	must(t, err)
	j.Revocations = append(j.Revocations, v)
	file, err := node.Export(j)
	must(t, err)
	got, err := Import(file)
	must(t, err)
	if got.Address != j.Address || !bytes.Equal(got.Root, j.Root) || len(got.Revocations) != 1 {
		t.Errorf("%+v", got)
	}
	if n := len(strings.Fields(Spoken(got.Root.Fingerprint()))); n != 16 {
		t.Errorf("%d groups to speak", n)
	}
	for name, bad := range map[string][]byte{
		"address":      bytes.Replace(file, []byte("node.example"), []byte("evil.example"), 1),
		"name":         bytes.Replace(file, []byte("State BLR"), []byte("State XXX"), 1),
		"no signature": file[:bytes.LastIndex(file, []byte("signature "))],
		"cut":          file[:len(file)/2],
		"empty":        nil,
		"header":       bytes.Replace(file, []byte("member v1"), []byte("member v2"), 1),
		"two lines":    append(bytes.Clone(file), file[bytes.LastIndex(file, []byte("signature ")):]...),
	} {
		if _, err := Import(bad); err == nil {
			t.Errorf("%s: was imported", name)
		}
	}
	_, other := newMember(t, "ARM")
	if _, err := other.Export(j); err == nil {
		t.Error("another member's node exported it")
	}
}

// TestFormsStay holds the written forms to a golden file made with fixed seeds, so that old files stay readable.
func TestFormsStay(t *testing.T) {
	seed := bytes.Repeat([]byte{7}, 32)
	root, err := rootFromSeed("BLR", "Belarus", seed)
	must(t, err)
	id := &Identity{root: root.Public(), state: "Belarus", seed: bytes.Repeat([]byte{8}, 32)}
	must(t, id.deriveKeys(NodeRole))
	c := Certificate{Member: "BLR", Role: NodeRole, Name: "minsk-1", Serial: 42, From: entente.At(day0), Until: entente.At(day1), Keys: id.publicKeys()}
	c.CA, err = makeCA(id.keys[TLS], c)
	must(t, err)
	id.cert = c
	id.signed, err = signCertificate(root.key, c)
	must(t, err)
	file, err := id.Export(id.Join("node.example:4222"))
	must(t, err)
	signed, err := id.SignAct(act("BLR", "A. Ivanova", 1))
	must(t, err)
	line, _ := json.MarshalIndent(signed, "", "  ")
	got := append(append(file, "\n"...), append(line, '\n')...)
	const path = "testdata/forms.golden"
	if *update {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if !bytes.Equal(got, want) {
		t.Errorf("the forms have changed; old files would not be read:\n%s", got)
	}
	if _, err := Import(want[:bytes.Index(want, []byte("\n\n"))+1]); err != nil {
		t.Error(err)
	}
}

func FuzzImport(f *testing.F) {
	_, node := newMember(f, "BLR")
	file, err := node.Export(node.Join("x:1"))
	must(f, err)
	f.Add(file)
	f.Add([]byte("entente member v1\n{}\nsignature a b\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		j, err := Import(b)
		if err == nil && NewRoster().Add(j) != nil {
			t.Fatal("imported what the roster refuses")
		}
	})
}

func FuzzOpenAct(f *testing.F) {
	_, node := newMember(f, "BLR")
	s, err := node.SignAct(act("BLR", "x", 1))
	must(f, err)
	r := rosterOf(f, node)
	f.Add(s.Bytes, s.Signature)
	f.Add([]byte("{}"), []byte{})
	f.Fuzz(func(t *testing.T, b, sig []byte) {
		_, err := r.OpenAct(entente.SignedAct{Bytes: b, Key: s.Key, Signature: sig})
		if err == nil && !bytes.Equal(b, s.Bytes) {
			t.Fatalf("opened %q", b)
		}
	})
}

func BenchmarkOpenAct(b *testing.B) {
	_, node := newMember(b, "BLR")
	s, err := node.SignAct(act("BLR", "x", 1))
	must(b, err)
	r := rosterOf(b, node)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.OpenAct(s); err != nil {
			b.Fatal(err)
		}
	}
}
