package release

import "entente"

// Kind is what sort of thing an item is.
type Kind string

// The kinds of item a policy can name; "all" in a rule stands for every one.
const (
	Track   Kind = "track"
	Alert   Kind = "alert"
	Council Kind = "council"
	Watch   Kind = "watch"
	Sensor  Kind = "sensor"
	Status  Kind = "status"
)

// Item is what a policy judges: the facts about a thing that rules can ask for.
type Item struct {
	Kind          Kind
	Origin        entente.MemberID       // whose it is
	Label         entente.Label          // as received; not used for the member's own
	Contributions []entente.Contribution // of an entry: all who took part
	Time          entente.Instant        // of applicability
	HasPlace      bool
	Lat, Lon      float64 // radians
	HasHeight     bool
	Height        float64 // metres
	Identity      entente.Identity
	Sensors       uint64 // bit (SensorID−1) mod 64, as in a track
	Severity      entente.Severity
}

// OfTrack makes the item of a member's track, which the tracker's owner gave an identity.
func OfTrack(t *entente.Track, id entente.Identity) Item {
	i := Item{Kind: Track, Origin: t.Origin, Time: t.Time, HasPlace: true, Lat: t.Lat, Lon: t.Lon, Identity: id, Sensors: t.Sensors}
	i.HasHeight = t.Is(entente.HasAltitude) || t.Is(entente.HasPressureAltitude)
	i.Height = t.Height
	if !t.Is(entente.HasAltitude) {
		i.Height = t.PressureAltitude
	}
	return i
}

// OfEntry makes the item of a picture's entry: it may leave only if everyone who took part in it allows that.
func OfEntry(e *entente.Entry) Item {
	i := OfTrack(&e.Track, e.Identification.Identity)
	i.Contributions = e.Contributions
	for k := range e.Contributions {
		if c := &e.Contributions[k]; c.Member == i.Origin {
			i.Label = c.Label
		}
	}
	return i
}

// OfAlert makes the item of an alert.
func OfAlert(a *entente.Alert) Item {
	c := &a.Condition
	return Item{Kind: Alert, Origin: a.Origin, Time: c.Time, HasPlace: c.HasPlace, Lat: c.Lat, Lon: c.Lon, Severity: c.Severity}
}
