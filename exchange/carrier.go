package exchange

import (
	"crypto/rand"
	"crypto/subtle"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"entente"
	"entente/keys"
)

const (
	outStream   = "OUT"
	outSubject  = "out."
	ownerPrefix = "owner/"
)

// carrier is the node's embedded NATS server: one account per partner, nothing shared between them.
type carrier struct {
	cfg    *Config
	ns     *server.Server
	secret string // of this process's own connections

	mu       sync.Mutex                  // guards what is below
	links    map[uint64]keys.Certificate // partners' open connections
	members  []entente.MemberID          // who may connect
	settings *tls.Config                 // for them
}

func accountOf(m entente.MemberID) string        { return "LINK_" + string(m) }
func inboxOf(reader entente.MemberID) string     { return "_INBOX_" + string(reader) }
func liveSubject(owner entente.MemberID) string  { return "live." + string(owner) + ".tracks" }
func liveInterest(owner entente.MemberID) string { return "live." + string(owner) + ".>" }

func startCarrier(cfg *Config) (*carrier, error) {
	c := &carrier{cfg: cfg, secret: rand.Text(), links: map[uint64]keys.Certificate{}}
	opts, err := c.options()
	if err != nil {
		return nil, err
	}
	if err := portFree(cfg.Listen); err != nil {
		return nil, err
	}
	c.ns, err = server.NewServer(opts)
	if err != nil {
		return nil, fmt.Errorf("starting the carrier: %w", err)
	}
	c.ns.Start()
	if !c.ns.ReadyForConnections(10 * time.Second) {
		c.stop()
		return nil, fmt.Errorf("starting the carrier on %s: not ready within 10 s; is the port taken?", cfg.Listen)
	}
	for _, p := range cfg.Partners {
		if err := c.enable(p.Member); err != nil {
			c.stop()
			return nil, err
		}
	}
	return c, nil
}

// admit opens an account for one more partner and lets it in.
func (c *carrier) admit(m entente.MemberID) error {
	c.ns.LookupOrRegisterAccount(accountOf(m))
	if err := c.enable(m); err != nil {
		return err
	}
	return c.letIn(m)
}

// letIn has the listener take partners' nodes from now on.
func (c *carrier) letIn(members ...entente.MemberID) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := slices.Concat(c.members, members)
	settings, err := c.cfg.Self.ServerTLS(c.cfg.Roster, list)
	if err == nil {
		c.members, c.settings = list, settings
	}
	return err
}

// tls are settings for listeners: those of letIn at each handshake.
func (c *carrier) tls() *tls.Config {
	c.mu.Lock()
	defer c.mu.Unlock()
	cfg := c.settings.Clone()
	cfg.GetConfigForClient = func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		c.mu.Lock()
		now := c.settings
		c.mu.Unlock()
		return now.GetConfigForClient(h)
	}
	return cfg
}

// portFree asks before the server does, as the server says nothing of a port that is taken.
func portFree(listen string) error {
	ln, err := net.Listen("tcp", listen)
	if err != nil {
		return &entente.Error{Kind: entente.Refused, Source: listen, Offset: -1, Reason: fmt.Sprintf("cannot listen: %v", err),
			Next: "choose another address, or stop what listens there"}
	}
	return ln.Close()
}

func (c *carrier) options() (*server.Options, error) {
	host, port, err := net.SplitHostPort(c.cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("reading the listen address: %w", err)
	}
	var n int
	if _, err := fmt.Sscanf(port, "%d", &n); err != nil {
		return nil, fmt.Errorf("reading the listen address %q: the port is no number", c.cfg.Listen)
	}
	if n == 0 {
		n = server.RANDOM_PORT
	}
	members := make([]entente.MemberID, len(c.cfg.Partners))
	accounts := make([]*server.Account, len(c.cfg.Partners))
	for i, p := range c.cfg.Partners {
		members[i], accounts[i] = p.Member, server.NewAccount(accountOf(p.Member))
	}
	if err := c.letIn(members...); err != nil {
		return nil, err
	}
	return &server.Options{
		ServerName: string(c.cfg.Self.Member()), Host: host, Port: n, NoLog: true, NoSigs: true,
		JetStream: true, StoreDir: c.cfg.Dir, DisableJetStreamBanner: true,
		SyncInterval:       2 * time.Second, // what must be on disk is put there by syncer
		JetStreamMaxMemory: 8 << 20, JetStreamMaxStore: (c.cfg.Limits.StreamBytes + 16<<20) * (MaxPartners + 1),
		MaxPayload: int32(c.cfg.Limits.Item + 4096), MaxPending: 32 << 20, MaxConn: 4 + 16*MaxPartners,
		TLS: true, TLSVerify: true, TLSConfig: c.tls(), TLSHandshakeFirst: true, TLSTimeout: 3, AuthTimeout: 5,
		PingInterval: 2 * time.Second, MaxPingsOut: 2, WriteDeadline: 5 * time.Second,
		Accounts: accounts, CustomClientAuthentication: c, AlwaysEnableNonce: true,
	}, nil
}

func (c *carrier) enable(m entente.MemberID) error {
	acc, err := c.ns.LookupAccount(accountOf(m))
	if err != nil {
		return fmt.Errorf("opening the account of %s: %w", m, err)
	}
	err = acc.EnableJetStream(map[string]server.JetStreamAccountLimits{"": {MaxMemory: 1 << 20,
		MaxStore: c.cfg.Limits.StreamBytes + 16<<20, MaxStreams: 1, MaxConsumers: 16, MaxAckPending: 1}}, nil)
	if err != nil {
		return fmt.Errorf("opening the account of %s: %w", m, err)
	}
	return nil
}

// Check is the server's question at each connection: a partner proves its node by the pinned certificate and the link
// key by a signature on the nonce; this process's own connections come through memory with the secret.
func (c *carrier) Check(conn server.ClientAuthentication) bool {
	opts, state := conn.GetOpts(), conn.GetTLSConnectionState()
	if conn.Kind() != server.CLIENT {
		return false
	}
	if state == nil {
		return c.checkOwn(conn, opts)
	}
	cert, err := c.cfg.Roster.Peer(state, c.cfg.Clock())
	if err != nil {
		return false
	}
	link, err := nkeys.Encode(nkeys.PrefixByteUser, cert.Keys[keys.Link])
	if err != nil || opts.Nkey != string(link) {
		return false
	}
	pub, err := nkeys.FromPublicKey(opts.Nkey)
	sig, err2 := base64.RawURLEncoding.DecodeString(opts.Sig)
	if err != nil || err2 != nil || pub.Verify(conn.GetNonce(), sig) != nil {
		return false
	}
	acc, err := c.ns.LookupAccount(accountOf(cert.Member))
	if err != nil || acc.NumLocalConnections() > c.cfg.Limits.Connections {
		return false
	}
	conn.RegisterUser(&server.User{Username: string(cert.Member), Account: acc,
		Permissions: c.permissions(cert.Member), ConnectionDeadline: cert.Until.Time()})
	c.mu.Lock()
	c.links[conn.GetID()] = cert
	c.mu.Unlock()
	return true
}

func (c *carrier) checkOwn(conn server.ClientAuthentication, opts *server.ClientOpts) bool {
	m, ok := strings.CutPrefix(opts.Username, ownerPrefix)
	if !ok || subtle.ConstantTimeCompare([]byte(opts.Password), []byte(c.secret)) != 1 {
		return false
	}
	acc, err := c.ns.LookupAccount(accountOf(entente.MemberID(m)))
	if err != nil {
		return false
	}
	conn.RegisterUser(&server.User{Username: opts.Username, Account: acc})
	return true
}

// permissions is all that a partner may do here: run its own consumers on OUT and hear the live subject.
func (c *carrier) permissions(m entente.MemberID) *server.Permissions {
	return &server.Permissions{
		Publish: &server.SubjectPermission{Allow: []string{
			"$JS.API.CONSUMER.CREATE." + outStream + ".>",
			"$JS.API.CONSUMER.MSG.NEXT." + outStream + ".>",
			"$JS.API.CONSUMER.INFO." + outStream + ".>",
			"$JS.API.CONSUMER.DELETE." + outStream + ".>",
		}},
		Subscribe: &server.SubjectPermission{Allow: []string{inboxOf(m) + ".>", liveInterest(c.cfg.Self.Member())}},
	}
}

// own connects this process to a partner's account, through memory.
func (c *carrier) own(m entente.MemberID) (*nats.Conn, error) {
	nc, err := nats.Connect("", nats.InProcessServer(c.ns), nats.UserInfo(ownerPrefix+string(m), c.secret),
		nats.MaxReconnects(-1), nats.ReconnectWait(200*time.Millisecond), nats.Timeout(5*time.Second))
	if err != nil {
		return nil, fmt.Errorf("connecting to the carrier for %s: %w", m, err)
	}
	return nc, nil
}

// audience says whether the partner is listening to live batches, and whether it is connected at all.
func (c *carrier) audience(m entente.MemberID) (listens, reads bool) {
	acc, err := c.ns.LookupAccount(accountOf(m))
	if err != nil {
		return false, false
	}
	return acc.SubscriptionInterest(liveSubject(c.cfg.Self.Member())), acc.NumLocalConnections() > 1
}

// sweep drops connections whose certificate is no longer valid, and forgets closed ones.
func (c *carrier) sweep(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, cert := range c.links {
		if c.ns.GetClient(id) == nil {
			delete(c.links, id)
			continue
		}
		if !inUse(c.cfg.Roster, cert, now) {
			c.ns.DisconnectClientByID(id) //nolint:errcheck // gone already is as good
			c.cfg.Log.Warn("link closed: its key is no longer valid", "partner", cert.Member)
		}
	}
}

func (c *carrier) stop() {
	c.ns.Shutdown()
	c.ns.WaitForShutdown()
}
