package node

import (
	"sync"
	"sync/atomic"

	"entente"
	"entente/release"
)

// maxHeld bounds the track states that wait for a rule's delay; beyond it the oldest are dropped, counted.
const maxHeld = 200_000

// sendLive hands tracks for one partner to the exchange.
type sendLive func(to entente.MemberID, tracks []entente.Track, label entente.Label) error

// sharer releases a node's own tracks to partners as its policy says, each change once.
type sharer struct {
	partners []entente.MemberID
	send     sendLive
	dropped  atomic.Uint64

	mu     sync.Mutex // guards what is below
	policy *release.Policy
	to     map[entente.MemberID]*shared
}

// shared is what one partner has been given, and what waits for it.
type shared struct {
	last map[entente.TrackID]given
	held []heldTrack // by due time, as delays of one rule keep order
	out  map[string]*parcel
}

type given struct {
	updated, at entente.Instant
	track       entente.Track // as released
	label       entente.Label
}

type heldTrack struct {
	due   entente.Instant
	track entente.Track // as released
	label entente.Label
}

// parcel is what leaves under one label in one go.
type parcel struct {
	label  entente.Label
	tracks []entente.Track
}

func newSharer(p *release.Policy, partners []entente.MemberID, s sendLive) *sharer {
	sh := &sharer{partners: partners, send: s, policy: p, to: map[entente.MemberID]*shared{}}
	for _, m := range partners {
		sh.to[m] = &shared{last: map[entente.TrackID]given{}, out: map[string]*parcel{}}
	}
	return sh
}

// share releases what changed among the node's own tracks. identities names what each is taken to be.
func (s *sharer) share(tracks []entente.Track, ended []entente.TrackID, identities map[entente.TrackID]entente.Identity, now entente.Instant) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range tracks {
		t := &tracks[i]
		item := release.OfTrack(t, identities[t.ID])
		for _, m := range s.partners {
			s.offer(m, t, &item, now)
		}
	}
	for _, m := range s.partners {
		to := s.to[m]
		for _, id := range ended {
			if g, ok := to.last[id]; ok {
				g.track.State = entente.Ended
				to.put(g.track, g.label)
				delete(to.last, id)
			}
		}
		s.ripen(to, now)
		s.post(m, to)
	}
}

func (s *sharer) offer(m entente.MemberID, t *entente.Track, item *release.Item, now entente.Instant) {
	to := s.to[m]
	last, known := to.last[t.ID]
	if known && last.updated >= t.Updated {
		return
	}
	d := s.policy.Decide(item, m, now)
	if !d.Release || known && d.Every > 0 && now.Sub(last.at) < d.Every {
		return
	}
	out := release.Apply(*t, &d)
	to.last[t.ID] = given{t.Updated, now, out, d.Label}
	if d.NotBefore > now {
		if len(to.held) >= maxHeld {
			to.held = append(to.held[:0], to.held[1:]...)
			s.dropped.Add(1)
		}
		to.held = append(to.held, heldTrack{d.NotBefore, out, d.Label})
		return
	}
	to.put(out, d.Label)
}

// ripen puts into parcels what has waited long enough.
func (s *sharer) ripen(to *shared, now entente.Instant) {
	keep := to.held[:0]
	for _, h := range to.held {
		if h.due <= now {
			to.put(h.track, h.label)
		} else {
			keep = append(keep, h)
		}
	}
	to.held = keep
}

func (to *shared) put(t entente.Track, l entente.Label) {
	p := to.out[l.Rule]
	if p == nil {
		p = &parcel{}
		to.out[l.Rule] = p
	}
	p.label = l
	p.tracks = append(p.tracks, t)
}

func (s *sharer) post(m entente.MemberID, to *shared) {
	for _, p := range to.out {
		if len(p.tracks) == 0 {
			continue
		}
		if err := s.send(m, p.tracks, p.label); err != nil {
			s.dropped.Add(uint64(len(p.tracks)))
		}
		p.tracks = p.tracks[:0]
	}
}

// explain says how the policy comes to its decision on an item now.
func (s *sharer) explain(item *release.Item, to entente.MemberID, now entente.Instant) (release.Decision, []string) {
	s.mu.Lock()
	p := s.policy
	s.mu.Unlock()
	return p.Decide(item, to, now), p.Explain(item, to, now)
}
