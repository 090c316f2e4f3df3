// Package council holds how members meet, consult, decide and keep their word, as pure state machines over signed acts.
//
// In go an organisation ([ParseOrganisation]) and the ordered acts of its log; out come sessions, consultations with the
// outcome that the rule gives them, decisions and obligations as plain types of the root package. Nothing is stored or
// sent here, and no clock is read: times are those of the acts and the now that a caller passes.
//
// Guarantees: the same acts in the same order give the same [State.Hash] on every node; a refused act changes nothing;
// nothing is adopted unless the rule of the body, as data, says so; a position counts for the one version of the text
// whose hash it quotes; a decision binds those whom its rule binds and nobody else.
//
//	org, err := council.ParseOrganisation("organisation.yaml", text)
//	s := council.New(org)
//	a, err := council.NewAct("BLR", "President", "csc", now, council.SessionOpen{Session: "minsk-2023"})
//	if err := s.Check(a, now); err != nil { … }         // says which rule forbids it
//	err = s.Apply(index, signed.ID(), a)                 // once it stands in the log
//	for _, c := range s.Consultations(council.Query{Body: "csc"}, now) { fmt.Println(c.Outcome.Sentence) }
package council
