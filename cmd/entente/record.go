package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"

	"entente"
	"entente/record"
)

type recordCmd struct {
	Verify recordVerify `cmd:"" help:"Prove offline that an entry, or a whole exported record, stands under a cosigned head."`
	Policy recordPolicy `cmd:"" help:"Print the key file of a body's record, with which its proofs are verified anywhere."`
	Proof  recordProof  `cmd:"" help:"Write the proof of one entry to a file."`
}

// recordOf is a body's record at a running node.
type recordOf struct {
	Node string `default:"http://127.0.0.1:8080" help:"Address of the node's page."`
	As   string `help:"Member, where several nodes answer at one address."`
	Body string `required:"" help:"Body of the organisation, e.g. csc."`
}

func (r recordOf) get(ctx context.Context, path string) ([]byte, error) {
	return atNode{Node: r.Node, As: r.As}.call(ctx, http.MethodGet, "records/"+url.PathEscape(r.Body)+"/"+path, nil)
}

type recordPolicy struct {
	recordOf
}

func (recordPolicy) Help() string {
	return "Example: entente record policy --node http://127.0.0.1:8080 --body csc > csto.policy\n\n" +
		"Keep the file away from the node: who verifies with keys from the node that he doubts proves nothing."
}

func (c recordPolicy) Run(ctx context.Context, std streams) error {
	b, err := c.get(ctx, "policy")
	if err != nil {
		return err
	}
	if _, err := record.ParsePolicy(b); err != nil {
		return fmt.Errorf("reading the node's answer: %w", err)
	}
	_, err = std.out.Write(b)
	return err
}

type recordProof struct {
	recordOf
	Index uint64 `arg:"" help:"Number of the entry, as the page shows it."`
	Out   string `short:"o" required:"" placeholder:"FILE" help:"File to write; - is standard output."`
}

func (recordProof) Help() string {
	return "Example: entente record proof 41 --body csc -o csc-41.tlog-proof"
}

func (c recordProof) Run(ctx context.Context, std streams) error {
	b, err := c.get(ctx, fmt.Sprintf("proofs/%d", c.Index))
	if err != nil {
		return err
	}
	if c.Out == "-" {
		_, err = std.out.Write(b)
		return err
	}
	return os.WriteFile(c.Out, b, 0o644)
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
