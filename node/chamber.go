package node

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"entente"
	"entente/council"
	"entente/keys"
	"entente/record"
)

// chamber is one body at this node: its log, the state folded from it, and what came too early.
type chamber struct {
	body    string
	roster  *keys.Roster
	storage record.Storage // of the log, for its older heads
	policy  *record.Policy

	mu      sync.Mutex // guards what is below
	log     *record.Log
	state   *council.State
	index   map[string]uint64 // act's ID to its place in the log
	early   []cosignatures    // for heads not yet held
	waiting map[string]chan error
	problem string
}

// cosignatures is one member's signature lines on a head, as they travel.
type cosignatures struct {
	Body  string `json:"body"`
	Size  int64  `json:"size"`
	Lines []byte `json:"lines"`
}

// maxEarly bounds the cosignatures kept for heads that have not come yet.
const maxEarly = 1000

func newChamber(ctx context.Context, body string, org *entente.Organisation, roster *keys.Roster, log *record.Log, storage record.Storage) (*chamber, error) {
	c := &chamber{body: body, roster: roster, storage: storage, log: log, state: council.New(org),
		index: map[string]uint64{}, waiting: map[string]chan error{}}
	entries, err := log.Entries(ctx, 0, log.Head().Size)
	if err != nil {
		return nil, fmt.Errorf("reading the record of %s: %w", body, err)
	}
	if err := c.fold(0, entries); err != nil {
		return nil, fmt.Errorf("folding the record of %s: %w", body, err)
	}
	return c, nil
}

// openEntry reads one entry of a log and verifies its act.
func openEntry(roster *keys.Roster, entry []byte) (entente.SignedAct, entente.Act, error) {
	var s entente.SignedAct
	if err := json.Unmarshal(entry, &s); err != nil {
		return s, entente.Act{}, &entente.Error{Kind: entente.Malformed, Source: "record entry", Offset: -1, Reason: err.Error()}
	}
	a, err := roster.OpenAct(s)
	return s, a, err
}

// fold applies entries that the log holds from number at. An entry that no longer verifies, or that the rules refuse,
// is passed over alike on every node and named in problem.
func (c *chamber) fold(at int64, entries [][]byte) error {
	for i, b := range entries {
		s, a, err := openEntry(c.roster, b)
		id := s.ID()
		if err == nil {
			c.index[id] = uint64(at) + uint64(i)
			err = c.state.Apply(uint64(at)+uint64(i), id, a)
		}
		if err != nil {
			c.problem = fmt.Sprintf("entry %d: %v", at+int64(i), err)
		}
		if w := c.waiting[id]; w != nil {
			w <- err
			delete(c.waiting, id)
		}
	}
	return nil
}

// sequence checks a member's act against rules and state and appends it. It returns the news for all others; none when
// the act stood in the log already.
func (c *chamber) sequence(ctx context.Context, signed entente.SignedAct, a entente.Act, now entente.Instant) (*logNews, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, held := c.index[signed.ID()]; held {
		return nil, nil
	}
	if err := c.state.Check(a, now); err != nil {
		return nil, err
	}
	entry, err := json.Marshal(signed)
	if err != nil {
		return nil, fmt.Errorf("encoding act: %w", err)
	}
	at := c.log.Head().Size
	head, err := c.log.Append(ctx, entry)
	if err != nil {
		return nil, fmt.Errorf("appending to the record of %s: %w", c.body, err)
	}
	return &logNews{Body: c.body, At: at, Entries: [][]byte{entry}, Checkpoint: head.Note}, c.fold(at, [][]byte{entry})
}

// accept takes the sequencer's entries; behind says that some before them are missing here.
func (c *chamber) accept(ctx context.Context, n logNews) (behind bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	size := c.log.Head().Size
	if n.At > size {
		return true, nil
	}
	if err := c.log.Accept(ctx, n.At, n.Entries, n.Checkpoint); err != nil {
		c.problem = err.Error()
		return false, fmt.Errorf("accepting the record of %s: %w", c.body, err)
	}
	if skip := size - n.At; skip < int64(len(n.Entries)) {
		err = c.fold(size, n.Entries[skip:])
	}
	early := c.early
	c.early = nil
	for _, s := range early {
		c.take(ctx, s)
	}
	return false, err
}

// stretch returns entries from number from on, as many as one item carries, with the signed head that ends them.
func (c *chamber) stretch(ctx context.Context, from, size int64) (logNews, error) {
	n := logNews{Body: c.body, At: from}
	bytes := 0
	for at := from; at < size; at++ {
		entry, err := c.log.Entries(ctx, at, 1)
		if err != nil {
			return n, fmt.Errorf("reading the record of %s: %w", c.body, err)
		}
		if bytes += len(entry[0]); bytes > answerBytes && len(n.Entries) > 0 {
			break
		}
		n.Entries = append(n.Entries, entry[0])
	}
	head, err := c.storage.Checkpoint(ctx, from+int64(len(n.Entries)))
	if err != nil {
		return n, fmt.Errorf("reading the heads of %s: %w", c.body, err)
	}
	n.Checkpoint = head
	return n, nil
}

// cosigned takes a member's cosignatures, now or when their head comes.
func (c *chamber) cosigned(ctx context.Context, s cosignatures) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.take(ctx, s)
}

func (c *chamber) take(ctx context.Context, s cosignatures) {
	if s.Size > c.log.Head().Size {
		if len(c.early) < maxEarly {
			c.early = append(c.early, s)
		}
		return
	}
	if err := c.log.AddCosignatures(ctx, s.Size, s.Lines); err != nil {
		c.problem = err.Error()
	}
}

// cosign has the witness sign the newest head.
func (c *chamber) cosign(ctx context.Context, w *record.Witness, origin string) (cosignatures, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	old, err := w.Size(ctx, origin)
	if err != nil {
		return cosignatures{}, fmt.Errorf("cosigning %s: %w", origin, err)
	}
	update, err := c.log.Update(ctx, old)
	if err != nil {
		return cosignatures{}, fmt.Errorf("cosigning %s: %w", origin, err)
	}
	lines, err := w.Cosign(ctx, update)
	if err != nil {
		return cosignatures{}, fmt.Errorf("cosigning %s: %w", origin, err)
	}
	s := cosignatures{Body: c.body, Size: c.log.Head().Size, Lines: lines}
	c.take(ctx, s)
	return s, nil
}

// await returns where the fate of an act will be told once.
func (c *chamber) await(id string) <-chan error {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := make(chan error, 1)
	if _, held := c.index[id]; held {
		w <- nil
		return w
	}
	c.waiting[id] = w
	return w
}

// tell ends the waiting for an act that will not come into the log.
func (c *chamber) tell(id string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w := c.waiting[id]; w != nil {
		w <- err
		delete(c.waiting, id)
	}
}

// read has f look at the state while nothing changes it.
func (c *chamber) read(f func(*council.State)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(c.state)
}
