// Package asterix reads and writes EUROCONTROL ASTERIX (EUROCONTROL-SPEC-0149), the binary format of surveillance data.
//
// In go datagrams or files of data blocks; out come records whose items and sub-items are named as in the
// specifications, read without copying and without allocation; and back: values to records to blocks. Categories and
// their editions are data (definitions/), side by side, chosen per source by rule, by default or by a probe.
//
// It guarantees that any byte string is read without panic: what is wrong becomes an [Error] with its place, the
// records around it are kept, and no record is made up from the rest of a bad one.
//
//	rho, theta := asterix.Field(48, "040/RHO"), asterix.Field(48, "040/THETA")
//	dec := asterix.NewDecoder()
//	dec.Reset(datagram)
//	for dec.Next() {
//		rec := dec.Record()
//		if r, ok := rec.Float(rho); ok {
//			a, _ := rec.Float(theta)
//			fmt.Println(rec.SAC, rec.SIC, r, "NM", a, "°")
//		}
//	}
//	for _, e := range dec.Errors() {
//		log.Print(e)
//	}
//
// Values are in the units of the specifications: nautical miles, degrees, flight levels, seconds since midnight UTC.
package asterix
