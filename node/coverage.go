package node

import (
	"math"
	"sync"

	"entente"
	"entente/geo"
)

// coverage says which aircraft own sensors must see: those well inside the reach of a sensor that works and sees their
// kind. It is for doubting what a partner reports, so it errs on the side of not having to see.
type coverage struct {
	mu    sync.Mutex // guards looks
	looks []lookout  // sensors that were heard of late
}

const (
	innerRange   = 0.8  // share of a sensor's range within which it must see
	innerHorizon = 0.85 // share of the radar horizon likewise: hills stand in the way
	looksWanted  = 5.0  // periods in which it must have
	leastHeight  = 1500 // metres above the sensor
)

// heard says which sensors gave something of late; a silent one need not see anything.
func (c *coverage) heard(sensors []entente.Sensor, last map[entente.SensorID]entente.Instant, now entente.Instant) {
	var looks []lookout
	for _, s := range sensors {
		if t := last[s.ID]; t != 0 && s.Period > 0 && now.Sub(t) < max(3*s.Period, 10) {
			looks = append(looks, lookout{s, geo.NewFrame(geo.LLA{Lat: s.Lat, Lon: s.Lon, Height: s.Height})})
		}
	}
	c.mu.Lock()
	c.looks = looks
	c.mu.Unlock()
}

// sees is picture.Config.Sees: the seconds within which some sensor must have made a track of t, zero if none must.
func (c *coverage) sees(t *entente.Track) float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	within := 0.0
	for i := range c.looks {
		l := &c.looks[i]
		s := &l.sensor
		switch s.Kind {
		case entente.SSR:
			if !t.Is(entente.HasModeA) || t.ModeA == 0 {
				continue
			}
		case entente.ModeS:
			if !t.Address.ICAO() {
				continue
			}
		case entente.PSR:
		default:
			continue // not everyone squitters
		}
		if s.PD < 0.7 || t.Height < s.Height+leastHeight {
			continue
		}
		p := l.frame.Look(geo.LLA{Lat: t.Lat, Lon: t.Lon, Height: t.Height})
		if p.Range < innerRange*s.MaxRange && p.Range < innerHorizon*geo.RadarHorizon(s.Height, t.Height) && p.Elevation < math.Pi/6 {
			if w := looksWanted * s.Period; within == 0 || w < within {
				within = w
			}
		}
	}
	return within
}
