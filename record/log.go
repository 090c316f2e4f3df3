package record

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// MaxEntry bounds one entry, in bytes: what C2SP tlog-tiles can carry.
const MaxEntry = math.MaxUint16

// Config is what [Open] needs.
type Config struct {
	Key     Key           // of kind [LogKey]; its name is the log's origin
	Signer  crypto.Signer // its private half at the sequencer: keys.Identity.Signer(keys.Log); nil at all others
	Storage Storage
	Policy  *Policy // whose cosignatures are taken, and how many make a head valid; nil: none
}

// Log is one body's log: at its sequencer, which appends, or at another member, which accepts. Safe for concurrent use.
type Log struct {
	cfg Config
	mu  sync.Mutex // guards tree, head and cosigned
	t   tree
	h   Checkpoint
	ok  int64 // size of the newest head that satisfies the policy; -1: none
}

// Open reads the log's state and checks that the stored hashes give the last signed head. A sequencer's new log gets the
// head of the empty log.
func Open(ctx context.Context, cfg Config) (*Log, error) {
	if cfg.Key.Kind != LogKey || cfg.Storage == nil || cfg.Signer != nil && !fits(cfg.Key, cfg.Signer) {
		return nil, fmt.Errorf("opening a log: it needs a storage, a log key and, to append, that key's signer")
	}
	size, err := cfg.Storage.Size(ctx)
	if err != nil {
		return nil, fmt.Errorf("opening log %s: %w", cfg.Key.Name(), err)
	}
	l := &Log{cfg: cfg, ok: -1}
	l.t, err = loadTree(size, func(p []int64) ([]Hash, error) { return cfg.Storage.Hashes(ctx, p) })
	if err != nil {
		return nil, fmt.Errorf("opening log %s: %w", cfg.Key.Name(), err)
	}
	signed, err := cfg.Storage.Checkpoint(ctx, size)
	if err != nil {
		return nil, fmt.Errorf("opening log %s: %w", cfg.Key.Name(), err)
	}
	if signed == nil {
		return l, l.begin(ctx, size)
	}
	l.h, _, err = open(signed, cfg.Key)
	if err != nil {
		return nil, err
	}
	if l.h.Size != size || l.h.Root != l.t.root() {
		return nil, refuse(Altered, "the stored entries of %s do not give its last head (size %d)", cfg.Key.Name(), l.h.Size)
	}
	return l, l.findCosigned(ctx)
}

func (l *Log) begin(ctx context.Context, size int64) error {
	if size > 0 {
		return refuse(Altered, "log %s has %d entries and no head", l.cfg.Key.Name(), size)
	}
	l.h = Checkpoint{Origin: l.cfg.Key.Name(), Root: emptyRoot}
	if l.cfg.Signer == nil {
		return nil
	}
	c, err := l.sign(0, emptyRoot)
	if err != nil {
		return err
	}
	l.h = c
	return l.cfg.Storage.PutCheckpoint(ctx, 0, c.Note)
}

// findCosigned goes back a little way to the newest head with a quorum.
func (l *Log) findCosigned(ctx context.Context) error {
	for size, tries := l.h.Size, 0; l.cfg.Policy != nil && size >= 0 && tries < 256; tries++ {
		signed, err := l.cfg.Storage.Checkpoint(ctx, size)
		if err != nil || signed == nil {
			return err
		}
		r, err := l.cfg.Policy.Check(signed)
		if err == nil {
			l.ok = r.Size
			return nil
		}
		if r.Origin == "" {
			return err
		}
		size = r.Size - 1
	}
	return nil
}

func (l *Log) sign(size int64, root Hash) (Checkpoint, error) {
	c := Checkpoint{Origin: l.cfg.Key.Name(), Size: size, Root: root}
	signed, err := note.Sign(&note.Note{Text: c.text()}, logSigner{l.cfg.Key, l.cfg.Signer})
	if err != nil {
		return c, fmt.Errorf("signing the head of %s: %w", c.Origin, err)
	}
	c.Note = signed
	return c, nil
}

type logSigner struct {
	Key
	signer crypto.Signer
}

func (s logSigner) Sign(msg []byte) ([]byte, error) {
	return s.signer.Sign(nil, msg, crypto.Hash(0))
}

// Head returns the newest head.
func (l *Log) Head() Checkpoint {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.h
}

// Append adds entries in this order and returns the signed head that holds them, all stored in one step.
func (l *Log) Append(ctx context.Context, entries ...[]byte) (Checkpoint, error) {
	if l.cfg.Signer == nil {
		return Checkpoint{}, fmt.Errorf("appending to %s: this node does not order the log", l.cfg.Key.Name())
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(entries) == 0 {
		return l.h, nil
	}
	next, b, err := l.grow(entries)
	if err != nil {
		return Checkpoint{}, err
	}
	c, err := l.sign(next.n, next.root())
	if err != nil {
		return Checkpoint{}, err
	}
	return c, l.store(ctx, next, b, c)
}

func (l *Log) grow(entries [][]byte) (tree, Batch, error) {
	next := l.t
	b := Batch{At: next.n, Entries: entries, HashAt: tlog.StoredHashCount(next.n), Hashes: make([]Hash, 0, 2*len(entries))}
	for i, e := range entries {
		if len(e) > MaxEntry {
			return next, b, refuse(Malformed, "entry %d of %d bytes, at most %d", l.t.n+int64(i), len(e), MaxEntry)
		}
		b.Hashes = next.add(leafHash(e), b.Hashes)
	}
	return next, b, nil
}

func (l *Log) store(ctx context.Context, next tree, b Batch, c Checkpoint) error {
	b.Checkpoint = c.Note
	if err := l.cfg.Storage.Append(ctx, b); err != nil {
		return fmt.Errorf("appending to %s: %w", l.cfg.Key.Name(), err)
	}
	l.t, l.h = next, c
	return nil
}

// Accept adds the sequencer's entries from number at, and its head, at another member: only if the head is signed by the
// log and these entries after the ones held give its root. Entries held already are passed over.
func (l *Log) Accept(ctx context.Context, at int64, entries [][]byte, signed []byte) error {
	c, _, err := open(signed, l.cfg.Key)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	end := at + int64(len(entries))
	if at < 0 || at > l.t.n || end != c.Size {
		return &Refusal{WrongOldSize, l.t.n, fmt.Sprintf("entries %d to %d for a head of size %d; %d are held", at, end, c.Size, l.t.n)}
	}
	if c.Size < l.t.n {
		return nil
	}
	next, b, err := l.grow(entries[l.t.n-at:])
	if err != nil {
		return err
	}
	if next.root() != c.Root {
		return refuse(Inconsistent, "the entries of %s up to %d do not give the root of its head", c.Origin, c.Size)
	}
	if len(b.Entries) == 0 {
		return nil
	}
	return l.store(ctx, next, b, c)
}

// Entries returns n entries from number from.
func (l *Log) Entries(ctx context.Context, from, n int64) ([][]byte, error) {
	return l.cfg.Storage.Entries(ctx, from, n)
}

// Update returns the newest head with the proof that it contains the log at size old: what a [Witness] wants.
func (l *Log) Update(ctx context.Context, old int64) (Update, error) {
	c := l.Head()
	u := Update{Old: old, Checkpoint: c.Note}
	if old < 0 || old > c.Size {
		return u, &Refusal{WrongOldSize, c.Size, fmt.Sprintf("the log has %d entries, not %d", c.Size, old)}
	}
	if old == 0 || old == c.Size {
		return u, nil
	}
	p, err := tlog.ProveTree(c.Size, old, l.reader(ctx))
	if err != nil {
		return u, fmt.Errorf("proving %s from %d to %d: %w", c.Origin, old, c.Size, err)
	}
	for _, h := range p {
		u.Proof = append(u.Proof, Hash(h))
	}
	return u, nil
}

func (l *Log) reader(ctx context.Context) tlog.HashReader {
	return hashReader(func(p []int64) ([]Hash, error) { return l.cfg.Storage.Hashes(ctx, p) })
}

// AddCosignatures adds witnesses' signature lines to the head of exactly this size. Lines that are not valid signatures
// of the policy's witnesses are left out and named in the error; the good ones are kept all the same.
func (l *Log) AddCosignatures(ctx context.Context, size int64, lines []byte) error {
	if l.cfg.Policy == nil {
		return fmt.Errorf("taking cosignatures on %s: no witnesses are configured", l.cfg.Key.Name())
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	signed, err := l.cfg.Storage.Checkpoint(ctx, size)
	if err != nil {
		return fmt.Errorf("taking cosignatures on %s: %w", l.cfg.Key.Name(), err)
	}
	c, err := ParseCheckpoint(signed)
	if err != nil || c.Size != size {
		return refuse(WrongOldSize, "no head of size %d is held", size)
	}
	next, refused := l.merge(c, lines)
	if bytes.Equal(next, signed) {
		return refused
	}
	if err := l.cfg.Storage.PutCheckpoint(ctx, size, next); err != nil {
		return fmt.Errorf("taking cosignatures on %s: %w", l.cfg.Key.Name(), err)
	}
	if l.h.Size == size {
		l.h.Note = next
	}
	if size > l.ok && l.cfg.Policy.counted(signatures(next)) {
		l.ok = size
	}
	return refused
}

// merge adds the lines that are valid and new to a head that is held. What was added before is not verified again.
func (l *Log) merge(c Checkpoint, lines []byte) (next []byte, refused error) {
	next = c.Note
	text, _, _ := bytes.Cut(c.Note, []byte("\n\n"))
	has := signatures(c.Note)
	for line := range strings.Lines(string(lines)) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		known := make([]note.Verifier, 0, len(l.cfg.Policy.witnesses))
		for _, k := range l.cfg.Policy.keys() {
			known = append(known, k)
		}
		n, err := note.Open([]byte(string(text)+"\n\n"+line), note.VerifierList(known...))
		if err != nil {
			refused = refuse(BadSignature, "a cosignature on %s that is not valid, or not of its witnesses: %v", c.Origin, err)
			continue
		}
		if s := n.Sigs[0]; !has[keyName{s.Name, s.Hash}] {
			has[keyName{s.Name, s.Hash}] = true
			next = append(bytes.Clone(next), line...)
		}
	}
	return next, refused
}

// keyName is how a signature line names its key.
type keyName struct {
	name string
	hash uint32
}

// signatures lists whose lines a note bears, without verifying them.
func signatures(signed []byte) map[keyName]bool {
	has := map[keyName]bool{}
	_, err := note.Open(signed, note.VerifierList())
	var bare *note.UnverifiedNoteError
	if errors.As(err, &bare) {
		for _, s := range bare.Note.UnverifiedSigs {
			has[keyName{s.Name, s.Hash}] = true
		}
	}
	return has
}

// Prove returns the bundle for one entry under the newest head that a quorum has cosigned and that holds it; when there
// is none yet, under the newest head.
func (l *Log) Prove(ctx context.Context, index int64) (Proof, error) {
	l.mu.Lock()
	size := l.h.Size
	if l.ok > index {
		size = l.ok
	}
	l.mu.Unlock()
	if index < 0 || index >= size {
		return Proof{}, refuse(NotIncluded, "entry %d: the log has %d", index, size)
	}
	signed, err := l.cfg.Storage.Checkpoint(ctx, size)
	if err != nil {
		return Proof{}, fmt.Errorf("proving entry %d: %w", index, err)
	}
	entries, err := l.cfg.Storage.Entries(ctx, index, 1)
	if err != nil {
		return Proof{}, fmt.Errorf("proving entry %d: %w", index, err)
	}
	hashes, err := tlog.ProveRecord(size, index, l.reader(ctx))
	if err != nil {
		return Proof{}, fmt.Errorf("proving entry %d: %w", index, err)
	}
	p := Proof{Entry: entries[0], Index: index, Checkpoint: signed}
	for _, h := range hashes {
		p.Hashes = append(p.Hashes, Hash(h))
	}
	return p, nil
}
