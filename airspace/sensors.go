package airspace

import (
	"fmt"

	"entente"
)

// quietSky is how long a sensor that hears only aircraft (ADS-B, multilateration) may be silent at least, seconds: it
// says nothing when nothing flies.
const quietSky = 30

// sensors reports those from which no plot came for too many periods.
func (w *Watch) sensors(heard map[entente.SensorID]entente.Instant) {
	if w.config.Silent == 0 {
		return
	}
	for i := range w.config.Sensors {
		s := &w.config.Sensors[i]
		limit := w.config.Silent * s.Period
		if !s.Kind.Polar() {
			limit = max(limit, quietSky)
		}
		last, ever := heard[s.ID], "last plot"
		if last == 0 {
			last, ever = w.first, "no plot since"
		}
		quiet := w.now.Sub(last)
		if s.Period <= 0 || quiet <= limit {
			// A sensor that speaks again is no longer silent: no need to wait.
			delete(w.causes, cause{silent, i, 0})
			continue
		}
		w.hold(cause{silent, i, 0}, 0, entente.Condition{
			Key: "sensor.silent/" + s.Name, Rule: "sensor.silent", Severity: entente.Caution, Member: s.Owner,
			Title: fmt.Sprintf("Sensor %s (%s) has been silent for %.0f s", s.Name, s.Kind, quiet),
			Lat:   s.Lat, Lon: s.Lon, HasPlace: s.Lat != 0 || s.Lon != 0,
			Evidence: []entente.Evidence{
				{Name: ever, Value: last.String(), Time: last, From: s.Name},
				{Name: "silent for", Value: fmt.Sprintf("%.1f periods of %g s; the limit is %.0f s", quiet/s.Period, s.Period, limit), Time: w.now},
			},
		})
	}
}
