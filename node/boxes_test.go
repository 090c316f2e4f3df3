package node

import (
	"testing"

	"entente/exchange"
	"entente/exchange/boxtest"
	"entente/store"
)

func opened(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir()+"/n.db", store.Options{})
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

func TestBoxesKeepWhatTheExchangeReliesOn(t *testing.T) {
	t.Run("outbox", func(t *testing.T) {
		boxtest.Outbox(t, func(t *testing.T) exchange.Outbox { return outbox{opened(t)} })
	})
	t.Run("inbox", func(t *testing.T) {
		boxtest.Batches(t, func(t *testing.T) exchange.BatchInbox { return inbox{opened(t), func() {}} })
	})
}

// TestRestoredNodeLeavesNumbersOut: acts made since the backup are with partners under the numbers that follow.
func TestRestoredNodeLeavesNumbersOut(t *testing.T) {
	k := newKit(t)
	c := k.config("ALF")
	c.Restored = true
	n := k.start(c)
	if err := n.signAct(t.Context(), actIdentity, "Ann", identification{}); err != nil {
		t.Fatal(err)
	}
	if seq, _, err := n.store.LastAct(t.Context(), "ALF"); err != nil || seq != restoredGap+1 {
		t.Errorf("the next act has number %d, %v", seq, err)
	}
}
