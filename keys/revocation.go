package keys

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"time"

	"entente"
)

// Revocation says that a key is not to be believed from a point on. What was signed before it stands. With neither
// FromSeq nor From nothing the key ever signed stands. Of both, the earlier counts.
type Revocation struct {
	Member  entente.MemberID `json:"member"`
	Key     string           `json:"key"`               // fingerprint of the signing key
	FromSeq uint64           `json:"from_seq,omitzero"` // first refused act in the member's log
	From    entente.Instant  `json:"from,omitzero"`     // first refused instant
	Issued  entente.Instant  `json:"issued"`            // set by signing: with FromSeq alone, links and envelopes end here
	Reason  string           `json:"reason,omitempty"`
}

// covers says whether the revocation refuses an act of this number and time.
func (v Revocation) covers(seq uint64, t entente.Instant) bool {
	return v.FromSeq == 0 && v.From == 0 || v.FromSeq > 0 && seq >= v.FromSeq || v.From > 0 && t >= v.From
}

// ended says whether the key is out of use at t for all that has no number in the member's log.
func (v Revocation) ended(t entente.Instant) bool {
	switch {
	case v.From > 0:
		return t >= v.From
	case v.FromSeq > 0:
		return t >= v.Issued
	}
	return true
}

// SignedRevocation is a revocation as it was signed.
type SignedRevocation struct {
	Body      string `json:"body"`
	Key       string `json:"key"`
	Signature []byte `json:"signature"`
}

func signRevocation(key ed25519.PrivateKey, v Revocation) (SignedRevocation, error) {
	if len(v.Key) != 64 {
		return SignedRevocation{}, refusal(entente.Refused, "revocation", fmt.Sprintf("%q is no fingerprint", v.Key), "give all 64 digits")
	}
	if v.Issued == 0 {
		v.Issued = entente.At(time.Now())
	}
	body, err := json.Marshal(v)
	if err != nil {
		return SignedRevocation{}, fmt.Errorf("writing revocation: %w", err)
	}
	sig, err := sign(key, ContextRevocation, body)
	if err != nil {
		return SignedRevocation{}, err
	}
	return SignedRevocation{string(body), fingerprintOf(key), sig}, nil
}

func (s SignedRevocation) read() (Revocation, error) {
	var v Revocation
	if len(s.Body) > maxCertificate {
		return v, refusal(entente.TooLarge, "revocation", fmt.Sprintf("%d bytes, at most %d", len(s.Body), maxCertificate), "")
	}
	if err := strict([]byte(s.Body), &v); err != nil {
		return v, refusal(entente.Malformed, "revocation", err.Error(), "")
	}
	return v, nil
}
