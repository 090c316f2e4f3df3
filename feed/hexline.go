package feed

import (
	"bytes"
	"math"

	"entente"
	"entente/modes"
)

// hexLine reads a line of comma-separated text with one Mode S frame in hex: "seconds,address,hex" as [modes.ParseHexCSV]
// reads it; "milliseconds,…,hex" with milliseconds since 1970; or "hex,anything" without a time. t is zero when the line
// has none.
func hexLine(line []byte, f *modes.Frame) (t entente.Instant, err error) {
	ns, _, err := modes.ParseHexCSV(line, f)
	if err == nil {
		return entente.Instant(max(ns, 1)), nil
	}
	line = bytes.TrimSpace(line)
	first, rest, several := bytes.Cut(line, []byte{','})
	if !several {
		return 0, modes.ErrHexCSV
	}
	if modes.ParseAVR(first, f) == nil && f.Kind != modes.ModeAC && len(first) == 2*int(f.N) {
		return 0, nil
	}
	last := rest[bytes.LastIndexByte(rest, ',')+1:]
	ms, present, nerr := parseNumber(first)
	if nerr != nil || !present || ms < 1e11 || ms > 9e12 || modes.ParseAVR(last, f) != nil || f.Kind == modes.ModeAC {
		return 0, modes.ErrHexCSV
	}
	whole, frac := math.Modf(ms) // apart, as nanoseconds since 1970 are more than a float64 holds
	return entente.Instant(whole)*1e6 + entente.Instant(math.Round(frac*1e6)), nil
}
