package exchange

import (
	"context"
	"crypto"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"

	"entente"
	"entente/keys"
)

// errHeld stops reading for a while without a fault of the line.
var errHeld = errors.New("the partner's next item cannot be taken yet")

// errOther says that the owner's stream is not the one our cursor is of.
var errOther = errors.New("the partner's stream was made again")

// consumerName is the reader's consumer on the owner's stream.
const consumerName = "reader"

// maxStore is how many items are stored in one transaction at most.
const maxStore = 128

// reader dials one partner and reads its items and live batches.
type reader struct {
	cfg     *Config
	from    entente.MemberID
	st      *status
	door    *doorkeeper // of items
	ears    *doorkeeper // of live batches
	ahead   skew
	quota   *bucket
	porch   *porch      // where its connections wait if it pushes
	address chan string // the newest address to dial
	held    [32]byte    // hash of the item that was last held, to count it once
	holding bool        // the next item is the held one
	last    Cursor      // of the last item stored by this process
	batch   []Item      // judged and not yet stored
	again   bool        // reading the owner's stream from its first item, as it is not the one we knew
	tries   int
}

func newReader(cfg *Config, from entente.MemberID, st *status) *reader {
	batch := 1
	if _, ok := cfg.Inbox.(BatchInbox); ok {
		batch = maxStore
	}
	return &reader{batch: make([]Item, 0, batch), cfg: cfg, from: from, st: st, address: make(chan string, 1), quota: newBucket(cfg.Limits.ItemsPerSecond),
		door: newDoorkeeper(cfg.Self.Member(), from, cfg.Roster, cfg.Limits),
		ears: newDoorkeeper(cfg.Self.Member(), from, cfg.Roster, cfg.Limits)}
}

func (r *reader) now() entente.Instant { return entente.At(r.cfg.Clock()) }

// run works until ctx ends: it connects, reads, and after any error begins again from the stored cursor.
func (r *reader) run(ctx context.Context) {
	address := ""
	for ctx.Err() == nil {
		if address == "" {
			r.st.state(Idle, r.now())
			select {
			case <-ctx.Done():
				return
			case address = <-r.address:
			}
		}
		next, err := r.session(ctx, address)
		if next != "" {
			address = next
			continue
		}
		if err != nil && ctx.Err() == nil {
			r.st.fail(err)
			r.cfg.Log.Info("link down", "partner", r.from, "error", err)
		}
		wait := 200 * time.Millisecond
		if errors.Is(err, errHeld) {
			r.st.state(Held, r.now())
			wait = 2 * time.Second
		}
		select {
		case <-ctx.Done():
		case address = <-r.address: // it counts at once, also while the old one does not answer
		case <-time.After(wait):
		}
	}
}

// session is one connection's life. It returns a new address when one was given meanwhile.
func (r *reader) session(ctx context.Context, address string) (next string, err error) {
	certs := r.cfg.Roster.Nodes(r.from, r.cfg.Clock())
	if len(certs) == 0 {
		r.st.state(Revoked, r.now())
		sleep(ctx, time.Second)
		return "", nil
	}
	cert := certs[r.tries%len(certs)]
	r.tries++
	if l := r.st.read(); l.State != Held {
		r.st.state(Connecting, r.now())
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	nc, err := r.dial(address, cert, cancel)
	if err != nil {
		return "", err
	}
	defer nc.Close()
	liveNC, err := r.dial(address, cert, cancel)
	if err != nil {
		return "", err
	}
	defer liveNC.Close()
	r.tries--
	ended := make(chan struct{}, 2)
	go func() { r.live(ctx, liveNC, cancel); ended <- struct{}{} }()
	go func() { cancel(r.items(ctx, nc)); ended <- struct{}{} }()
	next = r.watch(ctx, cert, cancel)
	<-ended
	<-ended
	r.st.with(func(l *Link) { l.Connected = false })
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return next, cause
	}
	return next, nil
}

// watch ends the session when the partner's key is no longer valid or another address is given.
func (r *reader) watch(ctx context.Context, cert keys.Certificate, cancel context.CancelCauseFunc) string {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ""
		case a := <-r.address:
			cancel(nil)
			return a
		case <-tick.C:
			if !inUse(r.cfg.Roster, cert, r.cfg.Clock()) {
				cancel(fmt.Errorf("the node key of %s is no longer valid", r.from))
			}
		}
	}
}

func (r *reader) dial(address string, cert keys.Certificate, cancel context.CancelCauseFunc) (*nats.Conn, error) {
	tls, err := r.cfg.Self.ClientTLS(cert)
	if err != nil {
		return nil, err
	}
	own := r.cfg.Self.Certificate()
	link, err := nkeys.Encode(nkeys.PrefixByteUser, own.Keys[keys.Link])
	if err != nil {
		return nil, fmt.Errorf("dialling %s: %w", r.from, err)
	}
	signer, err := r.cfg.Self.Signer(keys.Link)
	if err != nil {
		return nil, err
	}
	sign := func(nonce []byte) ([]byte, error) { return signer.Sign(nil, nonce, crypto.Hash(0)) }
	opts := []nats.Option{nats.Secure(tls), nats.TLSHandshakeFirst(), nats.Nkey(string(link), sign),
		nats.CustomInboxPrefix(inboxOf(r.cfg.Self.Member())), nats.NoReconnect(), nats.Timeout(3 * time.Second),
		nats.PingInterval(2 * time.Second), nats.MaxPingsOutstanding(2), nats.IgnoreDiscoveredServers(),
		nats.Name(string(r.cfg.Self.Member())),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { r.st.fail(err) }),
		nats.ClosedHandler(func(nc *nats.Conn) {
			cancel(fmt.Errorf("the connection to %s at %s ended: %w", r.from, address, cmpErr(nc.LastError(), nats.ErrConnectionClosed)))
		})}
	if address == byPush {
		opts = append(opts, nats.SetCustomDialer(offered{r.porch, r.from}), nats.SkipHostLookup())
	}
	nc, err := nats.Connect("tls://"+address, opts...)
	if err != nil {
		return nil, fmt.Errorf("dialling %s at %s: %w", r.from, address, err)
	}
	return nc, nil
}

func cmpErr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// items reads the durable stream until an error.
func (r *reader) items(ctx context.Context, nc *nats.Conn) error {
	js, err := jetstream.New(nc, jetstream.WithDefaultTimeout(5*time.Second))
	if err != nil {
		return fmt.Errorf("reading %s: %w", r.from, err)
	}
	for {
		last, err := r.load(ctx)
		if err != nil {
			return err
		}
		it, waiting, err := r.consume(ctx, js, &last)
		if err != nil {
			return err
		}
		r.progress(waiting)
		err = r.pump(ctx, it, last)
		it.Stop()
		if errors.Is(err, errOther) {
			r.again = true
			continue
		}
		if err != nil {
			return err
		}
	}
}

// load reads the stored cursors and returns the last: of this process's last item, else the one furthest in the owner's
// stream. After that stream was made again the furthest is not the last, and reading begins at its first item.
func (r *reader) load(ctx context.Context) (last Cursor, err error) {
	cursors, err := r.cfg.Inbox.Cursors(ctx, r.from)
	if err != nil {
		return last, fmt.Errorf("reading the cursors of %s: %w", r.from, err)
	}
	r.batch = r.batch[:0] // of a session that broke off: it comes again
	r.door.cursors = map[string]Cursor{}
	maps.Copy(r.door.cursors, cursors)
	for _, c := range cursors {
		if c == r.last {
			return c, nil
		}
		if c.Carrier > last.Carrier {
			last = c
		}
	}
	return last, nil
}

// consume makes a consumer that begins with the last item we hold, to see that it is still the same one. Where the
// owner's stream was made again, places mean other items: then it begins at the first, and the doorkeeper passes over
// what we hold.
func (r *reader) consume(ctx context.Context, js jetstream.JetStream, last *Cursor) (jetstream.MessagesContext, uint64, error) {
	if r.again {
		*last = Cursor{}
	}
	for {
		// One name, made anew each time: a line that flaps leaves no consumers behind to fill the owner's limit.
		if err := js.DeleteConsumer(ctx, outStream, consumerName); err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
			return nil, 0, fmt.Errorf("asking %s for its items: %w", r.from, err)
		}
		cons, err := js.CreateConsumer(ctx, outStream, jetstream.ConsumerConfig{Name: consumerName,
			AckPolicy: jetstream.AckNonePolicy, DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: max(1, last.Carrier),
			MemoryStorage: true, Replicas: 1, InactiveThreshold: 30 * time.Second})
		if err != nil {
			return nil, 0, fmt.Errorf("asking %s for its items: %w", r.from, err)
		}
		waiting := cons.CachedInfo().NumPending
		if last.Carrier > 0 && waiting == 0 { // not even the item we hold
			*last, r.again = Cursor{}, true
			continue
		}
		it, err := cons.Messages(jetstream.PullMaxMessagesWithBytesLimit(512, max(4<<20, 2*r.cfg.Limits.Item)),
			jetstream.PullExpiry(30*time.Second), jetstream.PullHeartbeat(time.Second))
		if err != nil {
			return nil, 0, fmt.Errorf("asking %s for its items: %w", r.from, err)
		}
		if last.Carrier > 0 {
			waiting--
		}
		return it, waiting, nil
	}
}

// pump hands on items until the consumer breaks off (nil: make a new one) or must stop.
func (r *reader) pump(ctx context.Context, it jetstream.MessagesContext, last Cursor) error {
	for place := uint64(1); ; place++ {
		msg, err := it.Next(jetstream.NextContext(ctx))
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return errors.Join(r.flush(ctx), fmt.Errorf("reading %s: %w", r.from, err))
		}
		meta, err := msg.Metadata()
		if err != nil {
			r.st.refuse(refuse(Malformed, "a message without its place in the stream"))
			continue
		}
		if meta.Sequence.Consumer != place {
			return r.flush(ctx) // messages were lost on the line: read again from the cursor
		}
		if place == 1 && last.Carrier > 0 && meta.Sequence.Stream == last.Carrier {
			if sha256.Sum256(msg.Data()) != last.Hash {
				return errOther
			}
			continue
		}
		if wait := r.quota.take(time.Now()); wait > 0 {
			sleep(ctx, wait)
		}
		err = r.one(msg.Data(), meta.Sequence.Stream)
		if err != nil || meta.NumPending == 0 || len(r.batch) == cap(r.batch) {
			if err := errors.Join(r.flush(ctx), err); err != nil {
				return err
			}
			r.progress(meta.NumPending)
		}
	}
}

func (r *reader) progress(waiting uint64) {
	state := Current
	if waiting > 0 {
		state = CatchingUp
	}
	if r.holding || len(r.door.broken) > 0 {
		state = Held
	}
	r.st.with(func(l *Link) { l.Connected, l.Waiting = true, waiting })
	r.st.state(state, r.now())
}

// one judges an item and puts it into the batch that waits to be stored.
func (r *reader) one(raw []byte, carrier uint64) error {
	now := r.now()
	it, v, ref := r.door.item(raw, now)
	if v == hold {
		if h := sha256.Sum256(raw); h != r.held {
			r.held = h
			r.st.refuse(ref)
		}
		r.holding = true
		return errHeld
	}
	if ref != nil {
		r.st.refuse(ref)
	}
	if v == drop {
		return nil
	}
	it.Carrier = carrier
	r.door.stored(it) // if storing fails the cursors are read again
	r.holding, r.again = false, false
	r.batch = append(r.batch, it)
	return nil
}

// flush stores what waits, in one transaction where the inbox can.
func (r *reader) flush(ctx context.Context) error {
	batch := r.batch
	r.batch = r.batch[:0]
	if len(batch) == 0 {
		return nil
	}
	var err error
	if many, ok := r.cfg.Inbox.(BatchInbox); ok && len(batch) > 1 {
		err = many.StoreBatch(ctx, batch)
	} else {
		for i := 0; i < len(batch) && err == nil; i++ {
			err = r.cfg.Inbox.Store(ctx, batch[i])
		}
	}
	if err != nil {
		return fmt.Errorf("storing %s %d of %s: %w", batch[0].Stream, batch[0].Seq, r.from, err)
	}
	r.last = batch[len(batch)-1].Cursor()
	for i := range batch {
		r.report(&batch[i])
	}
	clear(batch)
	return nil
}

// report counts a stored item and tells the node.
func (r *reader) report(it *Item) {
	if it.Missed > 0 {
		r.st.refuse(refuse(Gap, "%s %d: %d items before it are lost", it.Stream, it.Seq, it.Missed))
	}
	r.st.with(func(l *Link) {
		l.Missed += it.Missed
		if it.Refused == "" {
			l.Received++
			l.LastItem, l.Lag = it.Received, it.Received.Sub(it.Created)
		}
	})
	if it.Refused == "" && r.cfg.OnItem != nil {
		r.cfg.OnItem(*it)
	}
}
