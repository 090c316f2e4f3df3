// Package picture joins a member's own tracks and those its partners released into one air picture.
//
// In go own tracks and, with their labels, partners' tracks; out comes one [entente.Entry] for each aircraft, whoever
// saw it, with a number that stays, the fused state at one common time, an identity and its reason, and everyone whose
// track went into it.
//
// Guarantees: a partner's data never leave as own (Contributions name member and label, Track.Origin the member whose
// track leads); fusion is conservative, by covariance intersection; contradictions stand in Entry.Conflict; an identity
// set by a person is changed by no rule. Methods may be called from any goroutine; each holds one lock for its own batch.
//
//	p := picture.New(picture.Config{Member: "BLR", Rules: rules})
//	p.Own(tracks)
//	p.Partner("RUS", label, received, released)
//	entries = p.Entries(entries[:0], now)
package picture
