package keys

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"entente"
)

// MaxAct bounds the JSON of one act, in bytes: a SignedAct as JSON then fits into one entry of a record (65,535 bytes).
const MaxAct = 44 << 10

// SignAct signs an act of this identity's member. A person signs only in their own name.
func (id *Identity) SignAct(a entente.Act) (entente.SignedAct, error) {
	var s entente.SignedAct
	if a.Member != id.cert.Member {
		return s, refusal(entente.Unauthorised, "act", fmt.Sprintf("it is %s's, this key is %s's", a.Member, id.cert.Member), "")
	}
	if id.cert.Role == PersonRole && a.Person != id.cert.Name {
		return s, refusal(entente.Unauthorised, "act", fmt.Sprintf("it names %q, this key is of %q", a.Person, id.cert.Name), "sign with that person's key")
	}
	b, err := json.Marshal(a)
	if err != nil {
		return s, refusal(entente.Malformed, "act", err.Error(), "")
	}
	if _, err := readAct(b); err != nil {
		return s, err
	}
	sig, err := id.Sign(ContextAct, b)
	if err != nil {
		return s, err
	}
	return entente.SignedAct{Bytes: b, Key: id.Fingerprint(), Signature: sig}, nil
}

// OpenAct verifies an act and decodes it: its bytes are canonical JSON of at most [MaxAct], the key is certified for the
// act's member (and, a person's, for the act's person), valid at the act's time, not revoked for its number and time,
// and the signature fits.
func (r *Roster) OpenAct(s entente.SignedAct) (entente.Act, error) {
	a, err := readAct(s.Bytes)
	if err != nil {
		return entente.Act{}, err
	}
	r.mu.RLock()
	h, ok := r.holders[s.Key]
	var cert Certificate
	var revoked bool
	if ok {
		cert = h.cert
		revoked = slices.ContainsFunc(h.revoked, func(v Revocation) bool { return v.covers(a.Seq, a.Time) })
	}
	r.mu.RUnlock()
	source := fmt.Sprintf("act %d of %s", a.Seq, a.Member)
	unauthorised := func(reason, next string) (entente.Act, error) {
		return entente.Act{}, refusal(entente.Unauthorised, source, reason, next)
	}
	switch {
	case !ok:
		return unauthorised("its key is not in the roster", "ask the member for its file")
	case cert.Member != a.Member:
		return unauthorised("its key belongs to "+string(cert.Member), "")
	case cert.Role == PersonRole && cert.Name != a.Person:
		return unauthorised(fmt.Sprintf("it names %q, its key is of %q", a.Person, cert.Name), "")
	case !cert.ValidAt(a.Time):
		return unauthorised("its time lies outside the dates of its key", "")
	case revoked:
		return unauthorised("its key was revoked", "")
	}
	if err := verify(cert.Keys[Signing], ContextAct, s.Bytes, s.Signature); err != nil {
		return unauthorised(err.Error(), "")
	}
	return a, nil
}

// readAct accepts only bytes that encode again to themselves, so that an act has one form and one ID.
func readAct(b []byte) (entente.Act, error) {
	var a entente.Act
	if len(b) > MaxAct {
		return a, refusal(entente.TooLarge, "act", fmt.Sprintf("%d bytes, at most %d", len(b), MaxAct), "keep documents beside the act and cite their hash")
	}
	if err := strict(b, &a); err != nil {
		return a, refusal(entente.Malformed, "act", err.Error(), "")
	}
	if a.Kind == "" || a.Member == "" || a.Seq == 0 || a.Time == 0 {
		return a, refusal(entente.Malformed, "act", "kind, member, number or time is missing", "")
	}
	again, err := json.Marshal(a)
	if err != nil {
		return a, refusal(entente.Malformed, "act", err.Error(), "")
	}
	if !bytes.Equal(again, b) {
		return a, refusal(entente.Malformed, "act", "it is not in canonical form", "sign it with SignAct")
	}
	return a, nil
}
