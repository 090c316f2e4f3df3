package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"entente"
	"entente/keys"
	"entente/record"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"entente": func() { os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})) },
	})
}

// TestScripts runs testdata/script: readable as a manual of the command. ENTENTE_SHARED reaches the scripts that use
// recordings which may not be passed on; they skip without it.
func TestScripts(t *testing.T) {
	shared := os.Getenv("ENTENTE_SHARED")
	if shared == "" {
		shared = "../../../shared"
	}
	if abs, err := filepath.Abs(shared); err == nil {
		shared = abs
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("SHARED", shared)
			if err := writeASTERIX(e.WorkDir); err != nil {
				return err
			}
			return writeProof(e.WorkDir)
		},
		Condition: func(cond string) (bool, error) {
			_, err := os.Stat(shared)
			return cond == "shared" && err == nil, nil
		},
	})
}

// writeProof makes act.tlog-proof and csto.policy: one act in a log that two members cosign.
func writeProof(dir string) error {
	ctx := context.Background()
	now := time.Now()
	var witnesses []record.Key
	var nodes []*keys.Identity
	for _, m := range []entente.MemberID{"BLR", "RUS"} {
		root, err := keys.NewRoot(m, string(m))
		if err != nil {
			return err
		}
		id, err := root.NewNode("n", now.Add(-time.Hour), now.Add(time.Hour))
		if err != nil {
			return err
		}
		k, err := record.WitnessKeyOf(id.Certificate())
		if err != nil {
			return err
		}
		nodes, witnesses = append(nodes, id), append(witnesses, k)
	}
	key, err := record.LogKeyOf(nodes[0].Certificate(), "csto/csc")
	if err != nil {
		return err
	}
	policy, err := record.NewPolicy(key, witnesses, 2)
	if err != nil {
		return err
	}
	signer, err := nodes[0].Signer(keys.Log)
	if err != nil {
		return err
	}
	log, err := record.Open(ctx, record.Config{Key: key, Signer: signer, Storage: record.NewMemory(), Policy: policy})
	if err != nil {
		return err
	}
	signed, err := nodes[0].SignAct(entente.Act{Kind: "decision.adopt", Member: "BLR", Person: "Head of State", Body: "csc", Seq: 1, Time: entente.At(now)})
	if err != nil {
		return err
	}
	entry, err := json.Marshal(signed)
	if err != nil {
		return err
	}
	head, err := log.Append(ctx, entry)
	if err != nil {
		return err
	}
	for i, id := range nodes {
		s, err := id.Signer(keys.Witness)
		if err != nil {
			return err
		}
		w, err := record.NewWitness(record.WitnessConfig{Key: witnesses[i], Signer: s, Logs: []record.Key{key}, Storage: record.NewMemory()})
		if err != nil {
			return err
		}
		update, err := log.Update(ctx, 0)
		if err != nil {
			return err
		}
		line, err := w.Cosign(ctx, update)
		if err != nil {
			return err
		}
		if err := log.AddCosignatures(ctx, head.Size, line); err != nil {
			return err
		}
	}
	proof, err := log.Prove(ctx, 0)
	if err != nil {
		return err
	}
	if err := log.Export(ctx, filepath.Join(dir, "export")); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "act.tlog-proof"), proof.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "csto.policy"), []byte(policy.String()), 0o644)
}
