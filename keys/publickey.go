package keys

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// PublicKey is an Ed25519 public key, 32 bytes; its text is "ed25519:" and standard base64.
type PublicKey []byte

const publicKeyPrefix = "ed25519:"

// String returns the key's text.
func (k PublicKey) String() string { return publicKeyPrefix + base64.StdEncoding.EncodeToString(k) }

// MarshalText writes the key's text.
func (k PublicKey) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the key's text.
func (k *PublicKey) UnmarshalText(b []byte) error {
	s, ok := strings.CutPrefix(string(b), publicKeyPrefix)
	if !ok {
		return fmt.Errorf("reading public key: want %q at its start", publicKeyPrefix)
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil {
		return fmt.Errorf("reading public key: %w", err)
	}
	if len(raw) != ed25519.PublicKeySize {
		return fmt.Errorf("reading public key: %d bytes, want %d", len(raw), ed25519.PublicKeySize)
	}
	*k = raw
	return nil
}

// Fingerprint is the key's name everywhere: the lower-case hex SHA-256 of its 32 bytes.
func (k PublicKey) Fingerprint() string {
	h := sha256.Sum256(k)
	return hex.EncodeToString(h[:])
}

// Spoken prints a fingerprint in groups of four, for two people to compare over the telephone.
func Spoken(fingerprint string) string {
	var b strings.Builder
	for i, c := range fingerprint {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}
