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

	mu     sync.Mutex // guards all below
	policy *release.Policy
	to     map[entente.MemberID]*shared

	identities map[entente.TrackID]entente.Identity // of own tracks
}

// shared is what one partner has been given, and what waits for it.
type shared struct {
	last map[entente.TrackID]given
	held map[string]*queue // by rule, as one rule has one delay
	many int               // in all queues
	out  map[string]*parcel
}

// queue is what waits for one rule's delay, soonest due first.
type queue struct {
	list []heldTrack
	head int
}

type given struct {
	updated, at entente.Instant
	time        entente.Instant // of applicability
	state       entente.TrackState
	delay       float64       // seconds that the rule holds it back
	track       entente.Track // as released
	label       entente.Label
}

// coastEvery is how often a partner hears of a track that coasts, seconds: it then knows that the sensors look and see
// nothing, and does not take the silence for the link's.
const coastEvery = 3.5

// news says whether t tells more than what was given: a plot, another state of life, or that it still coasts.
func (g *given) news(t *entente.Track) bool {
	return t.Time >= g.time && (t.Updated > g.updated || t.State != g.state) || t.State == entente.Coasting && t.Time.Sub(g.time) >= coastEvery
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
		sh.to[m] = newShared()
	}
	return sh
}

func newShared() *shared {
	return &shared{last: map[entente.TrackID]given{}, held: map[string]*queue{}, out: map[string]*parcel{}}
}

// identify says what each own track is taken to be; the sharer keeps the map until the next.
func (s *sharer) identify(identities map[entente.TrackID]entente.Identity) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.identities = identities
}

// share releases what changed among the node's own tracks.
func (s *sharer) share(tracks []entente.Track, ended []entente.TrackID, now entente.Instant) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range tracks {
		t := &tracks[i]
		item := release.OfTrack(t, s.identities[t.ID])
		for _, m := range s.partners {
			s.offer(m, t, &item, now)
		}
	}
	for _, m := range s.partners {
		to := s.to[m]
		for _, id := range ended {
			if g, ok := to.last[id]; ok && g.label.Rule != "" {
				g.track.State = entente.Ended
				s.give(to, heldTrack{now.Add(g.delay), g.track, g.label}, now)
				delete(to.last, id)
			}
		}
		to.ripen(now)
		s.post(m, to)
	}
}

func (s *sharer) offer(m entente.MemberID, t *entente.Track, item *release.Item, now entente.Instant) {
	to := s.to[m]
	if t.State == entente.Tentative {
		// a single look leaves at once or never, and nothing of it is remembered
		if d := s.policy.Decide(item, m, now); d.Release && d.NotBefore <= now {
			to.put(release.Apply(*t, &d), d.Label)
		}
		return
	}
	last, known := to.last[t.ID]
	if known && !last.news(t) {
		return
	}
	d := s.policy.Decide(item, m, now)
	if !d.Release || known && d.Every > 0 && now.Sub(last.at) < d.Every {
		return
	}
	out := release.Apply(*t, &d)
	if d.NotBefore > now && d.Label.Expires != 0 {
		d.Label.Expires += d.NotBefore - now // it runs from when the track leaves
	}
	to.last[t.ID] = given{t.Updated, now, t.Time, t.State, d.Label.Delay, out, d.Label}
	s.give(to, heldTrack{d.NotBefore, out, d.Label}, now)
}

// give puts a track into its parcel, or where it waits for its rule's delay. Whoever comes after one that waits under
// the same rule waits too, so that a track's states, and its end, leave in their order.
func (s *sharer) give(to *shared, h heldTrack, now entente.Instant) {
	q := to.held[h.label.Rule]
	if h.due <= now && (q == nil || q.head == len(q.list)) {
		to.put(h.track, h.label)
		return
	}
	if q == nil {
		q = &queue{}
		to.held[h.label.Rule] = q
	}
	if to.many >= maxHeld && q.head < len(q.list) {
		q.head++
		to.many--
		s.dropped.Add(1)
	}
	q.list = append(q.list, h)
	to.many++
	q.tidy()
}

// tidy frees the space of what has left, once it is more than what is there.
func (q *queue) tidy() {
	if q.head > len(q.list)/2 {
		q.list = q.list[:copy(q.list, q.list[q.head:])]
		q.head = 0
	}
}

// ripen puts into parcels what has waited long enough.
func (to *shared) ripen(now entente.Instant) {
	for _, q := range to.held {
		for ; q.head < len(q.list) && q.list[q.head].due <= now; q.head++ {
			to.put(q.list[q.head].track, q.list[q.head].label)
			to.many--
		}
		q.tidy()
	}
}

func (to *shared) put(t entente.Track, l entente.Label) {
	p := to.out[l.Rule]
	if p == nil {
		p = &parcel{label: l}
		to.out[l.Rule] = p
	}
	if len(p.tracks) == 0 || l.Expires != 0 && l.Expires < p.label.Expires {
		p.label = l // one rule's labels differ in their expiry alone; the soonest counts for all
	}
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
