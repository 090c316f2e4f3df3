package entente

import "fmt"

// Trust is what a member's node does with a partner's tracks. A person sets it.
type Trust uint8

// The trusts. Fuse is the default.
const (
	Fuse   Trust = iota // its tracks go into the fused states
	Show                // its tracks are shown beside the fused states and change none of them
	Ignore              // its tracks are not taken
)

var trusts = [...]string{Fuse: "fuse", Show: "show", Ignore: "ignore"}

// String returns the trust's name.
func (t Trust) String() string {
	if int(t) >= len(trusts) {
		return "unknown"
	}
	return trusts[t]
}

// ParseTrust reads the trust's name.
func ParseTrust(s string) (Trust, error) {
	for k, name := range trusts {
		if name == s {
			return Trust(k), nil
		}
	}
	return 0, fmt.Errorf("trust %q: want fuse, show or ignore", s)
}

// MarshalText writes the trust's name.
func (t Trust) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the trust's name.
func (t *Trust) UnmarshalText(b []byte) (err error) {
	*t, err = ParseTrust(string(b))
	return err
}
