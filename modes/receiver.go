package modes

import "math"

// Options of a [Receiver]; the zero value works everywhere but for first surface positions, which need a site.
type Options struct {
	Lat, Lon    float64 // site in degrees, with HasSite: reference of surface positions
	HasSite     bool
	MaxRange    float64 // metres from the site beyond which a position is refused; zero: none
	MaxAircraft int     // aircraft remembered at once; zero: 20,000
	Repair      Repair  // what Decode corrects and Take takes; zero: nothing, as for everything that is shared
}

// Counters say what a receiver's sky took and refused, by reason.
type Counters struct {
	Messages       int64 // taken
	Squitters      int64 // with the address in the clear and good parity
	Replies        int64 // address out of the parity, lately heard
	Overlays       int64 // of those, with a register's number over the parity
	Settled        int64 // registers told by what the aircraft says of itself
	Withdrawn      int64 // registers taken back as they contradict what the aircraft says of itself
	UnknownAddress int64 // address out of the parity, not lately heard twice in the clear: refused
	Positions      int64 // reported
	Jumps          int64 // positions that no aircraft could have flown to: refused
	Moved          int64 // anchors given up for a new place after refusals that agreed with each other
	Zones          int64 // pairs in different zones: not used
	OutOfRange     int64 // positions beyond MaxRange: refused
	NoReference    int64 // surface pairs without any reference: not used
	Forgotten      int64 // aircraft dropped for age or room

	Reread          int64 // target states that the aircraft's version does not have, or has with less: fields taken back
	Repaired        int64 // messages with corrected bits, of known addresses: taken
	RepairsRefused  int64 // messages with corrected bits, of other addresses or with the option off
	ModeAC          int64 // Mode A/C replies
	ModeACMatched   int64 // of those, fitting one tracked aircraft
	ModeACAmbiguous int64 // of those, fitting several
}

// Report is an aircraft's position as it said it, with what else it said of late.
type Report struct {
	Time    int64 // nanoseconds, as given to Take
	Address uint32
	Kind    AddressKind
	Origin  Origin
	Has     Fields // HasAltitude, HasGeoAltitude, HasSquawk, HasCallsign, HasVelocity, HasVerticalRate, HasEmergency, HasNACv, HasSIL, HasSDA
	Surface bool

	Repaired uint8 // bits of the squitter that were corrected
	Doubtful bool  // one of the three reports after a position that was refused, or from a place it was believed to have jumped to

	Lat, Lon     float64 // degrees
	Altitude     int32   // feet, barometric
	GeoAltitude  int32   // feet above the ellipsoid
	VE, VN       float32 // knots
	VerticalRate int32   // feet a minute
	Squawk       uint16
	Emergency    uint8
	Ident        [8]byte

	Version uint8   // of ADS-B, 0 until heard
	NACp    uint8   // zero when not known
	NACv    uint8   // velocity accuracy category, with HasNACv
	SIL     uint8   // source integrity level, with HasSIL
	SDA     uint8   // system design assurance, with HasSDA (version 2)
	NIC     uint8   // see NIC
	Rc      float64 // containment radius in metres, zero when not known
	Sigma   float64 // metres per horizontal axis, zero when the aircraft says nothing of it
}

// The times of a receiver's memory, in nanoseconds.
const (
	second        = int64(1e9)
	licence       = 60 * second  // an address heard in the clear opens the gate to its replies for so long
	pairAge       = 10 * second  // even and odd airborne (DO-260B A.1.7.7)
	surfacePair   = 25 * second  // even and odd on the ground, when moving
	anchorAge     = 300 * second // a position is a reference for local decoding for so long
	valueAge      = 30 * second  // velocity and squawk in a report
	qualityAge    = 120 * second // NACp, NACv, SIL and SDA in a report
	aircraftAge   = 600 * second // an aircraft unheard for so long is forgotten
	sweepInterval = 10 * second
)

// Receiver is one receiver's sky: the addresses lately heard, and of each aircraft its CPR codes, last position, version
// and accuracy. It is not safe for use by more than one goroutine; frames of different receivers need not be kept apart
// unless their clocks differ.
type Receiver struct {
	Counters Counters
	options  Options
	aircraft map[uint32]*aircraft
	spare    []*aircraft
	swept    int64
	last     *aircraft // of the last message: traffic comes in runs
	ac       *acIndex  // made when the first Mode A/C reply comes
}

// NewReceiver returns an empty sky.
func NewReceiver(o Options) *Receiver {
	if o.MaxAircraft <= 0 {
		o.MaxAircraft = 20000
	}
	return &Receiver{options: o, aircraft: make(map[uint32]*aircraft)}
}

// Aircraft returns the number of aircraft remembered.
func (r *Receiver) Aircraft() int { return len(r.aircraft) }

// Known says whether an ICAO address was heard at least twice in the clear within the last minute before t.
func (r *Receiver) Known(address uint32, t int64) bool {
	a := r.aircraft[address]
	return a != nil && a.known(t)
}

// Decode is [Decode] with the repair that the options allow.
func (r *Receiver) Decode(m *Message, frame []byte) error { return r.options.Repair.Decode(m, frame) }

// Take adds a decoded message heard at t (nanoseconds) to the sky and returns a report when it gives a position, which
// is set in m too. A reply whose address falls out of the parity counts only when that address is known. For such a
// reply an ambiguous Comm-B register may be settled by what the aircraft said of itself.
func (r *Receiver) Take(m *Message, t int64) (rep Report, ok bool) {
	r.Counters.Messages++
	if !m.Is(HasAddress) || m.Address == 0 || m.Address == 0xFFFFFF {
		return rep, false
	}
	if t-r.swept > sweepInterval || t < r.swept {
		r.sweep(t)
	}
	if m.Kind == FromParity {
		r.takeReply(m, t)
		return rep, false
	}
	if m.DF == 11 && m.IC != 0 {
		// The low seven parity bits may be damage: this neither opens the gate nor keeps it open.
		return rep, false
	}
	var a *aircraft
	if m.Repaired > 0 {
		if a = r.trusted(m, t); a == nil {
			r.Counters.RepairsRefused++
			return rep, false
		}
		r.Counters.Repaired++
	} else {
		r.Counters.Squitters++
		a = r.find(keyOf(m), t)
		a.hear(t)
	}
	if !m.Squitter() {
		return rep, false
	}
	if a.reread(m) {
		r.Counters.Reread++
	}
	a.learn(m, t)
	if !m.Is(HasCPR) || !r.position(a, m, t) {
		return rep, false
	}
	r.Counters.Positions++
	return a.report(m, t), true
}

// trusted returns the aircraft that a repaired message names, when it is allowed to speak: known by messages that needed
// no repair. It neither starts an aircraft nor keeps one known.
func (r *Receiver) trusted(m *Message, t int64) *aircraft {
	a := r.aircraft[keyOf(m)]
	if m.Repaired > uint8(r.options.Repair) || a == nil || !a.known(t) {
		return nil
	}
	r.last = a
	return a
}

// Accepted says whether m, as of the last Take, may be believed to come from the aircraft it names.
func (r *Receiver) Accepted(m *Message, t int64) bool {
	switch {
	case m.Kind == FromParity:
		return r.Known(m.Address, t)
	case m.Repaired > 0:
		return r.trusted(m, t) != nil
	}
	return m.Is(HasAddress)
}

// keyOf keeps apart what must not be merged: kinds of address, and what others say from what the aircraft says.
func keyOf(m *Message) uint32 { return m.Address | uint32(m.Kind)<<24 | uint32(m.Origin)<<28 }

func (r *Receiver) find(key uint32, t int64) *aircraft {
	if a := r.last; a != nil && a.key == key {
		return a
	}
	a := r.aircraft[key]
	if a == nil {
		if len(r.aircraft) >= r.options.MaxAircraft {
			r.dropOldest()
		}
		if n := len(r.spare); n > 0 {
			a, r.spare = r.spare[n-1], r.spare[:n-1]
			*a = aircraft{}
		} else {
			a = new(aircraft)
		}
		a.key, a.heard = key, t
		r.aircraft[key] = a
	}
	r.last = a
	return a
}

func (r *Receiver) drop(a *aircraft) {
	delete(r.aircraft, a.key)
	r.spare = append(r.spare, a)
	r.last = nil
	r.Counters.Forgotten++
}

func (r *Receiver) sweep(t int64) {
	r.swept = t
	for _, a := range r.aircraft {
		if d := t - a.heard; d > aircraftAge || d < -aircraftAge {
			r.drop(a)
		}
	}
}

// dropOldest makes room: of a handful of aircraft in the map's random order, the one unheard for longest goes.
func (r *Receiver) dropOldest() {
	var oldest *aircraft
	n := 0
	for _, a := range r.aircraft {
		if oldest == nil || a.heard < oldest.heard {
			oldest = a
		}
		if n++; n == 16 {
			break
		}
	}
	r.drop(oldest)
}

func (r *Receiver) takeReply(m *Message, t int64) {
	a := r.last
	if a == nil || a.key != m.Address {
		a = r.aircraft[m.Address]
	}
	if a == nil || !a.known(t) {
		if a = r.overlaid(m, t); a == nil {
			r.Counters.UnknownAddress++
			return
		}
		r.Counters.Overlays++
	}
	r.last = a
	r.Counters.Replies++
	if m.CommB() {
		switch a.settle(m, t) {
		case settled:
			r.Counters.Settled++
		case withdrawn:
			r.Counters.Withdrawn++
		}
	}
	if m.Is(HasSquawk) && !(m.CommB() && m.BDS == 0x61) {
		a.hearSquawk(m.Squawk, t)
	}
	if m.Is(HasAltitude) {
		a.hearAltitude(m.Altitude, t)
	}
	if m.Is(HasCallsign) && m.BDS == 0x20 {
		a.hearIdent(m.Ident)
	}
}

// overlaid tries whether the parity of a Comm-B reply holds a register's number over its upper byte (data parity, Annex
// 10 volume IV 3.1.2.6.5.3): when exactly one known address and register come out, and the reply can be that register,
// that is what it is.
func (r *Receiver) overlaid(m *Message, t int64) (found *aircraft) {
	if !m.CommB() || m.body() == 0 {
		return nil
	}
	var which BDS
	for i, b := range inferable {
		a := r.aircraft[m.Address^uint32(b)<<16]
		if a == nil || !a.known(t) || !m.couldBe(b, m.body()) || a.contradicts(b, m, t, narrow) ||
			i >= byBits && !a.confirms(b, m, m.body(), t) {
			continue
		}
		if found != nil {
			return nil
		}
		found, which = a, b
	}
	if found != nil {
		m.Address, m.Overlay = found.key, true
		*m, _ = m.As(which)
	}
	return found
}

// position resolves the code of m, checks it against what is known of the aircraft, and sets it in m and a.
func (r *Receiver) position(a *aircraft, m *Message, t int64) bool {
	c := CPR{m.CPRLat, m.CPRLon, m.Odd}
	if c.Lat == 0 && c.Lon == 0 && !m.Is(HasAltitude) && !m.Surface {
		return false // "no position": all zero
	}
	var lat, lon float64
	var ok bool
	if m.Repaired > 0 {
		// A corrected code is read next to the last place; it neither pairs with another nor becomes the last place.
		if !a.anchored(t) {
			return false
		}
		if lat, lon, ok = r.nearby(a, c, m.Surface, t); !ok {
			return false
		}
	} else {
		lat, lon, ok = r.resolve(a, c, m.Surface, t)
		i := oddIndex(m.Odd)
		a.code[i], a.codeTime[i], a.codeSurface[i], a.hasCode[i] = c, t, m.Surface, true
		if !ok {
			return false
		}
		a.lat, a.lon, a.placed, a.hasPlace = lat, lon, t, true
	}
	m.Lat, m.Lon = lat, lon
	m.Has |= HasPosition
	return true
}

func oddIndex(odd bool) int {
	if odd {
		return 1
	}
	return 0
}

// resolve takes the place that a fresh pair gives when it is plausible, else the one next to the last position. A
// damaged or foreign code spoils both pairs it stands in; the second answer saves the good one of each.
func (r *Receiver) resolve(a *aircraft, c CPR, surface bool, t int64) (lat, lon float64, ok bool) {
	anchored := a.anchored(t)
	lat, lon, ok = r.pair(a, c, surface, anchored, t)
	switch {
	case ok && !anchored && r.far(lat, lon):
		r.Counters.OutOfRange++
		return 0, 0, false
	case ok && !anchored && a.hasPlace && !within(a.lat, a.lon, lat, lon, a.reach(surface, t-a.placed)):
		a.wary = doubtful // too old to hold it against, too far to be sure
		a.doubts = 0
		return lat, lon, true
	case ok && (!anchored || within(a.lat, a.lon, lat, lon, a.reach(surface, t-a.placed))):
		a.doubts = 0
		return lat, lon, true
	case ok && !r.far(lat, lon) && a.doubt(lat, lon, surface, t):
		r.Counters.Moved++
		a.wary = doubtful
		return lat, lon, true
	case !anchored:
		return 0, 0, false
	case ok:
		a.wary = doubtful // the pair says another place
	}
	return r.nearby(a, c, surface, t)
}

// nearby takes the place of c's code next to the last position when the aircraft could have flown there.
func (r *Receiver) nearby(a *aircraft, c CPR, surface bool, t int64) (lat, lon float64, ok bool) {
	lat, lon = Local(c, surface, a.lat, a.lon)
	if math.Abs(lat) > 90 || !within(a.lat, a.lon, lat, lon, a.reach(surface, t-a.placed)) {
		r.Counters.Jumps++
		a.wary = doubtful
		return 0, 0, false
	}
	return lat, lon, true
}

// pair resolves c with the last code of the other format, when that is fresh enough.
func (r *Receiver) pair(a *aircraft, c CPR, surface, anchored bool, t int64) (lat, lon float64, ok bool) {
	other := 1 - oddIndex(c.Odd)
	limit := pairAge
	if surface {
		limit = surfacePair
	}
	if !a.hasCode[other] || a.codeSurface[other] != surface || abs(t-a.codeTime[other]) > limit {
		return 0, 0, false
	}
	even, odd := c, a.code[other]
	if c.Odd {
		even, odd = odd, even
	}
	switch {
	case !surface:
		lat, lon, ok = GlobalAirborne(even, odd, c.Odd)
	case anchored:
		lat, lon, ok = GlobalSurface(even, odd, c.Odd, a.lat, a.lon)
	case r.options.HasSite:
		lat, lon, ok = GlobalSurface(even, odd, c.Odd, r.options.Lat, r.options.Lon)
	default:
		r.Counters.NoReference++
		return 0, 0, false
	}
	if !ok {
		r.Counters.Zones++
	}
	return lat, lon, ok
}

func (r *Receiver) far(lat, lon float64) bool {
	return r.options.MaxRange > 0 && r.options.HasSite && Distance(lat, lon, r.options.Lat, r.options.Lon) > r.options.MaxRange
}

func abs(x int64) int64 {
	if x < 0 {
		return -x
	}
	return x
}

// The gate on a new position: how far an aircraft may have flown since the last one.
const (
	fastest       = 700.0  // metres a second, when the aircraft has not said its speed
	groundFastest = 100.0  // metres a second on the ground
	slack         = 1500.0 // metres: quantisation, latency, stamps to the second
	doubtful      = 3      // reports after a refusal that are called so
	agreeing      = 3      // implausible pairs in a row that agree with each other move the anchor
)

// within compares by the flat approximation, which is enough for a gate.
func within(lat1, lon1, lat2, lon2, metres float64) bool {
	const degree = 111195.0
	dy := (lat2 - lat1) * degree
	if math.Abs(dy) > metres {
		return false
	}
	dx := wrap180(lon2-lon1) * degree * math.Cos(lat1*math.Pi/180)
	return dx*dx+dy*dy <= metres*metres
}
