package entente

// SessionKind is a kind of meeting.
type SessionKind string

// The kinds of session.
const (
	Regular        SessionKind = "regular"
	Extraordinary  SessionKind = "extraordinary"
	Joint          SessionKind = "joint"          // several bodies together
	Correspondence SessionKind = "correspondence" // by letter: nobody is in a room
)

// SessionState is where a session is in its life.
type SessionState string

// The life of a session.
const (
	SessionRequested SessionState = "requested" // asked for by fewer members than the rule wants
	SessionCalled    SessionState = "called"
	SessionOpen      SessionState = "open"
	SessionClosed    SessionState = "closed"
)

// Session is a meeting of a body, or of several.
type Session struct {
	ID            string       `json:"id"`
	Body          string       `json:"body"`           // whose rules hold
	With          []string     `json:"with,omitempty"` // the other bodies of a joint session
	Kind          SessionKind  `json:"kind"`
	State         SessionState `json:"state"`
	Title         string       `json:"title"`
	Place         string       `json:"place,omitempty"`
	Starts        Instant      `json:"starts"` // as called for
	Opened        Instant      `json:"opened,omitzero"`
	Closed        Instant      `json:"closed,omitzero"`
	Chair         MemberID     `json:"chair"` // at the time of the call
	CalledBy      []MemberID   `json:"called_by"`
	Agenda        []string     `json:"agenda,omitempty"`
	Attendance    []Presence   `json:"attendance,omitempty"`
	Consultations []string     `json:"consultations,omitempty"` // put in this session, in order
}

// Presence is a member's presence or absence, as last stated.
type Presence struct {
	Member  MemberID `json:"member"`
	Present bool     `json:"present"`
	Person  string   `json:"person,omitempty"` // who sits for it; a delegate may act for it in this session
	Reason  string   `json:"reason,omitempty"` // of an absence, or a delegate's credential
	By      MemberID `json:"by"`               // who stated it
	Time    Instant  `json:"time"`
}

// Of returns the attendance stated for m.
func (s *Session) Of(m MemberID) (Presence, bool) {
	for _, a := range s.Attendance {
		if a.Member == m {
			return a, true
		}
	}
	return Presence{}, false
}
