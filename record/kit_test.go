package record

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"errors"
	"fmt"
	"testing"
	"time"

	"entente/keys"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func reasonOf(err error) Reason {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Reason
	}
	if err != nil {
		return Reason("other: " + err.Error())
	}
	return ""
}

const origin = "example.org/council"

var ctx = context.Background()

func pair(t testing.TB, kind KeyKind, name string, seed byte) (Key, crypto.Signer) {
	t.Helper()
	priv := ed25519.NewKeyFromSeed(append(make([]byte, 31), seed))
	k, err := NewKey(kind, name, keys.PublicKey(priv.Public().(ed25519.PublicKey)))
	must(t, err)
	return k, priv
}

// body is a council of six: one orders the log, all witness it, four are a quorum.
type body struct {
	key       Key
	signer    crypto.Signer
	log       *Log
	storage   *Memory
	witnesses []*Witness
	shelves   []*Memory // of the witnesses
	policy    *Policy
}

func newBody(t testing.TB) *body {
	t.Helper()
	b := &body{storage: NewMemory()}
	b.key, b.signer = pair(t, LogKey, origin, 1)
	var wkeys []Key
	for i := range 6 {
		k, s := pair(t, WitnessKey, fmt.Sprintf("M%d", i+1), byte(10+i))
		shelf := NewMemory()
		w, err := NewWitness(WitnessConfig{Key: k, Signer: s, Logs: []Key{b.key}, Storage: shelf,
			Clock: func() time.Time { return time.Unix(1_800_000_000, 0) }})
		must(t, err)
		b.witnesses, b.shelves, wkeys = append(b.witnesses, w), append(b.shelves, shelf), append(wkeys, k)
	}
	var err error
	b.policy, err = NewPolicy(b.key, wkeys, 4)
	must(t, err)
	b.log = b.open(t, b.storage, b.signer)
	return b
}

func (b *body) open(t testing.TB, s Storage, signer crypto.Signer) *Log {
	t.Helper()
	l, err := Open(ctx, Config{Key: b.key, Signer: signer, Storage: s, Policy: b.policy})
	must(t, err)
	return l
}

// cosign has the first n members cosign the newest head.
func (b *body) cosign(t testing.TB, n int) {
	t.Helper()
	for _, w := range b.witnesses[:n] {
		size, err := w.Size(ctx, origin)
		must(t, err)
		u, err := b.log.Update(ctx, size)
		must(t, err)
		line, err := w.Cosign(ctx, u)
		must(t, err)
		must(t, b.log.AddCosignatures(ctx, b.log.Head().Size, line))
	}
}

func (b *body) append(t testing.TB, n int) {
	t.Helper()
	var list [][]byte
	for range n {
		list = append(list, fmt.Appendf(nil, "entry %d", b.log.Head().Size+int64(len(list))))
	}
	_, err := b.log.Append(ctx, list...)
	must(t, err)
}

func pairOf(t testing.TB, seed []byte) (ed25519.PublicKey, crypto.Signer) {
	t.Helper()
	priv := ed25519.NewKeyFromSeed(seed)
	return priv.Public().(ed25519.PublicKey), priv
}

func publicOf(s crypto.Signer) keys.PublicKey { return keys.PublicKey(s.Public().(ed25519.PublicKey)) }
