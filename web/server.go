package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"entente"
	"entente/ui"
)

// Config is what a [Server] is made of.
type Config struct {
	Backends []Backend        // at least one; in a demonstration one for each member, in the order of its page switch
	Default  entente.MemberID // whose node answers without ?as=; empty: the first
	Page     fs.FS            // the page's files, index.html among them; nil: those built in
	SignIn   SignIn           // zero value: nobody can change anything
	Hosts    []string         // host names, lower case, beyond address literals and localhost
	Secure   bool             // cookies only over TLS: set it whenever the listener or a proxy before it speaks TLS
	Version  string           // shown and in the API's description
	Coasting float64          // seconds after which the page stops moving a position on; zero: 30
	Metrics  interface {      // where the node's own metrics are; nil: an empty registry
		prometheus.Registerer
		prometheus.Gatherer
	}
	MaxReaders int              // of one node's live stream; zero: 500
	Now        func() time.Time // nil: time.Now
}

// Server answers HTTP for its backends; Close stops its hubs and ends the live streams.
type Server struct {
	handler    http.Handler
	hubs       map[entente.MemberID]*hub
	order      []entente.MemberID
	first      entente.MemberID
	signIn     SignIn
	secure     bool
	version    string
	coasting   float64
	maxReaders int
	now        func() time.Time
	sessions   *sessions
	ctx        context.Context
	cancel     context.CancelFunc
	running    sync.WaitGroup
}

const livePath = "/api/live"

// New asks every backend once and starts a goroutine for each; it fails when the configuration cannot be served.
func New(c Config) (*Server, error) {
	s := &Server{hubs: map[entente.MemberID]*hub{}, first: c.Default, signIn: c.SignIn, secure: c.Secure, version: c.Version,
		coasting: c.Coasting, maxReaders: c.MaxReaders, now: c.Now}
	if s.now == nil {
		s.now = time.Now
	}
	if s.maxReaders == 0 {
		s.maxReaders = 500
	}
	if s.coasting == 0 {
		s.coasting = 30
	}
	if c.Metrics == nil {
		c.Metrics = prometheus.NewRegistry()
	}
	s.sessions = &sessions{now: s.now, byKey: map[string]session{}}
	f, err := newFigures(c.Metrics)
	if err != nil {
		return nil, fmt.Errorf("registering the web's metrics: %w", err)
	}
	for _, b := range c.Backends {
		id := b.Self().ID
		if _, ok := s.hubs[id]; ok {
			return nil, fmt.Errorf("two backends are of member %s", id)
		}
		s.hubs[id] = newHub(b, rand.Text(), f)
		s.order = append(s.order, id)
	}
	if len(s.order) == 0 {
		return nil, errors.New("web needs a backend at least")
	}
	if s.first == "" {
		s.first = s.order[0]
	}
	if s.hubs[s.first] == nil {
		return nil, fmt.Errorf("the default member %s has no backend", s.first)
	}
	if s.handler, err = s.routes(c, f); err != nil {
		return nil, err
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	for _, h := range s.hubs {
		s.running.Go(func() { h.serve(s.ctx) })
	}
	return s, nil
}

func (s *Server) routes(c Config, f *figures) (http.Handler, error) {
	api := http.NewServeMux()
	spec, err := s.newAPI(api).OpenAPI().MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("describing the API: %w", err)
	}
	api.HandleFunc("GET /api/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		_, _ = w.Write(spec)
	})
	api.HandleFunc("GET "+livePath, s.live)
	feedRoutes(api, s.version)

	top := http.NewServeMux()
	top.Handle("/api/", fresh(s.ask(api)))
	top.Handle("/data/", fresh(s.ask(api)))
	top.Handle("GET /metrics", fresh(metricsHandler(c.Metrics)))
	top.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") })
	top.HandleFunc("GET /readyz", s.ready)
	if c.Page == nil {
		c.Page = ui.Dist()
	}
	p, err := newPage(c.Page)
	if err != nil {
		return nil, err
	}
	top.Handle("/", p)
	return f.count(guard(top, c.Hosts)), nil
}

// fresh keeps answers about the state of things out of caches.
func fresh(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// ready says 200 when every node here can be relied on, else 503 and which cannot.
func (s *Server) ready(w http.ResponseWriter, _ *http.Request) {
	for _, id := range s.order {
		if err := s.hubs[id].backend.Ready(); err != nil {
			plain(w, http.StatusServiceUnavailable, fmt.Sprintf("%s: %v", id, err))
			return
		}
	}
	plain(w, http.StatusOK, "ready")
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Close ends live streams and stops the hubs; it waits for them.
func (s *Server) Close() {
	s.cancel()
	s.running.Wait()
}
