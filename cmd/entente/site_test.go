package main

import (
	"context"
	"sync"
	"testing"
	"time"

	"entente"
	"entente/feed"
	"entente/modes"
	"entente/publish"
)

func TestParseSite(t *testing.T) {
	for s, want := range map[string]bool{"53.88,28.03": true, " -33.9 , 151.2 ": true, "53.88": false, "91,0": false, "0,181": false, "NaN,0": false, "a,b": false, "": false} {
		lat, lon, err := parseSite(s)
		if (err == nil) != want {
			t.Errorf("%q: %v %v %v", s, lat, lon, err)
		}
	}
}

// TestBeastServedIsBeastRead: a picture served as Beast and read by a feed of another node gives the same aircraft at the
// same places, marked as computed, while the server is under load.
func TestBeastServedIsBeastRead(t *testing.T) {
	const aircraft, rounds = 200, 10
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	server, err := publish.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	reg, err := feed.NewRegistry([]entente.Sensor{{Name: "picture", Kind: entente.ADSB}})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	seen := map[entente.Address]int{}
	far := 0
	var stats feed.Stats
	done := make(chan error, 1)
	go func() {
		done <- feed.Run(ctx, feed.Config{Name: "in", URL: "tcp://" + server.Addr().String(), Format: "beast", Sensor: "picture"}, reg, func(plots []entente.Plot) {
			mu.Lock()
			defer mu.Unlock()
			for i := range plots {
				p := &plots[i]
				seen[p.Address]++
				lat, lon := place(int(p.Address - 0x400000))
				if modes.Distance(p.Lat*degrees, p.Lon*degrees, lat, lon) > 15 || p.Kind != entente.MLAT {
					far++
				}
			}
		}, &stats)
	}()
	deadline := time.Now().Add(8 * time.Second)
	for stats.Snapshot().Connects == 0 && time.Now().Before(deadline) {
		time.Sleep(5 * time.Millisecond)
	}
	for range rounds {
		var b []byte
		for i := range aircraft {
			lat, lon := place(i)
			e := entente.Entry{Track: entente.Track{Address: entente.Address(0x400000 + i), Lat: lat / degrees, Lon: lon / degrees, VE: 100, VN: 100}}
			b = publish.AppendBeast(b, &e, 0)
		}
		server.Broadcast(b)
		time.Sleep(250 * time.Millisecond) // as a picture is sent again, not within the window of copies
	}
	all := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(seen) == aircraft
	}
	for !all() && time.Now().Before(deadline) {
		time.Sleep(5 * time.Millisecond)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	_ = server.Close()
	mu.Lock()
	defer mu.Unlock()
	s := stats.Snapshot()
	if len(seen) != aircraft || far > 0 || s.Errors["parity"]+s.Errors["beast_resync"] > 0 {
		t.Errorf("%d of %d aircraft, %d plots elsewhere, %v", len(seen), aircraft, far, s.Errors)
	}
}

const degrees = 57.29577951308232

func place(i int) (lat, lon float64) { return 50 + float64(i%20)*0.2, 20 + float64(i/20)*0.3 }
