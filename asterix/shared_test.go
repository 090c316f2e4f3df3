package asterix

import (
	"os"
	"path/filepath"
	"testing"
)

// shared returns the path of a file of the shared data, and skips the test where it is absent.
func shared(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("ENTENTE_SHARED")
	if root == "" {
		root = "../../shared"
	}
	p := filepath.Join(root, "data", "asterix", name)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("shared data absent: %v", err)
	}
	return p
}

func readShared(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// readIfShared is readShared for benchmarks that have another input.
func readIfShared(name string) []byte {
	root := os.Getenv("ENTENTE_SHARED")
	if root == "" {
		root = "../../shared"
	}
	b, _ := os.ReadFile(filepath.Join(root, "data", "asterix", name))
	return b
}
