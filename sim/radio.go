package sim

import (
	"math"
	"math/rand/v2"

	"entente"
	"entente/modes"
)

// The squitters of a transponder and the shortest and longest time between two of each in seconds (RTCA DO-260B 2.2.3.3.1,
// ICAO Annex 10 volume IV 3.1.2.8.5).
type squitter uint8

const (
	position squitter = iota
	velocity
	identification
	operational
	emergency
	acquisition
	squitters
)

var intervals = [squitters][2]float64{
	position: {0.4, 0.6}, velocity: {0.4, 0.6}, identification: {4.8, 5.2}, operational: {2.4, 2.6}, emergency: {0.7, 0.9}, acquisition: {0.95, 1.05},
}

// radio is when an aircraft sends each squitter next.
type radio struct {
	rng  *rand.Rand
	next [squitters]entente.Instant
	odd  bool
}

// begin schedules the first squitters after t.
func (r *radio) begin(seed, serial uint64, t entente.Instant) {
	r.rng = rand.New(rand.NewPCG(seed, 0x7371756974746572^serial<<32))
	for i := range r.next {
		r.next[i] = t.Add(r.rng.Float64() * intervals[i][1])
	}
}

// sent schedules the next squitter of a kind.
func (r *radio) sent(k squitter) {
	r.next[k] = r.next[k].Add(intervals[k][0] + r.rng.Float64()*(intervals[k][1]-intervals[k][0]))
}

const (
	feet  = 0.3048
	knots = 1852.0 / 3600
)

// send encodes a squitter of a flight that is at p; false when it has nothing to send.
func (f *flight) send(k squitter, t entente.Instant, p fix, sigma [2]float64, out *modes.Frame) bool {
	x := modes.Fixed{Address: uint32(f.Address), Capability: 5}
	var long [14]byte
	switch k {
	case acquisition:
		short := x.AllCall(0)
		return out.SetFrame(short[:]) == nil
	case position:
		a := modes.Airborne{
			Lat: (p.Lat + sigma[0]/f.now.meridian) / degree, Lon: (p.Lon + sigma[1]/f.now.parallel) / degree,
			Altitude: int32(math.Round(p.Height / feet)), HasAltitude: true, TC: 11, SS: f.surveillanceStatus(t),
		}
		f.radio.odd = !f.radio.odd
		long = x.AirbornePosition(a, f.radio.odd)
	case velocity:
		long = x.Velocity(p.ve/knots, p.vn/knots, p.vu/feet*60, 2)
	case identification:
		long = x.Identification(f.Callsign, 0xA3)
	case operational:
		long = x.OperationalStatus(modes.Operational{NACp: 9, SIL: 3, GVA: 2, SDA: 2, NICBaro: true})
	case emergency:
		if !f.ModeA.Distress() {
			return false
		}
		long = x.EmergencyStatus(emergencyState(f.ModeA), uint16(f.ModeA))
	}
	return out.SetFrame(long[:]) == nil
}

// surveillanceStatus is 1 for a distress code, 3 while ident is pressed (ICAO Annex 10 volume IV 3.1.2.8.6.3.1.1).
func (f *flight) surveillanceStatus(t entente.Instant) uint8 {
	switch {
	case f.ModeA.Distress():
		return 1
	case t < f.spiUntil:
		return 3
	}
	return 0
}

// emergencyState is the code of TC 28 for a mode A code.
func emergencyState(a entente.ModeA) uint8 {
	switch a {
	case entente.RadioFailure:
		return 4
	case entente.Hijack:
		return 5
	}
	return 1
}
