package keys

import (
	"crypto"
	"crypto/ed25519"
	"errors"
	"fmt"
)

// Contexts of this package's own signatures. Others choose theirs; each names its format and version.
const (
	ContextAct         = "entente act v1"
	ContextCertificate = "entente certificate v1"
	ContextRevocation  = "entente revocation v1"
	ContextJoin        = "entente member v1"
)

var errSignature = errors.New("the signature does not fit")

// sign is Ed25519ctx (RFC 8032 section 5.1) with the context inside the signature.
func sign(key ed25519.PrivateKey, context string, msg []byte) ([]byte, error) {
	sig, err := key.Sign(nil, msg, &ed25519.Options{Hash: crypto.Hash(0), Context: context})
	if err != nil {
		return nil, fmt.Errorf("signing for %q: %w", context, err)
	}
	return sig, nil
}

func verify(key PublicKey, context string, msg, sig []byte) error {
	if context == "" || len(key) != ed25519.PublicKeySize || len(sig) != ed25519.SignatureSize {
		return errSignature
	}
	if ed25519.VerifyWithOptions(ed25519.PublicKey(key), msg, sig, &ed25519.Options{Context: context}) != nil {
		return errSignature
	}
	return nil
}
