package exchange

import (
	"fmt"
	"log/slog"
	"time"

	"entente"
	"entente/keys"
)

// Partner is a member to exchange with. It must be in the roster.
type Partner struct {
	Member  entente.MemberID
	Address string // host:port to dial; empty: it reads from us, and we from it once [Exchange.Connect] names an address or it pushes
	Push    string // host:port of its PushListen, where a node that it cannot dial offers what it has for it; empty: it dials us
}

// MaxPartners is how many partners one node can have.
const MaxPartners = 64

// Limits bound what one partner may cost us. Zero values take the defaults.
type Limits struct {
	Item           int           // bytes of an envelope; 512 KiB
	Live           int           // bytes of a live envelope; 128 KiB
	ItemsPerSecond float64       // read from a partner; 20,000; beyond it reading waits
	LivePerSecond  float64       // live batches taken from a partner; 2,000; beyond it they are dropped
	StreamBytes    int64         // kept on disk for a partner that is away; 64 MiB
	Skew           time.Duration // how far a partner's clock may be ahead; 10 s
	LiveAge        time.Duration // how old a live batch may be; 30 s
	Connections    int           // of a partner to us; 4
}

// Config is what [Start] needs.
type Config struct {
	Self     *keys.Identity
	Roster   *keys.Roster // consulted at each connection and, for open links, every second
	Dir      string       // of the carrier's files
	Listen   string       // host:port for partners; "127.0.0.1:0" takes a free port
	Partners []Partner
	// PushListen is the host:port where partners that we cannot dial open the connections over which we read from them;
	// empty: none.
	PushListen string
	Outbox     Outbox
	Inbox      Inbox
	OnItem     func(Item) // after it was stored; must return soon
	OnLive     OnLive     // may be nil
	Limits     Limits
	LazySync   bool             // sync the carrier's files every 2 s only: a power cut then loses items the outbox has forgotten
	Clock      func() time.Time // time.Now when nil
	Log        *slog.Logger     // discarded when nil
}

// OnLive takes a verified batch; the slice is used again after it returns. Called from one goroutine per partner.
type OnLive func(from entente.MemberID, label entente.Label, tracks []entente.Track, received entente.Instant)

func (l Limits) withDefaults() Limits {
	set := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	set(&l.Item, 512<<10)
	set(&l.Live, 128<<10)
	set(&l.Connections, 4)
	if l.ItemsPerSecond == 0 {
		l.ItemsPerSecond = 20_000
	}
	if l.LivePerSecond == 0 {
		l.LivePerSecond = 2_000
	}
	if l.StreamBytes == 0 {
		l.StreamBytes = 64 << 20
	}
	if l.Skew == 0 {
		l.Skew = 10 * time.Second
	}
	if l.LiveAge == 0 {
		l.LiveAge = 30 * time.Second
	}
	return l
}

func (c *Config) check() error {
	if c.Self == nil || c.Roster == nil || c.Outbox == nil || c.Inbox == nil || c.Dir == "" || c.Listen == "" {
		return fmt.Errorf("starting exchange: identity, roster, outbox, inbox, folder and listen address must be given")
	}
	if len(c.Partners) > MaxPartners {
		return fmt.Errorf("starting exchange: %d partners, at most %d", len(c.Partners), MaxPartners)
	}
	for _, p := range c.Partners {
		if err := c.checkPartner(p); err != nil {
			return err
		}
	}
	c.Limits = c.Limits.withDefaults()
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return nil
}

func (c *Config) checkPartner(p Partner) error {
	if _, ok := c.Roster.Member(p.Member); !ok || p.Member == c.Self.Member() {
		return &entente.Error{Kind: entente.NotFound, Source: string(p.Member), Offset: -1,
			Reason: "is no partner in the roster", Next: "add its file with `entente member add`"}
	}
	return nil
}
