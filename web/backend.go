package web

import (
	"context"

	"entente"
)

// Backend is one member's node as the page sees it. Every method may be called from many goroutines at once, returns
// copies the caller may keep, and does not block on the network. An error that is an *[entente.Error] reaches the reader
// with its kind, reason and next step; NotFound becomes 404, Unauthorised and Refused 403, Malformed and Implausible 422,
// TooLarge 413, Replayed 409, Unsupported 501; any other error becomes 500 and its text stays here.
type Backend interface {
	Identified
	Air
	Alerts
	Watch
	Council
	Log
	Federation
}

// Identified says whose node it is and who may act there.
type Identified interface {
	// Self is the member whose node this is.
	Self() entente.Member
	// Members are all members of the organisation, in its order.
	Members() []entente.Member
	// Persons are those who may act for the member here.
	Persons() []Person
	// Ready says why the node cannot be relied on yet; nil when it can. /readyz shows it.
	Ready() error
	// Revision counts the changes of a topic; the hub looks twice a second and tells readers which topic moved.
	Revision(t Topic) uint64
}

// Topic is a part of a node's state that readers are told of when it changes.
type Topic string

// The topics, as they stand in the live stream's events.
const (
	TopicAlerts  Topic = "alerts"
	TopicCouncil Topic = "council" // sessions, consultations, decisions, obligations
	TopicRecord  Topic = "record"  // entries, checkpoints, cosignatures
	TopicWatch   Topic = "watch"   // reports, proposals, events
	TopicLinks   Topic = "links"   // exchange with partners, sensors
	TopicZones   Topic = "zones"   // zones and borders
)

// Topics are all topics in the order the hub looks at them.
var Topics = []Topic{TopicAlerts, TopicCouncil, TopicRecord, TopicWatch, TopicLinks, TopicZones}

// Person is someone who may act for a member. Local demonstration only: real accounts are not there yet.
type Person struct {
	Name string `json:"name" doc:"As it stands in acts"`
	Role string `json:"role" doc:"Duty officer, delegate, analyst"`
}

// Air is the picture and what belongs to it.
type Air interface {
	// Picture appends the entries that are confirmed or coasting to dst and returns it with the time for which it
	// stands. The hub calls it once a second with the same memory; Contributions may share memory with the node as
	// long as the node replaces, never changes, them.
	Picture(dst []entente.Entry) ([]entente.Entry, entente.Instant)
	// Entry is one entry by its picture number, also shortly after it ended.
	Entry(number uint32) (entente.Entry, bool)
	// Trail is where the entry has been since the instant, oldest first, at most 2,000 points.
	Trail(number uint32, since entente.Instant) []TrailPoint
	// SetIdentity has a person set what an entry is taken to be, with the reason.
	SetIdentity(ctx context.Context, person string, number uint32, id entente.Identity, reason string) error
	// Sensors are the member's own sensors with their state.
	Sensors() []SensorStatus
	// Borders is a GeoJSON FeatureCollection (RFC 7946) of the borders this node judges by, plain or compressed with
	// gzip: properties iso3 and name.
	Borders() []byte
	// Zones is a GeoJSON FeatureCollection of zones, plain or gzip: properties name, kind, member, floor_m, ceiling_m.
	Zones() []byte
	// Explain says whether and why the partner would see the entry now.
	Explain(number uint32, partner entente.MemberID) (Explanation, error)
}

// TrailPoint is where an entry was.
type TrailPoint struct {
	Time     entente.Instant `json:"time"`
	Lat      float64         `json:"lat" doc:"radians"`
	Lon      float64         `json:"lon" doc:"radians"`
	Height   float64         `json:"height" doc:"metres above the ellipsoid"`
	Coasting bool            `json:"coasting,omitempty"`
}

// SensorStatus is a sensor and how it does.
type SensorStatus struct {
	entente.Sensor
	State    string          `json:"state" enum:"up,degraded,silent" doc:"silent: no plot for three of its periods"`
	LastPlot entente.Instant `json:"last_plot"`
	Rate     float64         `json:"rate" doc:"plots a second over the last minute"`
	Refused  uint64          `json:"refused" doc:"records refused since start"`
	Note     string          `json:"note,omitempty"`
}

// Explanation is the answer of the release policy about one entry and one partner.
type Explanation struct {
	Partner  entente.MemberID `json:"partner"`
	Entry    uint32           `json:"entry"`
	Released bool             `json:"released"`
	Rule     string           `json:"rule" doc:"the rule that decided; empty: the default, which is no"`
	Label    *entente.Label   `json:"label,omitempty" doc:"the label it would travel with"`
	Steps    []string         `json:"steps" doc:"each rule looked at and why it did or did not apply"`
}

// Alerts is what rules found, and a person's handling of it.
type Alerts interface {
	// Alerts are those not closed and those closed within the last day, newest first.
	Alerts() []entente.Alert
	// AckAlert has the person take ownership.
	AckAlert(ctx context.Context, person, id, note string) error
	// CloseAlert ends it; what was done must be said in the note.
	CloseAlert(ctx context.Context, person, id, note string) error
}

// Federation is the node's links with partners.
type Federation interface {
	// Links is the state of exchange with each partner, in the members' order.
	Links() []Link
	// SetTrust has a person say what is done with a partner's tracks from now on, with the reason.
	SetTrust(ctx context.Context, person string, partner entente.MemberID, trust entente.Trust, reason string) error
}

// Link is the exchange with one partner.
type Link struct {
	Partner  entente.MemberID  `json:"partner"`
	State    string            `json:"state" enum:"up,resuming,down" doc:"resuming: connected, still catching up"`
	Address  string            `json:"address,omitempty" doc:"that this node dials; push: the partner, which cannot be dialled, opens the lines"`
	Push     string            `json:"push,omitempty" doc:"where this node, which cannot be dialled, opens lines to the partner"`
	Pushing  int               `json:"pushing,omitempty" doc:"lines that stand there"`
	LastIn   entente.Instant   `json:"last_in" doc:"the last item that was accepted from it"`
	Lag      float64           `json:"lag" doc:"seconds from an item's creation there to its acceptance here, of late"`
	Accepted uint64            `json:"accepted" doc:"items taken since start"`
	Released uint64            `json:"released" doc:"items given since start"`
	Refused  map[string]uint64 `json:"refused,omitempty" doc:"items refused since start, by kind of error"`
	Tracks   int               `json:"tracks" doc:"entries of the picture to which the partner contributes"`
	Note     string            `json:"note,omitempty" doc:"the last refusal or failure"`

	Trust        string        `json:"trust,omitempty" enum:"fuse,show,ignore" doc:"what is done with its tracks; a person sets it"`
	Fused        int           `json:"fused" doc:"its tracks that go into entries' states"`
	Doubtful     int           `json:"doubtful" doc:"entries that it alone reports where own sensors must see them, or that they have elsewhere"`
	Registration *Registration `json:"registration,omitempty" doc:"how far its tracks lie from own ones; absent while nothing is known"`
}

// Registration is how far a partner's tracks lie from own ones of the same aircraft.
type Registration struct {
	East       float64 `json:"east" doc:"metres"`
	North      float64 `json:"north"`
	Up         float64 `json:"up"`
	Clock      float64 `json:"clock" doc:"seconds that its clock is ahead"`
	SigmaEast  float64 `json:"sigma_east"`
	SigmaNorth float64 `json:"sigma_north"`
	SigmaUp    float64 `json:"sigma_up"`
	SigmaClock float64 `json:"sigma_clock"`
	Pairs      int     `json:"pairs" doc:"states of common aircraft it rests on"`
	Applied    bool    `json:"applied" doc:"significant, and taken off its tracks"`
	Jumped     bool    `json:"jumped" doc:"its positions jumped and have not settled: they are shown, not fused"`
}

// Log is the bodies' records.
type Log interface {
	// RecordStatus is the head of a body's record and who cosigned it.
	RecordStatus(body string) (RecordStatus, error)
	// RecordEntries are at most limit entries from index first on, oldest first; first < 0 counts from the end.
	RecordEntries(body string, first, limit int) ([]RecordEntry, error)
	// Proof is a file that proves, without this node, that the entry stands in the record under the cosigned head.
	Proof(body string, index uint64) ([]byte, error)
	// Policy is the key file with which such proofs are verified anywhere: the keys of the log and of the members, and the
	// quorum (C2SP tlog-policy).
	Policy(body string) ([]byte, error)
}

// RecordStatus is the head of a record as this node knows it.
type RecordStatus struct {
	Body       string             `json:"body"`
	Origin     string             `json:"origin" doc:"the log's name in its checkpoints"`
	Size       uint64             `json:"size" doc:"entries"`
	Root       string             `json:"root" doc:"root hash, base64"`
	Time       entente.Instant    `json:"time"`
	Checkpoint string             `json:"checkpoint" doc:"the signed note as text"`
	Cosigned   []entente.MemberID `json:"cosigned" doc:"who signed this very head"`
	Of         []entente.MemberID `json:"of" doc:"who should"`
	Quorum     int                `json:"quorum" doc:"from how many on it counts as recorded"`
	Verified   bool               `json:"verified" doc:"this node computed the same root from the entries it holds"`
	VerifiedAt entente.Instant    `json:"verified_at"`
	Problem    string             `json:"problem,omitempty" doc:"what failed to verify, or who is withholding"`
}

// RecordEntry is one entry of a record, readable.
type RecordEntry struct {
	Index   uint64           `json:"index"`
	Act     string           `json:"act" doc:"SHA-256 of the signed bytes"`
	Kind    string           `json:"kind"`
	Member  entente.MemberID `json:"member"`
	Person  string           `json:"person"`
	Time    entente.Instant  `json:"time"`
	Subject string           `json:"subject,omitempty" doc:"consultation, session, decision or obligation it is about"`
	Summary string           `json:"summary" doc:"one line for a reader"`
	Bytes   string           `json:"bytes,omitempty" doc:"the signed bytes, as JSON text"`
}

// Watch is what was read about the landscape, and a person's confirmation of it.
type Watch interface {
	// Reports are at most limit reports, newest first, without their Original bytes.
	Reports(limit int) []entente.Report
	// Report is one report, without its Original bytes.
	Report(id string) (entente.Report, bool)
	// Proposals are those of a report in the order of its text; with an empty report, all that wait for a person.
	Proposals(report string) []entente.Proposal
	// AcceptProposal has the person confirm the proposal, as it is or, with an event, as corrected.
	AcceptProposal(ctx context.Context, person, id string, corrected *entente.Event, note string) error
	// RejectProposal has the person refuse it.
	RejectProposal(ctx context.Context, person, id, note string) error
	// Events are at most limit confirmed events, the latest confirmed first.
	Events(limit int) []entente.ConfirmedEvent
}
