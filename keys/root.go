package keys

import (
	"crypto/ed25519"
	"fmt"
	"time"

	"entente"
)

// Root is a member's root key. It certifies nodes and persons and revokes them, and is kept offline between.
type Root struct {
	Member entente.MemberID
	Name   string // of the state
	seed   []byte
	key    ed25519.PrivateKey
}

// NewRoot makes a member's root key. Member is a short name without spaces, at most 32 bytes.
func NewRoot(member entente.MemberID, name string) (*Root, error) {
	return rootFromSeed(member, name, newSeed())
}

func rootFromSeed(member entente.MemberID, name string, seed []byte) (*Root, error) {
	if err := checkMember(member); err != nil {
		return nil, err
	}
	if len(seed) != ed25519.SeedSize {
		return nil, refusal(entente.Malformed, "root key", fmt.Sprintf("seed of %d bytes, want %d", len(seed), ed25519.SeedSize), "")
	}
	return &Root{Member: member, Name: name, seed: seed, key: ed25519.NewKeyFromSeed(seed)}, nil
}

// Public returns the public half, which partners pin.
func (r *Root) Public() PublicKey { return PublicKey(r.key.Public().(ed25519.PublicKey)) }

// NewNode makes a node's secret and certifies it from from until until.
func (r *Root) NewNode(name string, from, until time.Time) (*Identity, error) {
	return r.issue(NodeRole, name, from, until)
}

// NewPerson makes a person's key file content, certified by the root.
func (r *Root) NewPerson(name string, from, until time.Time) (*Identity, error) {
	return r.issue(PersonRole, name, from, until)
}

func (r *Root) issue(role Role, name string, from, until time.Time) (*Identity, error) {
	return issue(r.key, r.Public(), r.Name, Certificate{Member: r.Member, Role: role, Name: name,
		From: entente.At(from), Until: entente.At(until)})
}

// Renew certifies the same keys of a node or person until a later moment, so that logs and cosignatures go on under them.
// The dates begin where they began. Give the member file anew to partners before the old date.
func (r *Root) Renew(id *Identity, until time.Time) (*Identity, error) {
	c := id.cert
	if c.Member != r.Member {
		return nil, refusal(entente.Refused, "certificate", fmt.Sprintf("the key is of %s, the root of %s", c.Member, r.Member), "")
	}
	if c.Until = entente.At(until); c.Until <= id.cert.Until {
		return nil, refusal(entente.Refused, "certificate", "it is valid longer than that already", "name a later day")
	}
	c.Serial = uint64(time.Now().UnixNano())
	next := &Identity{root: id.root, state: id.state, seed: id.seed, keys: id.keys}
	if c.Role == NodeRole {
		ca, err := makeCA(id.keys[TLS], c)
		if err != nil {
			return nil, err
		}
		c.CA = ca
	}
	signed, err := signCertificate(r.key, c)
	if err != nil {
		return nil, err
	}
	next.cert, next.signed = c, signed
	return next, nil
}

// Revoke signs that a key is not to be believed; see [Revocation]. The root may revoke any key of its member.
func (r *Root) Revoke(v Revocation) (SignedRevocation, error) {
	v.Member = r.Member
	return signRevocation(r.key, v)
}

// issue makes a secret, its certificate and the identity holding both.
func issue(by ed25519.PrivateKey, root PublicKey, state string, c Certificate) (*Identity, error) {
	if c.Name == "" || len(c.Name) > 128 {
		return nil, refusal(entente.Refused, "certificate", "the name must have 1 to 128 bytes", "")
	}
	if c.Until <= c.From {
		return nil, refusal(entente.Refused, "certificate", "it would end before it begins", "")
	}
	c.Serial = uint64(time.Now().UnixNano())
	id := &Identity{root: root, state: state, seed: newSeed()}
	if err := id.deriveKeys(c.Role); err != nil {
		return nil, err
	}
	c.Keys = id.publicKeys()
	if c.Role == NodeRole {
		ca, err := makeCA(id.keys[TLS], c)
		if err != nil {
			return nil, err
		}
		c.CA = ca
	}
	signed, err := signCertificate(by, c)
	if err != nil {
		return nil, err
	}
	id.cert, id.signed = c, signed
	return id, nil
}
