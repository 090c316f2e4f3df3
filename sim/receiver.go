package sim

import (
	"math"
	"math/rand/v2"

	"entente"
	"entente/geo"
	"entente/modes"
)

// receiverSite is a receiver at work.
type receiverSite struct {
	*Receiver
	ecef  geo.ECEF
	start entente.Instant
	rng   *rand.Rand
}

func newReceiverSite(r *Receiver, seed uint64, start entente.Instant) *receiverSite {
	return &receiverSite{Receiver: r, ecef: geo.Degrees(r.Lat, r.Lon, r.Height).ECEF(), start: start, rng: generator(seed, 0x7265636569766572)}
}

// reach returns the distance of a flight in metres, zero when it is beyond range or horizon.
func (r *receiverSite) reach(f *flight) float64 {
	d := distance(r.ecef, f.ecef)
	if d > r.MaxRange || d > geo.RadarHorizon(r.Height, f.now.height) {
		return 0
	}
	return d
}

func (r *receiverSite) hears() bool { return r.PD >= 1 || r.rng.Float64() < r.PD }

// lightSpeed in metres a second.
const lightSpeed = 299_792_458.0

// stamp sets the time of reception by the receiver's clock, and the signal level.
func (r *receiverSite) stamp(f *modes.Frame, sent entente.Instant, distance float64) {
	at := sent.Add(distance / lightSpeed)
	f.Signal = uint8(clamp(40+200*(1-distance/r.MaxRange), 255))
	if r.Clock == "counter" {
		f.Stamp, f.HasStamp = uint64(math.Round(at.Sub(r.start)*12e6)), true
		return
	}
	f.SetGPS(int64(at) % (86400 * int64(entente.Second)))
}

// distance returns the straight line between two places in metres.
func distance(a, b geo.ECEF) float64 {
	x, y, z := a.X-b.X, a.Y-b.Y, a.Z-b.Z
	return math.Sqrt(x*x + y*y + z*z)
}
