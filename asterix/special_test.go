package asterix

import (
	"bytes"
	"strings"
	"testing"
)

// TestSpecialPurpose reads the special purpose field only by a rule, as it means what two parties agree on.
func TestSpecialPurpose(t *testing.T) {
	data := block(62, "81 01 01 01 02 1964 0a 02 0102fe01 0102fe02")
	for rule, want := range map[string]string{
		"62=1.18":            `"SP":"020102FE010102FE02"`,
		"62=1.18+artas":      `"SP":[{"TRI":"0102FE01"},{"TRI":"0102FE02"}]`,
		"62=1.18+1.2+artas":  `"SP":[{"TRI":"0102FE01"},{"TRI":"0102FE02"}]`,
		"62/25/100=1.18+1.2": `"SP":"020102FE010102FE02"`,
		"62=1.18+none+artas": `"SP":[{"TRI":"0102FE01"},{"TRI":"0102FE02"}]`,
	} {
		r, err := ParseRule(rule)
		if err != nil {
			t.Fatal(err)
		}
		d := NewDecoder(r)
		d.Reset(data)
		if !d.Next() {
			t.Fatalf("%s: %v", rule, d.Errors())
		}
		rec := d.Record()
		if line := string(rec.AppendJSON(nil, JSONOptions{})); !strings.Contains(line, want) {
			t.Errorf("%s: %s lacks %s", rule, line, want)
		}
		b := NewBuilder(rec.Edition())
		b.Copy(rec)
		if again, err := b.AppendRecord(nil); err != nil || !bytes.Equal(again, rec.Data()) {
			t.Errorf("%s: rebuilt %x, %v", rule, again, err)
		}
	}
	for _, rule := range []string{"62=1.18+other", "62=1.18+1.2+other", "48=1.31+artas"} {
		if _, err := ParseRule(rule); err == nil {
			t.Errorf("%s is a rule", rule)
		}
	}
	if e, err := GetExpansion(62, "1.18", "artas"); err != nil || e.Special() != "artas" || e.Expansion() != "1.4" {
		t.Errorf("%v %v", e, err)
	}
}

// TestSpecialPurposeThatDoesNotFit stays bytes, with a note, and the record is kept.
func TestSpecialPurposeThatDoesNotFit(t *testing.T) {
	r, err := ParseRule("62=1.18+artas")
	if err != nil {
		t.Fatal(err)
	}
	d := NewDecoder(r)
	d.Reset(block(62, "81 01 01 01 02 1964 07 02 0102fe01 05"))
	if !d.Next() {
		t.Fatal(d.Errors())
	}
	if n := d.Record().Note(); n == nil || n.Reason != InnerExpansion || n.Item != "SP" {
		t.Errorf("%v", n)
	}
	if line := string(d.Record().AppendJSON(nil, JSONOptions{})); !strings.Contains(line, `"SP":"020102FE0105"`) {
		t.Error(line)
	}
}

// TestExpansionOf020 reads and writes it by hand-made octets.
func TestExpansionOf020(t *testing.T) {
	// RE of 22 octets: PA (DOP, SDH), GVV, TRT, DA (FL, M1)
	data := block(20, "81010104 1907 16 d8 a0 0004 0008 fffc 0064 2000 4000 000080 09 02 0a 14")
	d := NewDecoder()
	d.Reset(data)
	if !d.Next() {
		t.Fatal(d.Errors())
	}
	r := d.Record()
	want := `"RE":{"PA":{"DOP":{"X":1,"Y":2,"XY":-1},"SDH":100},"GVV":{"RE":0,"GS":0.5,"TA":90},"TRT":1,"DA":{"FL":1,"M1":2}}`
	if line := string(r.AppendJSON(nil, JSONOptions{})); !strings.Contains(line, want) || r.Note() != nil {
		t.Errorf("%s %v", line, r.Note())
	}
	b := NewBuilder(r.Edition())
	b.SetUint(Field(20, "010/SAC"), 25)
	b.SetUint(Field(20, "010/SIC"), 7)
	for path, v := range map[string]float64{
		"RE/PA/DOP/X": 1, "RE/PA/DOP/Y": 2, "RE/PA/DOP/XY": -1, "RE/PA/SDH": 100, "RE/GVV/GS": 0.5, "RE/GVV/TA": 90, "RE/TRT": 1, "RE/DA/FL": 1, "RE/DA/M1": 2,
	} {
		b.SetFloat(Field(20, path), v)
	}
	if again, err := b.AppendRecord(nil); err != nil || !bytes.Equal(again, data[3:]) {
		t.Errorf("%x, %v", again, err)
	}
}
