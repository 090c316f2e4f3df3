package feed

import (
	"encoding/binary"
	"net"
	"syscall"
)

// overflow is the socket option by which Linux tells with each datagram how many it has dropped so far, as nobody read them in time
// (SO_RXQ_OVFL, socket(7)).
const overflow = 40

// controlSize is the room for what the kernel says with a datagram.
const controlSize = 64

// tellDrops asks the kernel to count what it drops.
func tellDrops(conn *net.UDPConn) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { // without it nothing is counted, which is no reason not to read
		_ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, overflow, 1)
	})
}

// drops reads the number of datagrams dropped so far; false when the kernel says nothing.
func drops(control []byte) (uint32, bool) {
	if len(control) == 0 {
		return 0, false
	}
	list, err := syscall.ParseSocketControlMessage(control)
	if err != nil {
		return 0, false
	}
	for _, m := range list {
		if m.Header.Level == syscall.SOL_SOCKET && m.Header.Type == overflow && len(m.Data) >= 4 {
			return binary.NativeEndian.Uint32(m.Data), true
		}
	}
	return 0, false
}
