package feed

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"golang.org/x/net/ipv4"

	"entente"
)

const (
	udpBatch      = 32
	datagramLimit = 1 << 16
	socketBuffer  = 4 << 20 // what the kernel holds while a sink is slow
)

// udp reads datagrams until ctx ends: many a system call when many wait, one batch of plots each.
func (l *live) udp(ctx context.Context) error {
	conn, err := l.openUDP(ctx)
	if err != nil {
		return fmt.Errorf("opening feed %s: %w", l.name, err)
	}
	defer conn.Close()                                      // it was only read
	stop := context.AfterFunc(ctx, func() { conn.Close() }) // reading then fails, which ends the feed
	defer stop()
	l.stats.connected(true)
	defer l.stats.connected(false)
	pc := ipv4.NewPacketConn(conn) // reads batches from an IPv6 socket as well
	messages := make([]ipv4.Message, udpBatch)
	for i := range messages {
		messages[i].Buffers, messages[i].OOB = [][]byte{make([]byte, datagramLimit)}, make([]byte, controlSize)
	}
	clock := l.c.clock()
	for {
		n, err := pc.ReadBatch(messages, 0)
		if err != nil {
			if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return nil
			}
			l.tally.refuse("socket")
			l.tally.text = err.Error()
			l.flush()
			select { // an error that stays must not spin
			case <-time.After(100 * time.Millisecond):
			case <-ctx.Done():
				return nil
			}
			continue
		}
		l.take(messages[:n], clock.Now())
	}
}

func (l *live) take(messages []ipv4.Message, now entente.Instant) {
	for i := range messages {
		l.radar.datagram(messages[i].Buffers[0][:messages[i].N], now)
		if n, ok := drops(messages[i].OOB[:messages[i].NN]); ok && n != l.dropped {
			l.tally.refuseMany("kernel_dropped", int64(n-l.dropped))
			l.dropped = n
		}
	}
	l.flush()
}

// openUDP binds a socket, and joins the group when the address is one.
func (l *live) openUDP(ctx context.Context) (*net.UDPConn, error) {
	addr, err := net.ResolveUDPAddr("udp", l.host)
	if err != nil {
		return nil, err
	}
	var conn *net.UDPConn
	if addr.IP.IsMulticast() {
		var ifi *net.Interface
		if l.c.Interface != "" {
			if ifi, err = net.InterfaceByName(l.c.Interface); err != nil {
				return nil, fmt.Errorf("interface %q: %w", l.c.Interface, err)
			}
		}
		conn, err = net.ListenMulticastUDP("udp", ifi, addr)
	} else {
		var pc net.PacketConn
		var lc net.ListenConfig
		if pc, err = lc.ListenPacket(ctx, "udp", l.host); err == nil {
			conn = pc.(*net.UDPConn)
		}
	}
	if err != nil {
		return nil, err
	}
	if err := conn.SetReadBuffer(socketBuffer); err != nil {
		l.tally.refuse("socket_buffer") // the system's limit stays: datagrams may be lost under load
	}
	tellDrops(conn)
	return conn, nil
}
