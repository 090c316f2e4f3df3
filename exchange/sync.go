package exchange

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// syncer puts one stream's files on disk. The server has written an item to its file, though not synced it, when it
// acknowledges one; syncing the files afterwards is then the same as if the server had, but once for all items of a window.
//
// System calls: fsync of each block that has changed since the last time, and of their folder when there is a new one;
// the first time also of every file and folder from the carrier's own down. It knows how nats-server lays out its folder
// (jetstream/<account>/streams/<stream>/msgs/<n>.blk); where there is no block at all it fails, and nothing leaves the outbox.
// BUG: the server rewrites the oldest block of a full stream without syncing it; a power cut before the next sync may cost
// what is left of that block on file systems that reorder a rename before its data.
type syncer struct {
	root, msgs string
	began      bool
	seen       map[string]block // as they were when synced
	syncFile   func(path string) error
}

// block is how a file of messages looks.
type block struct {
	size int64
	time time.Time
}

func newSyncer(dir, account string) *syncer {
	root := filepath.Join(dir, "jetstream")
	return &syncer{root: root, msgs: filepath.Join(root, account, "streams", outStream, "msgs"), syncFile: fsync}
}

// sync returns when all that the server has acknowledged is on disk.
func (s *syncer) sync() error {
	if err := s.blocks(); err != nil {
		return fmt.Errorf("syncing the stream: %w", err)
	}
	if s.began {
		return nil
	}
	if err := s.begin(); err != nil {
		return fmt.Errorf("syncing the stream: %w", err)
	}
	s.began = true
	return nil
}

// blocks syncs those that have changed.
func (s *syncer) blocks() error {
	list, err := os.ReadDir(s.msgs)
	if err != nil {
		return err
	}
	now, fresh := make(map[string]block, len(list)), false
	for _, e := range list {
		if filepath.Ext(e.Name()) != ".blk" {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // the stream is full, and its oldest block has gone
		}
		if err != nil {
			return err
		}
		as, known := s.seen[e.Name()]
		is := block{info.Size(), info.ModTime()}
		if !known || is != as {
			err = s.syncFile(filepath.Join(s.msgs, e.Name()))
		}
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		now[e.Name()] = is
		fresh = fresh || !known
	}
	if len(now) == 0 {
		return fmt.Errorf("no blocks of messages in %s", s.msgs)
	}
	if fresh {
		if err := s.syncFile(s.msgs); err != nil {
			return err
		}
	}
	s.seen = now
	return nil
}

// begin syncs all that a stream needs to be found again: its description and the folders above.
func (s *syncer) begin() error {
	stream := filepath.Dir(s.msgs)
	list, err := os.ReadDir(stream)
	if err != nil {
		return err
	}
	for _, e := range list {
		if !e.IsDir() {
			if err := s.syncFile(filepath.Join(stream, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	for dir := stream; ; dir = filepath.Dir(dir) {
		if err := s.syncFile(dir); err != nil {
			return err
		}
		if dir == filepath.Dir(s.root) {
			return nil
		}
	}
}

// fsync opens a file or folder and syncs it: what was written through other descriptors of it too.
func fsync(path string) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return f.Sync()
}
