package feed

import (
	"context"
	"math"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/net/ipv4"

	"entente"
	"entente/asterix"
	"entente/modes"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sinkhole keeps plots and tells when enough are there.
type sinkhole struct {
	mu    sync.Mutex
	plots []entente.Plot
}

func (s *sinkhole) take(p []entente.Plot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plots = append(s.plots, p...)
}

func (s *sinkhole) all() []entente.Plot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]entente.Plot(nil), s.plots...)
}

// until waits for a condition, up to five seconds.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// running starts a feed and returns what it gives, its counts, and how to end it.
func running(t testing.TB, c Config, reg *Registry) (*sinkhole, *Stats, func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s, stats, done := &sinkhole{}, &Stats{}, make(chan error, 1)
	go func() { done <- Run(ctx, c, reg, s.take, stats) }()
	return s, stats, func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the feed ended with %v", err)
		}
	}
}

// freePort returns a port of loopback that is free now.
func freePort(t testing.TB, network string) string {
	t.Helper()
	if network == "udp" {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.LocalAddr().String()
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// report48 builds a block with one Mode S target report at the time of day of now.
func report48(t testing.TB, now time.Time, rho, theta float64) []byte {
	t.Helper()
	e, err := asterix.Get(48, "")
	if err != nil {
		t.Fatal(err)
	}
	tod := now.UTC().Sub(now.UTC().Truncate(24 * time.Hour)).Seconds()
	b := asterix.NewBuilder(e)
	b.SetUint(asterix.Field(48, "010/SAC"), 25)
	b.SetUint(asterix.Field(48, "010/SIC"), 7)
	b.SetFloat(asterix.Field(48, "140"), tod)
	b.SetUint(asterix.Field(48, "020/TYP"), 5)
	b.SetFloat(asterix.Field(48, "040/RHO"), rho)
	b.SetFloat(asterix.Field(48, "040/THETA"), theta)
	dst := asterix.BeginBlock(nil, 48)
	dst, err = b.AppendRecord(dst)
	if err != nil {
		t.Fatal(err)
	}
	if err := asterix.EndBlock(dst, 0); err != nil {
		t.Fatal(err)
	}
	return dst
}

func radarRegistry(t testing.TB) *Registry {
	t.Helper()
	r, err := NewRegistry([]entente.Sensor{
		{Name: "R7", Kind: entente.ModeS, SAC: 25, SIC: 7},
		{Name: "rx", Kind: entente.ADSB, Feed: "beast"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// send gives a datagram to the feed until a plot is there: the socket may not be open yet.
func send(t testing.TB, to string, s *sinkhole) {
	t.Helper()
	conn, err := net.Dial("udp", to)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	until(t, "a plot", func() bool {
		conn.Write(report48(t, time.Now(), 50, 90)) // a refused datagram before the socket is open is no matter
		time.Sleep(5 * time.Millisecond)
		return len(s.all()) > 0
	})
	p := s.all()[0]
	if p.Sensor != 1 || p.Kind != entente.ModeS || !p.Is(entente.HasPolar) || p.Range != 50*1852 ||
		time.Since(p.Time.Time()).Abs() > 10*time.Second || time.Since(p.Arrival.Time()).Abs() > 10*time.Second {
		t.Errorf("%+v", p)
	}
}

func TestUnicast(t *testing.T) {
	port := freePort(t, "udp")
	s, stats, stop := running(t, Config{Name: "radars", URL: "udp://" + port}, radarRegistry(t))
	send(t, port, s)
	conn, err := net.Dial("udp", port)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// Noise, a truncated report, an unknown source: counted, and the feed goes on.
	good := report48(t, time.Now(), 60, 90)
	unknown := append([]byte(nil), good...)
	unknown[5] = 99 // SAC
	n := len(s.all())
	for _, b := range [][]byte{{1}, {0xFF, 0xFF, 0xFF, 0xFF}, good[:len(good)-2], unknown, good} {
		if _, err := conn.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "the good report after the bad ones", func() bool { return len(s.all()) > n })
	until(t, "the counts", func() bool { return stats.Snapshot().Errors["unknown_source"] > 0 })
	c := stats.Snapshot()
	if !c.Connected || c.Errors["block_length"]+c.Errors["block_header"] != 3 || len(c.Unknown) != 1 || c.Last["R7"] == 0 {
		t.Errorf("%+v", c)
	}
	stop()
	if stats.Snapshot().Connected {
		t.Error("a feed that ended is connected")
	}
}

func TestMulticast(t *testing.T) {
	s, _, stop := running(t, Config{Name: "radars", URL: "udp://239.192.77.1:18600", Interface: "lo"}, radarRegistry(t))
	defer stop()
	lo, err := net.InterfaceByName("lo")
	if err != nil || lo.Flags&net.FlagUp == 0 {
		t.Skip("no loopback interface named lo")
	}
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := ipv4.NewPacketConn(conn).SetMulticastInterface(lo); err != nil {
		t.Skipf("loopback does not multicast here: %v", err)
	}
	to := &net.UDPAddr{IP: net.IPv4(239, 192, 77, 1), Port: 18600}
	for deadline := time.Now().Add(2 * time.Second); len(s.all()) == 0; time.Sleep(5 * time.Millisecond) {
		if _, err := conn.WriteTo(report48(t, time.Now(), 50, 90), to); err != nil || time.Now().After(deadline) {
			t.Skipf("loopback does not multicast here: %v", err)
		}
	}
}

// beastPair is an even and an odd position squitter as a Beast stream.
func beastPair(lon float64) []byte {
	x := modes.Fixed{Address: 0x4BAB45, Capability: 5}
	var stream []byte
	for _, odd := range []bool{false, true} {
		b := x.AirbornePosition(modes.Airborne{Lat: 54, Lon: lon, Altitude: 33000, HasAltitude: true}, odd)
		f := modes.Frame{HasStamp: true, Stamp: 0x1A1A}
		if f.SetFrame(b[:]) == nil {
			stream = modes.AppendBeast(stream, &f)
		}
	}
	return stream
}

// TestBeastReconnects: a server that hangs up after every pair; the feed comes back by itself.
func TestBeastReconnects(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			c.Write(append([]byte("noise"), beastPair(27)...))
			c.Close()
		}
	}()
	s, stats, stop := running(t, Config{Name: "beast", URL: "tcp://" + ln.Addr().String()}, radarRegistry(t))
	until(t, "plots of two connections", func() bool { return len(s.all()) >= 2 })
	stop()
	ln.Close()
	<-served
	c := stats.Snapshot()
	if c.Connects < 2 || c.Errors["connection"] < 1 || c.Errors["beast_resync"] < 2 || c.Connected {
		t.Errorf("%+v", c)
	}
	p := s.all()[0]
	if p.Sensor != 2 || p.Kind != entente.ADSB || p.Address != 0x4BAB45 || math.Abs(p.Lat/radian-54) > 1e-4 || p.Arrival == 0 || p.Time > p.Arrival || p.Arrival-p.Time > entente.Second {
		t.Errorf("%+v", p)
	}
}

func TestListenTakesSeveralPeers(t *testing.T) {
	port := freePort(t, "tcp")
	s, stats, stop := running(t, Config{Name: "beast", URL: "tcp-listen://" + port}, radarRegistry(t))
	var conns []net.Conn
	for i := range 3 {
		var c net.Conn
		until(t, "the listener", func() bool {
			var err error
			c, err = net.Dial("tcp", port)
			return err == nil
		})
		conns = append(conns, c)
		if _, err := c.Write(beastPair(27 + float64(i)*0.001)); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "the plots of all peers, who share a sky", func() bool { return len(s.all()) == 5 })
	if c := stats.Snapshot(); c.Connects != 3 || !c.Connected {
		t.Errorf("%+v", c)
	}
	for _, c := range conns {
		c.Close()
	}
	until(t, "the peers to be gone", func() bool { return !stats.Snapshot().Connected })
	stop()
}

func TestTextByTCP(t *testing.T) {
	for format, text := range map[string]string{
		"avr": "rubbish\n*8D40621D58C382D690C8AC2863A7;\n*8D40621D58C386435CC412692AD6;\n",
		"sbs": "rubbish\r\nMSG,3,1,1,4249B5,1,2018/04/03,19:02:28.360,2018/04/10,21:24:39.437,,7000,,,54.1,27.2,,,0,,-1,0\r\n",
	} {
		port := freePort(t, "tcp")
		s, stats, stop := running(t, Config{Name: "beast", URL: "tcp-listen://" + port, Format: format}, radarRegistry(t))
		var c net.Conn
		until(t, "the listener", func() bool {
			var err error
			c, err = net.Dial("tcp", port)
			return err == nil
		})
		if _, err := c.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		until(t, format+" plot", func() bool { return len(s.all()) == 1 })
		c.Close()
		stop()
		if c := stats.Snapshot(); c.Errors["avr_line"]+c.Errors["sbs_line"] != 1 {
			t.Errorf("%s: %+v", format, c)
		}
	}
}

func TestFeedsThatCannotWork(t *testing.T) {
	busy, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	for _, c := range []Config{
		{Name: "x"}, {Name: "x", URL: "http://h:1"}, {Name: "x", URL: "udp://127.0.0.1"}, {Name: "x", URL: "/no/such/file"},
		{Name: "x", URL: "udp://127.0.0.1:0", Format: "beast"}, {Name: "x", URL: "tcp://127.0.0.1:1", Format: "rff"}, {Name: "x", URL: "tcp://127.0.0.1:1", Format: "asterix", Editions: []string{"21=9.9"}},
		{Name: "beast", URL: "tcp://127.0.0.1:1", Sensor: "nobody"}, {Name: "x", URL: "udp://239.0.0.1:18601", Interface: "nosuch0"},
		{Name: "x", URL: "udp://127.0.0.1:0", Editions: []string{"21=9.9"}}, {Name: "x", URL: "udp://" + busy.LocalAddr().String()},
	} {
		if err := Run(context.Background(), c, radarRegistry(t), func([]entente.Plot) {}, nil); err == nil {
			t.Errorf("%+v began", c)
		}
	}
}

// leap is a clock that jumps to whatever it is asked to wait for, and remembers the waits.
type leap struct {
	mu    sync.Mutex
	now   entente.Instant
	waits []time.Duration
}

func (l *leap) Now() entente.Instant {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

func (l *leap) After(d time.Duration) <-chan time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now += entente.Instant(d)
	l.waits = append(l.waits, d)
	c := make(chan time.Time, 1)
	c <- l.now.Time()
	return c
}

func TestReplayKeepsPace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plots.csv")
	table := "time_s,sensor,range_m,azimuth_deg\n0,R7,1000,10\n2,R7,1000,20\n2.001,R7,1000,30\n10,R7,1000,40\n5000,R7,1000,50\n5001,R7,1000,60\n"
	if err := os.WriteFile(path, []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	start := entente.At(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	for _, c := range []struct {
		speed  float64
		rebase bool
		last   float64 // seconds of the clock at the end
	}{{1, false, 11}, {10, true, 1.1}, {0, true, 0}} {
		clock := &leap{now: start}
		var s sinkhole
		err := Run(context.Background(), Config{Name: "x", URL: "file://" + path, Speed: c.speed, Rebase: c.rebase, Clock: clock}, radarRegistry(t), s.take, nil)
		if err != nil || len(s.plots) != 6 {
			t.Fatalf("%d plots, %v", len(s.plots), err)
		}
		if got := clock.now.Sub(start); math.Abs(got-c.last) > 0.03 {
			t.Errorf("speed %v: played in %v s, want %v (the long silence is jumped over)", c.speed, got, c.last)
		}
		if c.rebase && (s.plots[0].Time != start || math.Abs(s.plots[3].Time.Sub(start)-10) > 1e-6) {
			t.Errorf("rebased to %v, %v", s.plots[0].Time, s.plots[3].Time)
		}
	}
}

// TestReplayStops: a replay that would take hours ends with its context.
func TestReplayStops(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plots.csv")
	if err := os.WriteFile(path, []byte("time_s,sensor,lat,lon\n0,R7,54,27\n500,R7,54,27\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, _, stop := running(t, Config{Name: "x", URL: path, Speed: 1}, radarRegistry(t))
	until(t, "the first plot", func() bool { return len(s.all()) == 1 })
	stop()
}

// TestBlocksByTCP: a site that sends ASTERIX by TCP, in pieces that are no blocks, bare or with ORADIS headers.
func TestBlocksByTCP(t *testing.T) {
	for _, format := range []string{"asterix", "oradis"} {
		port := freePort(t, "tcp")
		s, stats, stop := running(t, Config{Name: "site", URL: "tcp-listen://" + port, Format: format}, radarRegistry(t))
		var c net.Conn
		until(t, "the listener", func() bool {
			var err error
			c, err = net.Dial("tcp", port)
			return err == nil
		})
		var stream []byte
		for range 3 {
			block := report48(t, time.Now(), 50, 90)
			if format == "oradis" {
				stream = append(stream, 0, byte(len(block)+6), 1, 2, 3, 4)
			}
			stream = append(stream, block...)
		}
		for _, b := range stream {
			if _, err := c.Write([]byte{b}); err != nil {
				t.Fatal(err)
			}
		}
		until(t, "three plots", func() bool { return len(s.all()) == 3 })
		c.Close()
		stop()
		if k := stats.Snapshot(); k.Bytes != int64(len(stream)) || k.Records != 3 {
			t.Errorf("%s: %+v", format, k)
		}
	}
}
