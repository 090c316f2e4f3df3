//go:build !linux

package feed

import "net"

// controlSize is the room for what the kernel says with a datagram: nothing here.
const controlSize = 0

func tellDrops(*net.UDPConn) {}

func drops([]byte) (uint32, bool) { return 0, false }
