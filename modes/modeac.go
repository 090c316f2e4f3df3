package modes

// ModeACReply is a Mode A or Mode C reply: the same twelve pulses are a code or an altitude, and only the interrogator
// knows which it asked for. Fits says whether one tracked aircraft has either.
type ModeACReply struct {
	Time        int64  // nanoseconds, as given to TakeModeAC
	Code        uint16 // four octal digits in 12 bits
	SPI         bool
	HasAltitude bool   // the code can be an altitude
	Fits        ACFit  // zero: of no tracked aircraft, or of several
	Altitude    int32  // feet, barometric, in hundreds
	Address     uint32 // ICAO, of the one aircraft that it fits, when Fits is not zero
	Ambiguous   bool   // several aircraft fit
}

// ACFit says as what a Mode A/C reply fits a tracked aircraft.
type ACFit uint8

// The ways in which a reply fits.
const (
	FitsNone     ACFit = iota
	FitsCode           // its Mode A code
	FitsAltitude       // its Mode C altitude
	FitsBoth           // both: which was asked for stays open
)

const (
	acIndexAge = second      // codes and altitudes of the tracked are gathered anew after so long
	acCodeAge  = licence     // a code is an aircraft's for so long
	acLevelAge = 10 * second // an altitude likewise
	acSlack    = 75          // feet beyond what it may have climbed: half a step of 100 ft and one of 25
	levels     = 1281        // altitudes of Mode C in hundreds of feet from −1,200 on
)

// acIndex holds, for every code and every altitude, the one aircraft that has it, or that several have.
type acIndex struct {
	built  int64
	have   bool
	codes  [4096]acHolder
	levels [levels]acHolder
}

type acHolder struct {
	key uint32
	n   uint8 // 0 none, 1 key, 2 several
}

func (h *acHolder) add(key uint32) {
	if h.n < 2 && (h.n == 0 || h.key != key) {
		h.key, h.n = key, h.n+1
	}
}

// TakeModeAC tries the two bytes of a Mode A/C reply heard at t (nanoseconds) against the codes and altitudes of the
// aircraft known at that time. A reply that fits several is left unmatched. It starts no aircraft, keeps none known and
// changes nothing of one: noise looks like some code always.
func (r *Receiver) TakeModeAC(b [2]byte, t int64) ModeACReply {
	rep := ReadModeAC(b)
	rep.Time = t
	r.Counters.ModeAC++
	if r.ac == nil {
		r.ac = new(acIndex)
	}
	if !r.ac.have || t-r.ac.built > acIndexAge || r.ac.built-t > licence {
		r.gatherModeAC(t)
	}
	code := r.ac.codes[rep.Code&0xFFF]
	var level acHolder
	if rep.HasAltitude {
		level = r.ac.levels[rep.Altitude/100+12]
	}
	switch {
	case code.n == 0 && level.n == 0:
		return rep
	case code.n > 1 || level.n > 1 || code.n == 1 && level.n == 1 && code.key != level.key:
		rep.Ambiguous = true
		r.Counters.ModeACAmbiguous++
		return rep
	}
	rep.Fits, rep.Address = FitsCode, code.key
	if level.n == 1 {
		rep.Fits, rep.Address = FitsAltitude, level.key
		if code.n == 1 {
			rep.Fits = FitsBoth
		}
	}
	r.Counters.ModeACMatched++
	return rep
}

// ReadModeAC reads the two bytes of a Mode A/C reply without trying it against anything.
func ReadModeAC(b [2]byte) (rep ModeACReply) {
	rep.Code, rep.SPI = ModeAOfReply(b)
	rep.Altitude, rep.HasAltitude = ModeC(rep.Code)
	return rep
}

// ModeC reads a code of four octal digits as a Mode C altitude in feet; ok is false when it cannot be one: pulse D1 is
// never set, and one of C1, C2 and C4 always.
func ModeC(code uint16) (ft int32, ok bool) {
	if code&1 != 0 {
		return 0, false
	}
	ft, ok = gillham(squawkCode(code))
	return ft, ok && ft >= -1200 && ft <= 126700
}

// gatherModeAC notes code and altitude of every aircraft that is known and speaks for itself.
func (r *Receiver) gatherModeAC(t int64) {
	x := r.ac
	*x = acIndex{built: t, have: true}
	for key, a := range r.aircraft {
		if key>>24 != 0 || !a.known(t) {
			continue
		}
		if a.has&HasSquawk != 0 && abs(t-a.squawked) <= acCodeAge {
			x.codes[a.squawk&0xFFF].add(key)
		}
		feet, age, ok := a.level(t)
		if !ok || age > acLevelAge {
			continue
		}
		slack := int32(acSlack)
		if a.climbing(t) {
			slack += max(a.verticalRate, -a.verticalRate) * int32(age/second+1) / 60
		}
		from, to := (feet-slack+1250)/100, (feet+slack+1250)/100
		for l := max(0, from); l <= min(to, levels-1); l++ {
			x.levels[l].add(key)
		}
	}
}
