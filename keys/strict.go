package keys

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"entente"
)

// maxDepth bounds the nesting of signed JSON.
const maxDepth = 32

func refusal(kind entente.ErrorKind, source, reason, next string) error {
	return &entente.Error{Kind: kind, Source: source, Offset: -1, Reason: reason, Next: next}
}

// strict decodes exactly one JSON value without unknown or doubled names, so that no two readers can differ on it.
func strict(b []byte, into any) error {
	if err := noDoubledNames(b); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// noDoubledNames walks one JSON value; names that differ only in case count as doubled, as Go's decoder reads them so.
func noDoubledNames(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := walk(d, 0); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the value")
	}
	return nil
}

func walk(d *json.Decoder, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("nested deeper than %d", maxDepth)
	}
	t, err := d.Token()
	if err != nil {
		return err
	}
	delim, ok := t.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[string]bool{}
	for d.More() {
		if delim == '{' {
			name, err := d.Token()
			if err != nil {
				return err
			}
			k := strings.ToLower(fmt.Sprint(name))
			if seen[k] {
				return fmt.Errorf("the name %q stands twice", name)
			}
			seen[k] = true
		}
		if err := walk(d, depth+1); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

// checkMember bounds a member's name to what fits file names, subjects and log names alike.
func checkMember(m entente.MemberID) error {
	if m == "" || len(m) > 32 {
		return refusal(entente.Refused, "member", fmt.Sprintf("the name %q must have 1 to 32 letters", m), "use the three-letter code")
	}
	for _, c := range m {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
			return refusal(entente.Refused, "member", fmt.Sprintf("the name %q has %q in it", m, c), "use letters, digits, - and _")
		}
	}
	return nil
}
