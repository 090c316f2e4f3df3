package picture

import (
	"fmt"
	"testing"

	"entente"
)

// traffic is n aircraft over half a continent, seen by us and, every second one, by a partner.
func traffic(n int, at entente.Instant) (own, theirs []entente.Track) {
	for i := range n {
		f := flight{lat: 40 + 0.13*float64(i%150), lon: 20 + 0.4*float64(i/150), ve: 200, vn: float64(i%40) - 20,
			height: 3000 + 300*float64(i%25)}
		if i%3 > 0 {
			f.address = entente.Address(0x100000 + i)
		}
		own = append(own, f.track(entente.TrackID(i+1), at, 0, 0))
		if i%2 == 0 {
			theirs = append(theirs, f.track(entente.TrackID(i+1), at.Add(-1), 200, -100))
		}
	}
	return own, theirs
}

func BenchmarkPicture(b *testing.B) {
	for _, n := range []int{2000, 20000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := New(Config{Member: "BLR"})
			own, theirs := traffic(n, start)
			var out []entente.Entry
			b.ReportAllocs()
			for k := range b.N {
				now := start.Add(float64(k))
				for i := range own {
					own[i].Time, own[i].Updated = now, now
				}
				for i := range theirs {
					theirs[i].Time, theirs[i].Updated = now, now
				}
				p.Own(own)
				p.Partner("RUS", toAll("RUS"), now, theirs)
				out = p.Entries(out[:0], now)
			}
			b.ReportMetric(float64(len(out)), "entries")
		})
	}
}

func TestSteadyPictureAllocatesNothing(t *testing.T) {
	p := New(Config{Member: "BLR"})
	own, theirs := traffic(300, start)
	label := toAll("RUS")
	var out []entente.Entry
	round := func() {
		p.Own(own)
		p.Partner("RUS", label, start, theirs)
		out = p.Entries(out[:0], start.Add(1))
	}
	for range 5 {
		round()
	}
	if n := testing.AllocsPerRun(20, round); n > 0 {
		t.Errorf("%g allocations a picture", n)
	}
	if len(out) != 300 {
		t.Errorf("%d entries of 300 aircraft", len(out))
	}
}
