package web_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"entente/web"
)

// TestManyAtOnce has readers, writers and streams work on the same server while pictures are taken; the race detector
// and the answers' states are the proof.
func TestManyAtOnce(t *testing.T) {
	s := newSite(t)
	paths := []string{"/api/picture?limit=60", "/data/aircraft.json", "/api/tracks.geojson", "/api/tracks/20", "/api/tracks/20/trail", "/api/alerts", "/api/consultations", "/api/records/csc/entries", "/metrics", "/api/self"}
	streams := []*stream{dial(t, s, ""), dial(t, s, "?as=KAZ")}
	until := time.Now().Add(2200 * time.Millisecond)
	var all sync.WaitGroup
	for k := range 8 {
		all.Go(func() {
			for i := 0; time.Now().Before(until); i++ {
				path := paths[(i+k)%len(paths)]
				if status, b := s.call(t, "GET", path, "", ""); status != 200 {
					t.Errorf("GET %s: %d %.200s", path, status, b)
				}
			}
		})
	}
	all.Go(func() {
		for i := 0; time.Now().Before(until); i++ {
			body := fmt.Sprintf(`{"body":"csc","question":"Question number %d?"}`, i)
			if status, b := s.call(t, "POST", "/api/consultations", officer, body); status != 200 {
				t.Errorf("POST: %d %.200s", status, b)
			}
			time.Sleep(50 * time.Millisecond)
		}
	})
	all.Wait()
	for _, st := range streams {
		var e web.Event
		for e.Topic != web.TopicCouncil {
			st.json(&e)
		}
	}
}

// TestAnActIsToldAtOnce: the hub does not wait for its next look after an act made here.
func TestAnActIsToldAtOnce(t *testing.T) {
	s := newSite(t)
	st := dial(t, s, "")
	for i := range 3 {
		start := time.Now()
		if status, b := s.call(t, "POST", "/api/consultations", officer, `{"body":"csc","question":"How fast?"}`); status != 200 {
			t.Fatalf("%d %s", status, b)
		}
		var e web.Event
		for e.Topic != web.TopicRecord {
			st.json(&e)
		}
		if d := time.Since(start); d > 400*time.Millisecond {
			t.Errorf("act %d was told after %v", i, d)
		}
		time.Sleep(time.Duration(100*i) * time.Millisecond) // at another place between two looks
	}
}
