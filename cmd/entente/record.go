package main

import (
	"encoding/json"
	"fmt"
	"os"

	"entente"
	"entente/record"
)

type recordCmd struct {
	Verify recordVerify `cmd:"" help:"Prove offline that an entry, or a whole exported record, stands under a cosigned head."`
}

type recordVerify struct {
	Path string `arg:"" help:"A .tlog-proof file, or the folder of an export."`
	Keys string `required:"" placeholder:"FILE" help:"Policy file (C2SP tlog-policy) with the keys of the log and of the members, and the quorum."`
	JSON bool   `name:"json" help:"Print JSON."`
}

func (recordVerify) Help() string {
	return "Example: entente record verify csc-41.tlog-proof --keys csto.policy\n\nNeeds no node and no network. Exit 0: proven; 1: not."
}

func (c recordVerify) Run(std streams) error {
	b, err := os.ReadFile(c.Keys)
	if err != nil {
		return err
	}
	policy, err := record.ParsePolicy(b)
	if err != nil {
		return err
	}
	info, err := os.Stat(c.Path)
	if err != nil {
		return err
	}
	var r record.Result
	if info.IsDir() {
		r, err = record.VerifyDir(c.Path, policy)
	} else {
		var bundle []byte
		if bundle, err = os.ReadFile(c.Path); err == nil {
			r, err = record.Verify(bundle, policy)
		}
	}
	if c.JSON && r.Origin != "" {
		if jerr := writeJSON(std.out, r); jerr != nil {
			return jerr
		}
	}
	if err != nil {
		return fmt.Errorf("NOT proven: %w", err)
	}
	if !c.JSON {
		printProof(std, r, !info.IsDir())
	}
	return nil
}

func printProof(std streams, r record.Result, one bool) {
	fmt.Fprintf(std.out, "proven: %s, %d entries, cosigned by", r.Origin, r.Size)
	for _, w := range r.Cosigned {
		fmt.Fprintf(std.out, " %s", w.Name)
	}
	fmt.Fprintln(std.out)
	if len(r.Missing) > 0 {
		fmt.Fprintf(std.out, "not cosigned by %v\n", r.Missing)
	}
	if !one {
		return
	}
	var s entente.SignedAct
	var a entente.Act
	if json.Unmarshal(r.Entry, &s) == nil && json.Unmarshal(s.Bytes, &a) == nil {
		fmt.Fprintf(std.out, "entry %d: %s by %s (%s) at %s, signed with %.16s…\n%s\n", r.Index, a.Kind, a.Member, a.Person, a.Time, s.Key, a.Data)
	}
}
