package keys

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"

	"entente"
)

// Role is what a certified key holder is.
type Role string

// The roles.
const (
	NodeRole   Role = "node"
	PersonRole Role = "person"
)

// Certificate says which keys a node or a person of a member uses, and when.
type Certificate struct {
	Member entente.MemberID      `json:"member"`
	Role   Role                  `json:"role"`
	Name   string                `json:"name"`   // of the node or person, unique in the member
	Serial uint64                `json:"serial"` // later certificates have higher ones
	From   entente.Instant       `json:"from"`
	Until  entente.Instant       `json:"until"` // not included
	Keys   map[Purpose]PublicKey `json:"keys"`
	CA     []byte                `json:"ca,omitempty"` // DER of a node's self-signed TLS authority
}

// Fingerprint is that of the signing key: the name under which the holder's signatures are found.
func (c Certificate) Fingerprint() string { return c.Keys[Signing].Fingerprint() }

// ValidAt says whether t lies within the certificate's dates.
func (c Certificate) ValidAt(t entente.Instant) bool {
	return entente.Span{From: c.From, Until: c.Until}.Contains(t)
}

// SignedCertificate is a certificate as it was signed: Body is kept and never encoded again.
type SignedCertificate struct {
	Body      string `json:"body"` // JSON of the Certificate
	Key       string `json:"key"`  // fingerprint of the root or node key that signed
	Signature []byte `json:"signature"`
}

// maxCertificate bounds Body, in bytes.
const maxCertificate = 8 << 10

func signCertificate(key ed25519.PrivateKey, c Certificate) (SignedCertificate, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return SignedCertificate{}, fmt.Errorf("writing certificate: %w", err)
	}
	sig, err := sign(key, ContextCertificate, body)
	if err != nil {
		return SignedCertificate{}, err
	}
	return SignedCertificate{string(body), fingerprintOf(key), sig}, nil
}

// Read decodes the body and checks its form, not its signature.
func (s SignedCertificate) Read() (Certificate, error) {
	var c Certificate
	if len(s.Body) > maxCertificate {
		return c, refusal(entente.TooLarge, "certificate", fmt.Sprintf("%d bytes, at most %d", len(s.Body), maxCertificate), "")
	}
	if err := strict([]byte(s.Body), &c); err != nil {
		return c, refusal(entente.Malformed, "certificate", err.Error(), "ask for the member's file again")
	}
	want, known := purposesOf[c.Role]
	switch {
	case !known:
		return c, refusal(entente.Unsupported, "certificate", fmt.Sprintf("role %q is not known", c.Role), "")
	case c.Member == "" || c.Name == "" || c.Until <= c.From:
		return c, refusal(entente.Malformed, "certificate", "member, name or dates are missing", "")
	}
	for _, p := range want {
		if len(c.Keys[p]) != ed25519.PublicKeySize {
			return c, refusal(entente.Malformed, "certificate", fmt.Sprintf("no key for %s", p), "")
		}
	}
	if c.Role == NodeRole {
		if err := checkCA(c); err != nil {
			return c, refusal(entente.Malformed, "certificate", err.Error(), "")
		}
	}
	return c, nil
}

// verifyBy checks the signature against one key.
func (s SignedCertificate) verifyBy(key PublicKey) error {
	if s.Key != key.Fingerprint() {
		return errSignature
	}
	return verify(key, ContextCertificate, []byte(s.Body), s.Signature)
}

func fingerprintOf(key ed25519.PrivateKey) string {
	return PublicKey(key.Public().(ed25519.PublicKey)).Fingerprint()
}
