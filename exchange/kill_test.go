package exchange

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"entente"
	"entente/keys"
)

// TestMain is also the owner that gets killed: with ENTENTE_OWNER set the test binary is a node.
func TestMain(m *testing.M) {
	if dir := os.Getenv("ENTENTE_OWNER"); dir != "" {
		fmt.Fprintln(os.Stderr, owner(dir))
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

// owner sends numbered items until it is killed, or only what waits when the folder has a file "stop".
func owner(dir string) error {
	self, err := keys.LoadIdentity(filepath.Join(dir, "node.key"))
	if err != nil {
		return err
	}
	roster, err := keys.LoadRoster(filepath.Join(dir, "roster"))
	if err != nil {
		return err
	}
	box, err := openDiskBox(filepath.Join(dir, "outbox"))
	if err != nil {
		return err
	}
	x, err := Start(Config{Self: self, Roster: roster, Dir: filepath.Join(dir, "link"), Listen: os.Getenv("ENTENTE_LISTEN"),
		Partners: []Partner{{Member: "ARM"}}, Outbox: box, Inbox: box})
	if err != nil {
		return err
	}
	for n := box.next(); ; n++ {
		if _, err := os.Stat(filepath.Join(dir, "stop")); err == nil {
			select {} // all that is left is to be killed
		}
		if _, err := x.Send(context.Background(), "ARM", "acts", "number", fmt.Appendf(nil, "acts %d", n), label("BLR", "ARM")); err != nil {
			return err
		}
	}
}

// diskBox is a Memory whose outbox stands in a file as well: one line of JSON an item, synced, and one an acknowledgement.
type diskBox struct {
	*Memory
	f *os.File
}

type diskLine struct {
	Item *Sealed
	Ack  *Sealed
}

func openDiskBox(path string) (*diskBox, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	b := &diskBox{NewMemory(1), f}
	in, good := bufio.NewReader(f), int64(0)
	for {
		line, err := in.ReadBytes('\n')
		var l diskLine
		if err != nil || json.Unmarshal(line, &l) != nil {
			break // the end, or a line that the kill cut short
		}
		good += int64(len(line))
		if s := l.Item; s != nil {
			b.pending = append(b.pending, *s)
			b.heads[address{s.To, s.Stream}] = Position{s.Epoch, s.Seq + 1, sha256.Sum256(s.Raw)}
		}
		if s := l.Ack; s != nil {
			b.Memory.Ack(context.Background(), s.To, s.Stream, s.Epoch, s.Seq)
		}
	}
	if err := f.Truncate(good); err != nil {
		return nil, err
	}
	_, err = f.Seek(good, 0)
	return b, err
}

func (b *diskBox) next() uint64 { return max(1, b.heads[address{"ARM", "acts"}].Seq) }

func (b *diskBox) write(l diskLine, sync bool) error {
	line, err := json.Marshal(l)
	if err != nil {
		return err
	}
	if _, err := b.f.Write(append(line, '\n')); err != nil || !sync {
		return err
	}
	return b.f.Sync()
}

func (b *diskBox) Append(ctx context.Context, to entente.MemberID, stream string, seal func(Position) ([]byte, error)) (Sealed, error) {
	return b.Memory.Append(ctx, to, stream, func(p Position) ([]byte, error) {
		raw, err := seal(p)
		if err != nil {
			return nil, err
		}
		return raw, b.write(diskLine{Item: &Sealed{to, stream, p.Epoch, p.Seq, raw}}, true)
	})
}

func (b *diskBox) Ack(ctx context.Context, to entente.MemberID, stream string, epoch, seq uint64) error {
	b.mu.Lock()
	err := b.write(diskLine{Ack: &Sealed{To: to, Stream: stream, Epoch: epoch, Seq: seq}}, false)
	b.mu.Unlock()
	if err != nil {
		return err
	}
	return b.Memory.Ack(ctx, to, stream, epoch, seq)
}

// TestOwnerIsKilled kills the owner's process in mid-sending, again and again: nothing is lost, doubled or out of order.
func TestOwnerIsKilled(t *testing.T) {
	t.Parallel()
	u := newUnion(t, "BLR", "ARM")
	dir := t.TempDir()
	must(t, u.nodes["BLR"].Save(filepath.Join(dir, "node.key")))
	must(t, u.roster.Save(filepath.Join(dir, "roster")))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	listen := ln.Addr().String()
	ln.Close()
	box := NewMemory(1)
	u.start(t, "ARM", box, nil, Partner{Member: "BLR", Address: listen})

	have := func() int { return len(box.Items("BLR")) }
	for range 4 {
		kill := runOwner(t, dir, listen)
		from := have()
		eventually(t, 20*time.Second, "a hundred more have come", func() bool { return have() >= from+100 })
		kill()
	}
	must(t, os.WriteFile(filepath.Join(dir, "stop"), nil, 0o600))
	kill := runOwner(t, dir, listen)
	defer kill()
	b, err := os.ReadFile(filepath.Join(dir, "outbox"))
	must(t, err)
	sent := strings.Count(string(b), `"Ack":null`)
	eventually(t, 20*time.Second, "all that was promised has come", func() bool { return have() >= sent })
	whole(t, box.Items("BLR"), "acts", sent)
	t.Logf("%d items over five lives of the owner", sent)
}

// runOwner starts the owner's process; the returned function kills it as the system would, without a warning.
func runOwner(t *testing.T, dir, listen string) (kill func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "ENTENTE_OWNER="+dir, "ENTENTE_LISTEN="+listen)
	cmd.Stderr = os.Stderr
	must(t, cmd.Start())
	return func() {
		cmd.Process.Kill()
		cmd.Wait()
	}
}
