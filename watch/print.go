package watch

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"entente"
)

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
