package entente

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Act is one thing a member did that must be kept: a position, a decision, an acknowledgement, a confirmation.
// A room makes it unsigned; the node has it signed, stores and sends it. State is a pure fold over acts.
type Act struct {
	Kind   string          `json:"kind"`   // "consultation.open", "position.take", "event.confirm", …
	Member MemberID        `json:"member"` // on whose behalf
	Person string          `json:"person"` // who
	Body   string          `json:"body,omitempty"`
	Seq    uint64          `json:"seq"`            // in the member's own log, from 1
	Prev   string          `json:"prev,omitempty"` // ID of the member's act before it
	Seen   uint64          `json:"seen,omitempty"` // size of the body's log when it was made
	Time   Instant         `json:"time"`           // by the member's clock
	Data   json.RawMessage `json:"data,omitempty"` // what Kind says
}

// SignedAct is an act as it was signed: the bytes are kept as received and never encoded again.
type SignedAct struct {
	Bytes     []byte `json:"bytes"` // JSON of the Act
	Key       string `json:"key"`   // fingerprint of the signing key
	Signature []byte `json:"signature"`
}

// ID is the lower-case hex SHA-256 of the signed bytes: the act's name everywhere.
func (s SignedAct) ID() string {
	h := sha256.Sum256(s.Bytes)
	return hex.EncodeToString(h[:])
}
