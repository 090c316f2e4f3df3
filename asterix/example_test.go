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
