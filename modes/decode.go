package modes

import "errors"

// Reasons for which a frame gives no message.
var (
	ErrLength = errors.New("a Mode S frame has 7 bytes (DF0 to 15) or 14 (DF16 and up)")
	ErrParity = errors.New("parity does not match: the frame is damaged")
	ErrFormat = errors.New("downlink format is not in use")
)

// Decode reads one frame into m, which it clears first. It allocates nothing and keeps no state: what needs the past
// (positions, whether an address out of the parity is real, a version's reading of a field) is a [Receiver]'s.
//
// DF11, 17 and 18 whose parity does not match give ErrParity. In DF0, 4, 5, 16, 20, 21 and 24 the address falls out of
// the parity, whatever the bits, and Kind is FromParity.
func Decode(m *Message, frame []byte) error {
	*m = Message{}
	m.N = uint8(copy(m.Frame[:], frame))
	var residue uint32
	switch len(frame) {
	case 7:
		residue = residue56(&m.Frame)
	case 14:
		residue = residue112(&m.Frame)
	default:
		return ErrLength
	}
	m.DF = m.Frame[0] >> 3
	if m.DF > 24 {
		m.DF = 24
	}
	if (m.DF >= 16) != (m.N == 14) {
		return ErrLength
	}
	switch m.DF {
	case 17, 18:
		return m.extendedSquitter(residue)
	case 0, 4, 5, 16, 20, 21:
		m.surveillance(residue)
	case 11:
		return m.allCall(residue)
	case 19:
		m.military(residue)
	case 24:
		m.fromParity(residue)
		m.Control = m.Frame[0] & 0x1F
	default:
		return ErrFormat
	}
	return nil
}

func (m *Message) fromParity(residue uint32) {
	m.Address, m.Kind, m.Has = residue, FromParity, m.Has|HasAddress
}

func (m *Message) spelled() uint32 {
	return uint32(m.Frame[1])<<16 | uint32(m.Frame[2])<<8 | uint32(m.Frame[3])
}

// allCall reads DF11 (Annex 10 volume IV 3.1.2.5.2.2); the low seven bits of the parity may hold the interrogator.
func (m *Message) allCall(residue uint32) error {
	if residue&^0x7F != 0 {
		return ErrParity
	}
	m.Control, m.Address = m.Frame[0]&7, m.spelled()
	m.IC, m.Has = uint8(residue), m.Has|HasAddress|HasInterrogator
	return nil
}

// surveillance reads the headers of DF0, 4, 5, 16, 20 and 21 (Annex 10 volume IV 3.1.2.6 to 3.1.2.8).
func (m *Message) surveillance(residue uint32) {
	m.fromParity(residue)
	f := &m.Frame
	code := uint32(f[2]&0x1F)<<8 | uint32(f[3])
	switch m.DF {
	case 0, 16:
		m.Control, m.Cross = f[0]>>2&1, m.DF == 0 && f[0]&2 != 0
		m.UM = f[1] >> 5
		m.DR = f[1]<<1&0xE | f[2]>>7
		m.altitude(code)
		if m.DF == 16 {
			m.coordination(m.body())
		}
		return
	case 4, 20:
		m.altitude(code)
	default:
		m.Squawk, m.Has = squawk13(code), m.Has|HasSquawk
	}
	m.FS = f[0] & 7
	m.DR = f[1] >> 3
	m.UM = f[1]&7<<3 | f[2]>>5
	if m.CommB() {
		m.infer(m.body())
	}
}

func (m *Message) altitude(code uint32) {
	if ft, ok := altitude13(code); ok {
		m.Altitude, m.Has = ft, m.Has|HasAltitude
	}
}

// extendedSquitter reads DF17 and DF18 (DO-260B 2.2.3.2.1).
func (m *Message) extendedSquitter(residue uint32) error {
	if residue != 0 {
		return ErrParity
	}
	m.Control, m.Address, m.Has = m.Frame[0]&7, m.spelled(), HasAddress
	me := m.body()
	if m.DF == 18 {
		if m.Control == 3 {
			m.coarsePosition(me)
			return nil
		}
		m.TC = uint8(bits(me, 1, 5))
		if !m.nonTransponder(me) {
			return nil
		}
	}
	m.readSquitter(me)
	return nil
}

// readSquitter reads a body by its type code.
func (m *Message) readSquitter(me uint64) {
	m.TC = uint8(bits(me, 1, 5))
	switch {
	case m.TC == 0 || m.TC >= 9 && m.TC <= 18 || m.TC >= 20 && m.TC <= 22:
		m.airbornePosition(me)
	case m.TC == 19:
		m.velocity(me)
	case m.TC <= 4:
		m.identification(me)
	case m.TC <= 8:
		m.surfacePosition(me)
	case m.TC == 28:
		m.aircraftStatus(me)
	case m.TC == 29:
		m.targetState(me)
	case m.TC == 31:
		m.operationalStatus(me)
	}
}

// coordination reads the MV field of a DF16 (Annex 10 volume IV 4.3.8.4.2.4): an advisory and its complement, without a
// threat.
func (m *Message) coordination(mv uint64) {
	if bits(mv, 1, 8) == 0x30 {
		m.BDS = 0x30
		m.readRA(mv &^ (1<<28 - 1))
	}
}

// nonTransponder sets origin and address kind of a DF18 by its CF field and IMF bit (DO-260B 2.2.3.2.1.5, table 2-11),
// and says whether the body follows the layouts of DF17. The coarse format, CF 3, is read apart.
func (m *Message) nonTransponder(me uint64) bool {
	imf := uint(8)
	switch {
	case m.TC >= 5 && m.TC <= 8:
		imf = 21
	case m.TC == 19:
		imf = 9
	case m.TC == 0 || m.TC > 8 && m.TC < 23:
	default:
		imf = 0
	}
	other := imf != 0 && flag(me, imf)
	switch m.Control {
	case 0:
	case 1:
		m.Kind = NonICAO
	case 2, 5:
		m.Origin = TISB
		switch {
		case other:
			m.Kind = TrackFile
		case m.Control == 5:
			m.Kind = NonICAO
		}
	case 6:
		m.Origin = ADSR
		if other {
			m.Kind = NonICAO
		}
	default:
		return false // management and reserved
	}
	return true
}

// military reads DF19: AF 0 follows DF17, body and parity; the rest, and what has another parity, is kept raw, as what
// it is is not published.
func (m *Message) military(residue uint32) {
	m.Control = m.Frame[0] & 7
	if m.Control != 0 || residue != 0 {
		return
	}
	m.Address, m.Has = m.spelled(), HasAddress
	m.readSquitter(m.body())
}
