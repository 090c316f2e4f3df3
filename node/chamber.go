package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
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
	index   map[string]uint64                   // act's ID to its place in the log
	early   map[entente.MemberID][]cosignatures // by who sent them, for heads not yet held
	waiting map[string][]chan error             // by act's ID: who wants to know its fate
	problem string
	asked   int64 // from which entry this node last asked for more
	askedAt entente.Instant
}

// cosignatures is one member's signature lines on a head, as they travel.
type cosignatures struct {
	Body  string `json:"body"`
	Size  int64  `json:"size"`
	Lines []byte `json:"lines"`
}

const (
	maxEarly = 64      // cosignatures of one partner kept for heads that have not come yet; the oldest go first
	maxLines = 4 << 10 // bytes of signature lines in one item: a member has one line, or two while it changes keys
	askAgain = 30.0    // seconds before the same stretch is asked for again
)

func newChamber(ctx context.Context, body string, org *entente.Organisation, roster *keys.Roster, log *record.Log, storage record.Storage) (*chamber, error) {
	c := &chamber{body: body, roster: roster, storage: storage, log: log, state: council.New(org),
		index: map[string]uint64{}, waiting: map[string][]chan error{}, early: map[entente.MemberID][]cosignatures{}, asked: -1}
	entries, err := log.Entries(ctx, 0, log.Head().Size)
	if err != nil {
		return nil, fmt.Errorf("reading the record of %s: %w", body, err)
	}
	c.fold(0, entries)
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
func (c *chamber) fold(at int64, entries [][]byte) {
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
		c.settle(id, err)
	}
}

// settle tells all who wait for an act what became of it, and says whether anyone did.
func (c *chamber) settle(id string, err error) bool {
	waiting := c.waiting[id]
	for _, w := range waiting {
		w <- err
	}
	delete(c.waiting, id)
	return len(waiting) > 0
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
	c.fold(at, [][]byte{entry})
	return &logNews{Body: c.body, At: at, Entries: [][]byte{entry}, Checkpoint: head.Note, Size: head.Size}, nil
}

// accept takes the sequencer's entries; behind says that some before them are missing here. Of the cosignatures that
// waited for them, faulty has those that are not valid.
func (c *chamber) accept(ctx context.Context, n logNews) (behind bool, faulty []error, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	size := c.log.Head().Size
	if n.At > size {
		return true, nil, nil
	}
	if err := c.log.Accept(ctx, n.At, n.Entries, n.Checkpoint); err != nil {
		c.problem = err.Error()
		return false, nil, fmt.Errorf("accepting the record of %s: %w", c.body, err)
	}
	if skip := size - n.At; skip < int64(len(n.Entries)) {
		c.fold(size, n.Entries[skip:])
	}
	early := c.early
	c.early = map[entente.MemberID][]cosignatures{}
	for from, list := range early {
		for _, s := range list {
			if err := c.take(ctx, from, s); err != nil {
				faulty = append(faulty, err)
			}
		}
	}
	return c.log.Head().Size < n.Size, faulty, nil
}

// wants returns from which entry to ask for more, unless that was asked just now.
func (c *chamber) wants(now entente.Instant) (from int64, ask bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	from = c.log.Head().Size
	if from == c.asked && now.Sub(c.askedAt) < askAgain {
		return from, false
	}
	c.asked, c.askedAt = from, now
	return from, true
}

// head is the newest head as news without entries: who lacks any before it will ask.
func (c *chamber) head() logNews {
	h := c.log.Head()
	return logNews{Body: c.body, At: h.Size, Checkpoint: h.Note, Size: h.Size}
}

// stretch returns entries from number from on, as many as one item carries, with the signed head that ends them.
func (c *chamber) stretch(ctx context.Context, from, size int64) (logNews, error) {
	n := logNews{Body: c.body, At: from, Size: size}
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

// cosigned takes a member's cosignatures, now or when their head comes. An error is the sender's.
func (c *chamber) cosigned(ctx context.Context, from entente.MemberID, s cosignatures) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.take(ctx, from, s)
}

func (c *chamber) take(ctx context.Context, from entente.MemberID, s cosignatures) error {
	if len(s.Lines) > maxLines {
		return &entente.Error{Kind: entente.TooLarge, Source: string(from), Offset: -1, Reason: fmt.Sprintf("cosignatures of %d bytes, at most %d", len(s.Lines), maxLines)}
	}
	if s.Size > c.log.Head().Size {
		list := append(c.early[from], s)
		c.early[from] = list[max(0, len(list)-maxEarly):]
		return nil
	}
	err := c.log.AddCosignatures(ctx, s.Size, s.Lines)
	var r *record.Refusal
	switch {
	case err == nil:
	case !errors.As(err, &r):
		return err
	case r.Reason == record.WrongOldSize && s.Size >= 0:
		// Catching up goes by stretches: heads within one are never held here, and a later one says more.
	default:
		return &entente.Error{Kind: entente.Unauthorised, Source: string(from), Offset: -1, Reason: "cosignatures on the record of " + c.body + ": " + r.Error()}
	}
	return nil
}

// cosign has the witness sign the newest head.
func (c *chamber) cosign(ctx context.Context, self entente.MemberID, w *record.Witness, origin string) (cosignatures, error) {
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
	return s, c.take(ctx, self, s)
}

// await returns where the fate of an act will be told once, and what ends the waiting for it.
func (c *chamber) await(id string) (fate <-chan error, leave func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := make(chan error, 1)
	if _, held := c.index[id]; held {
		w <- nil
		return w, func() {}
	}
	c.waiting[id] = append(c.waiting[id], w)
	return w, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.waiting[id] = slices.DeleteFunc(c.waiting[id], func(x chan error) bool { return x == w })
		if len(c.waiting[id]) == 0 {
			delete(c.waiting, id)
		}
	}
}

// tell ends the waiting for an act that will not come into the log, and says whether anyone still waited.
func (c *chamber) tell(id string, err error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.settle(id, err)
}

// holds says whether an act stands in the log here.
func (c *chamber) holds(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, held := c.index[id]
	return held
}

// read has f look at the state while nothing changes it.
func (c *chamber) read(f func(*council.State)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(c.state)
}
