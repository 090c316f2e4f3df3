package modes

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// course is an aircraft that flies straight from a place at a speed and track.
type course struct {
	x            Fixed
	lat, lon     float64
	speed, track float64 // knots, degrees
}

// at returns where it is after some seconds.
func (c *course) at(seconds float64) (lat, lon float64) {
	sin, cos := math.Sincos(c.track * math.Pi / 180)
	d := c.speed * 0.5144 * seconds
	return c.lat + d*cos/111_195, c.lon + d*sin/111_195/math.Cos(c.lat*math.Pi/180)
}

// frame is its i-th squitter, two a second.
func (c *course) frame(i int) []byte {
	sin, cos := math.Sincos(c.track * math.Pi / 180)
	switch i % 8 {
	case 5:
		f := c.x.Velocity(c.speed*sin, c.speed*cos, 0, 2)
		return f[:]
	case 7:
		f := c.x.Identification("TEST1", 0xA3)
		return f[:]
	}
	lat, lon := c.at(float64(i) / 2)
	return airborne(c.x, lat, lon, i%2 == 1)
}

func drawCourse(t *rapid.T, address uint32) course {
	return course{x: Fixed{Address: address, Capability: 5}, lat: rapid.Float64Range(-75, 75).Draw(t, "lat"), lon: rapid.Float64Range(-179, 179).Draw(t, "lon"),
		speed: rapid.Float64Range(80, 600).Draw(t, "speed"), track: rapid.Float64Range(0, 360).Draw(t, "track")}
}

// TestEveryReportIsWhereTheAircraftIs: with any losses, repeats and small disorder, every report is within a bin and the
// aircraft's own movement of the truth; none is elsewhere.
func TestEveryReportIsWhereTheAircraftIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCourse(t, 0x4BAB45)
		dice := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		loss := rapid.Float64Range(0, 0.7).Draw(t, "loss")
		r := NewReceiver(Options{})
		order := make([]int, 0, 200)
		for i := range 200 {
			if dice.Float64() >= loss {
				order = append(order, i)
			}
			if dice.IntN(20) == 0 {
				order = append(order, i)
			}
		}
		for k := 1; k < len(order); k++ { // neighbours change places
			if dice.IntN(10) == 0 {
				order[k-1], order[k] = order[k], order[k-1]
			}
		}
		for _, i := range order {
			m := decoded(t, c.frame(i))
			rep, ok := r.Take(&m, int64(i)*aSecond/2)
			if !ok {
				continue
			}
			lat, lon := c.at(float64(i) / 2)
			if d := Distance(rep.Lat, rep.Lon, lat, lon); d > 25 {
				t.Fatalf("squitter %d: %.0f m off", i, d)
			}
		}
		if n := r.Counters; n.Jumps > 0 || n.Moved > 0 {
			t.Fatalf("a straight flight jumps: %+v", n)
		}
	})
}

// TestFalseCodesDoNotLead: positions of another place among the true ones, one in ten, are refused; after each the next
// true one counts.
func TestFalseCodesDoNotLead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCourse(t, 0x4BAB45)
		far := c
		far.lat, far.lon = c.lat/2+rapid.Float64Range(5, 20).Draw(t, "dlat"), c.lon/2+20
		r := NewReceiver(Options{})
		for i := range 20 { // an anchor and a velocity first
			m := decoded(t, c.frame(i))
			r.Take(&m, int64(i)*aSecond/2)
		}
		for i := 20; i < 200; i++ {
			f := c.frame(i)
			if i%10 == 4 {
				f = far.frame(i)
			}
			m := decoded(t, f)
			rep, ok := r.Take(&m, int64(i)*aSecond/2)
			if !ok {
				continue
			}
			lat, lon := c.at(float64(i) / 2)
			// A false code may by chance lie near in its own zone: within what the aircraft can fly it cannot be told.
			if d := Distance(rep.Lat, rep.Lon, lat, lon); d > 4000 {
				t.Fatalf("squitter %d: %.0f m off, %+v", i, d, r.Counters)
			}
		}
		if r.Counters.Moved > 0 {
			t.Fatalf("the anchor moved: %+v", r.Counters)
		}
	})
}

// TestManyAircraftStayApart: the squitters of forty aircraft in any mixture give each its own places and names.
func TestManyAircraftStayApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []course
		for i := range 40 {
			all = append(all, drawCourse(t, 0x400000+uint32(i)))
		}
		dice := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		r := NewReceiver(Options{})
		reports := 0
		for i := range 40 {
			for _, k := range dice.Perm(len(all)) {
				c := &all[k]
				m := decoded(t, c.frame(i))
				rep, ok := r.Take(&m, int64(i)*aSecond/2)
				if !ok {
					continue
				}
				reports++
				lat, lon := c.at(float64(i) / 2)
				if d := Distance(rep.Lat, rep.Lon, lat, lon); d > 25 || rep.Address != c.x.Address {
					t.Fatalf("aircraft %06X: %.0f m off, reported as %06X", c.x.Address, d, rep.Address)
				}
			}
		}
		if reports < 40*25 || r.Aircraft() != 40 {
			t.Fatalf("%d reports of %d aircraft", reports, r.Aircraft())
		}
	})
}

// TestCountersAddUp: every message is one of what the counters tell.
func TestCountersAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := NewReceiver(Options{MaxAircraft: 20})
		dice := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 4))
		silent := int64(0)
		for i := range 500 {
			x := Fixed{Address: uint32(dice.IntN(30)), Capability: 5}
			var f []byte
			switch dice.IntN(5) {
			case 0:
				b := x.AllCall(uint8(dice.IntN(3)))
				f = b[:]
			case 1:
				b := x.AltitudeReply(0, 1000)
				f = b[:]
			case 2:
				b := x.IdentityCommB(0, 0o1234, mbOf(dice.Uint64()))
				f = b[:]
			default:
				f = airborne(x, 50+dice.Float64(), 20+dice.Float64(), dice.IntN(2) == 0)
			}
			m := decoded(t, f)
			if m.Address == 0 || m.DF == 11 && m.IC != 0 {
				silent++
			}
			r.Take(&m, int64(i)*aSecond/4)
		}
		c := &r.Counters
		if c.Messages != 500 || c.Squitters+c.Replies+c.UnknownAddress+silent != 500 || r.Aircraft() > 20 || c.Positions > c.Squitters || c.Overlays > c.Replies {
			t.Fatalf("%+v, %d neither", c, silent)
		}
	})
}
