package publish

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"entente"
	"entente/geo"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// now is 2023-11-14T22:13:20.5Z.
const now = entente.Instant(1_700_000_000_500_000_000)

// golden compares got with testdata/name, or rewrites that with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; run go test ./publish -update and look at the difference\n%s", path, got)
	}
}

// picture has one entry of each sort that the formats tell apart.
func picture() []entente.Entry {
	airliner := track(11, 1_700_000_000)
	airliner.Address, airliner.Callsign, airliner.ModeA, airliner.VU = 0x510001, entente.MakeCallsign("BRU862"), 0o1234, 5
	airliner.Has = entente.HasAltitude | entente.HasPressureAltitude | entente.HasModeA | entente.HasSPI
	airliner.PressureAltitude, airliner.Height, airliner.Plots, airliner.Sensors = 9144, 9200, 321, 3

	distress := track(12, 1_699_999_998)
	distress.Address, distress.ModeA, distress.PressureAltitude, distress.State = 0x154A3B, entente.Emergency, 3048, entente.Coasting
	distress.Has, distress.Origin, distress.VE, distress.VN = entente.HasPressureAltitude|entente.HasModeA, "RUS", -100, 0
	distress.Lat, distress.Lon = geo.Radians(66.5), geo.Radians(-179.9)

	primary := track(13, 1_700_000_000)
	primary.Has, primary.Lat, primary.Lon, primary.VE, primary.VN, primary.Sensors = 0, geo.Radians(-12.3456789), geo.Radians(0.5), 0, -60, 1

	ground := track(14, 1_700_000_000)
	ground.Address, ground.Has, ground.VE, ground.VN, ground.Callsign = 0x400001, entente.HasSurface, 5, 0, entente.MakeCallsign("EZY1")

	anonymous := track(15, 1_700_000_000)
	anonymous.Address, anonymous.Callsign = 0x123456|entente.AddressNonICAO, entente.MakeCallsign(`A"<&`+"\x01")

	tentative, ended := track(16, 1_700_000_000), track(17, 1_700_000_000)
	tentative.State, ended.State = entente.Tentative, entente.Ended

	var list []entente.Entry
	for i, k := range []entente.Track{airliner, distress, primary, ground, anonymous, tentative, ended} {
		e := entente.Entry{Number: uint32(i + 1), Track: k, Contributions: []entente.Contribution{{Member: k.Origin, Track: k.ID, Time: k.Time}}}
		e.Identification.Identity = []entente.Identity{entente.Neutral, entente.Friend, entente.Unknown, entente.AssumedFriend, entente.Suspect, 0, 0}[i]
		list = append(list, e)
	}
	list[0].Identification.Criterion = "ADS-B with a member's registration"
	list[0].Contributions = append(list[0].Contributions, entente.Contribution{Member: "RUS", Track: 5})
	list[1].Conflict = "mode A 7700 by RUS, 1000 by BLR"
	return list
}
