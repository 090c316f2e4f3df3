package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"entente"
	"entente/council"
	"entente/keys"
	"entente/record"
)

// The streams and types of what nodes of a council send each other.
const (
	streamActs   = "acts"   // a member's acts to the sequencer, and its refusals back
	streamLog    = "log"    // the sequencer's entries to all
	streamCosign = "cosign" // every member's cosignatures to all

	typeAct     = "act/1"
	typeRefusal = "refusal/1"
	typeLog     = "log/1"
	typeAsk     = "ask/1"
	typeCosign  = "cosign/1"
)

// logNews is a stretch of a body's log with the head that covers it, as it travels.
type logNews struct {
	Body       string   `json:"body"`
	At         int64    `json:"at"`
	Entries    [][]byte `json:"entries"`
	Checkpoint []byte   `json:"checkpoint"`
	Size       int64    `json:"size"` // of the sequencer's log when it sent this
}

// refusal tells an act's author why the sequencer did not take it.
type refusal struct {
	Body  string         `json:"body"`
	Act   string         `json:"act"`
	Error *entente.Error `json:"error"`
}

// ask wants a body's log from an entry on.
type ask struct {
	Body string `json:"body"`
	From int64  `json:"from"`
}

// patience is how long a person waits for the sequencer's word; after that the act is on its way and shown so.
const patience = 5 * time.Second

// send puts an item for one partner on its way.
type send func(ctx context.Context, to entente.MemberID, stream, typ string, payload any) error

// assembly is all bodies at this node, with the rights and links that acts need.
type assembly struct {
	self      entente.MemberID
	org       *entente.Organisation
	identity  *keys.Identity
	roster    *keys.Roster
	witness   *record.Witness
	sequencer entente.MemberID
	partners  iter.Seq2[int, entente.MemberID]
	send      send
	now       func() entente.Instant
	changed   func()      // state or record moved
	fault     func(error) // what went wrong though the item or act at hand stands

	chambers map[string]*chamber
	signer   actSigner
	models   *readModels
}

// actSigner gives this member's acts their numbers and signatures, and keeps them before anyone sees them.
type actSigner struct {
	identity *keys.Identity
	keep     func(context.Context, entente.SignedAct, entente.Act) error

	mu   sync.Mutex // guards seq and prev
	seq  uint64
	prev string
}

func (s *actSigner) sign(ctx context.Context, a entente.Act) (entente.SignedAct, entente.Act, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a.Seq, a.Prev = s.seq+1, s.prev
	signed, err := s.identity.SignAct(a)
	if err != nil {
		return signed, a, fmt.Errorf("signing %s: %w", a.Kind, err)
	}
	if err := s.keep(ctx, signed, a); err != nil {
		return signed, a, fmt.Errorf("keeping %s: %w", a.Kind, err)
	}
	s.seq, s.prev = a.Seq, signed.ID()
	return signed, a, nil
}

// submit signs an act of this member, has it sequenced and returns its ID once it stands in the log, or once patience
// is over and it is on its way.
func (a *assembly) submit(ctx context.Context, act entente.Act) (string, error) {
	c, err := a.chamber(act.Body)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	err = c.state.Check(act, a.now())
	act.Seen = uint64(c.log.Head().Size)
	c.mu.Unlock()
	if err != nil {
		return "", err
	}
	signed, act, err := a.signer.sign(ctx, act)
	if err != nil {
		return "", err
	}
	id := signed.ID()
	going := context.WithoutCancel(ctx) // signed and numbered, it goes on its way though the person leaves the page
	if a.sequencer == a.self {
		return id, a.sequence(going, c, signed, act)
	}
	fate, leave := c.await(id)
	defer leave()
	if err := a.send(going, a.sequencer, streamActs, typeAct, signed); err != nil {
		return id, fmt.Errorf("sending %s to %s: %w", act.Kind, a.sequencer, err)
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case err := <-fate:
		return id, err
	case <-timer.C:
		return id, nil
	case <-ctx.Done():
		return id, ctx.Err()
	}
}

func (a *assembly) chamber(body string) (*chamber, error) {
	c := a.chambers[body]
	if c == nil {
		return nil, &entente.Error{Kind: entente.NotFound, Source: "body " + body, Offset: -1, Reason: "the organisation has no such body"}
	}
	return c, nil
}

// sequence appends an act and tells everybody. Once the act stands in the log nothing that goes wrong in telling is the
// author's matter: it is counted, and whoever lacks the entry asks for it.
func (a *assembly) sequence(ctx context.Context, c *chamber, signed entente.SignedAct, act entente.Act) error {
	news, err := c.sequence(ctx, signed, act, a.now())
	if err != nil || news == nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // a node that stops still tells the others what it has appended
	a.broadcast(ctx, streamLog, typeLog, news)
	a.cosign(ctx, c)
	return nil
}

func (a *assembly) cosign(ctx context.Context, c *chamber) {
	if err := a.models.update(ctx, c); err != nil {
		a.fault(err)
	}
	s, err := c.cosign(ctx, a.self, a.witness, a.origin(c.body))
	a.changed()
	if err != nil {
		a.fault(err)
		return
	}
	a.broadcast(ctx, streamCosign, typeCosign, s)
}

func (a *assembly) broadcast(ctx context.Context, stream, typ string, payload any) {
	for _, m := range a.partners {
		if err := a.send(ctx, m, stream, typ, payload); err != nil {
			a.fault(fmt.Errorf("sending %s to %s: %w", stream, m, err))
		}
	}
}

// announce is said at the start: the sequencer tells its heads, as a crash may have come between an entry and its news;
// every other member asks for what it lacks. Both cosign what they hold.
func (a *assembly) announce(ctx context.Context) {
	for _, b := range a.org.Bodies {
		c := a.chambers[b.ID]
		news := c.head()
		if a.sequencer != a.self {
			a.question(ctx, c, news.Size)
		} else if news.Size > 0 {
			a.broadcast(ctx, streamLog, typeLog, news)
		}
		if news.Size > 0 {
			a.cosign(ctx, c)
		}
	}
}

// ask asks the sequencer for the entries after those held, of which its news tell.
func (a *assembly) ask(ctx context.Context, c *chamber) {
	if from, ok := c.wants(a.now()); ok {
		a.question(ctx, c, from)
	}
}

func (a *assembly) question(ctx context.Context, c *chamber, from int64) {
	if err := a.send(ctx, a.sequencer, streamActs, typeAsk, ask{Body: c.body, From: from}); err != nil {
		a.fault(fmt.Errorf("asking %s for the record of %s: %w", a.sequencer, c.body, err))
	}
}

// origin is the name of a body's log in its checkpoints.
func (a *assembly) origin(body string) string { return a.org.ID + "/" + body }

// receive takes one council item of a partner. An error is the partner's: it is counted and changes nothing.
func (a *assembly) receive(ctx context.Context, from entente.MemberID, typ string, payload []byte) error {
	switch typ {
	case typeAct:
		return decoded(payload, func(s *entente.SignedAct) error { return a.receiveAct(ctx, from, *s) })
	case typeRefusal:
		return decoded(payload, func(r *refusal) error { return a.receiveRefusal(from, *r) })
	case typeLog:
		return decoded(payload, func(n *logNews) error { return a.receiveLog(ctx, from, *n) })
	case typeAsk:
		return decoded(payload, func(q *ask) error { return a.answer(ctx, from, *q) })
	case typeCosign:
		return decoded(payload, func(s *cosignatures) error {
			c, err := a.chamber(s.Body)
			if err != nil {
				return err
			}
			defer a.changed()
			return c.cosigned(ctx, from, *s)
		})
	}
	return &entente.Error{Kind: entente.Unsupported, Source: string(from), Offset: -1, Reason: fmt.Sprintf("council item of type %q", typ), Next: "one of the two nodes needs an update"}
}

func decoded[T any](payload []byte, f func(*T) error) error {
	var v T
	if err := json.Unmarshal(payload, &v); err != nil {
		return &entente.Error{Kind: entente.Malformed, Source: "council item", Offset: -1, Reason: err.Error()}
	}
	return f(&v)
}

// receiveAct sequences a partner's act, or sends back why not.
func (a *assembly) receiveAct(ctx context.Context, from entente.MemberID, signed entente.SignedAct) error {
	if a.sequencer != a.self {
		return &entente.Error{Kind: entente.Refused, Source: string(from), Offset: -1, Reason: "this node does not sequence the bodies", Next: "send acts to " + string(a.sequencer)}
	}
	act, err := a.roster.OpenAct(signed)
	var c *chamber
	if err == nil {
		c, err = a.chamber(act.Body)
	}
	if err == nil {
		err = a.sequence(ctx, c, signed, act)
	}
	if err != nil && ctx.Err() == nil {
		r := refusal{Body: act.Body, Act: signed.ID(), Error: asError(err)}
		if serr := a.send(ctx, from, streamActs, typeRefusal, r); serr != nil {
			a.fault(fmt.Errorf("telling %s of a refusal: %w", from, serr))
		}
	}
	return err
}

// receiveRefusal tells whoever waits for the act; when nobody does any more, it is told as a fault.
func (a *assembly) receiveRefusal(from entente.MemberID, r refusal) error {
	if from != a.sequencer || r.Error == nil {
		return &entente.Error{Kind: entente.Unauthorised, Source: string(from), Offset: -1, Reason: "a refusal without a reason, or of acts that it does not sequence"}
	}
	told := false
	for _, c := range a.chambers { // a refusal of an act that could not be read names no body
		told = c.tell(r.Act, r.Error) || told
	}
	if !told {
		a.fault(fmt.Errorf("act %s was not taken by %s: %w", r.Act, from, r.Error))
	}
	return nil
}

func (a *assembly) receiveLog(ctx context.Context, from entente.MemberID, n logNews) error {
	if from != a.sequencer {
		return &entente.Error{Kind: entente.Unauthorised, Source: string(from), Offset: -1, Reason: "entries of a log that it does not sequence"}
	}
	c, err := a.chamber(n.Body)
	if err != nil {
		return err
	}
	held := c.log.Head().Size
	behind, faulty, err := c.accept(ctx, n)
	if err != nil {
		return err
	}
	for _, err := range faulty {
		a.fault(err)
	}
	if behind {
		a.ask(ctx, c)
	}
	if n.At <= held {
		a.cosign(ctx, c)
	}
	return nil
}

const (
	answerBytes     = 200 << 10 // of a log in one item at most, before its encoding
	answerStretches = 16        // in answer to one question; who lacks more asks again
)

// answer sends a partner what it lacks of a log, in stretches that each end at a signed head.
func (a *assembly) answer(ctx context.Context, to entente.MemberID, q ask) error {
	if a.sequencer != a.self {
		return &entente.Error{Kind: entente.Refused, Source: string(to), Offset: -1, Reason: "this node does not sequence the bodies", Next: "ask " + string(a.sequencer)}
	}
	c, err := a.chamber(q.Body)
	if err != nil {
		return err
	}
	size, from := c.log.Head().Size, q.From
	for n := 0; n < answerStretches && from >= 0 && from < size; n++ {
		news, err := c.stretch(ctx, from, size)
		if err != nil {
			return err
		}
		if err := a.send(ctx, to, streamLog, typeLog, news); err != nil {
			return err
		}
		from += int64(len(news.Entries))
	}
	return nil
}

func asError(err error) *entente.Error {
	var e *entente.Error
	if errors.As(err, &e) {
		return e
	}
	return &entente.Error{Kind: entente.Refused, Offset: -1, Reason: err.Error()}
}

// query runs f over every body's state, in the organisation's order.
func (a *assembly) query(f func(*council.State)) {
	for _, b := range a.org.Bodies {
		a.chambers[b.ID].read(f)
	}
}
