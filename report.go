package entente

// TextSpan is a stretch of a report's text: byte offsets, From included, To not.
type TextSpan struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Quotation is text that a report puts in quotation marks, with who is said to have spoken it.
type Quotation struct {
	TextSpan
	Speaker string `json:"speaker,omitempty"` // empty when the report does not say
}

// Report is a source text as it was received, with the plain text that was read out of it. All spans of sentences,
// quotations and proposals are offsets into Text; for a UTF-8 plain-text source Text is the original, byte for byte.
type Report struct {
	ID        string      `json:"id"`                  // lower-case hex SHA-256 of Original
	Source    string      `json:"source"`              // feed or file it came from
	Link      string      `json:"link,omitempty"`      // address as the source names it; never fetched
	Title     string      `json:"title,omitempty"`     // empty when the source has none
	Publisher string      `json:"publisher,omitempty"` // as the source names it
	Language  string      `json:"language,omitempty"`  // as the source names it
	Media     string      `json:"media"`               // "text/plain", "text/html"
	Encoding  string      `json:"encoding"`            // of Original: "utf-8", "windows-1251", …
	Published Instant     `json:"published,omitzero"`  // what relative dates are resolved against
	Fetched   Instant     `json:"fetched,omitzero"`    // by this node
	Original  []byte      `json:"original,omitempty"`  // bytes as received
	Text      string      `json:"text"`                // UTF-8, paragraphs separated by newlines
	Sentences []TextSpan  `json:"sentences,omitempty"` // in order, never overlapping
	Quotes    []Quotation `json:"quotes,omitempty"`    // in order
}
