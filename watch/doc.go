// Package watch reads reports into sourced events.
//
// In go the bytes of a plain text, an HTML page or a feed (RSS 2.0, Atom, JSON Feed) with the time of publication;
// out come a Report (the original with its hash, plain text, sentences, quotations), Proposals (who did what, with
// exact byte spans, modality, the rule's name and one line why) and Questions (names and dates that the register or
// the calendar does not know: queued, never guessed). A Desk folds acts of people over proposals into confirmed
// events; Indicators count those and state conditions; a Poller asks the operator's own feeds when they are due.
// Event data of others (UCDP GED) is imported row by row and makes calibrated country-month forecasts.
//
// Guarantees: nothing becomes an event without a person; the same bytes, register and rules give the same proposals
// with the same IDs; hypothetical, conditional and generic sentences yield nothing; no address found in content is
// ever fetched, and this package opens no connection at all; bad input gets an entente.Error and bounded memory.
// Rules, lexicon and register are YAML files (rules.yaml, lexicon.yaml, register.yaml), embedded and replaceable.
//
//	r := watch.NewReader(nil) // the embedded register and rules
//	report, proposals, questions, err := r.Read(watch.Source{Name: "tass.txt", Bytes: b}, published)
//	act, err := desk.Accept(proposals[0].ID, "BLR", "duty officer", now, "two wires agree")
//	err = desk.Apply(signedByTheNode)
package watch
