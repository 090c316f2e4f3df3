package watch

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"entente"
)

// FeedConfig is one feed that the operator configured. Only these addresses are ever asked for.
type FeedConfig struct {
	Name    string        `json:"name" yaml:"name"`
	URL     string        `json:"url" yaml:"url"`                 // https or http
	Every   time.Duration `json:"every" yaml:"every"`             // between requests; at least a minute
	Silent  time.Duration `json:"silent,omitempty" yaml:"silent"` // without a new item for so long, it counts as silent; zero: 24 h
	Publish string        `json:"publisher,omitempty" yaml:"publisher"`
}

// Fetch asks for one configured address and returns at most MaxFeed+1 bytes of the answer and its content type. The
// node passes it in: this package has no HTTP client.
type Fetch func(ctx context.Context, url string) (body []byte, media string, err error)

// FeedState says how a feed stands: a silent feed is not a calm one.
type FeedState struct {
	Name     string          `json:"name"`
	Asked    entente.Instant `json:"asked,omitzero"`    // last request
	Answered entente.Instant `json:"answered,omitzero"` // last good answer
	Spoke    entente.Instant `json:"spoke,omitzero"`    // last answer with an item not seen before
	Silent   bool            `json:"silent"`
	Error    string          `json:"error,omitempty"` // of the last request
	Refused  int             `json:"refused"`         // items that could not be read, ever
}

// Poller asks configured feeds when they are due and reads items not seen before. It starts no goroutine and is not
// safe for concurrent use; the node calls Poll in its own time.
type Poller struct {
	reader Reader
	feeds  []FeedConfig
	fetch  Fetch
	states map[string]*FeedState
	seen   map[string]entente.Instant // report ID to when it was last in a feed
}

// seenLimit bounds the memory of items; the oldest are forgotten first.
const seenLimit = 100_000

// NewPoller checks the configuration and returns a poller.
func NewPoller(r Reader, feeds []FeedConfig, fetch Fetch) (*Poller, error) {
	p := &Poller{reader: r, feeds: feeds, fetch: fetch, states: map[string]*FeedState{}, seen: map[string]entente.Instant{}}
	for k, f := range feeds {
		u, err := url.Parse(f.URL)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return nil, &entente.Error{Kind: entente.Malformed, Source: "feeds", Offset: int64(k + 1), Reason: fmt.Sprintf("feed %q: %q is not a web address", f.Name, f.URL), Next: "give the full https address"}
		}
		if f.Name == "" || p.states[f.Name] != nil {
			return nil, &entente.Error{Kind: entente.Malformed, Source: "feeds", Offset: int64(k + 1), Reason: fmt.Sprintf("feed name %q is empty or used twice", f.Name), Next: "give each feed its own name"}
		}
		if f.Every < time.Minute {
			return nil, &entente.Error{Kind: entente.Malformed, Source: "feeds", Offset: int64(k + 1), Reason: fmt.Sprintf("feed %q is asked every %v", f.Name, f.Every), Next: "set every to a minute or more"}
		}
		p.states[f.Name] = &FeedState{Name: f.Name}
	}
	return p, nil
}

// Poll asks every feed that is due at now and returns the readings of items not seen before. A feed that fails is
// marked in States, and the others go on.
func (p *Poller) Poll(ctx context.Context, now entente.Instant) []Reading {
	var out []Reading
	for _, f := range p.feeds {
		s := p.states[f.Name]
		if s.Asked != 0 && now.Sub(s.Asked) < f.Every.Seconds() || ctx.Err() != nil {
			continue
		}
		s.Asked = now
		body, media, err := p.fetch(ctx, f.URL)
		if err != nil {
			s.Error = err.Error()
			continue
		}
		fresh, err := p.take(f, s, Source{Name: f.Name, Publisher: f.Publish, Media: media, Fetched: now, Bytes: body}, now)
		s.Error = ""
		if err != nil {
			s.Error = err.Error()
		}
		out = append(out, fresh...)
	}
	p.forget()
	return out
}

// take reads one answer; what could be read is kept even when err is not nil.
func (p *Poller) take(f FeedConfig, s *FeedState, src Source, now entente.Instant) ([]Reading, error) {
	items, err := SplitFeed(src)
	if len(items) > 0 || err == nil {
		s.Answered = now
	}
	var out []Reading
	for _, it := range items {
		id := hash(it.Bytes)
		_, known := p.seen[id]
		p.seen[id] = now
		if known {
			continue
		}
		s.Spoke = now
		published := it.Published
		if published == 0 {
			published = now
		}
		r, rerr := p.reader.ReadSource(it.Source, published)
		if rerr != nil {
			s.Refused++
			err = rerr
			continue
		}
		out = append(out, r)
	}
	_ = f
	return out, err
}

func (p *Poller) forget() {
	for len(p.seen) > seenLimit {
		oldest, at := "", entente.Instant(0)
		for id, t := range p.seen {
			if oldest == "" || t < at {
				oldest, at = id, t
			}
		}
		for id, t := range p.seen {
			if t == at {
				delete(p.seen, id)
			}
		}
	}
}

// States lists the feeds as configured, with who is silent at now.
func (p *Poller) States(now entente.Instant) []FeedState {
	out := make([]FeedState, 0, len(p.feeds))
	for _, f := range p.feeds {
		s := *p.states[f.Name]
		limit := f.Silent
		if limit == 0 {
			limit = 24 * time.Hour
		}
		s.Silent = s.Spoke == 0 || now.Sub(s.Spoke) > limit.Seconds()
		out = append(out, s)
	}
	return out
}
