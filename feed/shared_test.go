package feed

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"entente"
)

// sharedFile returns the path of a file of the shared data, or skips the test.
func sharedFile(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("ENTENTE_SHARED")
	if dir == "" {
		dir = "../../shared"
	}
	p := filepath.Join(dir, "data", name)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("no shared data here: %v", err)
	}
	return p
}

func readShared(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(sharedFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// open registry: every source becomes a sensor near Barcelona.
func openRegistry(t testing.TB) *Registry {
	t.Helper()
	r, err := NewRegistry(nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Default = &entente.Sensor{Kind: entente.ModeS, Lat: 41.297 * radian, Lon: 2.078 * radian}
	return r
}

// plotsOf reads bytes into plots.
func plotsOf(t testing.TB, name string, data []byte, o Options, reg *Registry) ([]entente.Plot, Snapshot) {
	t.Helper()
	var plots []entente.Plot
	var stats Stats
	err := ReadPlots(name, bytes.NewReader(data), o, reg, func(p []entente.Plot) { plots = append(plots, p...) }, &stats)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return plots, stats.Snapshot()
}
