package keys

import (
	"crypto"
	"crypto/ed25519"
	"fmt"
	"maps"
	"time"

	"entente"
)

// Identity is a node or a person that can sign: its secret and its certificate. Safe for concurrent use.
type Identity struct {
	root   PublicKey
	state  string // the member's name in words
	seed   []byte
	keys   map[Purpose]ed25519.PrivateKey
	cert   Certificate
	signed SignedCertificate
}

// Member returns whose identity it is.
func (id *Identity) Member() entente.MemberID { return id.cert.Member }

// Name returns the node's or person's name.
func (id *Identity) Name() string { return id.cert.Name }

// Certificate returns what is certified of it.
func (id *Identity) Certificate() Certificate {
	c := id.cert
	c.Keys = maps.Clone(c.Keys)
	return c
}

// Signed returns the certificate as it was signed.
func (id *Identity) Signed() SignedCertificate { return id.signed }

// Fingerprint names the signing key.
func (id *Identity) Fingerprint() string { return id.cert.Fingerprint() }

// Sign signs msg for one context (1 to 255 bytes, naming format and version) with the signing key.
func (id *Identity) Sign(context string, msg []byte) ([]byte, error) {
	if context == "" {
		return nil, refusal(entente.Refused, "signing", "an empty context", "name the format and its version")
	}
	return sign(id.keys[Signing], context, msg)
}

// Signer returns the key for a purpose that a foreign format fixes to plain Ed25519 (link, log, witness). The signing
// and TLS keys are not given out.
func (id *Identity) Signer(p Purpose) (crypto.Signer, error) {
	k, ok := id.keys[p]
	if !ok || p == Signing || p == TLS {
		return nil, refusal(entente.Refused, "key", fmt.Sprintf("no signer is given out for %q", p), "")
	}
	return k, nil
}

// NewPerson makes a person's key file content, certified by this node.
func (id *Identity) NewPerson(name string, from, until time.Time) (*Identity, error) {
	if id.cert.Role != NodeRole {
		return nil, refusal(entente.Unauthorised, "certificate", "a person certifies no one", "use the node or the root key")
	}
	return issue(id.keys[Signing], id.root, id.state, Certificate{Member: id.cert.Member, Role: PersonRole, Name: name,
		From: entente.At(from), Until: entente.At(until)})
}

// Revoke signs that a person's key is not to be believed. Nodes are revoked by the root alone.
func (id *Identity) Revoke(v Revocation) (SignedRevocation, error) {
	v.Member = id.cert.Member
	return signRevocation(id.keys[Signing], v)
}

func (id *Identity) deriveKeys(role Role) error {
	id.keys = map[Purpose]ed25519.PrivateKey{}
	for _, p := range purposesOf[role] {
		k, err := derive(id.seed, p)
		if err != nil {
			return err
		}
		id.keys[p] = k
	}
	return nil
}

func (id *Identity) publicKeys() map[Purpose]PublicKey {
	m := map[Purpose]PublicKey{}
	for p, k := range id.keys {
		m[p] = PublicKey(k.Public().(ed25519.PublicKey))
	}
	return m
}
