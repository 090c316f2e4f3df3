package feed

import (
	"net"
	"runtime"
	"testing"
	"time"

	"entente"
)

// TestDroppedDatagramsAreCounted: a sink that stands still lets the kernel's buffer overflow; what was lost is told afterwards.
func TestDroppedDatagramsAreCounted(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells what it drops")
	}
	report := report48(t, time.Now(), 50, 90)
	big := make([]byte, 60_000) // a private category: one record, quickly read
	big[0], big[1], big[2] = 253, byte(len(big)>>8), byte(len(big)&0xFF)
	port := freePort(t, "udp")
	release := make(chan struct{})
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
	if _, err := conn.Write(report); err != nil { // the sink stands still with its plot
		t.Fatal(err)
	}
	const sent = 800 // of 60 kB: beyond any buffer asked for
	for range sent {
		if _, err := conn.Write(big); err != nil {
			t.Fatal(err)
		}
	}
	close(release)
	until(t, "the count of lost datagrams", func() bool {
		if _, err := conn.Write(report); err != nil {
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
