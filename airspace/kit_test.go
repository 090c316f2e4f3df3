package airspace

import (
	"math"
	"testing"

	"entente"
	"entente/geo"
)

const start = entente.Instant(1_700_000_000e9)

// square is a country of 5° by 8°: BLR from 50 N 24 E to 55 N 32 E.
func square() Airspace {
	return Airspace{"BLR", geo.BoxRegion("BLR", geo.Radians(50), geo.Radians(24), geo.Radians(55), geo.Radians(32))}
}

func watch(t testing.TB, c Config) *Watch {
	t.Helper()
	c.Member = "BLR"
	if c.Airspaces == nil {
		c.Airspaces = []Airspace{square()}
	}
	w, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// at makes a confirmed entry that nobody knows, at degrees and 9,000 m.
func at(number uint32, lat, lon float64) entente.Entry {
	return entente.Entry{
		Number: number,
		Track: entente.Track{
			ID: entente.TrackID(number), Origin: "BLR", State: entente.Confirmed, Time: start, Updated: start,
			Lat: geo.Radians(lat), Lon: geo.Radians(lon), Height: 9000, Has: entente.HasAltitude, Sensors: 1,
		},
		Identification: entente.Identification{Identity: entente.Unknown, Criterion: "no transponder", Time: start},
		Contributions:  []entente.Contribution{{Member: "BLR", Track: entente.TrackID(number), Time: start}},
	}
}

// east is the longitude that lies so many metres east of lon (degrees) at lat.
func east(lat, lon, metres float64) float64 {
	_, n := geo.Radii(geo.Radians(lat))
	return lon + geo.ToDegrees(metres/(n*math.Cos(geo.Radians(lat))))
}

// keys runs one evaluation and returns the keys that hold.
func keys(w *Watch, seconds float64, entries ...entente.Entry) []string {
	list := []string{}
	for _, c := range w.Evaluate(entries, nil, start.Add(seconds)) {
		list = append(list, c.Key)
	}
	return list
}

func evidenceOf(c entente.Condition, name string) string {
	for _, e := range c.Evidence {
		if e.Name == name {
			return e.Value
		}
	}
	return ""
}
