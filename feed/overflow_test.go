package feed

import (
	"net"
	"runtime"
	"sync"
	"testing"
	"time"

	"entente"
)

// TestDroppedDatagramsAreCounted: a sink that stands still lets the kernel's buffer overflow; what was lost is told afterwards.
func TestDroppedDatagramsAreCounted(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells what it drops")
	}
	datagrams := report48(t, time.Now(), 50, 90)
	big := make([]byte, 0, 60_000)
	for len(big)+len(datagrams) < cap(big) {
		big = append(big, datagrams...)
	}
	port := freePort(t, "udp")
	release := make(chan struct{})
	var once sync.Once
	stats, done := &Stats{}, make(chan error, 1)
	ctx := t.Context()
	go func() {
		done <- Run(ctx, Config{Name: "x", URL: "udp://" + port}, radarRegistry(t), func([]entente.Plot) { <-release }, stats)
	}()
	until(t, "the socket", func() bool { return stats.Snapshot().Connected })
	conn, err := net.Dial("udp", port)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const sent = 800 // of 60 kB: beyond any buffer asked for
	for range sent {
		if _, err := conn.Write(big); err != nil {
			t.Fatal(err)
		}
	}
	once.Do(func() { close(release) })
	until(t, "the count of lost datagrams", func() bool {
		if _, err := conn.Write(datagrams); err != nil {
			t.Fatal(err)
		}
		return stats.Snapshot().Errors["kernel_dropped"] > 0
	})
	if s := stats.Snapshot(); s.Errors["kernel_dropped"] >= sent {
		t.Errorf("%+v", s)
	}
}

// TestMulticastIPv6 joins a group of IPv6 on the loopback interface.
func TestMulticastIPv6(t *testing.T) {
	ifi, err := net.InterfaceByName("lo")
	if err != nil {
		t.Skip("no loopback interface of that name")
	}
	free, err := net.ListenPacket("udp6", "[::1]:0")
	if err != nil {
		t.Skipf("no IPv6 here: %v", err)
	}
	_, port, _ := net.SplitHostPort(free.LocalAddr().String())
	free.Close()
	out, err := net.Dial("udp6", net.JoinHostPort("ff11::8600%"+ifi.Name, port))
	if err != nil {
		t.Skipf("no multicast of IPv6 here: %v", err)
	}
	defer out.Close()
	s, stats, stop := running(t, Config{Name: "x", URL: "udp://[ff11::8600]:" + port, Interface: "lo"}, radarRegistry(t))
	defer stop()
	until(t, "the socket", func() bool { return stats.Snapshot().Connected })
	until(t, "a plot", func() bool {
		if _, err := out.Write(report48(t, time.Now(), 50, 90)); err != nil {
			t.Skipf("no multicast of IPv6 here: %v", err)
		}
		return len(s.all()) > 0
	})
}
