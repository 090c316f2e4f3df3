package exchange

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"entente"
)

// TestSyncerSyncsWhatChanged: each changed block once, the folder when a block is new, the stream's description once.
func TestSyncerSyncsWhatChanged(t *testing.T) {
	dir := t.TempDir()
	s := newSyncer(dir, "LINK_ARM")
	if err := s.sync(); err == nil {
		t.Error("without a stream nothing is synced, and that goes unseen")
	}
	must(t, os.MkdirAll(s.msgs, 0o700))
	if err := s.sync(); err == nil {
		t.Error("without a block nothing is synced, and that goes unseen")
	}
	var did []string
	s.syncFile = func(path string) error {
		rel, err := filepath.Rel(dir, path)
		did = append(did, strings.TrimPrefix(rel, "jetstream/LINK_ARM/streams/OUT"))
		return errors.Join(err, fsync(path))
	}
	write := func(name, text string) { must(t, os.WriteFile(filepath.Join(s.msgs, name), []byte(text), 0o600)) }
	look := func(when string, want ...string) {
		t.Helper()
		did = nil
		must(t, s.sync())
		if !slices.Equal(did, want) {
			t.Errorf("%s: synced %q, want %q", when, did, want)
		}
	}
	must(t, os.WriteFile(filepath.Join(s.msgs, "..", "meta.inf"), []byte("{}"), 0o600))
	write("9.blk", "a")
	write("index.db", "x")
	look("first", "/msgs/9.blk", "/msgs", "/meta.inf", "", "jetstream/LINK_ARM/streams", "jetstream/LINK_ARM", "jetstream", ".")
	look("nothing new")
	write("9.blk", "ab")
	look("the block grew", "/msgs/9.blk")
	write("9.blk", "abc")
	write("10.blk", "d")
	look("and a new one", "/msgs/10.blk", "/msgs/9.blk", "/msgs")
	must(t, os.Remove(filepath.Join(s.msgs, "9.blk")))
	look("the oldest went")
	write("10.blk", "de")
	s.syncFile = func(string) error { return errors.New("disk") }
	if err := s.sync(); err == nil {
		t.Error("an error of the disk goes unseen")
	}
	s.syncFile = func(path string) error { did = append(did, "again"); return nil }
	look("after the error", "again")
}

// noted is a Memory that notes acknowledgements.
type noted struct {
	*Memory
	acked func()
}

func (n *noted) Ack(ctx context.Context, to entente.MemberID, stream string, epoch, seq uint64) error {
	n.acked()
	return n.Memory.Ack(ctx, to, stream, epoch, seq)
}

// TestNothingLeavesTheOutboxBeforeItIsOnDisk: a sync stands between the server's acknowledgement and the outbox's, one for
// a whole window; while the disk fails all stays in the outbox, and nothing is lost or doubled after it.
func TestNothingLeavesTheOutboxBeforeItIsOnDisk(t *testing.T) {
	t.Parallel()
	u := newUnion(t, "BLR", "ARM")
	var (
		mu    sync.Mutex // guards all below
		log   strings.Builder
		fails bool
	)
	write := func(s string) error {
		mu.Lock()
		defer mu.Unlock()
		log.WriteString(s)
		if fails && s == "s" {
			return errors.New("the disk is full")
		}
		return nil
	}
	boxA, boxB := &noted{NewMemory(1), func() { write("a") }}, NewMemory(1)
	a := u.start(t, "BLR", boxA.Memory, func(c *Config) { c.Outbox = boxA }, Partner{Member: "ARM"})
	eventually(t, 5*time.Second, "the sender waits", func() bool { return idle(a) })
	disk := a.partners["ARM"].sender.disk
	real := disk.syncFile
	disk.syncFile = func(path string) error { return errors.Join(real(path), write("s")) }
	u.start(t, "ARM", boxB, nil, Partner{Member: "BLR", Address: a.Addr()})
	send(t, a, "BLR", "ARM", "acts", 1, 2*window)
	eventually(t, 8*time.Second, "all have arrived", func() bool { return len(boxB.Items("BLR")) == 2*window })
	eventually(t, 5*time.Second, "the outbox is empty", func() bool { return pending(t, boxA) == 0 })
	mu.Lock()
	text := log.String()
	fails = true
	mu.Unlock()
	if strings.Contains(text, "aa") || text[0] != 's' {
		t.Errorf("acknowledged without a sync before it: %s", text)
	}
	t.Logf("%d items took %d syncs", 2*window, strings.Count(text, "s"))

	send(t, a, "BLR", "ARM", "acts", 2*window+1, 50)
	eventually(t, 5*time.Second, "the link says so", func() bool { return strings.Contains(a.Links()[0].LastError, "the disk is full") })
	time.Sleep(500 * time.Millisecond)
	if n := pending(t, boxA); n != 50 {
		t.Errorf("%d wait while the disk fails, want 50", n)
	}
	mu.Lock()
	fails = false
	mu.Unlock()
	eventually(t, 8*time.Second, "the rest has left", func() bool { return pending(t, boxA) == 0 && len(boxB.Items("BLR")) == 2*window+50 })
	whole(t, boxB.Items("BLR"), "acts", 2*window+50)
}

func pending(t *testing.T, box Outbox) int {
	list, err := box.Pending(context.Background(), "ARM", 1<<20)
	must(t, err)
	return len(list)
}

// idle says whether the only partner's stream is open.
func idle(x *Exchange) bool {
	_, err := os.Stat(x.partners["ARM"].sender.disk.msgs)
	return err == nil
}
