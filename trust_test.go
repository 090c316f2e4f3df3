package entente_test

import (
	"encoding/json"
	"testing"

	"entente"
)

func TestTrustAndReferenceAsText(t *testing.T) {
	for _, want := range []entente.Trust{entente.Fuse, entente.Show, entente.Ignore} {
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got entente.Trust
		if err := json.Unmarshal(b, &got); err != nil || got != want {
			t.Errorf("%s came back as %v, %v", b, got, err)
		}
	}
	var tr entente.Trust
	if err := tr.UnmarshalText([]byte("love")); err == nil {
		t.Error("a trust that is none was read")
	}
	for text, want := range map[string]entente.Reference{"BLR-17": {Member: "BLR", Track: 17}, "A-B-4": {Member: "A-B", Track: 4}, "": {}} {
		var got entente.Reference
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want || got.String() != text {
			t.Errorf("%q came back as %+v, %v", text, got, err)
		}
	}
	for _, bad := range []string{"17", "-17", "BLR-", "BLR-x", "BLR-99999999999"} {
		var r entente.Reference
		if r.UnmarshalText([]byte(bad)) == nil {
			t.Errorf("%q was read as %+v", bad, r)
		}
	}
	e, err := json.Marshal(entente.Entry{})
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(e, &m); err != nil || m["reference"] != nil {
		t.Errorf("an entry without reference says %s", e)
	}
}
