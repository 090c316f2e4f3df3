package picture

import (
	"fmt"
	"math"
	"runtime"
	"syscall"
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

// BenchmarkSix is a second of one member's picture of n aircraft that six members see, states every 5 s: a fifth of
// all states comes in and a picture is made. Load is the share of one core that this takes at a picture a second, by
// processor time: others may use the machine meanwhile.
func BenchmarkSix(b *testing.B) {
	members := []entente.MemberID{"BLR", "RUS", "KAZ", "ARM", "KGZ", "TJK"}
	for _, n := range []int{2000, 5000, 10000, 20000, 40000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			x := newSix(n, members)
			for range 12 {
				x.second()
			}
			var before runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			b.ReportAllocs()
			b.ResetTimer()
			began := processorTime(b)
			for range b.N {
				x.second()
			}
			b.ReportMetric(float64(len(x.out)), "entries")
			b.ReportMetric((processorTime(b)-began)/float64(b.N), "load")
			b.ReportMetric(float64(before.HeapAlloc)/(1<<20), "MiB")
		})
	}
}

// processorTime is what this process has used, seconds.
func processorTime(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}

// six is n aircraft over a continent, of which each member has a track.
type six struct {
	p       *Picture
	members []entente.MemberID
	flights []flight
	labels  []entente.Label
	now     entente.Instant
	batch   []entente.Track
	out     []entente.Entry
}

func newSix(n int, members []entente.MemberID) *six {
	x := &six{p: New(Config{Member: members[0]}), members: members, now: start}
	for i := range n {
		f := flight{lat: 40 + 0.1*float64(i%200), lon: 20 + 0.3*float64(i/200), ve: 200, vn: float64(i%40) - 20, height: 3000 + 300*float64(i%25)}
		if i%10 > 0 {
			f.address = entente.Address(0x100000 + i)
		}
		x.flights = append(x.flights, f)
	}
	for _, m := range members {
		x.labels = append(x.labels, entente.Label{Origin: m, To: members})
	}
	return x
}

func (x *six) second() {
	x.now = x.now.Add(1)
	s := int(x.now.Sub(start))
	for m, member := range x.members {
		x.batch = x.batch[:0]
		for i := (s + m) % 5; i < len(x.flights); i += 5 {
			x.batch = append(x.batch, x.flights[i].track(entente.TrackID(i+1), x.now, 60*math.Sin(float64(i+7*m)), 60*math.Cos(float64(3*i+m))))
		}
		if m == 0 {
			x.p.Own(x.batch)
			continue
		}
		for from := 0; from < len(x.batch); from += 200 { // as many as come under one signature
			x.p.Partner(member, x.labels[m], x.now, x.batch[from:min(from+200, len(x.batch))])
		}
	}
	x.out = x.p.Entries(x.out[:0], x.now)
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
