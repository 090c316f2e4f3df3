// Package airspace judges the picture against borders, zones and sensors, and says which conditions hold.
//
// In go the entries of the picture, when each sensor was last heard, and the time; out come all conditions that hold
// now, each with its evidence and a key that stays the same while the same cause lasts. A jitter at a border does not make
// them flap. Nothing is decided, nothing is stored but what hysteresis needs, the clock is the caller's, and the cost is
// linear in the entries.
//
//	w, err := airspace.New(airspace.Config{Member: "BLR", Airspaces: airspaces, Zones: zones, Sensors: sensors})
//	conditions := w.Evaluate(entries, heard, now)
//
// Rules: airspace.entry, airspace.approach, emergency.7500, emergency.7600, emergency.7700, zone.entry, track.lost,
// sensor.silent.
package airspace
