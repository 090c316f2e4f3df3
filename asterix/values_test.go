package asterix

import (
	"slices"
	"testing"
)

// TestAppendValuesAgrees: all values at once are those read one by one, over records of every layout.
func TestAppendValuesAgrees(t *testing.T) {
	records := 0
	for name, k := range map[string]struct {
		cat uint8
		ed  string
	}{
		"jahorina_cat048_cat034.raw": {48, ""}, "ar_sdps_cat062_part1.pcap": {62, ""}, "bcn_adsb_cat021_ed2.1_cat023_part1.ast": {21, "2.1"},
		"lebl2016_mlat_cat010.ast": {10, ""}, "lebl2016_adsb_cat021_ed0.23.ast": {21, "0.23"}, "cc_asterix.pcap": {62, "0.17"},
	} {
		dec := NewDecoder(Rule{Category: k.cat, AnySource: true, Edition: k.ed})
		n := 0
		for _, f := range frames(t, name, readShared(t, "recordings/"+name)) {
			for dec.Reset(f); dec.Next() && n < 300; n++ {
				compareValues(t, dec.Record())
			}
		}
		records += n
	}
	if records < 1500 {
		t.Errorf("%d records", records)
	}
}

// TestAppendValuesOfMadeRecords does it without recordings: conditional scales, repetitions, expansions, texts left out.
func TestAppendValuesOfMadeRecords(t *testing.T) {
	compareValues(t, made(t, edition(t, 62, "1.18"), map[string]any{
		"010/SAC": 1, "105/LAT": -45.5, "380/IAS/IM": 1, "380/IAS/IAS": 780, "380/ID": "ABC", "220": -625.0, "080/SPI": 1, "RE/TVS/VX": -3.25, "380/ADR": "4CA2D1",
		"110/PMN/PIN": 5, "500/APW/LAT": 0.001,
	}))
	compareValues(t, parsed(t, edition(t, 48, "1.31"), []byte{0x81, 0x20, 1, 2, 2, 1, 2, 3, 4, 5, 6, 7, 0x50, 7, 6, 5, 4, 3, 2, 1, 0x60}))
}

func compareValues(t *testing.T, r *Record) {
	t.Helper()
	var want []float64
	for i := range r.edition.nodes {
		if r.off[i] == 0 {
			continue
		}
		nd := &r.edition.nodes[i]
		if len(nd.leaves) == 0 {
			continue
		}
		for k := range r.count(i) {
			for _, l := range nd.leaves {
				f := &r.edition.leaves[l]
				if v, ok := r.value(f, r.element(f, k)); ok && f.kind != kindSpare {
					want = append(want, v)
				}
			}
		}
	}
	if got := r.AppendValues(nil); !slices.Equal(got, want) {
		t.Fatalf("%s\n%v\n%v", r.AppendJSON(nil, JSONOptions{}), got, want)
	}
}
