package watch

import (
	"entente"
)

// Limits of one source. A longer one is refused with entente.TooLarge, never cut silently.
const (
	MaxSource    = 4 << 20 // bytes of a text or page
	MaxFeed      = 8 << 20 // bytes of a feed document
	MaxFeedItems = 2000    // items of one feed document
	MaxText      = 1 << 20 // bytes of plain text after reading
	MaxProposals = 2000    // of one report
	MaxDepth     = 256     // nested HTML elements
	MaxElements  = 50_000  // HTML elements
)

// Source is bytes to read and where they came from.
type Source struct {
	Name      string          // feed or file
	Link      string          // address as the source names it; kept, never fetched
	Title     string          // when known beside the bytes
	Publisher string          // when known beside the bytes
	Language  string          // when known beside the bytes
	Media     string          // "text/plain", "text/html; charset=windows-1251", "application/rss+xml"; empty: found from the bytes
	Fetched   entente.Instant // by this node
	Bytes     []byte
}

// Question is something the reader could not know and would not guess: a person answers it, usually by an entry in
// the register.
type Question struct {
	Kind    QuestionKind     `json:"kind"`
	Text    string           `json:"text"`              // as written: "Rudolf Elphberg", "30 February 2023"
	Report  string           `json:"report"`            // Report.ID
	Span    entente.TextSpan `json:"span"`              // first place
	Count   int              `json:"count"`             // places in the report
	Hint    string           `json:"hint"`              // what the text itself says: "President, RUR"
	Context string           `json:"context,omitempty"` // the sentence
}

// QuestionKind says what is not known.
type QuestionKind string

// The kinds of question.
const (
	AskPerson QuestionKind = "person" // a name with a title, not in the register at the report's date
	AskName   QuestionKind = "name"   // another name not in the register
	AskOffice QuestionKind = "office" // the text gives a person an office that the register gives to another, or not at that date
	AskDate   QuestionKind = "date"   // a date that does not exist
)
