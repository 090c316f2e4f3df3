package demo_test

import (
	"context"
	"embed"
	"os"
	"testing"
	"time"

	"entente"
	"entente/council"
	"entente/node/demo"
	"entente/sim"
)

//go:embed testdata
var testdata embed.FS

// policies of the plain: Alfa shows everything to Bravo, nothing but council business to Charlie.
var policies = map[entente.MemberID]string{
	"ALF": "rules:\n  - {name: council, to: all, kinds: [council]}\n  - {name: neighbour, to: [BRA], kinds: [track, alert]}\n",
	"BRA": "rules:\n  - {name: council, to: all, kinds: [council]}\n  - {name: neighbour, to: [ALF], kinds: [track]}\n",
	"CHA": "rules:\n  - {name: council, to: all, kinds: [council]}\n",
}

// plain starts the three states with clocks five times as fast.
func plain(t *testing.T) *demo.Demo {
	t.Helper()
	read := func(name string) []byte {
		b, err := testdata.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	org, err := council.ParseOrganisation("organisation.yaml", read("organisation.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	scenario, err := sim.ParseScenario("scenario.yaml", read("scenario.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "entente-plain-")
	if err != nil {
		t.Fatal(err)
	}
	d, err := demo.Start(t.Context(), demo.Options{Dir: dir, Begin: time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC), Speed: 5, Example: demo.Example{
		Organisation: org, Scenario: scenario, Borders: read("borders.geojson"),
		Policy: func(m entente.MemberID) ([]byte, error) { return []byte(policies[m]), nil },
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		os.RemoveAll(dir)
	})
	return d
}

// eventually waits until f says yes.
func eventually(t *testing.T, within time.Duration, what string, f func() bool) {
	t.Helper()
	deadline := time.Now().Add(within)
	for !f() {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", within, what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func ctx(t *testing.T) context.Context {
	c, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return c
}
