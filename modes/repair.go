package modes

import "sync"

// Repair is how many wrong bits of a frame with its own parity may be corrected. The zero value corrects none, which is
// right for everything that is shared: of 10 million random frames that look like DF17, correcting one bit lets about 64
// through and two bits about 3,400, where the parity alone lets through one or none.
//
// Only DF17 and DF18 have one or two bits corrected, and DF11 one with interrogator code 0. The five bits of the format
// are never touched. A frame whose address falls out of the parity has nothing to correct against: any bit changed is
// another aircraft's address.
type Repair uint8

// The policies of repair.
const (
	NoRepair Repair = iota
	OneBit
	TwoBits // of DF17 and DF18; one of DF11
)

// Decode is [Decode], and corrects a frame whose parity does not match when r allows and exactly that few bits explain
// it. Such a message says so: Repaired is the number of bits, RepairedBits which; Frame holds them corrected. A [Receiver]
// takes it only when its options allow and the address is known. It allocates nothing.
func (r Repair) Decode(m *Message, frame []byte) error {
	err := Decode(m, frame)
	if r == NoRepair || err != ErrParity { //nolint:errorlint // Decode returns it bare; this is the hot path
		return err
	}
	first, second := r.wrongBits(m)
	if first == 0 {
		return err
	}
	fixed, n := m.Frame, m.N
	flip(&fixed, first)
	if second != 0 {
		flip(&fixed, second)
	}
	if err := Decode(m, fixed[:n]); err != nil {
		return err
	}
	m.RepairedBits = [2]uint8{first, second}
	m.Repaired = 1
	if second != 0 {
		m.Repaired = 2
	}
	return nil
}

// flip turns one bit of a frame, counted from 1.
func flip(f *[14]byte, bit uint8) { f[(bit-1)/8] ^= 0x80 >> ((bit - 1) % 8) }

// wrongBits finds the one or two bits that explain the parity of m; zeros when r does not allow or none do.
func (r Repair) wrongBits(m *Message) (first, second uint8) {
	switch {
	case m.DF == 11 && m.N == 7:
		// A syndrome that is exactly one bit's: with an interrogator's code in the parity as well, one frame in 3,000 of
		// noise would pass.
		s, ok := repairs().find(residue56(&m.Frame))
		if !ok || s.second != 0 || s.first < 112-56+6 || s.first > 112-7 {
			return 0, 0
		}
		return s.first - (112 - 56), 0
	case (m.DF == 17 || m.DF == 18) && m.N == 14:
		s, ok := repairs().find(residue112(&m.Frame))
		if !ok || s.second != 0 && r < TwoBits {
			return 0, 0
		}
		return s.first, s.second
	}
	return 0, 0
}

// syndrome is what one or two wrong bits of a long frame leave of its parity; bits are counted from 1. A short frame's
// bit is the long frame's with as many bits after it.
type syndrome struct {
	residue       uint32
	first, second uint8
}

// syndromes finds the wrong bits by residue: a table with open places, one look and a few at most.
type syndromes [1 << 14]syndrome

// repairs is the table of all one- and two-bit errors behind the format field, made once when first asked for. The code
// has a distance of six at this length, so that no two of them look alike.
var repairs = sync.OnceValue(makeSyndromes)

func makeSyndromes() *syndromes {
	var t syndromes
	var one [113]uint32
	for bit := uint8(6); bit <= 112; bit++ {
		var f [14]byte
		flip(&f, bit)
		one[bit] = residue112(&f)
		t.add(syndrome{one[bit], bit, 0})
	}
	for a := uint8(6); a < 112; a++ {
		for b := a + 1; b <= 112; b++ {
			t.add(syndrome{one[a] ^ one[b], a, b})
		}
	}
	return &t
}

// place is where to look first: a multiplicative hash (Knuth 6.4).
func (t *syndromes) place(residue uint32) uint32 { return residue * 2654435769 >> 18 }

func (t *syndromes) add(s syndrome) {
	i := t.place(s.residue)
	for t[i].first != 0 {
		i = (i + 1) % uint32(len(t))
	}
	t[i] = s
}

func (t *syndromes) find(residue uint32) (syndrome, bool) {
	for i := t.place(residue); t[i].first != 0; i = (i + 1) % uint32(len(t)) {
		if t[i].residue == residue {
			return t[i], true
		}
	}
	return syndrome{}, false
}
