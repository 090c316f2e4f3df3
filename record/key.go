package record

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"

	"entente/keys"
)

// KeyKind is the signature type of C2SP signed-note.
type KeyKind byte

// The kinds read and written. ML-DSA-44 cosignatures (0x06) are ignored as of unknown keys.
const (
	LogKey     KeyKind = 0x01 // Ed25519 on the note itself
	WitnessKey KeyKind = 0x04 // Ed25519 cosignature/v1
)

// Key is the public key of a log or witness. A log's name is its origin line. It is a [note.Verifier].
type Key struct {
	Kind   KeyKind
	name   string
	public ed25519.PublicKey
}

// NewKey returns a key; name has no spaces and no plus sign.
func NewKey(kind KeyKind, name string, public keys.PublicKey) (Key, error) {
	if name == "" || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsSpace) || strings.Contains(name, "+") {
		return Key{}, refuse(Malformed, "key name %q must be text without spaces and plus signs", name)
	}
	if len(public) != ed25519.PublicKeySize || kind != LogKey && kind != WitnessKey {
		return Key{}, refuse(Malformed, "key %q: kind %#x with %d bytes", name, byte(kind), len(public))
	}
	return Key{kind, name, ed25519.PublicKey(public)}, nil
}

// ParseKey reads the verifier key form of C2SP signed-note: name+id+base64(kind || key).
func ParseKey(s string) (Key, error) {
	name, rest, _ := strings.Cut(s, "+")
	id, b64, ok := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.DecodeString(b64)
	if !ok || err != nil || len(id) != 8 || len(raw) < 1 {
		return Key{}, refuse(Malformed, "key %q: want name+8 hex digits+base64", s)
	}
	k, err := NewKey(KeyKind(raw[0]), name, keys.PublicKey(raw[1:]))
	if err != nil {
		return Key{}, err
	}
	if v, err := strconv.ParseUint(id, 16, 32); err != nil || uint32(v) != k.KeyHash() {
		return Key{}, refuse(Malformed, "key %q: its ID is not that of its bytes", s)
	}
	return k, nil
}

// String returns the verifier key form.
func (k Key) String() string {
	return fmt.Sprintf("%s+%08x+%s", k.name, k.KeyHash(), base64.StdEncoding.EncodeToString(append([]byte{byte(k.Kind)}, k.public...)))
}

// Name returns the key's name.
func (k Key) Name() string { return k.name }

// KeyHash returns the key ID of C2SP signed-note: the head of SHA-256(name || "\n" || kind || key).
func (k Key) KeyHash() uint32 {
	h := sha256.New()
	h.Write([]byte(k.name))
	h.Write([]byte{'\n', byte(k.Kind)})
	h.Write(k.public)
	return binary.BigEndian.Uint32(h.Sum(nil))
}

// Verify says whether sig is this key's signature (or timestamped cosignature) on msg.
func (k Key) Verify(msg, sig []byte) bool {
	switch k.Kind {
	case LogKey:
		return len(sig) == ed25519.SignatureSize && ed25519.Verify(k.public, msg, sig)
	case WitnessKey:
		t, ok := cosignatureTime(sig)
		return ok && ed25519.Verify(k.public, cosignedMessage(t, msg), sig[8:])
	}
	return false
}

var _ note.Verifier = Key{}

// cosignatureTime reads the timestamp of a C2SP timestamped_signature.
func cosignatureTime(sig []byte) (int64, bool) {
	if len(sig) != 8+ed25519.SignatureSize {
		return 0, false
	}
	t := int64(binary.BigEndian.Uint64(sig))
	return t, t >= 0
}

// cosignedMessage is what a witness signs: C2SP tlog-cosignature, "Ed25519 signed message".
func cosignedMessage(unix int64, msg []byte) []byte {
	return append(fmt.Appendf(nil, "cosignature/v1\ntime %d\n", unix), msg...)
}
