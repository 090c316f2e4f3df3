package watch

import "entente"

// quotations lists what a sentence puts in quotation marks, with the speaker of the claim around it.
func (c *grammar) quotations(s *clauseSentence, memory *memory) []entente.Quotation {
	var out []entente.Quotation
	open := -1
	for k := range s.toks {
		if s.low(k) != `"` {
			continue
		}
		if open < 0 {
			open = k
			continue
		}
		if k > open+1 {
			q := entente.Quotation{TextSpan: entente.TextSpan{From: s.toks[open].to, To: s.toks[k].from}}
			if cl, _ := s.claimOver(open+1, -1); cl != nil && cl.speaker >= 0 {
				m := memory.resolve(s, cl.speaker)
				q.Speaker = speakerName(c, &m)
			}
			out = append(out, q)
		}
		open = -1
	}
	return out
}
