package entente

import (
	"fmt"
	"strconv"
	"strings"
)

// Address is a 24-bit Mode S address in the low bits; AddressNonICAO marks one that is not an ICAO assignment
// (anonymous, TIS-B track file, ADS-R of such). Zero means none: it is never a valid assignment.
type Address uint32

// AddressNonICAO marks an address that must never be merged with the ICAO address of the same number.
const AddressNonICAO Address = 1 << 24

// ICAO says whether a is a known ICAO assignment: neither absent nor marked, nor the all-ones address.
func (a Address) ICAO() bool { return a != 0 && a&AddressNonICAO == 0 && a != 0xFFFFFF }

// String prints six hex digits, with "~" before a non-ICAO address, empty when there is none.
func (a Address) String() string {
	if a == 0 {
		return ""
	}
	s := fmt.Sprintf("%06X", uint32(a&0xFFFFFF))
	if a&AddressNonICAO != 0 {
		return "~" + s
	}
	return s
}

// ParseAddress reads what String prints.
func ParseAddress(s string) (Address, error) {
	if s == "" {
		return 0, nil
	}
	digits, marked := strings.CutPrefix(s, "~")
	v, err := strconv.ParseUint(digits, 16, 24)
	if err != nil {
		return 0, fmt.Errorf("reading Mode S address %q: not six hex digits", s)
	}
	a := Address(v)
	if marked {
		a |= AddressNonICAO
	}
	return a, nil
}

// MarshalText writes what String prints.
func (a Address) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads what String prints.
func (a *Address) UnmarshalText(b []byte) (err error) {
	*a, err = ParseAddress(string(b))
	return err
}

// ModeA is a 12-bit Mode A identity code, octal in print: 0o7700 is the emergency.
type ModeA uint16

// The emergency codes of ICAO Annex 10 volume IV 2.1.4.1.
const (
	Hijack       ModeA = 0o7500
	RadioFailure ModeA = 0o7600
	Emergency    ModeA = 0o7700
)

// Distress says whether m is one of the three emergency codes.
func (m ModeA) Distress() bool { return m == Hijack || m == RadioFailure || m == Emergency }

// String prints four octal digits.
func (m ModeA) String() string { return fmt.Sprintf("%04o", uint16(m)&0o7777) }

// ParseModeA reads four octal digits.
func ParseModeA(s string) (ModeA, error) {
	v, err := strconv.ParseUint(s, 8, 12)
	if err != nil {
		return 0, fmt.Errorf("reading mode A code %q: not four octal digits", s)
	}
	return ModeA(v), nil
}

// Callsign is the aircraft identification, space-padded on the right; all zero means none.
type Callsign [8]byte

// String returns the callsign without padding.
func (c Callsign) String() string { return strings.TrimRight(string(c[:]), " \x00") }

// MakeCallsign pads or cuts s to eight characters.
func MakeCallsign(s string) (c Callsign) {
	n := copy(c[:], s)
	for ; n > 0 && n < len(c); n++ {
		c[n] = ' '
	}
	return c
}

// MarshalText writes the callsign without padding.
func (c Callsign) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText pads or cuts to eight characters.
func (c *Callsign) UnmarshalText(b []byte) error {
	*c = MakeCallsign(string(b))
	return nil
}
