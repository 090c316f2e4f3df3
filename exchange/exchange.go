package exchange

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"entente"
)

// Exchange is a node's running end of all its links.
type Exchange struct {
	cfg     Config
	carrier *carrier
	porch   *porch // nil: no partner pushes to us
	ctx     context.Context
	cancel  context.CancelFunc
	done    sync.WaitGroup
	joining sync.Mutex // one [Exchange.Join] at a time

	mu       sync.RWMutex // guards what is below
	partners map[entente.MemberID]*partner
	order    []*partner
	closed   bool
}

// partner is the two ways of one link.
type partner struct {
	member entente.MemberID
	status *status
	sender *sender
	reader *reader
	live   liveSender
}

// Start starts the embedded server and the readers. It returns when the listener is open.
func Start(cfg Config) (*Exchange, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	x := &Exchange{cfg: cfg, partners: map[entente.MemberID]*partner{}}
	x.ctx, x.cancel = context.WithCancel(context.Background())
	c, err := startCarrier(&x.cfg)
	if err != nil {
		return nil, err
	}
	x.carrier = c
	if err := x.open(); err != nil {
		return nil, errors.Join(err, x.Close())
	}
	x.done.Go(x.supervise)
	return x, nil
}

// open begins with all partners at once, as each waits for the server's greeting.
func (x *Exchange) open() error {
	if x.cfg.PushListen != "" {
		p, err := openPorch(x.ctx, &x.cfg, x.carrier.tls(), x.pushed)
		if err != nil {
			return err
		}
		x.porch = p
		x.done.Go(func() { p.run(x.ctx) })
	}
	list := make([]*partner, len(x.cfg.Partners))
	errs := make([]error, len(list))
	var all sync.WaitGroup
	for i, c := range x.cfg.Partners {
		all.Go(func() { list[i], errs[i] = x.newPartner(c) })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		for _, p := range list {
			if p != nil {
				p.sender.nc.Close()
			}
		}
		return err
	}
	for i, p := range list {
		x.begin(p, x.cfg.Partners[i])
	}
	return nil
}

func (x *Exchange) newPartner(c Partner) (*partner, error) {
	now := x.cfg.Clock()
	p := &partner{member: c.Member, status: newStatus(c.Member, entente.At(now))}
	p.reader = newReader(&x.cfg, c.Member, p.status)
	p.reader.porch = x.porch
	s, err := newSender(&x.cfg, x.carrier, p.member, p.status)
	if err != nil {
		return nil, err
	}
	p.sender, p.live.nc, p.live.epoch = s, s.nc, uint64(now.UnixNano())
	return p, nil
}

// begin sets a partner's goroutines going.
func (x *Exchange) begin(p *partner, c Partner) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		p.sender.nc.Close()
		return
	}
	x.partners[p.member] = p
	x.order = append(x.order, p)
	x.done.Go(func() { p.sender.run(x.ctx) })
	x.done.Go(func() { p.reader.run(x.ctx) })
	if c.Address != "" {
		p.reader.dialAt(c.Address)
	}
	if c.Push != "" {
		p.status.with(func(l *Link) { l.Push = c.Push })
		pu := &pusher{cfg: &x.cfg, to: p.member, address: c.Push, own: x.carrier.ns.Addr(), st: p.status}
		x.done.Go(func() { pu.run(x.ctx) })
	}
}

// Join begins to exchange with one more partner while the others go on; it must be in the roster. Of one that is known
// already the address counts from now on.
func (x *Exchange) Join(c Partner) error {
	x.joining.Lock()
	defer x.joining.Unlock()
	if p, err := x.partner(c.Member); err == nil {
		if c.Address != "" && c.Address != p.status.read().Address {
			p.reader.dialAt(c.Address)
		}
		return nil
	}
	if err := x.cfg.checkPartner(c); err != nil {
		return err
	}
	if n := len(x.members()); n >= MaxPartners {
		return &entente.Error{Kind: entente.TooLarge, Source: string(c.Member), Offset: -1, Reason: fmt.Sprintf("%d partners are there already", n)}
	}
	if err := x.carrier.admit(c.Member); err != nil {
		return err
	}
	p, err := x.newPartner(c)
	if err != nil {
		return err
	}
	x.begin(p, c)
	return nil
}

// members are all partners, in the order in which they came.
func (x *Exchange) members() []*partner {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return slices.Clone(x.order)
}

// pushed is told that connections of a partner wait on the porch.
func (x *Exchange) pushed(m entente.MemberID) bool {
	p, err := x.partner(m)
	if err != nil {
		return false
	}
	switch p.status.read().Address {
	case "":
		p.reader.dialAt(byPush)
	case byPush:
	default:
		return false // we dial it
	}
	return true
}

// supervise drops partners' connections whose keys are no longer valid.
func (x *Exchange) supervise() {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-x.ctx.Done():
			return
		case <-tick.C:
			x.carrier.sweep(x.cfg.Clock())
		}
	}
}

// Addr is the listener's host:port.
func (x *Exchange) Addr() string { return x.carrier.ns.Addr().String() }

// PushAddr is the host:port where partners push; empty without Config.PushListen.
func (x *Exchange) PushAddr() string {
	if x.porch == nil {
		return ""
	}
	return x.porch.ln.Addr().String()
}

// Connect dials a partner at address from now on, in place of any other address.
func (x *Exchange) Connect(m entente.MemberID, address string) error {
	p, err := x.partner(m)
	if err != nil {
		return err
	}
	p.reader.dialAt(address)
	return nil
}

// dialAt leaves the newest address for run; the channel holds one, so an older one that waits is taken out first.
func (r *reader) dialAt(address string) {
	r.st.with(func(l *Link) {
		l.Address = address
		select {
		case <-r.address:
		default:
		}
		r.address <- address
	})
}

func (x *Exchange) partner(m entente.MemberID) (*partner, error) {
	x.mu.RLock()
	p, ok := x.partners[m]
	x.mu.RUnlock()
	if !ok {
		return nil, &entente.Error{Kind: entente.NotFound, Source: string(m), Offset: -1, Reason: "is no partner of this node",
			Next: "name it in the configuration and add its file with `entente member add`"}
	}
	return p, nil
}

// Send stores an item for a partner in the outbox and returns its number. It is on its way when Send returns, and will
// arrive once. Stream has 1 to 32 letters, digits, - and _; typ says what payload is; label must allow to.
func (x *Exchange) Send(ctx context.Context, to entente.MemberID, stream, typ string, payload []byte, label entente.Label) (uint64, error) {
	p, err := x.partner(to)
	if err != nil {
		return 0, err
	}
	if err := checkName(stream); err != nil {
		return 0, err
	}
	if err := x.mayHold(to, label); err != nil {
		return 0, err
	}
	lab, err := appendLabel(nil, label)
	if err != nil {
		return 0, err
	}
	now := entente.At(x.cfg.Clock())
	s, err := x.cfg.Outbox.Append(ctx, to, stream, func(pos Position) ([]byte, error) {
		h := header{kind: kindItem, to: to, stream: stream, pos: pos, created: now, expires: label.Expires, typ: typ}
		raw, err := seal(nil, x.cfg.Self, h, lab, payload)
		if err == nil && len(raw) > x.cfg.Limits.Item {
			err = &entente.Error{Kind: entente.TooLarge, Source: stream, Offset: -1,
				Reason: fmt.Sprintf("%d bytes with its envelope, at most %d", len(raw), x.cfg.Limits.Item), Next: "send it in parts"}
		}
		return raw, err
	})
	if err != nil {
		return 0, fmt.Errorf("sending %s to %s: %w", stream, to, err)
	}
	select {
	case p.sender.wake <- struct{}{}:
	default:
	}
	return s.Seq, nil
}

// SendLive sends this node's own tracks to a partner, in batches of at most [MaxBatch], or drops them if the partner is
// not listening. Tracks keep 1 cm in place; see [AppendTracks].
func (x *Exchange) SendLive(to entente.MemberID, tracks []entente.Track, label entente.Label) error {
	p, err := x.partner(to)
	if err != nil {
		return err
	}
	if err := x.mayHold(to, label); err != nil {
		return err
	}
	for i := range tracks {
		if o := tracks[i].Origin; o != "" && o != x.cfg.Self.Member() {
			return &entente.Error{Kind: entente.Refused, Source: string(to), Offset: -1,
				Reason: fmt.Sprintf("track %d is of %s: a partner's tracks are never passed on", tracks[i].ID, o)}
		}
	}
	if listens, _ := x.carrier.audience(to); !listens {
		return nil
	}
	if err := x.sendLive(p, tracks, label); err != nil {
		return fmt.Errorf("sending tracks to %s: %w", to, err)
	}
	return nil
}

// mayHold keeps a mislabelled item from leaving; the partner would refuse it anyway.
func (x *Exchange) mayHold(to entente.MemberID, l entente.Label) error {
	if l.Origin != x.cfg.Self.Member() || !l.Allows(to) {
		return &entente.Error{Kind: entente.Refused, Source: string(to), Offset: -1,
			Reason: fmt.Sprintf("the label is of %q and does not allow %s to hold the item", l.Origin, to), Next: "label it by the release policy"}
	}
	return nil
}

func checkName(s string) error {
	ok := len(s) >= 1 && len(s) <= 32
	for _, c := range []byte(s) {
		ok = ok && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_')
	}
	if !ok {
		return &entente.Error{Kind: entente.Malformed, Source: "stream", Offset: -1, Reason: fmt.Sprintf("the name %.64q must have 1 to 32 letters, digits, - or _", s)}
	}
	return nil
}

// Links returns how each link stands, in the order of the configuration.
func (x *Exchange) Links() []Link {
	order := x.members()
	list := make([]Link, len(order))
	for i, p := range order {
		list[i] = p.status.read()
		_, list[i].Reads = x.carrier.audience(p.member)
	}
	return list
}

// Close stops readers and server, and returns when all has ended. Items not yet acknowledged stay in the outbox.
func (x *Exchange) Close() error {
	x.mu.Lock()
	closed := x.closed
	x.closed = true
	x.mu.Unlock()
	x.cancel()
	x.done.Wait()
	if !closed {
		x.carrier.stop()
	}
	return nil
}
