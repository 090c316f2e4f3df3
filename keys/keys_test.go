package keys

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"flag"
	"strings"
	"testing"
	"time"

	"entente"
)

var update = flag.Bool("update", false, "rewrite golden files")

var (
	day0 = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	day1 = day0.AddDate(0, 0, 90)
	noon = entente.At(day0.Add(12 * time.Hour))
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newMember(t testing.TB, m entente.MemberID) (*Root, *Identity) {
	t.Helper()
	root, err := NewRoot(m, "State "+string(m))
	must(t, err)
	node, err := root.NewNode("node-1", day0, day1)
	must(t, err)
	return root, node
}

func rosterOf(t testing.TB, nodes ...*Identity) *Roster {
	t.Helper()
	r := NewRoster()
	for _, n := range nodes {
		must(t, r.Add(n.Join("")))
	}
	return r
}

func kindOf(err error) entente.ErrorKind {
	var e *entente.Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

func act(m entente.MemberID, person string, seq uint64) entente.Act {
	return entente.Act{Kind: "position.take", Member: m, Person: person, Body: "council", Seq: seq, Time: noon,
		Data: json.RawMessage(`{"on":"текст","answer":"consent"}`)}
}

func TestContextsKeepSignaturesApart(t *testing.T) {
	_, node := newMember(t, "BLR")
	r := rosterOf(t, node)
	msg := []byte("the same bytes")
	sig, err := node.Sign("entente envelope v1", msg)
	must(t, err)
	check := func(context string, msg []byte) error {
		return r.VerifyNode("BLR", node.Fingerprint(), context, msg, sig, noon)
	}
	must(t, check("entente envelope v1", msg))
	for _, context := range []string{"entente act v1", "entente envelope v2", "", "entente envelope v1 "} {
		if check(context, msg) == nil {
			t.Errorf("the signature stands for context %q", context)
		}
	}
	if ed25519.Verify(ed25519.PublicKey(node.Certificate().Keys[Signing]), msg, sig) {
		t.Error("the signature stands without a context")
	}
	if check("entente envelope v1", msg[1:]) == nil {
		t.Error("the signature stands for other bytes")
	}
	if _, err := node.Sign("", msg); err == nil {
		t.Error("signed without a context")
	}
}

// TestContextSignatureVector is the first Ed25519ctx vector of RFC 8032 section 7.2.
func TestContextSignatureVector(t *testing.T) {
	seed := unhex(t, "0305334e381af78f141cb666f6199f57bc3495335a256a95bd2a55bf546663f6")
	pub := unhex(t, "dfc9425e4f968f7f0c29f0259cf5f9aed6851c2bb4ad8bfb860cfee0ab248292")
	msg := unhex(t, "f726936d19c800494e3fdaff20b276a8")
	want := unhex(t, "55a4cc2f70a54e04288c5f4cd1e45a7bb520b36292911876cada7323198dd87a8b36950b95130022907a7fb7c4e9b2d5f6cca685a587b4b21f4b888e4e7edb0d")
	got, err := sign(ed25519.NewKeyFromSeed(seed), "foo", msg)
	must(t, err)
	if !bytes.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
	must(t, verify(pub, "foo", msg, want))
	if verify(pub, "bar", msg, want) == nil {
		t.Error("stands for another context")
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b := make([]byte, len(s)/2)
	for i := range b {
		for _, c := range s[2*i : 2*i+2] {
			b[i] = b[i]<<4 | byte(strings.IndexRune("0123456789abcdef", c))
		}
	}
	return b
}

func TestPurposesHaveKeysOfTheirOwn(t *testing.T) {
	_, node := newMember(t, "BLR")
	seen := map[string]Purpose{}
	for p, k := range node.Certificate().Keys {
		if q, ok := seen[k.Fingerprint()]; ok {
			t.Errorf("%s and %s share a key", p, q)
		}
		seen[k.Fingerprint()] = p
	}
	if len(seen) != 5 {
		t.Errorf("%d keys", len(seen))
	}
	for _, p := range []Purpose{Signing, TLS, "other"} {
		if _, err := node.Signer(p); err == nil {
			t.Errorf("a signer was given out for %s", p)
		}
	}
	for _, p := range []Purpose{Link, Log, Witness} {
		s, err := node.Signer(p)
		must(t, err)
		if !bytes.Equal(s.Public().(ed25519.PublicKey), node.Certificate().Keys[p]) {
			t.Errorf("%s: signer and certificate differ", p)
		}
	}
}

func TestActsOpenAsSigned(t *testing.T) {
	root, node := newMember(t, "BLR")
	person, err := node.NewPerson("A. Ivanova", day0, day1)
	must(t, err)
	byRoot, err := root.NewPerson("B. Petrov", day0, day1)
	must(t, err)
	r := rosterOf(t, node)
	j := node.Join("")
	j.Certificates = append(j.Certificates, person.Signed(), byRoot.Signed())
	must(t, r.Add(j))
	for _, id := range []*Identity{node, person, byRoot} {
		name := id.Name()
		if id == node {
			name = "anyone"
		}
		in := act("BLR", name, 7)
		s, err := id.SignAct(in)
		must(t, err)
		out, err := r.OpenAct(s)
		must(t, err)
		a, _ := json.Marshal(in)
		b, _ := json.Marshal(out)
		if !bytes.Equal(a, b) || !bytes.Equal(a, s.Bytes) || len(s.ID()) != 64 {
			t.Errorf("%s signed %s, opened %s", id.Name(), a, b)
		}
	}
	if _, err := person.SignAct(act("BLR", "B. Petrov", 1)); kindOf(err) != entente.Unauthorised {
		t.Errorf("a person signed in another's name: %v", err)
	}
	if _, err := node.SignAct(act("ARM", "x", 1)); kindOf(err) != entente.Unauthorised {
		t.Errorf("a node signed for another member: %v", err)
	}
	if _, err := person.NewPerson("C", day0, day1); kindOf(err) != entente.Unauthorised {
		t.Errorf("a person certified a person: %v", err)
	}
}

func TestActsRefused(t *testing.T) {
	_, node := newMember(t, "BLR")
	_, other := newMember(t, "ARM")
	_, stranger := newMember(t, "BLR")
	person, err := node.NewPerson("A. Ivanova", day0, day1)
	must(t, err)
	r := rosterOf(t, node, other)
	j := node.Join("")
	j.Certificates = append(j.Certificates, person.Signed())
	must(t, r.Add(j))
	good, err := node.SignAct(act("BLR", "x", 3))
	must(t, err)

	signRaw := func(id *Identity, body string) entente.SignedAct {
		sig, err := id.Sign(ContextAct, []byte(body))
		must(t, err)
		return entente.SignedAct{Bytes: []byte(body), Key: id.Fingerprint(), Signature: sig}
	}
	with := func(f func(*entente.SignedAct)) entente.SignedAct {
		s := entente.SignedAct{Bytes: bytes.Clone(good.Bytes), Key: good.Key, Signature: bytes.Clone(good.Signature)}
		f(&s)
		return s
	}
	body := string(good.Bytes)
	late := act("BLR", "x", 4)
	late.Time = entente.At(day1)
	lateBytes, _ := json.Marshal(late)
	envelope, err := node.Sign("entente envelope v1", good.Bytes)
	must(t, err)
	for name, c := range map[string]struct {
		s    entente.SignedAct
		kind entente.ErrorKind
	}{
		"altered":           {with(func(s *entente.SignedAct) { s.Bytes = []byte(strings.Replace(body, "consent", "dissent", 1)) }), entente.Unauthorised},
		"signature cut":     {with(func(s *entente.SignedAct) { s.Signature = s.Signature[:63] }), entente.Unauthorised},
		"no signature":      {with(func(s *entente.SignedAct) { s.Signature = nil }), entente.Unauthorised},
		"unknown key":       {with(func(s *entente.SignedAct) { s.Key = stranger.Fingerprint() }), entente.Unauthorised},
		"envelope's":        {with(func(s *entente.SignedAct) { s.Signature = envelope }), entente.Unauthorised},
		"stranger":          {signRaw(stranger, body), entente.Unauthorised},
		"other member":      {signRaw(other, body), entente.Unauthorised},
		"other person":      {signRaw(person, body), entente.Unauthorised},
		"after the key":     {signRaw(node, string(lateBytes)), entente.Unauthorised},
		"spaces":            {signRaw(node, " "+body), entente.Malformed},
		"twice a name":      {signRaw(node, strings.Replace(body, `"member":"BLR"`, `"member":"BLR","Member":"BLR"`, 1)), entente.Malformed},
		"twice within data": {signRaw(node, strings.Replace(body, `"answer"`, `"ON":"x","answer"`, 1)), entente.Malformed},
		"unknown name":      {signRaw(node, strings.Replace(body, `"kind"`, `"extra":1,"kind"`, 1)), entente.Malformed},
		"two values":        {signRaw(node, body+body), entente.Malformed},
		"empty":             {signRaw(node, ""), entente.Malformed},
		"no number":         {signRaw(node, strings.Replace(body, `"seq":3`, `"seq":0`, 1)), entente.Malformed},
		"deep":              {signRaw(node, strings.Replace(body, `"consent"`, strings.Repeat("[", 100)+strings.Repeat("]", 100), 1)), entente.Malformed},
		"too large":         {signRaw(node, strings.Replace(body, "consent", strings.Repeat("x", MaxAct), 1)), entente.TooLarge},
	} {
		if _, err := r.OpenAct(c.s); kindOf(err) != c.kind {
			t.Errorf("%s: %v, want kind %s", name, err, c.kind)
		}
	}
	if _, err := r.OpenAct(good); err != nil {
		t.Error(err)
	}
}

func TestRevocationFromANumberOrATime(t *testing.T) {
	root, node := newMember(t, "BLR")
	person, err := node.NewPerson("A. Ivanova", day0, day1)
	must(t, err)
	for name, c := range map[string]struct {
		v      Revocation
		stands func(seq uint64, at entente.Instant) bool
	}{
		"number":     {Revocation{FromSeq: 5}, func(seq uint64, _ entente.Instant) bool { return seq < 5 }},
		"time":       {Revocation{From: noon.Add(60)}, func(_ uint64, at entente.Instant) bool { return at < noon.Add(60) }},
		"both":       {Revocation{FromSeq: 9, From: noon.Add(60)}, func(seq uint64, at entente.Instant) bool { return seq < 9 && at < noon.Add(60) }},
		"altogether": {Revocation{}, func(uint64, entente.Instant) bool { return false }},
	} {
		r := rosterOf(t, node)
		j := node.Join("")
		j.Certificates = append(j.Certificates, person.Signed())
		must(t, r.Add(j))
		c.v.Key = person.Fingerprint()
		s, err := node.Revoke(c.v)
		must(t, err)
		must(t, r.Revoke(s))
		for seq := uint64(1); seq < 12; seq++ {
			for _, dt := range []float64{0, 59, 60, 61} {
				a := act("BLR", "A. Ivanova", seq)
				a.Time = noon.Add(dt)
				signed, err := person.SignAct(a)
				must(t, err)
				if _, err := r.OpenAct(signed); (err == nil) != c.stands(seq, a.Time) {
					t.Errorf("%s: act %d at +%v s: %v", name, seq, dt, err)
				}
			}
		}
		must(t, r.Revoke(s)) // again changes nothing
		if n := len(r.Revoked(person.Fingerprint())); n != 1 {
			t.Errorf("%s: %d revocations", name, n)
		}
	}

	r := rosterOf(t, node)
	byNode, err := node.Revoke(Revocation{Key: node.Fingerprint()})
	must(t, err)
	if err := r.Revoke(byNode); kindOf(err) != entente.Unauthorised {
		t.Errorf("a node revoked a node: %v", err)
	}
	otherRoot, _ := newMember(t, "BLR")
	forged, err := otherRoot.Revoke(Revocation{Key: node.Fingerprint()})
	must(t, err)
	if err := r.Revoke(forged); kindOf(err) != entente.Unauthorised {
		t.Errorf("a stranger revoked a node: %v", err)
	}
	v := r.Version()
	byRoot, err := root.Revoke(Revocation{Key: node.Fingerprint(), From: noon})
	must(t, err)
	must(t, r.Revoke(byRoot))
	if r.Version() == v || len(r.Nodes("BLR", noon.Time())) != 0 || len(r.Nodes("BLR", noon.Time().Add(-time.Second))) != 1 {
		t.Error("the node is not out of use from then on")
	}
	r2 := rosterOf(t, node)
	fromNumber, err := root.Revoke(Revocation{Key: node.Fingerprint(), FromSeq: 9, Issued: noon})
	must(t, err)
	must(t, r2.Revoke(fromNumber))
	if len(r2.Nodes("BLR", noon.Time())) != 0 || len(r2.Nodes("BLR", noon.Time().Add(-time.Second))) != 1 {
		t.Error("revoked from a number, the node is not out of use from the revocation on")
	}
	late, err := node.NewPerson("C. Late", day0, day1)
	must(t, err)
	j := node.Join("")
	j.Certificates = []SignedCertificate{late.Signed()}
	if err := r.Add(j); kindOf(err) != entente.Unauthorised {
		t.Errorf("a revoked node certified a person: %v", err)
	}
}

func TestRosterPinsAndIsAllOrNothing(t *testing.T) {
	_, node := newMember(t, "BLR")
	root2, impostor := newMember(t, "BLR")
	_, other := newMember(t, "ARM")
	r := rosterOf(t, node)
	if err := r.Add(impostor.Join("")); kindOf(err) != entente.Refused {
		t.Errorf("another root took the place: %v", err)
	}
	// A good certificate beside one that is not: neither is taken.
	second, err := root2.NewNode("node-2", day0, day1)
	must(t, err)
	j := other.Join("")
	j.Certificates = append(j.Certificates, second.Signed())
	if err := r.Add(j); kindOf(err) != entente.Unauthorised {
		t.Errorf("%v", err)
	}
	if _, ok := r.Member("ARM"); ok {
		t.Error("half a file was taken")
	}
	if _, ok := r.Find(other.Fingerprint()); ok {
		t.Error("a key of half a file was taken")
	}
	j = other.Join("")
	j.Certificates = []SignedCertificate{second.Signed()}
	j.Member = "BLR"
	j.Root = node.Join("").Root
	if err := r.Add(j); kindOf(err) != entente.Unauthorised {
		t.Errorf("a certificate by another root was taken: %v", err)
	}
	r.Remove("BLR")
	must(t, r.Add(impostor.Join("")))
	for _, m := range []entente.MemberID{"", "a b", "../x", "a.b", entente.MemberID(strings.Repeat("x", 33))} {
		if _, err := NewRoot(m, "x"); err == nil {
			t.Errorf("member %q was made", m)
		}
	}
}

func TestRotationKeepsBothKeysForAWhile(t *testing.T) {
	root, node := newMember(t, "BLR")
	next, err := root.NewNode("node-1", day0.AddDate(0, 0, 60), day1.AddDate(0, 0, 90))
	must(t, err)
	r := rosterOf(t, node, next)
	for _, c := range []struct{ day, want int }{{-1, 0}, {1, 1}, {70, 2}, {100, 1}, {200, 0}} {
		if n := r.Nodes("BLR", day0.AddDate(0, 0, c.day)); len(n) != c.want {
			t.Errorf("day %d: %d keys, want %d", c.day, len(n), c.want)
		} else if c.want == 2 && n[0].Serial != next.Certificate().Serial {
			t.Error("the newer key does not come first")
		}
	}
}
