package web

import (
	"net/netip"
	"strings"
	"testing"
)

// FuzzHostAllowed: whatever a request calls this node, it is let in by an address literal, localhost or a given name alone.
func FuzzHostAllowed(f *testing.F) {
	for _, s := range []string{"", "localhost", "localhost.", "a.localhost:1", "127.0.0.1:80", "[::1]:80", "[::1", "::1", "[fe80::1%25eth0]:80", "evil.example", "127.0.0.1.evil.example", "node.example:8080", "1", "0x7f.1", "localhost:evil.example", "a:b:c", "[[::1]]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, host string) {
		if !hostAllowed(host, []string{"node.example"}) {
			return
		}
		lower := strings.ToLower(host)
		if strings.Contains(lower, "localhost") || strings.Contains(lower, "node.example") {
			return
		}
		literal := strings.Trim(lower, "[].")
		if _, err := netip.ParseAddr(literal); err == nil {
			return
		}
		if i := strings.LastIndexByte(lower, ':'); i >= 0 {
			if _, err := netip.ParseAddr(strings.Trim(lower[:i], "[].")); err == nil {
				return
			}
		}
		t.Errorf("%q was let in", host)
	})
}
