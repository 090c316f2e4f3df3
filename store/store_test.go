package store

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"entente"
)

func TestMain(m *testing.M) {
	if path := os.Getenv("STORE_TEST_VICTIM"); path != "" {
		victim(path)
		return
	}
	goleak.VerifyTestMain(m)
}

func TestOpenMakesAndKeeps(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "new folder", "a ? b # c.db") // a name that a URL would cut
	s, err := Open(ctx, path, Options{Now: fixedNow})
	must(t, err)
	a := signed(t, "BLR", 1, "x")
	added, err := s.PutAct(ctx, a)
	must(t, err)
	if !added {
		t.Error("the first act was not added")
	}
	must(t, s.Close())
	if _, err := os.Stat(path); err != nil {
		t.Fatal("the file is not where it was asked for:", err)
	}
	s = openAt(t, path)
	got, ok, err := s.Act(ctx, a.ID())
	must(t, err)
	if !ok || string(got.Bytes) != string(a.Bytes) || got.Key != a.Key || string(got.Signature) != string(a.Signature) {
		t.Errorf("after reopening got %+v", got)
	}
	must(t, s.Check(ctx))
}

func TestOpenRefuses(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.db")
	must(t, os.WriteFile(garbage, []byte(strings.Repeat("not a database ", 1000)), 0o600))
	newer := filepath.Join(dir, "newer.db")
	s, err := Open(ctx, newer, Options{})
	must(t, err)
	_, err = s.w.ExecContext(ctx, "PRAGMA user_version = 99")
	must(t, err)
	must(t, s.Close())
	for path, want := range map[string]string{garbage: "not a database", newer: "version 99", dir: "opening store"} {
		_, err := Open(ctx, path, Options{})
		var e *entente.Error
		if !errors.As(err, &e) || e.Source != path || !strings.Contains(err.Error(), want) {
			t.Errorf("opening %s: got %v, want %q", filepath.Base(path), err, want)
		}
	}
}

func TestSettingsHold(t *testing.T) {
	s := open(t)
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "user_version": "1"} {
		var w, r string
		must(t, s.w.QueryRowContext(context.Background(), "PRAGMA "+pragma).Scan(&w))
		must(t, s.r.QueryRowContext(context.Background(), "PRAGMA "+pragma).Scan(&r))
		if w != want || r != want {
			t.Errorf("%s: writer %s, reader %s, want %s", pragma, w, r, want)
		}
	}
	if _, err := s.r.ExecContext(context.Background(), "DELETE FROM model"); err == nil {
		t.Error("a reader could write")
	}
}

func TestUpdateIsAllOrNothing(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	broken := errors.New("broken")
	count := func() int {
		docs, err := s.All(ctx, "m")
		must(t, err)
		return len(docs)
	}
	err := s.Update(ctx, func(tx *Tx) error {
		must(t, tx.Put("m", "1", []byte(`{}`)))
		return broken
	})
	if !errors.Is(err, broken) || count() != 0 {
		t.Errorf("after an error: %v, %d documents", err, count())
	}
	func() {
		defer func() { _ = recover() }()
		_ = s.Update(ctx, func(tx *Tx) error {
			must(t, tx.Put("m", "1", []byte(`{}`)))
			panic("in the middle")
		})
	}()
	if count() != 0 {
		t.Error("after a panic something was kept")
	}
	dying, cancel := context.WithCancel(ctx)
	err = s.Update(dying, func(tx *Tx) error {
		must(t, tx.Put("m", "1", []byte(`{}`)))
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) || count() != 0 {
		t.Errorf("after cancelling: %v, %d documents", err, count())
	}
	must(t, s.Put(ctx, "m", "1", []byte(`{}`))) // the writer works on
	if count() != 1 {
		t.Error("the writer is stuck")
	}
}

func TestWaitingForTheWriterEndsWithTheContext(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	inside, leave := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- s.Update(ctx, func(*Tx) error { close(inside); <-leave; return nil })
	}()
	<-inside
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if err := s.Put(short, "m", "1", []byte(`{}`)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	close(leave)
	must(t, <-done)
}

func TestWhatMustStayStays(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	_, err := s.PutAct(ctx, signed(t, "BLR", 1, "x"))
	must(t, err)
	must(t, s.Log("csc").Append(ctx, 0, [][]byte{[]byte("entry")}, 0, []Hash{{1}}, []byte("head")))
	must(t, s.Audit(ctx, Audit{Time: noon, Person: "P", Action: "export"}))
	must(t, s.Witness().Keep(ctx, "csc", []byte("proof")))
	for _, q := range []string{
		"UPDATE act SET bytes = x'00'", "DELETE FROM act", "UPDATE entry SET bytes = x'00'", "DELETE FROM entry",
		"UPDATE audit SET person = 'Q'", "DELETE FROM audit", "DELETE FROM evidence",
	} {
		if err := s.Update(ctx, func(tx *Tx) error { return tx.exec(q) }); err == nil || !strings.Contains(err.Error(), "never") {
			t.Errorf("%s: %v", q, err)
		}
	}
}

func TestBackup(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	_, err := s.PutAct(ctx, signed(t, "BLR", 1, "before"))
	must(t, err)
	path := filepath.Join(t.TempDir(), "backup.db")
	must(t, s.Backup(ctx, path))
	_, err = s.PutAct(ctx, signed(t, "BLR", 2, "after"))
	must(t, err)
	if err := s.Backup(ctx, path); err == nil {
		t.Error("a backup was overwritten")
	}
	b := openAt(t, path)
	acts, _, err := b.Acts(ctx, 0, 10)
	must(t, err)
	was, err := s.Epoch(ctx)
	must(t, err)
	is, err := b.Renew(ctx)
	must(t, err)
	if len(acts) != 1 || is <= was {
		t.Errorf("%d acts, epoch %d after %d", len(acts), is, was)
	}
}

// TestReadersSeeWholeTransactions writes pairs that sum to zero while readers add them up.
func TestReadersSeeWholeTransactions(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	sums := make([]int, 3)
	for i := range sums {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				sum, rows := 0, 0
				err := s.each(ctx, "SELECT json FROM model WHERE kind = 'pair'", nil, func(r *sql.Rows) error {
					var n int
					rows++
					err := r.Scan(&n)
					sum += n
					return err
				})
				if err != nil || sum != 0 || rows != 0 && rows != 2 {
					t.Errorf("a reader saw %d rows with sum %d, error %v", rows, sum, err)
					return
				}
				sums[i]++
			}
		})
	}
	for n := range 200 {
		must(t, s.Update(ctx, func(tx *Tx) error {
			return errors.Join(tx.Put("pair", "a", fmt.Append(nil, n)), tx.Put("pair", "b", fmt.Append(nil, -n)))
		}))
	}
	close(stop)
	wg.Wait()
	for i, n := range sums {
		if n == 0 {
			t.Errorf("reader %d never read", i)
		}
	}
}

func TestWritersTakeTurns(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for range 25 {
				_, err := s.Send(ctx, "KAZ", "acts", func(_, seq uint64, _ Hash) ([]byte, error) { return fmt.Append(nil, w, seq), nil })
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	items, err := s.Pending(ctx, "KAZ", 1000)
	must(t, err)
	for i, item := range items {
		if item.Seq != uint64(i+1) {
			t.Fatalf("item %d has number %d", i, item.Seq)
		}
	}
	if len(items) != 100 {
		t.Errorf("%d items, want 100", len(items))
	}
}

// victim stores acts and sent items until it is killed, and says on stdout what it was told is kept.
func victim(path string) {
	ctx := context.Background()
	s, err := Open(ctx, path, Options{})
	if err != nil {
		fmt.Println("error", err)
		return
	}
	t := &testing.T{}
	for {
		seq, _, err := s.LastAct(ctx, "BLR")
		if err != nil {
			fmt.Println("error", err)
			return
		}
		a := signed(t, "BLR", seq+1, "x")
		var sent Sealed
		err = s.Update(ctx, func(tx *Tx) error {
			if _, err := tx.PutAct(a); err != nil {
				return err
			}
			sent, err = tx.Send("KAZ", "acts", func(uint64, uint64, Hash) ([]byte, error) { return a.Bytes, nil })
			return err
		})
		if err != nil {
			fmt.Println("error", err)
			return
		}
		fmt.Println("kept", a.ID(), sent.Seq)
	}
}

// TestKilledKeepsWhatItSaidItKept kills a writing process without warning, several times over the same file.
func TestKilledKeepsWhatItSaidItKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "victim.db")
	var kept []string
	for range 4 {
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), "STORE_TEST_VICTIM="+path)
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			if !strings.HasPrefix(lines.Text(), "kept ") {
				t.Fatal(lines.Text())
			}
			kept = append(kept, lines.Text())
			if n == 40 {
				must(t, cmd.Process.Kill()) // SIGKILL; what it still printed is read below
			}
		}
		if cmd.Wait() == nil {
			t.Fatal("the process ended by itself")
		}
	}
	s := openAt(t, path)
	must(t, s.Check(context.Background()))
	items, err := s.Pending(context.Background(), "KAZ", 1<<20)
	must(t, err)
	for i, line := range kept {
		var id string
		var seq uint64
		if _, err := fmt.Sscanf(line, "kept %s %d", &id, &seq); err != nil {
			continue // the last line may be cut short
		}
		if _, ok, err := s.Act(context.Background(), id); !ok || err != nil {
			t.Fatalf("act %d of %d is lost: %s %v", i, len(kept), id, err)
		}
		if int(seq) > len(items) || items[seq-1].Seq != seq {
			t.Fatalf("item %d is lost or has another number", seq)
		}
	}
	acts, err := s.ActsOf(context.Background(), "BLR", 0, 1<<20)
	must(t, err)
	if len(acts) != len(items) || len(acts) < len(kept)-4 {
		t.Errorf("%d acts, %d items, %d said to be kept", len(acts), len(items), len(kept))
	}
}
