package asterix_test

import (
	"fmt"
	"slices"

	"entente/asterix"
)

// A datagram with one record of category 048, read by handles and as JSON.
func Example() {
	datagram := []byte{48, 0, 17, 0x99, 0x80, 23, 2, 0x74, 0xd0, 0xbf, 0x32, 0x00, 0xa6, 0x3f, 0xd1, 0x23}
	datagram[2] = byte(len(datagram))

	rho, address := asterix.Field(48, "040/RHO"), asterix.Field(48, "220")
	dec := asterix.NewDecoder()
	dec.Reset(datagram)
	for dec.Next() {
		rec := dec.Record()
		nm, _ := rec.Float(rho)
		fmt.Println(rec.SAC, rec.SIC, nm, "NM", rec.Text(address))
		fmt.Println(string(rec.AppendJSON(nil, asterix.JSONOptions{})))
	}
	for _, e := range dec.Errors() {
		fmt.Println(e)
	}
	// Output:
	// 23 2 116.8125 NM 3FD123
	// {"cat":48,"edition":"1.31","items":{"010":{"SAC":23,"SIC":2},"040":{"RHO":116.8125,"THETA":268.868408203125},"070":{"V":0,"G":0,"L":0,"MODE3A":"0246"},"220":"3FD123"}}
}

// A sector message is built, put into a block and read back.
func ExampleBuilder() {
	edition, _ := asterix.Get(34, "1.29")
	b := asterix.NewBuilder(edition)
	b.SetUint(asterix.Field(34, "010/SAC"), 25)
	b.SetUint(asterix.Field(34, "010/SIC"), 3)
	b.SetUint(asterix.Field(34, "000"), 2)
	b.SetFloat(asterix.Field(34, "030"), 43200)
	b.SetFloat(asterix.Field(34, "020"), 90)

	block := asterix.BeginBlock(nil, 34)
	block, err := b.AppendRecord(block)
	if err == nil {
		err = asterix.EndBlock(block, 0)
	}
	fmt.Printf("%X %v\n", block, err)

	b.Reset()
	b.SetFloat(asterix.Field(34, "020"), 400)
	_, err = b.AppendRecord(nil)
	fmt.Println(err)
	// Output:
	// 22000BF019030254600040 <nil>
	// asterix: cat 034 ed. 1.29, item 020: value does not fit its field
}

// A report of the old edition 0.26 of category 021 becomes one of edition 2.6, and a system track.
func ExampleConverter() {
	old, _ := asterix.Get(21, "0.26")
	b := asterix.NewBuilder(old)
	b.SetUint(asterix.Field(21, "010/SAC"), 25)
	b.SetFloat(asterix.Field(21, "030"), 43200)
	b.SetUint(asterix.Field(21, "040/ATP"), 1) // the ICAO address; 0 in later editions
	b.SetText(asterix.Field(21, "080"), "4CA2D1")
	b.SetFloat(asterix.Field(21, "130/LAT"), 45)
	b.SetFloat(asterix.Field(21, "130/LON"), 22.5)
	b.SetUint(asterix.Field(21, "095"), 3)
	data, _ := b.AppendRecord(nil)

	var rec, out asterix.Record
	_, err := asterix.ParseRecord(old, data, &rec)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, target := range []struct {
		category uint8
		edition  string
	}{{21, "2.6"}, {62, "1.18"}} {
		e, _ := asterix.Get(target.category, target.edition)
		c, _ := asterix.NewConverter(old, e)
		octets, _ := c.Append(nil, &rec)
		_, err = asterix.ParseRecord(e, octets, &out)
		fmt.Println(target.category, out.Text(asterix.Field(21, "080"))+out.Text(asterix.Field(62, "380/ADR")), "lost", c.Lost(), err)
	}
	// Output:
	// 21 4CA2D1 lost map[021/095:1] <nil>
	// 62 4CA2D1 lost map[021/040/ATP:1 021/095:1] <nil>
}

// Which edition does a source speak? The blocks of one tell.
func ExampleProber() {
	old, _ := asterix.Get(62, "0.17")
	b := asterix.NewBuilder(old)
	b.SetUint(asterix.Field(62, "010/SAC"), 25)
	b.SetFloat(asterix.Field(62, "070"), 43200)
	b.SetUint(asterix.Field(62, "040/TRK"), 4711)
	b.SetFloat(asterix.Field(62, "105/LAT"), 45)
	b.SetFloat(asterix.Field(62, "105/LON"), 16)
	records, _ := b.AppendRecord(nil)

	p := asterix.NewProber(62)
	p.Add(records)
	list := p.Candidates()
	best, worst := list[0], list[len(list)-1]
	fmt.Printf("%s %.0f %q\n", best.Edition, best.Score, best.Why())
	fmt.Printf("%s %.0f %q\n", worst.Edition, worst.Score, worst.Why())
	// Output:
	// 0.17 1 ""
	// 1.7 0 "1 blocks not read to their end (105: item runs beyond its block)"
}

// A file in which one block has a wrong length: the next one is found, and what was passed over is said.
func ExampleDecoder_resync() {
	sector := []byte{34, 0, 8, 0xC0, 25, 3, 2}
	sector[2] = byte(len(sector))
	file := slices.Concat(sector, []byte{34, 0xFF, 0xFF, 1, 2, 3}, sector, sector)

	dec := asterix.NewDecoder()
	dec.Resync = true
	records := 0
	for dec.Reset(file); dec.Next(); {
		records++
	}
	fmt.Println(records, "records,", dec.Stats().Skipped, "octets passed over")
	for _, e := range dec.Errors() {
		fmt.Println(e)
	}
	// Output:
	// 3 records, 6 octets passed over
	// asterix: octet 7, block 1, record 0, cat 034: block length is below 3 or beyond the data
}

// plot is a record of category 048 with a code, a level and two Comm-B messages.
func plot() *asterix.Record {
	e, _ := asterix.Get(48, "1.31")
	b := asterix.NewBuilder(e)
	b.SetUint(asterix.Field(48, "010/SAC"), 25)
	b.SetUint(asterix.Field(48, "010/SIC"), 3)
	b.SetUint(asterix.Field(48, "020/TYP"), 5)
	b.SetText(asterix.Field(48, "070/MODE3A"), "7700")
	b.SetFloat(asterix.Field(48, "090/FL"), -2.5)
	for i, register := range []uint64{4, 5} {
		b.SetOctetsAt(asterix.Field(48, "250/MBDATA"), i, []byte{1, 2, 3, 4, 5, 6, 7})
		b.SetUintAt(asterix.Field(48, "250/BDS1"), i, register)
	}
	octets, _ := b.AppendRecord(nil)
	rec := new(asterix.Record)
	_, _ = asterix.ParseRecord(e, octets, rec)
	return rec
}

// Values by handles: scaled, raw, as text, repeated, and not there.
func ExampleRecord() {
	rec := plot()
	level, ok := rec.Float(asterix.Field(48, "090/FL"))
	fmt.Println(level, ok)
	raw, _ := rec.Int(asterix.Field(48, "090/FL"))
	fmt.Println(raw, rec.Text(asterix.Field(48, "070/MODE3A")))
	register := asterix.Field(48, "250/BDS1")
	for i := range rec.Count(register) {
		v, _ := rec.UintAt(register, i)
		fmt.Printf("register %X0: %X\n", v, rec.OctetsAt(asterix.Field(48, "250/MBDATA"), i))
	}
	rho, ok := rec.Float(asterix.Field(48, "040/RHO"))
	fmt.Println(rho, ok, rec.Has(asterix.Field(48, "040")))
	// Output:
	// -2.5 true
	// -10 7700
	// register 40: 01020304050607
	// register 50: 01020304050607
	// 0 false false
}

// Scaled values with their raw integer, codes with their meaning.
func ExampleRecord_AppendJSON() {
	e, _ := asterix.Get(34, "1.29")
	b := asterix.NewBuilder(e)
	b.SetUint(asterix.Field(34, "000"), 2)
	b.SetFloat(asterix.Field(34, "020"), 90)
	octets, _ := b.AppendRecord(nil)
	var rec asterix.Record
	_, _ = asterix.ParseRecord(e, octets, &rec)
	fmt.Println(string(rec.AppendJSON(nil, asterix.JSONOptions{Raw: true, Text: true})))
	// Output:
	// {"cat":34,"edition":"1.29","items":{"000":{"value":2,"text":"sector crossing"},"020":{"raw":64,"value":90}}}
}

// A code in words.
func ExampleRecord_CodeText() {
	fmt.Println(plot().CodeText(asterix.Field(48, "020/TYP")))
	// Output: Mode S roll-call
}

// Records go on as they came, in a block of their own.
func ExampleRecord_Data() {
	rec := plot()
	block := append(asterix.BeginBlock(nil, rec.Category), rec.Data()...)
	err := asterix.EndBlock(block, 0)
	fmt.Println(len(rec.Data()), len(block), err)
	// Output: 26 29 <nil>
}

// All of a record but one value.
func ExampleBuilder_Copy() {
	rec := plot()
	b := asterix.NewBuilder(rec.Edition())
	b.Copy(rec)
	b.SetText(asterix.Field(48, "070/MODE3A"), "2000")
	octets, err := b.AppendRecord(nil)
	fmt.Printf("%X\n%X %v\n", rec.Data(), octets, err)
	// Output:
	// AD201903A00FC03FF60201020304050607400102030405060750
	// AD201903A004003FF60201020304050607400102030405060750 <nil>
}

// What an edition has.
func ExampleEdition_Fields() {
	e, _ := asterix.Get(48, "1.31")
	fmt.Println(e.Items()[:6])
	for _, f := range e.Fields()[:3] {
		fmt.Printf("%s: %d bits, signed %v, 1 is %v%s\n", f.Path, f.Bits, f.Signed, f.LSB, f.Unit)
	}
	info, ok := e.Info(asterix.Field(48, "090/FL"))
	fmt.Println(info.Bits, info.Signed, info.LSB, info.Unit, ok)
	// Output:
	// [010 140 020 040 070 090]
	// 010/SAC: 8 bits, signed false, 1 is 1
	// 010/SIC: 8 bits, signed false, 1 is 1
	// 140: 24 bits, signed false, 1 is 0.0078125s
	// 14 true 0.25 FL true
}

// Which edition is read for whom.
func ExampleParseRule() {
	var rules []asterix.Rule
	for _, s := range []string{"21=2.6", "21/20/219=2.1+1.4", "62=1.18+artas", "32=none"} {
		r, err := asterix.ParseRule(s)
		if err != nil {
			fmt.Println(err)
		}
		rules = append(rules, r)
	}
	dec := asterix.NewDecoder(rules...)
	fmt.Println(dec.EditionOf(21, 20, 219).Name(), dec.EditionOf(21, 1, 1).Name(), dec.EditionOf(62, 1, 1).Special(), dec.EditionOf(32, 1, 1) == nil)
	_, err := asterix.ParseRule("65=9.9")
	fmt.Println(err)
	// Output:
	// 2.1 2.6 artas true
	// asterix: category 065 has no edition "9.9"; it has ["1.2" "1.3" "1.4" "1.5" "1.6"]
}
