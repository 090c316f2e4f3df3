package exchange

import (
	"testing"
	"time"

	"entente"
)

func TestItemsAndTracksBothWays(t *testing.T) {
	t.Parallel()
	u := newUnion(t, "BLR", "ARM")
	type got struct {
		from   entente.MemberID
		tracks []entente.Track
	}
	heard := make(chan got, 16)
	hear := func(c *Config) {
		c.OnLive = func(from entente.MemberID, _ entente.Label, tracks []entente.Track, _ entente.Instant) {
			heard <- got{from, append([]entente.Track{}, tracks...)}
		}
	}
	boxA, boxB := NewMemory(1), NewMemory(1)
	a := u.start(t, "BLR", boxA, hear, Partner{Member: "ARM"})
	b := u.start(t, "ARM", boxB, hear, Partner{Member: "BLR", Address: a.Addr()})
	must(t, a.Connect("ARM", b.Addr()))

	send(t, a, "BLR", "ARM", "acts", 1, 50)
	send(t, b, "ARM", "BLR", "acts", 1, 30)
	send(t, a, "BLR", "ARM", "alerts", 1, 20)
	eventually(t, 5*time.Second, "all items are there", func() bool {
		return len(boxB.Items("BLR")) == 70 && len(boxA.Items("ARM")) == 30
	})
	whole(t, boxB.Items("BLR"), "acts", 50)
	whole(t, boxB.Items("BLR"), "alerts", 20)
	whole(t, boxA.Items("ARM"), "acts", 30)

	eventually(t, 5*time.Second, "both listen", func() bool {
		la, lb := a.Links()[0], b.Links()[0]
		return la.State == Current && lb.State == Current && la.Reads && lb.Reads
	})
	tracks := sampleTracks(450, "BLR")
	eventually(t, 5*time.Second, "live interest is known", func() bool { l, _ := a.carrier.audience("ARM"); return l })
	must(t, a.SendLive("ARM", tracks, label("BLR", "ARM")))
	n := 0
	for n < 450 {
		select {
		case g := <-heard:
			if g.from != "BLR" || g.tracks[0].Origin != "BLR" || g.tracks[0].ID != tracks[n].ID {
				t.Fatalf("heard track %d of %s, want %d", g.tracks[0].ID, g.tracks[0].Origin, tracks[n].ID)
			}
			n += len(g.tracks)
		case <-time.After(3 * time.Second):
			t.Fatalf("heard %d tracks of 450: %+v", n, b.Links())
		}
	}
	l := b.Links()[0]
	if l.RecvLive != 3 || l.Tracks != 450 || l.LostLive != 0 || len(l.Refused) != 0 || l.Received != 70 || l.Clock > 0 || l.Clock < -1 {
		t.Errorf("link: %+v", l)
	}
}

func sampleTracks(n int, m entente.MemberID) []entente.Track {
	list := make([]entente.Track, n)
	now := entente.At(time.Now())
	for i := range list {
		t := entente.Track{ID: entente.TrackID(i + 1), Origin: m, State: entente.Confirmed, Started: now - 60*entente.Second,
			Time: now, Updated: now, Lat: 0.9 + float64(i)*1e-4, Lon: 0.5 - float64(i)*1e-4, Height: 10_000, VE: 200, VN: -30,
			Address: entente.Address(0x510000 + i), ModeA: 0o1234, Callsign: entente.MakeCallsign("BRU123"), Sensors: 5, Plots: 9, Quality: 12}
		t.Has = entente.HasModeA | entente.HasPressureAltitude
		t.PressureAltitude = 9_800
		for k := range 6 {
			t.Covariance.Set(k, k, float64(100*(k+1)))
		}
		list[i] = t
	}
	return list
}
