package council

import (
	"fmt"
	"math"
	"strings"

	"entente"
)

// Bounds on what one act may say.
const (
	maxData = 256 << 10 // bytes
	maxName = 96
	maxLine = 1000 // titles, reasons
	maxText = 128 << 10
	maxList = 200
)

// decode reads and checks what the act says.
func decode(a entente.Act) (Payload, error) {
	read, ok := decoders[a.Kind]
	if !ok {
		return nil, refuse(entente.Unsupported, a.Kind, "the council knows no such act", "see council.Kinds")
	}
	if len(a.Data) > maxData {
		return nil, refuse(entente.TooLarge, a.Kind, fmt.Sprintf("%d bytes, at most %d", len(a.Data), maxData), "")
	}
	if a.Person == "" || a.Time == 0 {
		return nil, refuse(entente.Malformed, a.Kind, "an act needs a person and a time", "")
	}
	p, err := read(a.Data)
	if err != nil {
		return nil, refuse(entente.Malformed, a.Kind, "data: "+err.Error(), "")
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	return p, nil
}

func isObligation(kind string) bool { return strings.HasPrefix(kind, "obligation.") }

// fields collects the first fault of a payload's fields.
type fields struct {
	kind string
	err  error
}

func (f *fields) fail(kind entente.ErrorKind, reason string) {
	if f.err == nil {
		f.err = refuse(kind, f.kind, reason, "")
	}
}

func (f *fields) need(name, v string, most int) {
	if strings.TrimSpace(v) == "" {
		f.fail(entente.Malformed, name+": is missing")
	}
	f.most(name, v, most)
}

func (f *fields) most(name, v string, most int) {
	if len(v) > most {
		f.fail(entente.TooLarge, fmt.Sprintf("%s: %d bytes, at most %d", name, len(v), most))
	}
}

func (f *fields) list(name string, n int) {
	if n > maxList {
		f.fail(entente.TooLarge, fmt.Sprintf("%s: %d entries, at most %d", name, n, maxList))
	}
}

// name wants lower-case letters, digits and - . _ / so that an ID reads the same in a URL, a file and a sentence.
func (f *fields) name(field, v string) {
	f.need(field, v, maxName)
	if strings.Trim(v, "abcdefghijklmnopqrstuvwxyz0123456789-._/") != "" || strings.HasPrefix(v, "/") {
		f.fail(entente.Malformed, fmt.Sprintf("%s: %q, want lower-case letters, digits and - . _ /", field, v))
	}
}

func (f *fields) optionalName(field, v string) {
	if v != "" {
		f.name(field, v)
	}
}

func (f *fields) positive(name string, v float64) {
	if !(v > 0) || v > 1e12 || math.IsInf(v, 0) {
		f.fail(entente.Implausible, fmt.Sprintf("%s: %v, want more than 0", name, v))
	}
}
