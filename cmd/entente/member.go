package main

import (
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"entente"
	"entente/keys"
)

// The files of a member's folder.
const (
	rootFile   = "root.key"
	nodeFile   = "node.key"
	rosterFile = "roster"
)

type memberCmd struct {
	Init   memberInit   `cmd:"" help:"Make a member's root key and its node's key."`
	Add    memberAdd    `cmd:"" help:"Pin a partner, or this member, from its member file."`
	List   memberList   `cmd:"" help:"List whom this node knows."`
	Renew  memberRenew  `cmd:"" help:"Certify this node's key for longer, or make a new one."`
	Revoke memberRevoke `cmd:"" help:"Say that a key is not to be believed any more."`
}

type inDir struct {
	Dir string `default:"." placeholder:"DIR" help:"Folder of the node's keys and roster."`
}

func (d inDir) path(name string) string { return filepath.Join(d.Dir, name) }

type memberInit struct {
	inDir
	Member  string `arg:"" help:"Short name, by custom the ISO alpha-3 code."`
	Name    string `arg:"" help:"Name of the state."`
	Node    string `default:"node-1" help:"Name of the node."`
	Address string `placeholder:"HOST:PORT" help:"Where partners reach the node's link."`
	Days    int    `default:"90" help:"Days for which the node's key is valid."`
}

func (memberInit) Help() string {
	return "Example: entente member init BLR Belarus --dir blr --address blr.example:4222\n\n" +
		"Keep root.key offline afterwards; the node needs node.key and roster alone."
}

func (c memberInit) Run(std streams) error {
	if _, err := os.Stat(c.path(rootFile)); err == nil {
		return fmt.Errorf("%s is there already: a member has one root key; move it away to begin anew", c.path(rootFile))
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	root, err := keys.NewRoot(entente.MemberID(c.Member), c.Name)
	if err != nil {
		return err
	}
	now := time.Now()
	node, err := root.NewNode(c.Node, now.Add(-time.Hour), now.AddDate(0, 0, c.Days))
	if err != nil {
		return err
	}
	roster := keys.NewRoster()
	join := node.Join(c.Address)
	if err := roster.Add(join); err != nil {
		return err
	}
	file, err := node.Export(join)
	if err != nil {
		return err
	}
	name := c.path(c.Member + ".member")
	for _, save := range []func() error{
		func() error { return root.Save(c.path(rootFile)) },
		func() error { return node.Save(c.path(nodeFile)) },
		func() error { return roster.Save(c.path(rosterFile)) },
		func() error { return os.WriteFile(name, file, 0o644) },
	} {
		if err := save(); err != nil {
			return err
		}
	}
	fmt.Fprintf(std.out, "%s: give this file to your partners\nfingerprint %s\n", name, keys.Spoken(root.Public().Fingerprint()))
	return nil
}

type memberAdd struct {
	inDir
	File        string `arg:"" help:"The partner's member file."`
	Fingerprint string `placeholder:"HEX" help:"The root's fingerprint as the partner read it to you; spaces do not matter."`
}

func (memberAdd) Help() string {
	return "Example: entente member add ARM.member --dir blr --fingerprint \"3fa4 09…\"\n\nWithout --fingerprint it prints what to compare, and adds nothing."
}

func (c memberAdd) Run(std streams) error {
	b, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	j, err := keys.Import(b)
	if err != nil {
		return err
	}
	print := j.Root.Fingerprint()
	if c.Fingerprint == "" {
		fmt.Fprintf(std.out, "%s (%s)\nfingerprint %s\n", j.Member, j.Name, keys.Spoken(print))
		return fmt.Errorf("nothing added: have %s read its fingerprint to you over another channel and give it as --fingerprint", j.Member)
	}
	if !sameHex(c.Fingerprint, print) {
		return fmt.Errorf("the file's fingerprint is %s, not the one given: do not use this file", keys.Spoken(print))
	}
	roster, err := keys.LoadRoster(c.path(rosterFile))
	if err != nil {
		return err
	}
	if err := roster.Add(j); err != nil {
		return err
	}
	if err := roster.Save(c.path(rosterFile)); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "added %s (%s)\n", j.Member, j.Name)
	return nil
}

// sameHex compares two fingerprints without regard to case and what is not a hex digit.
func sameHex(a, b string) bool { return hexDigits(a) == hexDigits(b) }

func hexDigits(s string) string {
	out := make([]byte, 0, len(s))
	for _, c := range []byte(s) {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f':
			out = append(out, c)
		case c >= 'A' && c <= 'F':
			out = append(out, c+'a'-'A')
		}
	}
	return string(out)
}

type memberList struct {
	inDir
	JSON bool `name:"json" help:"Print JSON."`
}

func (memberList) Help() string { return "Example: entente member list --dir blr" }

func (c memberList) Run(std streams) error {
	roster, err := keys.LoadRoster(c.path(rosterFile))
	if err != nil {
		return err
	}
	members := roster.Members()
	if c.JSON {
		return writeJSON(std.out, members)
	}
	w := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "MEMBER\tNAME\tADDRESS\tROOT\tNODES IN USE")
	for _, j := range members {
		fmt.Fprintf(w, "%s\t%s\t%s\t%.16s…\t%d\n", j.Member, j.Name, j.Address, j.Root.Fingerprint(), len(roster.Nodes(j.Member, time.Now())))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w, "\nMEMBER\tNODE\tVALID UNTIL\tFINGERPRINT")
	for _, j := range members {
		for _, c := range roster.Nodes(j.Member, time.Now()) {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", j.Member, c.Name, time.Unix(0, int64(c.Until)).UTC().Format(time.DateOnly), c.Fingerprint())
		}
	}
	return w.Flush()
}

type memberRenew struct {
	inDir
	Days  int  `default:"90" help:"Days from now for which the node's key is valid."`
	Fresh bool `help:"Make a new key in place of the old one, as after a theft. Not at the sequencer: the record goes on under its key alone."`
}

func (memberRenew) Help() string {
	return "Example: entente member renew --dir blr --days 365\n\n" +
		"Needs root.key. Restart the node with the new node.key and give the member file to your partners before the old key's last day."
}

func (c memberRenew) Run(std streams) error {
	root, err := keys.LoadRoot(c.path(rootFile))
	if err != nil {
		return err
	}
	old, err := keys.LoadIdentity(c.path(nodeFile))
	if err != nil {
		return err
	}
	until := time.Now().AddDate(0, 0, c.Days)
	node, err := c.next(root, old, until)
	if err != nil {
		return err
	}
	roster, err := keys.LoadRoster(c.path(rosterFile))
	if err != nil {
		return err
	}
	known, _ := roster.Member(root.Member)
	if err := roster.Add(node.Join(known.Address)); err != nil {
		return err
	}
	if err := c.replaceKey(node); err != nil {
		return err
	}
	if err := roster.Save(c.path(rosterFile)); err != nil {
		return err
	}
	name, err := c.export(node, roster)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "valid until %s\n%s: give this file to your partners\n", until.UTC().Format(time.DateOnly), name)
	return nil
}

func (c memberRenew) next(root *keys.Root, old *keys.Identity, until time.Time) (*keys.Identity, error) {
	if c.Fresh {
		return root.NewNode(old.Name(), time.Now().Add(-time.Minute), until)
	}
	return root.Renew(old, until)
}

// replaceKey puts the new key file in place of the old one, which stays beside it.
func (d inDir) replaceKey(node *keys.Identity) error {
	if err := os.Rename(d.path(nodeFile), d.path(nodeFile)+".old"); err != nil {
		return err
	}
	return node.Save(d.path(nodeFile))
}

// export writes the member file with everything that the roster has of this member.
func (d inDir) export(node *keys.Identity, roster *keys.Roster) (name string, err error) {
	j, _ := roster.Member(node.Member())
	file, err := node.Export(j)
	if err != nil {
		return "", err
	}
	name = d.path(string(node.Member()) + ".member")
	return name, os.WriteFile(name, file, 0o644)
}

type memberRevoke struct {
	inDir
	Key    string `arg:"" help:"Fingerprint of the signing key, as 'member list' shows it."`
	Reason string `required:"" help:"Why."`
	From   uint64 `placeholder:"SEQ" help:"Acts from this number on are refused; those before stand."`
}

func (memberRevoke) Help() string {
	return "Example: entente member revoke 3fa409… --dir blr --reason \"laptop stolen\" --from 118\n\n" +
		"Needs root.key. Give the member file it writes to your partners again. After revoking the node's own key, " +
		"'entente member renew --fresh' makes a new one and writes the file."
}

func (c memberRevoke) Run(std streams) error {
	root, err := keys.LoadRoot(c.path(rootFile))
	if err != nil {
		return err
	}
	roster, err := keys.LoadRoster(c.path(rosterFile))
	if err != nil {
		return err
	}
	v := keys.Revocation{Key: hexDigits(c.Key), Reason: c.Reason, FromSeq: c.From}
	if c.From == 0 {
		v.From = entente.At(time.Now())
	}
	signed, err := root.Revoke(v)
	if err != nil {
		return err
	}
	if err := roster.Revoke(signed); err != nil {
		return err
	}
	if err := roster.Save(c.path(rosterFile)); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "revoked %s\n", v.Key)
	node, err := keys.LoadIdentity(c.path(nodeFile))
	if err != nil || node.Fingerprint() == v.Key {
		fmt.Fprintln(std.out, "now make a new key: entente member renew --fresh")
		return err
	}
	name, err := c.export(node, roster)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%s: give this file to your partners\n", name)
	return nil
}
