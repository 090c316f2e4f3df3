package entente_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// stranger is a program of another module that uses both codecs.
const stranger = `package main

import (
	"encoding/hex"
	"fmt"

	"entente/asterix"
	"entente/modes"
)

func main() {
	frame, _ := hex.DecodeString("8D4840D6202CC371C32CE0576098")
	var m modes.Message
	if err := modes.Decode(&m, frame); err == nil && m.Is(modes.HasCallsign) {
		fmt.Println(m.Callsign())
	}
	block, _ := hex.DecodeString("30001099801702" + "74D0BF3200A63FD123")
	dec := asterix.NewDecoder()
	dec.Reset(block)
	for dec.Next() {
		rho, ok := dec.Record().Float(asterix.Field(48, "040/RHO"))
		fmt.Println(dec.Record().SAC, rho, ok)
	}
	fmt.Println(len(dec.Errors()))
}
`

// TestCodecsServeAnotherModule builds a stranger's module against this one, without network and without any module beyond.
func TestCodecsServeAnotherModule(t *testing.T) {
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module stranger\n\ngo 1.26.0\n\nrequire entente v0.0.0\n\nreplace entente => "+here+"\n")
	write("main.go", stranger)
	run := func(args ...string) string {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	if got, want := run("run", "."), "KLM1023\n23 116.8125 true\n0\n"; got != want {
		t.Errorf("the program prints %q, want %q", got, want)
	}
	for dep := range strings.Lines(run("list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".")) {
		switch dep = strings.TrimSpace(dep); dep {
		case "", "stranger", "entente/modes", "entente/asterix":
		default:
			if !strings.HasPrefix(dep, "entente/asterix/") && !strings.HasPrefix(dep, "entente/modes/") {
				t.Errorf("a codec brings in %s", dep)
			}
		}
	}
}
