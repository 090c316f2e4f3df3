package publish

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"entente"
	"entente/geo"
)

type lines struct {
	Type     string
	Features []struct {
		ID         uint32
		Properties struct {
			Callsign string
			Times    []float64
		}
		Geometry struct {
			Type        string
			Coordinates [][][]float64
		}
	}
}

func linesOf(t *testing.T, tracks ...entente.Track) (v lines) {
	t.Helper()
	var b bytes.Buffer
	w := NewTrackLines(&b)
	for i := range tracks {
		if err := w.Write(&tracks[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b.Bytes(), &v); err != nil {
		t.Fatalf("%v in %s", err, b.Bytes())
	}
	return v
}

func at(id entente.TrackID, second, lat, lon float64) entente.Track {
	return entente.Track{ID: id, State: entente.Confirmed, Time: entente.FromSeconds(second), Lat: geo.Radians(lat), Lon: geo.Radians(lon),
		Height: 1000, Has: entente.HasAltitude, Callsign: entente.MakeCallsign("TST1")}
}

func TestTrackLinesAreOneFeatureEach(t *testing.T) {
	end := entente.Track{ID: 1, State: entente.Ended, Time: entente.FromSeconds(3)}
	v := linesOf(t, at(1, 1, 50, 20), at(2, 1, 51, 21), at(1, 2, 50.1, 20.1), end, at(2, 4, 51.1, 21))
	if len(v.Features) != 2 || v.Features[0].ID != 1 || v.Features[1].ID != 2 {
		t.Fatalf("features %+v", v.Features)
	}
	f := v.Features[0]
	if f.Properties.Callsign != "TST1" || len(f.Properties.Times) != 2 || f.Properties.Times[1] != 2 {
		t.Errorf("properties %+v", f.Properties)
	}
	if c := f.Geometry.Coordinates; len(c) != 1 || len(c[0]) != 2 || c[0][1][0] != 20.1 || c[0][1][1] != 50.1 || c[0][1][2] != 1000 {
		t.Errorf("coordinates %v", c)
	}
}

func TestTrackLinesAreCutAtTheAntimeridian(t *testing.T) {
	v := linesOf(t, at(1, 1, 65, 179.8), at(1, 2, 65, 179.9), at(1, 3, 65, -179.95))
	c := v.Features[0].Geometry.Coordinates
	if len(c) != 2 || len(c[0]) != 2 || len(c[1]) != 2 {
		t.Fatalf("coordinates %v", c)
	}
	for _, line := range c {
		for i := 1; i < len(line); i++ {
			if d := line[i][0] - line[i-1][0]; d > 180 || d < -180 {
				t.Errorf("a segment of %v°", d)
			}
		}
	}
}

func TestTrackLinesOfNothing(t *testing.T) {
	if v := linesOf(t); v.Type != "FeatureCollection" || len(v.Features) != 0 {
		t.Errorf("%+v", v)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestTrackLinesTellAFullDisk(t *testing.T) {
	w := NewTrackLines(fullDisk{})
	k := at(1, 1, 50, 20)
	if err := w.Write(&k); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err == nil {
		t.Error("no error from a disk that takes nothing")
	}
}
