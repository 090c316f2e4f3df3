package airspace

import (
	"fmt"

	"entente"
	"entente/geo"
)

// Airspace is the area over which a member has sovereignty.
type Airspace struct {
	Member entente.MemberID
	Region geo.Region
}

// Config says what is watched. Zero numbers take the defaults given; negative ones switch the rule off.
type Config struct {
	Member    entente.MemberID // whose node this is
	Airspaces []Airspace       // whose borders are watched: at least the member's own
	Zones     []Zone
	Sensors   []entente.Sensor // those whose silence is reported: Period above zero

	Tolerance  float64 // metres inside the border before an entry counts; default 2,000
	Hysteresis float64 // metres nearer the border than Tolerance before it ceases to count; default 1,000
	Release    float64 // seconds for which a condition still holds after it was last true; default 10
	Silent     float64 // periods without a plot before a sensor is silent; default 5
	Lost       float64 // seconds for which a loss in a zone is reported; default 120
	Approach   float64 // seconds ahead to look for an entry; default off
}

// withDefaults fills in the defaults and refuses what cannot be.
func (c Config) withDefaults() (Config, error) {
	for _, d := range []struct {
		value    *float64
		standard float64
	}{{&c.Tolerance, 2000}, {&c.Hysteresis, 1000}, {&c.Release, 10}, {&c.Silent, 5}, {&c.Lost, 120}} {
		if *d.value == 0 {
			*d.value = d.standard
		}
		if *d.value < 0 {
			*d.value = 0
		}
	}
	if c.Member == "" {
		return c, fmt.Errorf("watching airspace: no member named")
	}
	c.Hysteresis = min(c.Hysteresis, c.Tolerance)
	names := map[string]bool{}
	for i := range c.Zones {
		z := &c.Zones[i]
		if z.Name == "" || names[z.Name] || z.Lower > z.Upper {
			return c, fmt.Errorf("watching airspace: zone %d %q: wants a name of its own, and a lower limit not above the upper", i, z.Name)
		}
		names[z.Name] = true
	}
	return c, nil
}

// Own makes the airspaces of members from borders, whose region IDs are the members' (ISO alpha-3). It names members
// without a border in its error and returns the others.
func Own(borders []geo.Region, members ...entente.MemberID) ([]Airspace, error) {
	var list []Airspace
	var missing []entente.MemberID
next:
	for _, m := range members {
		for _, r := range borders {
			if r.ID == string(m) {
				list = append(list, Airspace{m, r})
				continue next
			}
		}
		missing = append(missing, m)
	}
	if missing != nil {
		return list, fmt.Errorf("taking airspaces from borders: none for %v", missing)
	}
	return list, nil
}
