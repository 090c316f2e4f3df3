package exchange

import (
	"encoding/binary"
	"fmt"
	"math"

	"entente"
)

// maxRecipients bounds the members a label names.
const maxRecipients = 64

// appendLabel writes a label in its one form; see docs/exchange.md.
func appendLabel(b []byte, l entente.Label) ([]byte, error) {
	if len(l.To) > maxRecipients || len(l.Policy) > 255 || len(l.Rule) > 255 || len(l.Origin) > 255 {
		return b, fmt.Errorf("writing label: more than %d recipients, or a text over 255 bytes", maxRecipients)
	}
	if !finite(l.Delay) || !finite(l.Precision) || l.Delay < 0 || l.Precision < 0 {
		return b, fmt.Errorf("writing label: delay and precision must be numbers from zero up")
	}
	b = append(appendText(b, string(l.Origin)), byte(len(l.To)))
	for _, m := range l.To {
		if len(m) > 255 {
			return b, fmt.Errorf("writing label: a text over 255 bytes")
		}
		b = appendText(b, string(m))
	}
	var flags byte
	if l.Onward {
		flags = 1
	}
	b = appendText(appendText(append(b, flags), l.Policy), l.Rule)
	b = appendF64(appendF64(b, l.Delay), l.Precision)
	return binary.BigEndian.AppendUint64(b, uint64(l.Expires)), nil
}

func readLabel(b []byte) (entente.Label, *refusal) {
	r := byteReader{b: b}
	l := entente.Label{Origin: entente.MemberID(r.text())}
	n := int(r.u8())
	if n > maxRecipients {
		return l, refuse(Malformed, "a label with %d recipients, at most %d", n, maxRecipients)
	}
	for range n {
		l.To = append(l.To, entente.MemberID(r.text()))
	}
	flags := r.u8()
	l.Onward = flags == 1
	l.Policy, l.Rule = string(r.text()), string(r.text())
	l.Delay, l.Precision = r.f64(), r.f64()
	l.Expires = entente.Instant(r.u64())
	if r.short || r.rest() > 0 || flags > 1 {
		return l, refuse(Malformed, "a label of %d bytes that does not follow its form", len(b))
	}
	if !finite(l.Delay) || !finite(l.Precision) || l.Delay < 0 || l.Precision < 0 {
		return l, refuse(Malformed, "a label whose delay or precision is no number from zero up")
	}
	return l, nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
