package record

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"entente/keys"
)

// Update is what a log gives a witness: a head, and the proof that it contains the head of size Old.
type Update struct {
	Old        int64  `json:"old"`
	Proof      []Hash `json:"proof"`
	Checkpoint []byte `json:"checkpoint"`
}

// Evidence is a refused head beside the one cosigned before, both signed by the log. Of a fork it is proof by itself; of
// an inconsistent head it is what the log must answer for, as the proof that failed may be another's fault.
type Evidence struct {
	Reason  Reason    `json:"reason"`
	Time    time.Time `json:"time"`
	Ours    []byte    `json:"ours"` // the head cosigned before
	Refused Update    `json:"refused"`
}

// Check says whether the evidence is proof by itself: the log signed two roots for one size. Anyone can judge that without
// trusting the witness that kept it.
func (e Evidence) Check(log Key) error {
	ours, _, err := open(e.Ours, log)
	if err != nil {
		return err
	}
	refused, _, err := open(e.Refused.Checkpoint, log)
	if err != nil {
		return err
	}
	if refused.Size == ours.Size && refused.Root != ours.Root {
		return nil
	}
	return refuse(Inconsistent, "heads of sizes %d and %d: the log may still show that one contains the other", ours.Size, refused.Size)
}

// WitnessConfig is what [NewWitness] needs.
type WitnessConfig struct {
	Key     Key           // of kind [WitnessKey]
	Signer  crypto.Signer // its private half: keys.Identity.Signer(keys.Witness)
	Logs    []Key         // whose heads it cosigns
	Storage WitnessStorage
	Clock   func() time.Time // time.Now when nil
}

// Witness cosigns heads after checking that each contains the one before: C2SP tlog-witness. Safe for concurrent use.
type Witness struct {
	mu  sync.Mutex // guards the step from one head to the next
	cfg WitnessConfig
}

// NewWitness checks the configuration.
func NewWitness(cfg WitnessConfig) (*Witness, error) {
	if cfg.Key.Kind != WitnessKey || cfg.Storage == nil || !fits(cfg.Key, cfg.Signer) {
		return nil, fmt.Errorf("starting a witness: it needs a storage, a witness key and that key's signer")
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	return &Witness{cfg: cfg}, nil
}

func fits(k Key, s crypto.Signer) bool {
	if s == nil {
		return false
	}
	pub, ok := s.Public().(ed25519.PublicKey)
	return ok && bytes.Equal(pub, k.public)
}

// Size returns the size of the last head cosigned for a log, zero when none: where [Log.Update] must begin.
func (w *Witness) Size(ctx context.Context, origin string) (int64, error) {
	c, _, err := w.latest(ctx, origin)
	return c.Size, err
}

func (w *Witness) latest(ctx context.Context, origin string) (Checkpoint, []byte, error) {
	b, err := w.cfg.Storage.Latest(ctx, origin)
	if err != nil || b == nil {
		return Checkpoint{Root: emptyRoot}, nil, err
	}
	c, err := ParseCheckpoint(b)
	return c, b, err
}

// Cosign checks an update against the last head it cosigned, stores the new head, and then returns the signature line.
// A [*Refusal] names why it did not; of a fork and of an inconsistent head the evidence is kept first.
func (w *Witness) Cosign(ctx context.Context, u Update) ([]byte, error) {
	next, err := w.open(u.Checkpoint)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	ours, stored, err := w.latest(ctx, next.Origin)
	if err != nil {
		return nil, fmt.Errorf("reading the last head of %s: %w", next.Origin, err)
	}
	if err := judge(ours, next, u); err != nil {
		return nil, w.keep(ctx, next.Origin, stored, u, err)
	}
	if err := w.cfg.Storage.Advance(ctx, next.Origin, stored, u.Checkpoint); err != nil {
		return nil, fmt.Errorf("cosigning %s: %w", next.Origin, err)
	}
	return w.line(next)
}

func (w *Witness) open(signed []byte) (Checkpoint, error) {
	c, err := ParseCheckpoint(signed)
	if err != nil {
		return c, err
	}
	for _, k := range w.cfg.Logs {
		if k.Name() == c.Origin {
			c, _, err = open(signed, k)
			return c, err
		}
	}
	return c, refuse(UnknownLog, "%q is not a log this witness follows", c.Origin)
}

// judge follows the order of C2SP tlog-witness: sizes first, then roots, then the proof.
func judge(ours, next Checkpoint, u Update) error {
	switch {
	case next.Size < ours.Size:
		return &Refusal{Rollback, ours.Size, fmt.Sprintf("a head of size %d after one of size %d", next.Size, ours.Size)}
	case next.Size == ours.Size && next.Root != ours.Root:
		return &Refusal{Fork, ours.Size, fmt.Sprintf("a second root at size %d", next.Size)}
	case u.Old != ours.Size:
		return &Refusal{WrongOldSize, ours.Size, fmt.Sprintf("the proof begins at %d, the last cosigned head is of size %d", u.Old, ours.Size)}
	}
	return CheckConsistency(ours, next, u.Proof)
}

// CheckConsistency says whether next contains all of old. Signatures are the caller's matter.
func CheckConsistency(old, next Checkpoint, proof []Hash) error {
	if old.Size == next.Size {
		if old.Root != next.Root {
			return refuse(Fork, "two roots at size %d", old.Size)
		}
		if len(proof) > 0 {
			return refuse(Malformed, "a proof between heads of one size")
		}
		return nil
	}
	if old.Size > next.Size {
		return refuse(Rollback, "size %d after size %d", next.Size, old.Size)
	}
	if old.Size == 0 {
		if len(proof) > 0 {
			return refuse(Malformed, "a proof from the empty log")
		}
		return nil
	}
	if err := tlog.CheckTree(treeProof(proof), next.Size, next.Root, old.Size, old.Root); err != nil {
		return refuse(Inconsistent, "size %d does not contain size %d: %v", next.Size, old.Size, err)
	}
	return nil
}

func treeProof(list []Hash) tlog.TreeProof {
	p := make(tlog.TreeProof, len(list))
	for i, h := range list {
		p[i] = h
	}
	return p
}

func (w *Witness) keep(ctx context.Context, origin string, ours []byte, u Update, cause error) error {
	r, ok := cause.(*Refusal) //nolint:errorlint // judge returns it bare
	if !ok || r.Reason != Fork && r.Reason != Inconsistent {
		return cause
	}
	e := Evidence{Reason: r.Reason, Time: w.cfg.Clock().UTC(), Ours: ours, Refused: u}
	if err := w.cfg.Storage.Keep(ctx, origin, e); err != nil {
		return fmt.Errorf("keeping evidence against %s (%w): %w", origin, cause, err)
	}
	return cause
}

// line makes the note signature line of C2SP tlog-cosignature.
func (w *Witness) line(c Checkpoint) ([]byte, error) {
	text, _, _ := bytes.Cut(c.Note, []byte("\n\n"))
	now := w.cfg.Clock().Unix()
	sig, err := w.cfg.Signer.Sign(nil, cosignedMessage(now, append(bytes.Clone(text), '\n')), crypto.Hash(0))
	if err != nil {
		return nil, fmt.Errorf("cosigning %s: %w", c.Origin, err)
	}
	b := binary.BigEndian.AppendUint32(nil, w.cfg.Key.KeyHash())
	b = append(binary.BigEndian.AppendUint64(b, uint64(now)), sig...)
	return fmt.Appendf(nil, "— %s %s\n", w.cfg.Key.Name(), base64.StdEncoding.EncodeToString(b)), nil
}

// WitnessKeyOf returns the witness key of a member's node, named by the member.
func WitnessKeyOf(c keys.Certificate) (Key, error) {
	return NewKey(WitnessKey, string(c.Member), c.Keys[keys.Witness])
}

// LogKeyOf returns the log key of a node for the log with this origin line ("example.org/council").
func LogKeyOf(c keys.Certificate, origin string) (Key, error) {
	return NewKey(LogKey, origin, c.Keys[keys.Log])
}

// lineTime reads the time in a verified signature line's base64.
func lineTime(b64 string) time.Time {
	b, err := base64.StdEncoding.DecodeString(b64)
	if err != nil || len(b) < 4 {
		return time.Time{}
	}
	t, ok := cosignatureTime(b[4:])
	if !ok {
		return time.Time{}
	}
	return time.Unix(t, 0).UTC()
}
