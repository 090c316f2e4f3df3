package watch

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"entente"
)

// Command is what "entente watch read" asks for.
type Command struct {
	Name      string // of the file, for errors
	Media     string // empty: found from the bytes
	Published string // 2023-11-23 or RFC 3339; empty: the source's own date
	Register  []byte // YAML used instead of the embedded register; nil: the embedded one
	JSON      bool   // one proposal a line as JSON, else for people
}

// Run reads b and writes its proposals to out and, when they are for people, its questions to notes. What could be
// read is written even when an error is returned.
func (c Command) Run(out, notes io.Writer, b []byte) error {
	published, err := ParsePublished(c.Published)
	if err != nil {
		return err
	}
	var r Reader
	if c.Register != nil {
		if r.Register, err = ParseRegister("register", c.Register); err != nil {
			return err
		}
	}
	readings, readErr := r.ReadAll(Source{Name: c.Name, Media: c.Media, Bytes: b}, published)
	if err := WriteProposals(out, readings, c.JSON); err != nil {
		return err
	}
	for _, rd := range readings {
		for _, q := range rd.Questions {
			if _, err := fmt.Fprintf(notes, "question: %s %q is not known (%s)\n", q.Kind, q.Text, q.Hint); err != nil {
				return fmt.Errorf("writing questions: %w", err)
			}
		}
	}
	return readErr
}

// ParsePublished reads a publication time: a day (taken as 00:00 UTC) or RFC 3339; empty is not known.
func ParsePublished(s string) (entente.Instant, error) {
	if s == "" {
		return 0, nil
	}
	for _, layout := range [...]string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			if at := instant(t); at != 0 {
				return at, nil
			}
		}
	}
	return 0, &entente.Error{Kind: entente.Malformed, Source: "publication date", Offset: -1, Reason: fmt.Sprintf("%q is no day of the calendar", s), Next: "write it as 2023-11-23 or 2023-11-23T10:00:00Z"}
}

// WriteProposals prints the proposals of readings one a line: as JSON, or for people.
func WriteProposals(w io.Writer, readings []Reading, asJSON bool) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, r := range readings {
		for _, p := range r.Proposals {
			var err error
			if asJSON {
				err = enc.Encode(p)
			} else {
				_, err = fmt.Fprintln(w, Line(p))
			}
			if err != nil {
				return fmt.Errorf("writing proposals: %w", err)
			}
		}
	}
	return nil
}

// Line prints a proposal on one line for people.
func Line(p entente.Proposal) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-16s %-22s", p.Type, p.Modality)
	if p.Date != "" {
		fmt.Fprintf(&b, " %s", p.Date)
	}
	if p.Place != "" {
		fmt.Fprintf(&b, " %s", p.Place)
	}
	for _, a := range Actors(p.Event) {
		fmt.Fprintf(&b, " · %s", a)
	}
	if len(p.Evidence) > 0 {
		fmt.Fprintf(&b, "  %q", p.Evidence[0])
	}
	fmt.Fprintf(&b, "  [%s]", p.Rule)
	return b.String()
}
