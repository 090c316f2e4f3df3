package modes

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

func segment(address uint32, n int, data []byte) []byte {
	f := [14]byte{0xC0 | byte(n)}
	copy(f[1:11], data)
	seal(f[:], address)
	return f[:]
}

func announcement(address uint32, n int) []byte {
	f := [7]byte{4 << 3, byte(15+n) << 3}
	seal(f[:], address)
	return f[:]
}

// TestELMInAnyOrder: segments in any order, some twice, give the message once, whole.
func TestELMInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 16).Draw(t, "segments")
		want := rapid.SliceOfN(rapid.Byte(), 10*n, 10*n).Draw(t, "data")
		order := rapid.Permutation(upTo(n)).Draw(t, "order")
		e := NewELMs(0)
		take := func(f []byte) (ELM, bool) {
			var m Message
			if err := Decode(&m, f); err != nil {
				t.Fatal(err)
			}
			return e.Take(&m, 0)
		}
		take(announcement(1, n))
		for i, s := range order {
			if i > 0 && rapid.Bool().Draw(t, "again") {
				take(segment(1, order[i-1], want[10*order[i-1]:]))
			}
			got, ok := take(segment(1, s, want[10*s:]))
			if ok != (i == n-1) {
				t.Fatalf("segment %d of %d: complete %v", i+1, n, ok)
			}
			if ok && (!bytes.Equal(got.Bytes(), want) || got.Address != 1) {
				t.Fatalf("%X, want %X", got.Bytes(), want)
			}
		}
		if e.Complete != 1 || e.Stray != 0 {
			t.Fatalf("%+v", e)
		}
	})
}

func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func TestELMStraysAndAge(t *testing.T) {
	e := NewELMs(2)
	at := int64(0)
	take := func(f []byte) bool {
		m := decoded(t, f)
		_, ok := e.Take(&m, at)
		return ok
	}
	data := make([]byte, 10)
	if take(segment(1, 0, data)) || e.Stray != 1 {
		t.Error("a segment without an announcement")
	}
	take(announcement(1, 2))
	if take(segment(1, 2, data)) || e.Stray != 2 {
		t.Error("a segment beyond the announced number")
	}
	take(segment(1, 0, data))
	at = 31 * aSecond
	if take(segment(1, 1, data)) || e.Stray != 3 {
		t.Error("segments half a minute apart make a message")
	}
	for a := uint32(2); a < 10; a++ {
		take(announcement(a, 1))
	}
	if len(e.open) > 2 || e.Dropped == 0 {
		t.Errorf("%d open", len(e.open))
	}
	take(announcement(9, 3)) // another message
	if take(segment(9, 0, data)) {
		t.Error("one of three is taken for all")
	}
	acknowledgement := segment(9, 1, data)
	acknowledgement[0] |= 0x10
	m := decoded(t, acknowledgement)
	if _, _, ok := m.Segment(); ok {
		t.Error("an acknowledgement of an uplink is a segment")
	}
}
