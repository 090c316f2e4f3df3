// Package webtest is an organisation in memory for tests of the web and of the page: six members, aircraft that move by
// the clock, alerts, one session, and acts that really change what is read. It is no node: nothing is tracked, signed or
// exchanged, and its decision rule is plain consensus of those present.
//
//	w := webtest.New(webtest.Config{Tracks: 300})
//	s, err := web.New(web.Config{Backends: w.Backends(), SignIn: web.ChoosePerson})
package webtest

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"sync"
	"time"

	"entente"
	"entente/web"
)

// Config says how large the world is.
type Config struct {
	Tracks  int              // aircraft; zero: 300
	Borders []byte           // GeoJSON, plain or gzip; nil: rough boxes round the capitals
	Now     func() time.Time // nil: time.Now
}

// World is the organisation; its backends share it.
type World struct {
	config Config
	start  entente.Instant

	mu            sync.Mutex // guards all below
	revisions     map[entente.MemberID]map[web.Topic]uint64
	alerts        map[entente.MemberID][]entente.Alert
	identities    map[entente.MemberID]map[uint32]entente.Identification
	consultations []entente.Consultation
	decisions     []entente.Decision
	obligations   []entente.Obligation
	sessions      []entente.Session
	record        []web.RecordEntry
	reports       []entente.Report
	proposals     []entente.Proposal
	events        []entente.ConfirmedEvent
}

// Members are the members of the world, in order.
var Members = []entente.Member{
	{ID: "ARM", Name: "Armenia", Flag: "AM"}, {ID: "BLR", Name: "Belarus", Flag: "BY"}, {ID: "KAZ", Name: "Kazakhstan", Flag: "KZ"},
	{ID: "KGZ", Name: "Kyrgyzstan", Flag: "KG"}, {ID: "RUS", Name: "Russia", Flag: "RU"}, {ID: "TJK", Name: "Tajikistan", Flag: "TJ"},
}

// Body is the body whose record the world keeps.
const Body = "csc"

// New makes a world that starts now.
func New(c Config) *World {
	if c.Tracks == 0 {
		c.Tracks = 300
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Borders == nil {
		c.Borders = roughBorders()
	}
	w := &World{config: c, start: entente.At(c.Now()), revisions: map[entente.MemberID]map[web.Topic]uint64{},
		alerts: map[entente.MemberID][]entente.Alert{}, identities: map[entente.MemberID]map[uint32]entente.Identification{}}
	for _, m := range Members {
		w.revisions[m.ID] = map[web.Topic]uint64{}
		w.identities[m.ID] = map[uint32]entente.Identification{}
	}
	w.seedAlerts()
	w.seedCouncil()
	w.seedWatch()
	return w
}

// Backends are the members' nodes; Belarus, the host of the session, comes first.
func (w *World) Backends() []web.Backend {
	out := []web.Backend{&Node{w, Members[1]}}
	for i, m := range Members {
		if i != 1 {
			out = append(out, &Node{w, m})
		}
	}
	return out
}

// Node is one member's backend.
type Node struct {
	*World
	self entente.Member
}

func (w *World) now() entente.Instant { return entente.At(w.config.Now()) }

// changed counts a change of the topic at every member; mu is held.
func (w *World) changed(topics ...web.Topic) {
	for _, r := range w.revisions {
		for _, t := range topics {
			r[t]++
		}
	}
}

// enter appends an act to the record; mu is held.
func (w *World) enter(m entente.MemberID, person, kind, subject, summary string) string {
	n := uint64(len(w.record))
	id := fmt.Sprintf("%064x", 0x5eed0000+n)
	w.record = append(w.record, web.RecordEntry{Index: n, Act: id, Kind: kind, Member: m, Person: person, Time: w.now(),
		Subject: subject, Summary: summary, Bytes: fmt.Sprintf(`{"kind":%q,"member":%q,"person":%q,"seq":%d}`, kind, m, person, n+1)})
	w.changed(web.TopicRecord)
	return id
}

// Raise adds an alert at a member's node and returns its ID.
func (w *World) Raise(m entente.MemberID, c entente.Condition) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.raise(m, c)
}

func (w *World) raise(m entente.MemberID, c entente.Condition) string {
	if c.Time == 0 {
		c.Time = w.now()
	}
	id := fmt.Sprintf("%s-%d", m, len(w.alerts[m])+1)
	a := entente.Alert{ID: id, Condition: c, State: entente.Raised, Origin: m, Raised: c.Time, LastSeen: w.now(), Count: 1, Log: []entente.Handling{}}
	w.alerts[m] = append([]entente.Alert{a}, w.alerts[m]...)
	w.revisions[m][web.TopicAlerts]++
	return id
}

// Self is the member.
func (n *Node) Self() entente.Member { return n.self }

// Members are all members.
func (n *Node) Members() []entente.Member { return slices.Clone(Members) }

// Persons are two officers of the member.
func (n *Node) Persons() []web.Person {
	return []web.Person{{Name: "Officer " + string(n.self.ID), Role: "duty officer"}, {Name: "Delegate " + string(n.self.ID), Role: "delegate"}}
}

// Ready says that the world is ready.
func (n *Node) Ready() error { return nil }

// Revision counts the changes of the topic.
func (n *Node) Revision(t web.Topic) uint64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.revisions[n.self.ID][t]
}

// Links are up but one.
func (n *Node) Links() []web.Link {
	var out []web.Link
	for i, m := range Members {
		if m.ID == n.self.ID {
			continue
		}
		l := web.Link{Partner: m.ID, State: "up", LastIn: n.now().Add(-0.4), Lag: 0.21 + 0.1*float64(i), Accepted: 12000 + uint64(i)*771, Released: 9000, Tracks: n.config.Tracks / 7}
		if m.ID == "TJK" {
			l.State, l.Lag, l.Note = "resuming", 14.2, "catching up after a cut of 3 min"
		}
		if m.ID == "KAZ" {
			l.Refused = map[string]uint64{"replayed": 2, "unauthorised": 1}
			l.Note = "an item came twice; it was not taken"
		}
		out = append(out, l)
	}
	return out
}

// SetTrust knows partners and does nothing else.
func (n *Node) SetTrust(_ context.Context, _ string, partner entente.MemberID, _ entente.Trust, _ string) error {
	for _, m := range Members {
		if m.ID == partner && partner != n.self.ID {
			return nil
		}
	}
	return missing("no such partner")
}

// Sensors are three of the member's.
func (n *Node) Sensors() []web.SensorStatus {
	c := capitals[n.self.ID]
	mk := func(id entente.SensorID, name string, k entente.SensorKind, off, rate float64, state, note string) web.SensorStatus {
		return web.SensorStatus{Sensor: entente.Sensor{ID: id, Name: name, Kind: k, Owner: n.self.ID, Lat: (c[0] + off) * rad, Lon: (c[1] - off) * rad,
			Height: 210, RangeSigma: 60, AzimuthSigma: 0.001, Period: 4, PD: 0.95, MaxRange: 370_000}, State: state, LastPlot: n.now().Add(-1.2), Rate: rate, Note: note}
	}
	return []web.SensorStatus{
		mk(1, n.self.Name+" 1", entente.ModeS, 0.2, 41.5, "up", ""),
		mk(2, n.self.Name+" 2", entente.ModeS, -1.1, 37.2, "degraded", "no sector marks since 09:12"),
		mk(3, n.self.Name+" ADS-B", entente.ADSB, 0.05, 160.4, "up", ""),
	}
}

// RecordStatus has five of six members' cosignatures.
func (n *Node) RecordStatus(body string) (web.RecordStatus, error) {
	if body != Body {
		return web.RecordStatus{}, missing("no record of that body here")
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	var of, signed []entente.MemberID
	for _, m := range Members {
		of = append(of, m.ID)
		if m.ID != "TJK" {
			signed = append(signed, m.ID)
		}
	}
	root := base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%032d", len(n.record)))
	return web.RecordStatus{Body: body, Origin: "example/csc", Size: uint64(len(n.record)), Root: root, Time: n.now(),
		Checkpoint: fmt.Sprintf("example/csc\n%d\n%s\n", len(n.record), root), Cosigned: signed, Of: of, Quorum: 4, Verified: true, VerifiedAt: n.now()}, nil
}

// RecordEntries are the entries asked for.
func (n *Node) RecordEntries(body string, first, limit int) ([]web.RecordEntry, error) {
	if body != Body {
		return nil, missing("no record of that body here")
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if first < 0 {
		first = max(0, len(n.record)+first)
	}
	first = min(first, len(n.record))
	return slices.Clone(n.record[first:min(len(n.record), first+limit)]), nil
}

// Proof is a stand-in text: the world signs nothing.
func (n *Node) Proof(body string, index uint64) ([]byte, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if body != Body || index >= uint64(len(n.record)) {
		return nil, missing("no such entry")
	}
	return fmt.Appendf(nil, "webtest proof of entry %d\n%s\n", index, n.record[index].Bytes), nil
}

// Policy is a stand-in text too.
func (n *Node) Policy(body string) ([]byte, error) {
	if body != Body {
		return nil, missing("no record of that body here")
	}
	return []byte("log example/csc\nquorum 4\n"), nil
}

func missing(what string) error {
	return &entente.Error{Kind: entente.NotFound, Offset: -1, Reason: what}
}
