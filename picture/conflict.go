package picture

import (
	"fmt"
	"strings"

	"entente"
)

// conflict says where the contributions of an entry contradict each other: "mode A 1234 by BLR, 4321 by RUS".
func (p *Picture) conflict(e *entry) string {
	if len(e.parts) < 2 {
		return ""
	}
	var out []string
	for _, q := range questions {
		if s := p.disagree(e, q); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, "; ")
}

// question is what members may answer differently; an empty answer is none.
type question struct {
	name   string
	differ func(a, b *entente.Track) bool
	answer func(t *entente.Track) string
}

var questions = []question{
	{"address",
		func(a, b *entente.Track) bool { return a.Address != 0 && b.Address != 0 && a.Address != b.Address },
		func(t *entente.Track) string { return t.Address.String() }},
	{"mode A",
		func(a, b *entente.Track) bool { return a.Has&b.Has&entente.HasModeA != 0 && a.ModeA != b.ModeA },
		func(t *entente.Track) string {
			if !t.Is(entente.HasModeA) {
				return ""
			}
			return t.ModeA.String()
		}},
	{"callsign",
		func(a, b *entente.Track) bool {
			var none entente.Callsign
			return a.Callsign != b.Callsign && a.Callsign != none && b.Callsign != none && a.Callsign.String() != b.Callsign.String()
		},
		func(t *entente.Track) string { return t.Callsign.String() }},
}

// disagree lists all answers to q when two of them differ.
func (p *Picture) disagree(e *entry, q question) string {
	differ := false
	for i, a := range e.parts {
		for _, b := range e.parts[i+1:] {
			differ = differ || q.differ(&p.contributions[a].track, &p.contributions[b].track)
		}
	}
	if !differ {
		return ""
	}
	var s []string
	for _, a := range e.parts {
		c := &p.contributions[a]
		if v := q.answer(&c.track); v != "" {
			s = append(s, fmt.Sprintf("%s by %s", v, p.sources[c.source].member))
		}
	}
	return q.name + " " + strings.Join(s, ", ")
}
