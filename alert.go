package entente

// Severity ranks alerts.
type Severity uint8

// The severities, mildest first.
const (
	Notice Severity = iota + 1
	Caution
	Warning
	Critical
)

var severities = [...]string{Notice: "notice", Caution: "caution", Warning: "warning", Critical: "critical"}

// String returns the severity's name.
func (s Severity) String() string {
	if s == 0 || int(s) >= len(severities) {
		return "notice"
	}
	return severities[s]
}

// MarshalText writes the severity's name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the severity's name; an unknown one is a notice.
func (s *Severity) UnmarshalText(b []byte) error {
	*s = Notice
	for k, name := range severities {
		if name == string(b) && k > 0 {
			*s = Severity(k)
		}
	}
	return nil
}

// Condition says 'this holds, with this evidence'. A room reports all that hold; alert turns them into alerts.
type Condition struct {
	Key      string     `json:"key"`  // names the cause: the same key while the same cause lasts
	Rule     string     `json:"rule"` // "airspace.entry", "emergency.7700", "sensor.silent", …
	Severity Severity   `json:"severity"`
	Member   MemberID   `json:"member,omitempty"` // whose airspace, sensor or border
	Title    string     `json:"title"`            // one line for a duty officer
	Time     Instant    `json:"time"`             // when it was seen to hold
	Lat      float64    `json:"lat,omitempty"`    // radians, with HasPlace
	Lon      float64    `json:"lon,omitempty"`
	HasPlace bool       `json:"has_place,omitempty"`
	Entry    uint32     `json:"entry,omitempty"` // picture number concerned
	Evidence []Evidence `json:"evidence,omitempty"`
}

// Evidence is one fact that a rule used, as it stood then.
type Evidence struct {
	Name  string  `json:"name"`
	Value string  `json:"value"`
	Time  Instant `json:"time,omitzero"`
	From  string  `json:"from,omitempty"` // sensor, source text or member
}

// AlertState is where an alert is in its life.
type AlertState string

// An alert is raised by a rule, acknowledged and closed by a person.
const (
	Raised       AlertState = "raised"
	Acknowledged AlertState = "acknowledged"
	Closed       AlertState = "closed"
)

// Alert is something a rule found, with its evidence, until a person closes it.
type Alert struct {
	ID        string     `json:"id"`
	Condition Condition  `json:"condition"` // as first seen, or as it was when last it grew graver
	State     AlertState `json:"state"`
	Owner     string     `json:"owner,omitempty"` // who acknowledged it
	Origin    MemberID   `json:"origin"`          // the node that raised it
	Raised    Instant    `json:"raised"`
	LastSeen  Instant    `json:"last_seen"`       // the cause last held
	Ceased    Instant    `json:"ceased,omitzero"` // the cause is over; the alert waits for a person
	Count     int        `json:"count"`           // how often the cause was reported
	Log       []Handling `json:"log"`
	Opened    string     `json:"consultation,omitempty"` // consultation opened from it
}

// Handling is one thing a person did with an alert.
type Handling struct {
	Time   Instant    `json:"time"`
	Person string     `json:"person"`
	State  AlertState `json:"state"`
	Note   string     `json:"note,omitempty"`
}
