package node

import (
	"encoding/json"
	"testing"

	"entente"
	"entente/council"
	"entente/store"
)

// TestReadModelsFollowTheFold writes models act by act and compares them with a rebuild from nothing.
func TestReadModelsFollowTheFold(t *testing.T) {
	ctx := t.Context()
	s, err := store.Open(ctx, t.TempDir()+"/n.db", store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	acts := council.MinskSession()
	end := acts[len(acts)-1].Time
	org := council.CSTO()
	a := &assembly{org: org, chambers: map[string]*chamber{}}
	for _, b := range org.Bodies {
		a.chambers[b.ID] = &chamber{body: b.ID, state: council.New(org), index: map[string]uint64{}}
	}
	r := &readModels{store: s, now: func() entente.Instant { return end }}
	if err := r.rebuild(ctx, a); err != nil {
		t.Fatal(err)
	}
	next := map[string]uint64{}
	for _, act := range acts {
		c := a.chambers[act.Body]
		b, err := json.Marshal(act)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.state.Apply(next[act.Body], entente.SignedAct{Bytes: b}.ID(), act); err != nil {
			t.Fatalf("%s by %s: %v", act.Kind, act.Member, err)
		}
		next[act.Body]++
		if err := r.update(ctx, c); err != nil {
			t.Fatal(err)
		}
	}
	stepwise := modelsOf(t, s)
	if n := len(stepwise["obligation"]); n != 2 {
		t.Errorf("%d obligations in the read model, want 2", n)
	}
	if err := r.rebuild(ctx, a); err != nil {
		t.Fatal(err)
	}
	for kind, want := range modelsOf(t, s) {
		if got := stepwise[kind]; len(got) != len(want) {
			t.Errorf("%s: %d documents act by act, %d rebuilt", kind, len(got), len(want))
			continue
		}
		for i := range want {
			if string(want[i]) != string(stepwise[kind][i]) {
				t.Errorf("%s differs:\n%s\n%s", kind, stepwise[kind][i], want[i])
			}
		}
	}
}

func modelsOf(t *testing.T, s *store.Store) map[string][]json.RawMessage {
	t.Helper()
	out := map[string][]json.RawMessage{}
	for _, kind := range modelKinds {
		docs, err := s.All(t.Context(), kind)
		if err != nil {
			t.Fatal(err)
		}
		out[kind] = docs
	}
	return out
}
