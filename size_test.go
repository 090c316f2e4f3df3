package entente_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	maxFile     = 500 // lines
	maxFunction = 60
)

// TestFilesAndFunctionsStaySmall reads every Go, TypeScript and Svelte file of the tree.
func TestFilesAndFunctionsStaySmall(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "dist" || strings.HasPrefix(d.Name(), ".") && path != ".") {
			return filepath.SkipDir
		}
		switch filepath.Ext(path) {
		case ".go", ".ts", ".svelte", ".mjs":
		default:
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if n := bytes.Count(b, []byte("\n")); n > maxFile && !bytes.Contains(b, []byte("table: ")) {
			t.Errorf("%s has %d lines, more than %d", path, n, maxFile)
		}
		if filepath.Ext(path) == ".go" && !strings.HasSuffix(path, "_test.go") {
			checkFunctions(t, path, b)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkFunctions(t *testing.T, path string, src []byte) {
	t.Helper()
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, path, src, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if n := set.Position(fn.End()).Line - set.Position(fn.Pos()).Line; n > maxFunction {
			t.Errorf("%s: %s has %d lines, more than %d", path, fn.Name.Name, n, maxFunction)
		}
	}
}

// TestNothingOfOneMachine keeps paths and hosts of somebody's machine out of the tree.
func TestNothingOfOneMachine(t *testing.T) {
	files, err := exec.Command("git", "ls-files").Output()
	if err != nil {
		t.Skip("not a git checkout: ", err)
	}
	words := []string{"/home/" + "user", "/tmp/" + "bash_jobs", "/wo" + "rk/", "registry." + "npmjs.org/-/"}
	for path := range strings.Lines(string(files)) {
		path = strings.TrimSpace(path)
		if strings.HasPrefix(path, "ui/dist/") || strings.HasSuffix(path, ".sum") {
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil {
			continue // removed in the work tree, not yet in the index
		}
		for _, w := range words {
			if bytes.Contains(b, []byte(w)) {
				t.Errorf("%s contains %q", path, w)
			}
		}
	}
}
