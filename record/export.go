package record

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

// tilePath is the path of C2SP tlog-tiles, where sumdb's has the height and "data" in it.
func tilePath(dir string, t tlog.Tile) string {
	p := strings.TrimPrefix(t.Path(), "tile/8/")
	if t.L == -1 {
		p = "entries" + strings.TrimPrefix(p, "data")
	}
	return filepath.Join(dir, "tile", filepath.FromSlash(p))
}

// bundles calls f for each tile of entries of a log of n entries.
func bundles(n int64, f func(tlog.Tile) error) error {
	for i := int64(0); i*tileWidth < n; i++ {
		w := min(tileWidth, n-i*tileWidth)
		if err := f(tlog.Tile{H: tileHeight, L: -1, N: i, W: int(w)}); err != nil {
			return err
		}
	}
	return nil
}

// Export writes the log into a folder in the layout of C2SP tlog-tiles: checkpoint, tile/<level>/<n>[.p/<width>] and
// tile/entries/<n>[.p/<width>]. The head is the newest with a quorum, or the newest when none has; it is written last.
func (l *Log) Export(ctx context.Context, dir string) error {
	l.mu.Lock()
	size := l.h.Size
	if l.ok > 0 {
		size = l.ok
	}
	l.mu.Unlock()
	signed, err := l.cfg.Storage.Checkpoint(ctx, size)
	if err != nil {
		return fmt.Errorf("exporting %s: %w", l.cfg.Key.Name(), err)
	}
	if c, err := ParseCheckpoint(signed); err != nil || c.Size != size {
		return refuse(Altered, "no head of size %d is held", size)
	}
	err = bundles(size, func(t tlog.Tile) error { return l.exportEntries(ctx, dir, t) })
	if err != nil {
		return fmt.Errorf("exporting %s: %w", l.cfg.Key.Name(), err)
	}
	for _, t := range tlog.NewTiles(tileHeight, 0, size) {
		data, err := tlog.ReadTileData(t, l.reader(ctx))
		if err == nil {
			err = writeFile(tilePath(dir, t), data)
		}
		if err != nil {
			return fmt.Errorf("exporting %s: %w", l.cfg.Key.Name(), err)
		}
	}
	return writeFile(filepath.Join(dir, "checkpoint"), signed)
}

func (l *Log) exportEntries(ctx context.Context, dir string, t tlog.Tile) error {
	entries, err := l.cfg.Storage.Entries(ctx, t.N*tileWidth, int64(t.W))
	if err != nil {
		return err
	}
	var b []byte
	for _, e := range entries {
		b = append(binary.BigEndian.AppendUint16(b, uint16(len(e))), e...)
	}
	return writeFile(tilePath(dir, t), b)
}

func writeFile(path string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o644)
}

// VerifyDir reads a whole export: every entry hashed again gives the head, and the head satisfies the policy. Entries
// that were altered are named by number, as far as the export's own hashes tell.
func VerifyDir(dir string, policy *Policy) (Result, error) {
	return WalkDir(dir, policy, nil)
}

// WalkDir is [VerifyDir] with each entry handed to f as it is read, in order, before the whole is judged. An error of f
// ends it.
func WalkDir(dir string, policy *Policy, f func(index int64, entry []byte) error) (Result, error) {
	signed, err := readUpTo(filepath.Join(dir, "checkpoint"), maxCheckpoint)
	if err != nil {
		return Result{}, fmt.Errorf("reading export: %w", err)
	}
	r, quorum := policy.Check(signed)
	if r.Origin == "" {
		return r, quorum
	}
	var t tree
	var altered []int64
	err = bundles(r.Size, func(b tlog.Tile) error {
		return walkBundle(dir, b, &t, func(i int64, entry []byte, fits bool) error {
			if !fits && len(altered) < 8 {
				altered = append(altered, i)
			}
			if f == nil {
				return nil
			}
			return f(i, entry)
		})
	})
	if err != nil {
		return r, err
	}
	if root := t.root(); root != r.Root {
		if len(altered) > 0 {
			return r, refuse(Altered, "entries %d of %s do not have the hashes they were exported with", altered, r.Origin)
		}
		return r, refuse(Altered, "the %d entries do not give the root of %s", r.Size, r.Origin)
	}
	return r, quorum
}

// walkBundle reads one file of entries beside the file of their hashes, when there is one.
func walkBundle(dir string, b tlog.Tile, t *tree, f func(int64, []byte, bool) error) error {
	path := tilePath(dir, b)
	file, err := os.Open(path)
	if err != nil {
		return refuse(Altered, "entries from %d on are missing: %v", b.N*tileWidth, err)
	}
	defer file.Close() // only read
	b.L = 0
	hashes, err := readUpTo(tilePath(dir, b), tileWidth*len(Hash{}))
	if err != nil {
		hashes = nil
	}
	in := bufio.NewReader(file)
	var scratch []Hash
	for i := range b.W {
		var size [2]byte
		if _, err := io.ReadFull(in, size[:]); err != nil {
			return refuse(Altered, "%s ends before entry %d", path, t.n)
		}
		entry := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(in, entry); err != nil {
			return refuse(Altered, "%s ends within entry %d", path, t.n)
		}
		h := leafHash(entry)
		at := i * len(h)
		fits := len(hashes) < at+len(h) || Hash(hashes[at:at+len(h)]) == h
		if err := f(t.n, entry, fits); err != nil {
			return err
		}
		scratch = t.add(h, scratch[:0])
	}
	if _, err := in.ReadByte(); !errors.Is(err, io.EOF) {
		return refuse(Altered, "%s has bytes after entry %d", path, t.n-1)
	}
	return nil
}

func readUpTo(path string, limit int) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	b, err := io.ReadAll(io.LimitReader(f, int64(limit)+1))
	if err == nil && len(b) > limit {
		err = fmt.Errorf("%s has more than %d bytes", path, limit)
	}
	return b, err
}
