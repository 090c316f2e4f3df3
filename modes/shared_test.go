package modes

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shared returns the path of a file of the shared data, or skips the test.
func shared(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("ENTENTE_SHARED")
	if dir == "" {
		dir = "../../shared"
	}
	p := filepath.Join(dir, "data", "modes", name)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("no shared data here: %v", err)
	}
	return p
}

// lines calls f for every line of a shared file.
func lines(t testing.TB, name string, f func(n int, line string)) {
	t.Helper()
	file, err := os.Open(shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s := bufio.NewScanner(file)
	s.Buffer(nil, 1<<20)
	for n := 1; s.Scan(); n++ {
		f(n, s.Text())
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
}

// jsonLines calls f for every object of a JSON lines file.
func jsonLines(t testing.TB, name string, f func(n int, o map[string]any)) {
	t.Helper()
	lines(t, name, func(n int, line string) {
		var o map[string]any
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatalf("%s line %d: %v", name, n, err)
		}
		f(n, o)
	})
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.TrimSpace(s))
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return b
}

// decodeJSON decodes a frame and returns what AppendJSON says, read back.
func decodeJSON(t testing.TB, frame string) map[string]any {
	t.Helper()
	var m Message
	if err := Decode(&m, unhex(t, frame)); err != nil {
		t.Fatalf("%s: %v", frame, err)
	}
	var o map[string]any
	text := m.AppendJSON(nil)
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatalf("%s: %v in %s", frame, err, text)
	}
	return o
}
