// Package modes turns Mode S and ADS-B bytes into fields and back.
//
// In go frames of 7 or 14 bytes, as receivers deliver them in Beast, AVR or timestamped hex; out come [Message] values
// with every field the frame carries, in the units of the 1090 MHz world (feet, knots, degrees), and, with a [Receiver],
// positions resolved from even and odd squitters and checked against what the same aircraft said before.
//
// Guarantees: any byte string gets a message or an error, never a panic; no bit is repaired unless [Repair] is asked for;
// an address that falls out of the parity of a surveillance reply counts only when it was lately heard twice in the clear;
// a missing value is not zero ([Message.Is] tells); decoding allocates nothing. It imports the standard library alone and
// can be used without the rest.
//
//	var m modes.Message
//	if err := modes.Decode(&m, frame); err == nil && m.Is(modes.HasCallsign) {
//		fmt.Println(m.Callsign())
//	}
//
// Section numbers refer to RTCA DO-260B (ADS-B) and ICAO Annex 10 volume IV (Mode S); registers to ICAO Doc 9871.
package modes
