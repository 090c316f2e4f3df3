package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente/keys"
)

// shell runs the command in this process and returns its exit status and all it printed.
func shell(args ...string) (int, string) {
	var out bytes.Buffer
	code := run(args, streams{strings.NewReader(""), &out, &out})
	return code, out.String()
}

func mustShell(t *testing.T, args ...string) string {
	t.Helper()
	code, out := shell(args...)
	if code != 0 {
		t.Fatalf("%v: exit %d: %s", args, code, out)
	}
	return out
}

// TestRenewAndRevoke renews a node's key under its fingerprint, then revokes it and makes a fresh one; the partner takes
// each member file on the strength of the root it pinned.
func TestRenewAndRevoke(t *testing.T) {
	dir, partner := t.TempDir(), t.TempDir()
	mustShell(t, "member", "init", "BLR", "Belarus", "--dir", dir, "--days", "10", "--address", "blr.example:4222")
	mustShell(t, "member", "init", "ARM", "Armenia", "--dir", partner)
	root, err := keys.LoadRoot(filepath.Join(dir, rootFile))
	if err != nil {
		t.Fatal(err)
	}
	spoken, file := root.Public().Fingerprint(), filepath.Join(dir, "BLR.member")
	pinned := func() []keys.Certificate {
		t.Helper()
		mustShell(t, "member", "add", file, "--dir", partner, "--fingerprint", spoken)
		r, err := keys.LoadRoster(filepath.Join(partner, rosterFile))
		if err != nil {
			t.Fatal(err)
		}
		if j, _ := r.Member("BLR"); j.Address != "blr.example:4222" {
			t.Errorf("the address is %q", j.Address)
		}
		return r.Nodes("BLR", time.Now())
	}
	first := pinned()[0]

	if code, out := shell("member", "renew", "--dir", dir, "--days", "5"); code != 1 || !strings.Contains(out, "longer than that") {
		t.Errorf("renewed for less: %d %s", code, out)
	}
	mustShell(t, "member", "renew", "--dir", dir, "--days", "400")
	renewed := pinned()
	if len(renewed) != 1 || renewed[0].Fingerprint() != first.Fingerprint() || renewed[0].From != first.From || renewed[0].Until <= first.Until {
		t.Errorf("renewed to %+v", renewed)
	}

	if list := mustShell(t, "member", "list", "--dir", dir); !strings.Contains(list, first.Fingerprint()) {
		t.Errorf("the key to revoke is not listed: %s", list)
	}
	out := mustShell(t, "member", "revoke", first.Fingerprint(), "--dir", dir, "--reason", "stolen", "--from", "5")
	if !strings.Contains(out, "renew --fresh") {
		t.Errorf("revoked: %s", out)
	}
	mustShell(t, "member", "renew", "--dir", dir, "--fresh")
	fresh := pinned()
	if len(fresh) != 1 || fresh[0].Fingerprint() == first.Fingerprint() {
		t.Errorf("after the revocation: %+v", fresh)
	}
	if _, err := os.Stat(filepath.Join(dir, nodeFile) + ".old"); err != nil {
		t.Error(err)
	}
	other, err := keys.LoadRoot(filepath.Join(partner, rootFile))
	if err != nil {
		t.Fatal(err)
	}
	id, err := keys.LoadIdentity(filepath.Join(dir, nodeFile))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Renew(id, time.Now().AddDate(9, 0, 0)); err == nil {
		t.Error("one member's root renewed another's node")
	}
}
