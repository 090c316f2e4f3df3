package store

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"entente"
)

var noon = entente.At(time.Date(2023, 11, 23, 12, 0, 0, 0, time.UTC))

func fixedNow() time.Time { return noon.Time() }

func open(t testing.TB) *Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "node.db"))
}

func openAt(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(context.Background(), path, Options{Now: fixedNow})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// signed makes an act as it would come from a member; the signature is not looked at here.
func signed(t testing.TB, m entente.MemberID, seq uint64, note string) entente.SignedAct {
	t.Helper()
	data, err := json.Marshal(note)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(entente.Act{Kind: "position.take", Member: m, Person: "P", Body: "csc", Seq: seq, Time: noon + entente.Instant(seq), Data: data})
	if err != nil {
		t.Fatal(err)
	}
	return entente.SignedAct{Bytes: b, Key: "key of " + string(m), Signature: []byte(fmt.Sprint("signature ", seq))}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
