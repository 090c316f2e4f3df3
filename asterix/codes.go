package asterix

import (
	_ "embed" // texts.json
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
)

//go:embed texts.json
var textsJSON []byte

// codeTexts are the meanings of the codes of a category's fields, from an edition on, or before one.
type codeTexts struct {
	Category uint8                        `json:"category"`
	From     string                       `json:"from"`
	Before   string                       `json:"before"`
	Fields   map[string]map[string]string `json:"fields"`
}

var allCodeTexts = sync.OnceValue(func() (list []codeTexts) {
	if err := json.Unmarshal(textsJSON, &list); err != nil {
		panic(fmt.Sprintf("asterix: reading embedded code texts: %v", err))
	}
	return list
})

// holds says whether the texts are for an edition.
func (t *codeTexts) holds(edition string) bool {
	return compareEditions(edition, t.From) >= 0 && (t.Before == "" || compareEditions(edition, t.Before) < 0)
}

// texts gives the leaves of an edition the texts of their codes.
func (c *compiler) texts() {
	for _, t := range allCodeTexts() {
		if t.Category != c.e.category || !t.holds(c.e.name) {
			continue
		}
		for i := range c.e.leaves {
			f := &c.e.leaves[i]
			codes, ok := t.Fields[f.path]
			if !ok || f.kind != kindRaw {
				continue
			}
			f.codes = map[uint64]string{}
			for code, text := range codes {
				v, err := strconv.ParseUint(code, 10, 64)
				if err != nil {
					c.fail("field %s has a text for code %q", f.path, code)
				}
				f.codes[v] = text
			}
		}
	}
}

// CodeText returns the meaning of a code field's value in a few words; empty when the field is absent, no code, or of
// the fields whose codes are not described (texts.json has those of nearly all).
func (r *Record) CodeText(h Handle) string { return r.CodeTextAt(h, 0) }

// CodeTextAt is [Record.CodeText] for repetition i, from 0.
func (r *Record) CodeTextAt(h Handle, i int) string {
	f, b := r.field(h, i)
	if b == nil || f.codes == nil {
		return ""
	}
	return f.codes[f.load(b)]
}
