package release

import (
	"testing"
	"testing/fstest"

	"entente"
	"entente/geo"
)

const start = entente.Instant(1_700_000_000e9)

var members = []entente.MemberID{"BLR", "RUS", "KAZ", "KGZ", "TJK", "ARM"}

func world(t testing.TB) World {
	t.Helper()
	b, err := geo.DefaultBorders()
	if err != nil {
		t.Fatal(err)
	}
	return World{
		Member: "BLR", Members: members, Borders: b,
		Sensors: []entente.Sensor{{ID: 1, Name: "Brest"}, {ID: 2, Name: "Minsk"}},
		Files:   fstest.MapFS{"west.geojson": {Data: []byte(`{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[23,51],[26,51],[26,56],[23,56],[23,51]]]}}`)}},
	}
}

func policy(t testing.TB, text string) *Policy {
	t.Helper()
	p, err := Parse([]byte(text), "test.yaml", world(t))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// minsk is an own track over Minsk at 9,000 m, seen by the radar at Brest.
func minsk() entente.Track {
	t := entente.Track{
		ID: 7, Origin: "BLR", State: entente.Confirmed, Time: start, Updated: start, Lat: geo.Radians(53.9), Lon: geo.Radians(27.56),
		Height: 9000, VE: 200, VN: -50, VU: 3, Has: entente.HasAltitude | entente.HasPressureAltitude | entente.HasModeA, PressureAltitude: 8900,
		Address: 0x510001, ModeA: 0o1234, Callsign: entente.MakeCallsign("BRU862"), Sensors: 1, Plots: 50, Quality: 15,
	}
	for i := range 6 {
		for j := i; j < 6; j++ {
			t.Covariance.Set(i, j, 1)
		}
		t.Covariance.Set(i, i, 100)
	}
	return t
}

func item() Item {
	t := minsk()
	return OfTrack(&t, entente.Neutral)
}
