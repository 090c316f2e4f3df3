package feed

import (
	"bytes"
	"net"
	"slices"
	"testing"
	"time"

	"entente"
	"entente/modes"
)

// flight writes the squitters of one aircraft as Beast, the i-th where keep says so.
func flight(t testing.TB, address uint32, n int, keep func(i int) bool) []byte {
	t.Helper()
	x := modes.Fixed{Address: address, Capability: 5}
	var stream []byte
	for i := range n {
		if !keep(i) {
			continue
		}
		b := x.AirbornePosition(modes.Airborne{Lat: 54, Lon: 27 + float64(i)*0.0001, Altitude: 33000, HasAltitude: true}, i%2 == 1)
		f := modes.Frame{HasStamp: true, Stamp: uint64(i) * 6_000_000}
		if err := f.SetFrame(b[:]); err != nil {
			t.Fatal(err)
		}
		stream = modes.AppendBeast(stream, &f)
	}
	return stream
}

func networkRegistry(t testing.TB) *Registry {
	t.Helper()
	reg, err := NewRegistry([]entente.Sensor{{Name: "adsb", Kind: entente.ADSB, Lat: 54 * radian, Lon: 27 * radian}, {Name: "other", Kind: entente.ADSB}})
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

// serve gives every connection of a listener the same bytes and leaves it open.
func serve(t testing.TB, b []byte) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var open []net.Conn
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open = append(open, c)
			if _, err := c.Write(b); err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
		for _, c := range open {
			_ = c.Close()
		}
	})
	return "tcp://" + l.Addr().String()
}

// TestReceiversOfOneSensorCountOnce: three feeds hear the same aircraft, each with losses; every squitter makes one plot.
func TestReceiversOfOneSensorCountOnce(t *testing.T) {
	const n = 148
	reg := networkRegistry(t)
	var sinks []*sinkhole
	var ends []func()
	var stats []*Stats
	for r := range 3 {
		url := serve(t, flight(t, 0x4BAB45, n, func(i int) bool { return i%4 != r }))
		s, st, end := running(t, Config{Name: "r" + string(rune('0'+r)), URL: url, Format: "beast", Sensor: "adsb"}, reg)
		sinks, ends, stats = append(sinks, s), append(ends, end), append(stats, st)
	}
	var plots []entente.Plot
	t.Cleanup(func() {
		if t.Failed() {
			for i := range stats {
				t.Logf("receiver %d: %d plots, %+v", i, len(sinks[i].all()), stats[i].Snapshot())
			}
		}
	})
	until(t, "all plots", func() bool {
		plots = plots[:0]
		for _, s := range sinks {
			plots = append(plots, s.all()...)
		}
		return len(plots) >= n-3 // the first ones, before an even and an odd one are there, tell no place
	})
	time.Sleep(50 * time.Millisecond) // copies would still come
	copies := int64(0)
	plots = plots[:0]
	for i, s := range sinks {
		ends[i]()
		plots = append(plots, s.all()...)
		copies += stats[i].Snapshot().Errors["receiver_copy"]
	}
	if len(plots) > n || copies < 3*(3*n/4)-n-5 {
		t.Errorf("%d plots of %d squitters, %d copies", len(plots), n, copies)
	}
	var lons []float64
	for _, p := range plots {
		lons = append(lons, p.Lon)
	}
	slices.Sort(lons)
	if u := slices.Compact(lons); len(u) != len(plots) {
		t.Errorf("%d plots at %d places", len(plots), len(u))
	}
}

// TestHalvesMeet: one receiver hears even positions alone, the other odd ones; only together do they tell a place.
func TestHalvesMeet(t *testing.T) {
	reg := networkRegistry(t)
	even, odd := serve(t, flight(t, 1, 40, func(i int) bool { return i%2 == 0 })), serve(t, flight(t, 1, 40, func(i int) bool { return i%2 == 1 }))
	a, _, endA := running(t, Config{Name: "a", URL: even, Format: "beast", Sensor: "adsb"}, reg)
	b, _, endB := running(t, Config{Name: "b", URL: odd, Format: "beast", Sensor: "adsb"}, reg)
	until(t, "a plot", func() bool { return len(a.all())+len(b.all()) > 0 })
	endA()
	endB()
}

// TestOtherSensorsStayApart: the same squitter is a plot of each sensor that heard it.
func TestOtherSensorsStayApart(t *testing.T) {
	reg := networkRegistry(t)
	url := serve(t, flight(t, 1, 40, func(int) bool { return true }))
	a, _, endA := running(t, Config{Name: "a", URL: url, Format: "beast", Sensor: "adsb"}, reg)
	b, _, endB := running(t, Config{Name: "b", URL: url, Format: "beast", Sensor: "other"}, reg)
	until(t, "plots of both", func() bool { return len(a.all()) >= 39 && len(b.all()) >= 39 })
	endA()
	endB()
}

// TestEveryFrameSurvivesTheWay: frames written as Beast, sent over TCP in odd pieces while other peers load the feed,
// come out as they went in, as plots of every position.
func TestEveryFrameSurvivesTheWay(t *testing.T) {
	const aircraft, each = 50, 200
	reg := networkRegistry(t)
	address := freePort(t, "tcp")
	sink, stats, end := running(t, Config{Name: "in", URL: "tcp-listen://" + address, Format: "beast", Sensor: "adsb"}, reg)
	var conns []net.Conn
	for p := range 4 {
		var c net.Conn
		until(t, "the feed to listen", func() bool {
			var err error
			c, err = net.Dial("tcp", address)
			return err == nil
		})
		conns = append(conns, c)
		var stream []byte
		for a := p; a < aircraft; a += 4 {
			stream = append(stream, flight(t, uint32(0x400000+a), each, func(int) bool { return true })...)
		}
		go func() {
			for r := bytes.NewReader(stream); r.Len() > 0; {
				piece := make([]byte, 1+r.Len()%1013)
				n, _ := r.Read(piece)
				if _, err := c.Write(piece[:n]); err != nil {
					return
				}
			}
		}()
	}
	want := aircraft * (each - 1)
	until(t, "all plots", func() bool { return len(sink.all()) >= want })
	for _, c := range conns {
		_ = c.Close()
	}
	end()
	s := stats.Snapshot()
	if len(sink.all()) != want || s.Messages != aircraft*each || s.Errors["parity"]+s.Errors["beast_resync"]+s.Errors["receiver_copy"] != 0 {
		t.Errorf("%d plots of %d, %d frames, %v", len(sink.all()), want, s.Messages, s.Errors)
	}
}
