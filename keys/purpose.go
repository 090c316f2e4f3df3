package keys

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
)

// Purpose is the one thing a derived key is for. A key never serves two.
type Purpose string

// The purposes of a node's keys. A person has Signing alone.
const (
	Signing Purpose = "sign"    // acts, envelopes, certificates of persons: always with a context
	TLS     Purpose = "tls"     // the node's own certificate authority for links
	Link    Purpose = "link"    // NATS nkey that the node shows when it dials a partner
	Log     Purpose = "log"     // heads of logs that this node orders (C2SP signed note)
	Witness Purpose = "witness" // cosignatures on partners' heads (C2SP cosignature/v1)
)

var purposesOf = map[Role][]Purpose{
	NodeRole:   {Signing, TLS, Link, Log, Witness},
	PersonRole: {Signing},
}

// derive makes the key for one purpose from a secret seed: HKDF-SHA256 (RFC 5869) with the purpose as info.
func derive(seed []byte, p Purpose) (ed25519.PrivateKey, error) {
	b, err := hkdf.Key(sha256.New, seed, nil, "entente key v1 "+string(p), ed25519.SeedSize)
	if err != nil {
		return nil, fmt.Errorf("deriving key for %s: %w", p, err)
	}
	return ed25519.NewKeyFromSeed(b), nil
}

func newSeed() []byte {
	seed := make([]byte, ed25519.SeedSize)
	rand.Read(seed) // never fails (crypto/rand)
	return seed
}
