package track

import (
	"math"

	"entente"
)

// Log-likelihood ratios of identity: evidence beside the kinematics, never a key. A mode A code may be changed in
// flight and shared; an address may be wrong or doubled, hence bounded too.
const (
	sameAddress  = 11.0
	otherAddress = -25.0
	sameModeA    = 5.0
	otherModeA   = -6.0
)

// identityRatio is the log-likelihood ratio of the plot's identity given the track's.
func identityRatio(p *entente.Plot, k *record) float64 {
	r := 0.0
	if p.Address != 0 && k.address != 0 {
		if p.Address == k.address {
			return sameAddress
		}
		return otherAddress
	}
	if p.Is(entente.HasModeA) && k.has&entente.HasModeA != 0 {
		if p.ModeA == k.modeA {
			r += sameModeA
		} else {
			r += otherModeA
		}
	}
	return r
}

// Weights of what a secondary radar's plots carry before any was seen.
var secondaryPrior = [classes]float64{bare: 0.3, withHeight: 0.7, withIdentity: 0.7}

// classRatio is the log probability that a plot of this track carries what this one does.
func (s *site) classRatio(class int, k *record) float64 {
	if s.sensor.Kind != entente.SSR && s.sensor.Kind != entente.ModeS {
		return 0
	}
	n, sum := secondaryPrior[class], 0.0
	for c, v := range k.secondary {
		sum += float64(v) + secondaryPrior[c]
	}
	n += float64(k.secondary[class])
	return math.Log(n / sum)
}

// identify takes over what the plot says of the aircraft.
func (k *record) identify(p *entente.Plot, s *site, class int) {
	if p.Address != 0 {
		k.address = p.Address
	}
	if p.Is(entente.HasModeA) {
		k.modeA = p.ModeA
		k.has |= entente.HasModeA
	}
	if p.Callsign != (entente.Callsign{}) {
		k.callsign = p.Callsign
	}
	if p.Is(entente.HasPressureAltitude) {
		k.pressure = p.PressureAltitude
		k.has |= entente.HasPressureAltitude
	}
	if p.Is(entente.HasAltitude) {
		k.has |= entente.HasAltitude
	}
	k.has = k.has&^(entente.HasSPI|entente.HasSurface) | p.Has&(entente.HasSPI|entente.HasSurface)
	if s.sensor.Kind == entente.SSR || s.sensor.Kind == entente.ModeS {
		for c := range k.secondary {
			k.secondary[c] *= 0.9
		}
		k.secondary[class]++
	}
}
