package node

import (
	"math"

	"entente"
	"entente/geo"
)

// firstLooks makes tentative tracks of single plots that no own track took and that say who they are of. One tracker
// needs a second plot before it believes; two members who each have one plot of the same aircraft need not wait, if they
// tell each other. The picture shows such looks only where those of different members agree.
type firstLooks struct {
	member entente.MemberID
	sites  map[entente.SensorID]lookout
	owned  map[entente.Address]entente.TrackID // who has an own track
	last   uint32                              // number of the last look
	all    bool                                // plots without address too: the tracker does not hold plots back
}

type lookout struct {
	sensor entente.Sensor
	frame  geo.Frame
}

const (
	firstNumber   = 1 << 31 // looks are numbered from here: trackers count from 1
	firstSpeed    = 150.0   // metres a second, 1 sigma per axis, of an aircraft seen once
	firstClimb    = 7.0
	firstAltitude = 15.0 // metres, 1 sigma, of a reported height
)

func newFirstLooks(member entente.MemberID, sensors []entente.Sensor, window float64) *firstLooks {
	f := &firstLooks{member: member, sites: map[entente.SensorID]lookout{}, owned: map[entente.Address]entente.TrackID{}, all: window == 0}
	for _, s := range sensors {
		f.sites[s.ID] = lookout{s, geo.NewFrame(geo.LLA{Lat: s.Lat, Lon: s.Lon, Height: s.Height})}
	}
	return f
}

// observe appends the looks among plots, of which the tracker made out.
func (f *firstLooks) observe(plots []entente.Plot, out, dst []entente.Track) []entente.Track {
	for i := range out {
		t := &out[i]
		if !t.Address.ICAO() {
			continue
		}
		if t.State != entente.Ended {
			f.owned[t.Address] = t.ID
		} else if f.owned[t.Address] == t.ID {
			delete(f.owned, t.Address)
		}
	}
	for i := range plots {
		if p := &plots[i]; f.lone(p, out) {
			dst = f.look(p, dst)
		}
	}
	return dst
}

// lone says whether a plot says whose it is and no own track took it.
func (f *firstLooks) lone(p *entente.Plot, out []entente.Track) bool {
	if p.Has&(entente.HasAltitude|entente.HasPressureAltitude) == 0 || p.Is(entente.HasSurface) {
		return false
	}
	if p.Address.ICAO() {
		_, ok := f.owned[p.Address]
		return !ok
	}
	if !f.all || !p.Is(entente.HasModeA) || p.ModeA == 0 {
		return false
	}
	for i := range out {
		if out[i].Updated == p.Time {
			return false
		}
	}
	return true
}

// look appends the track of one plot.
func (f *firstLooks) look(p *entente.Plot, dst []entente.Track) []entente.Track {
	s, ok := f.sites[p.Sensor]
	if !ok {
		return dst
	}
	t := entente.Track{Origin: f.member, State: entente.Tentative, Started: p.Time, Time: p.Time, Updated: p.Time,
		Has:    p.Has & (entente.HasModeA | entente.HasAltitude | entente.HasPressureAltitude),
		Height: p.PressureAltitude, PressureAltitude: p.PressureAltitude, Address: p.Address, ModeA: p.ModeA, Callsign: p.Callsign,
		Sensors: 1 << ((p.Sensor - 1) % 64), Plots: 1}
	if !p.Is(entente.HasPressureAltitude) {
		t.Height = p.Altitude
	}
	c := &t.Covariance
	switch {
	case p.Is(entente.HasPosition):
		t.Lat, t.Lon = p.Lat, p.Lon
		v := s.sensor.RangeSigma
		if p.Is(entente.HasSigma) && p.Sigma > 0 {
			v = p.Sigma
		}
		c.Set(0, 0, v*v)
		c.Set(1, 1, v*v)
	case p.Is(entente.HasPolar):
		at, ok := s.frame.Locate(p.Range, p.Azimuth, t.Height)
		if !ok {
			return dst
		}
		t.Lat, t.Lon = at.Lat, at.Lon
		sin, cos := math.Sincos(p.Azimuth)
		along, across := s.sensor.RangeSigma*s.sensor.RangeSigma, p.Range*p.Range*s.sensor.AzimuthSigma*s.sensor.AzimuthSigma
		c.Set(0, 0, sin*sin*along+cos*cos*across)
		c.Set(1, 1, cos*cos*along+sin*sin*across)
		c.Set(0, 1, sin*cos*(along-across))
	default:
		return dst
	}
	c.Set(2, 2, firstAltitude*firstAltitude)
	c.Set(3, 3, firstSpeed*firstSpeed)
	c.Set(4, 4, firstSpeed*firstSpeed)
	c.Set(5, 5, firstClimb*firstClimb)
	if p.Is(entente.HasVelocity) {
		t.VE, t.VN = p.VE, p.VN
		c.Set(3, 3, 16)
		c.Set(4, 4, 16)
	}
	f.last++
	t.ID = entente.TrackID(firstNumber | f.last&(firstNumber-1))
	return append(dst, t)
}
