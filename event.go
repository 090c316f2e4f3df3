package entente

// EventType names one closed kind of who-did-what; docs/watch.md defines each with an example and a counter-example.
type EventType string

// The event types that the reader proposes.
const (
	EventMeeting        EventType = "MEETING"
	EventVisit          EventType = "VISIT"
	EventStatement      EventType = "STATEMENT"
	EventDenial         EventType = "DENIAL"
	EventCommitment     EventType = "COMMITMENT"
	EventAgreement      EventType = "AGREEMENT"
	EventSupply         EventType = "SUPPLY"
	EventExercise       EventType = "EXERCISE"
	EventBuildup        EventType = "BUILDUP"
	EventDispute        EventType = "DISPUTE"
	EventSpilloverRisk  EventType = "SPILLOVER_RISK"
	EventRiskAssessment EventType = "RISK_ASSESSMENT"
	EventArmedClash     EventType = "ARMED_CLASH"
	EventAttack         EventType = "TERRORIST_ATTACK"
	EventSeizure        EventType = "SEIZURE"
	EventCrossing       EventType = "ILLEGAL_CROSSING"
)

// Modality says how a report puts an event.
type Modality string

// The modalities. Hypothetical and generic sentences yield no proposal; ModalityGeneric exists for imported data.
const (
	ModalityAsserted      Modality = "asserted"               // the report says so itself
	ModalityReportedClaim Modality = "reported_claim"         // the report says that SaidBy says so
	ModalityPlanned       Modality = "planned"                // is to happen
	ModalityCancelled     Modality = "cancelled_or_postponed" // was to happen, and will not, or later
	ModalityDenied        Modality = "denied"                 // said not to have happened
	ModalityGeneric       Modality = "generic"                // no single event
)

// AttendanceStatus says how a person took part in a meeting.
type AttendanceStatus string

// The ways of attending, and of not.
const (
	AttendanceAttends    AttendanceStatus = "attends"
	AttendanceWillAttend AttendanceStatus = "will_attend"
	AttendanceAbsent     AttendanceStatus = "absent"
	AttendanceByDeputy   AttendanceStatus = "attended_by_deputy"
	AttendanceRemote     AttendanceStatus = "remote"
	AttendanceHost       AttendanceStatus = "host"
)

// Attendee is one person's part in a meeting.
type Attendee struct {
	Person string           `json:"person"`
	Role   string           `json:"role,omitempty"`  // office at the report's date
	State  string           `json:"state,omitempty"` // register ID
	Status AttendanceStatus `json:"status"`
	Deputy string           `json:"deputy,omitempty"` // who sat in, with AttendanceByDeputy
}

// Quantity is a counted amount; one amount may stand in several units ("two divisions (eight launchers)").
type Quantity struct {
	Value float64 `json:"value"`
	Unit  string  `json:"unit"` // singular
}

// Event is a who-did-what. States and organisations are register IDs, persons register names; which fields a type
// uses stands in docs/watch.md. An unknown date is empty and DatePrecision says what the text supports.
type Event struct {
	Type          EventType `json:"type"`
	Name          string    `json:"name,omitempty"`
	Modality      Modality  `json:"modality"`
	SaidBy        string    `json:"said_by,omitempty"`        // whose claim, plan or denial it is
	Date          string    `json:"date,omitempty"`           // 2023-11-23; first day of the period when less precise
	DatePrecision string    `json:"date_precision,omitempty"` // day, week, month, quarter, year, year_end, recent_before_publication, before_publication, shortly_before_<date>
	Place         string    `json:"place,omitempty"`
	Region        string    `json:"region,omitempty"`

	Host         string     `json:"host,omitempty"`  // MEETING: state
	Chair        string     `json:"chair,omitempty"` // MEETING: person
	Organisation string     `json:"organisation,omitempty"`
	Participants []string   `json:"participants,omitempty"`
	Attendance   []Attendee `json:"attendance,omitempty"`
	AboutEvent   string     `json:"about_event,omitempty"` // ID of the proposal it speaks of

	Actor       string   `json:"actor,omitempty"`
	State       string   `json:"state,omitempty"` // of the speaker, visitor or actor
	Speaker     string   `json:"speaker,omitempty"`
	Role        string   `json:"role,omitempty"` // office of the speaker or of SaidBy
	Topic       []string `json:"topic,omitempty"`
	Beneficiary string   `json:"beneficiary,omitempty"`
	Subject     string   `json:"subject,omitempty"`
	Due         string   `json:"due,omitempty"` // COMMITMENT: last day

	Supplier  string     `json:"supplier,omitempty"`
	Recipient string     `json:"recipient,omitempty"`
	Item      string     `json:"item,omitempty"`
	ItemClass string     `json:"item_class,omitempty"`
	Quantity  []Quantity `json:"quantity,omitempty"`
	Stage     string     `json:"stage,omitempty"` // SUPPLY: delivered, planned, offered, suspended, ended

	Near      []string `json:"near,omitempty"`
	What      string   `json:"what,omitempty"`
	Parties   []string `json:"parties,omitempty"`
	From      string   `json:"from,omitempty"`
	To        string   `json:"to,omitempty"`
	Direction string   `json:"direction,omitempty"` // rising, falling
	Driver    string   `json:"driver,omitempty"`
	Killed    *int     `json:"killed,omitempty"` // nil: the text does not say
	Wounded   *int     `json:"wounded,omitempty"`
}

// ProposalState is where a proposal is in its life; only a person moves it.
type ProposalState string

// A proposal waits until a person confirms it (as it is or corrected), rejects it, or merges it into a confirmed event.
const (
	ProposalPending   ProposalState = "pending"
	ProposalAccepted  ProposalState = "accepted"
	ProposalCorrected ProposalState = "corrected"
	ProposalRejected  ProposalState = "rejected"
	ProposalMerged    ProposalState = "merged"
)

// Proposal is an event that a rule found in a report: a suggestion to a person, never a fact.
type Proposal struct {
	ID     string `json:"id"`     // report's ID, shortened, and a number; the same text read again gives the same
	Report string `json:"report"` // Report.ID
	Event
	Evidence []string      `json:"evidence"` // exact pieces of Report.Text
	Spans    []TextSpan    `json:"spans"`    // where each stands
	Rule     string        `json:"rule"`     // name in the rules file
	Why      string        `json:"why"`      // one line
	Standing ProposalState `json:"standing"`
}

// Sourced is where a confirmed event was read: a report, the proposal and the words.
type Sourced struct {
	Report   string   `json:"report"`
	Proposal string   `json:"proposal"`
	Evidence []string `json:"evidence"`
	Rule     string   `json:"rule,omitempty"`
}

// ConfirmedEvent is an event that a person stands for, with its sources and who confirmed it.
type ConfirmedEvent struct {
	ID string `json:"id"` // of the first proposal
	Event
	Sources   []Sourced `json:"sources"`
	Member    MemberID  `json:"member"`
	Person    string    `json:"person"`
	Confirmed Instant   `json:"confirmed"`
	Corrected bool      `json:"corrected,omitempty"` // the person changed what the rule had read
	Note      string    `json:"note,omitempty"`
}
