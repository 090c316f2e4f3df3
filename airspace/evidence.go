package airspace

import (
	"fmt"
	"math"
	"strings"

	"entente"
	"entente/geo"
)

// evidence gives what every rule on an entry gives, after what the rule itself found.
func (w *Watch) evidence(e *entente.Entry, found ...entente.Evidence) []entente.Evidence {
	t := &e.Track
	position := placeText(t.Lat, t.Lon)
	if h, ok := height(t); ok {
		position += fmt.Sprintf(", %.0f m", h)
	} else {
		position += ", height unknown"
	}
	sigma := math.Sqrt(max(0, t.Covariance.At(0, 0)+t.Covariance.At(1, 1)))
	list := append(found,
		entente.Evidence{Name: "position", Value: position, Time: t.Time},
		entente.Evidence{Name: "accuracy", Value: fmt.Sprintf("%.0f m (1 sigma, horizontal)", sigma), Time: t.Time},
		entente.Evidence{Name: "movement", Value: fmt.Sprintf("%.0f m/s on %03.0f°", math.Hypot(t.VE, t.VN), geo.ToDegrees(geo.WrapAzimuth(math.Atan2(t.VE, t.VN)))), Time: t.Time},
		entente.Evidence{Name: "transponder", Value: transponder(t), Time: t.Updated},
	)
	if e.Identification.Identity != 0 {
		list = append(list, entente.Evidence{Name: "identity", Value: strings.TrimSuffix(e.Identification.Identity.String()+": "+e.Identification.Criterion, ": "), Time: e.Identification.Time, From: e.Identification.By})
	}
	if s := w.sensorNames(t.Sensors); s != "" {
		list = append(list, entente.Evidence{Name: "sensors", Value: s, Time: t.Updated, From: string(t.Origin)})
	}
	for _, c := range e.Contributions {
		list = append(list, entente.Evidence{Name: "tracked by", Value: fmt.Sprintf("%s, track %d", c.Member, c.Track), Time: c.Time, From: string(c.Member)})
	}
	return list
}

// sensorNames names the sensors of a track's bits. A bit stands for IDs 64 apart; all that are configured are named.
func (w *Watch) sensorNames(bits uint64) string {
	var names []string
	for i := range w.config.Sensors {
		if s := &w.config.Sensors[i]; s.ID > 0 && bits>>((s.ID-1)%64)&1 == 1 {
			names = append(names, s.Name)
		}
	}
	return strings.Join(names, ", ")
}

// described names an entry as a duty officer would.
func described(e *entente.Entry) string {
	t := &e.Track
	kind := "Track"
	if Unidentified(e) {
		kind = "Unidentified track"
		if e.Identification.Identity == entente.Suspect {
			kind = "Suspect track"
		}
	}
	switch {
	case t.Callsign.String() != "":
		return fmt.Sprintf("%s %d (%s)", kind, e.Number, t.Callsign)
	case t.Address != 0:
		return fmt.Sprintf("%s %d (%s)", kind, e.Number, t.Address)
	}
	return fmt.Sprintf("%s %d", kind, e.Number)
}

func transponder(t *entente.Track) string {
	var parts []string
	if t.Address != 0 {
		parts = append(parts, "address "+t.Address.String())
	}
	if t.Is(entente.HasModeA) {
		parts = append(parts, "mode A "+t.ModeA.String())
	}
	if s := t.Callsign.String(); s != "" {
		parts = append(parts, "callsign "+s)
	}
	if parts == nil {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// height is the best known height in metres: above the ellipsoid, else in the standard atmosphere.
func height(t *entente.Track) (float64, bool) {
	switch {
	case t.Is(entente.HasAltitude):
		return t.Height, true
	case t.Is(entente.HasPressureAltitude):
		return t.PressureAltitude, true
	}
	return 0, false
}

func placeText(lat, lon float64) string {
	ns, ew := "N", "E"
	if lat < 0 {
		ns, lat = "S", -lat
	}
	if lon < 0 {
		ew, lon = "W", -lon
	}
	return fmt.Sprintf("%.4f° %s %.4f° %s", geo.ToDegrees(lat), ns, geo.ToDegrees(lon), ew)
}

func distanceText(metres float64) string { return fmt.Sprintf("%.1f km", metres/1000) }

func limits(z *Zone) string {
	low, high := "ground", "unlimited"
	if !math.IsInf(z.Lower, -1) {
		low = fmt.Sprintf("%.0f m", z.Lower)
	}
	if !math.IsInf(z.Upper, 1) {
		high = fmt.Sprintf("%.0f m", z.Upper)
	}
	return low + " to " + high
}
