package asterix_test

import (
	"fmt"

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
