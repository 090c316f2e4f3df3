package modes_test

import (
	"bytes"
	"fmt"

	"entente/modes"
)

// One example for each row of the table in docs/modes.md that example_test.go does not show.

// A register's values that have no field of their own: next waypoint (4,1).
func ExampleAppendValues() {
	// Status, then nine characters of six bits: "BAKUR".
	mb := [7]byte{0x84, 0x09, 0x6A, 0xA5, 0x04, 0x10, 0x40}
	values, ok := modes.AppendValues(nil, 0x41, mb)
	fmt.Println(ok)
	for _, v := range values {
		fmt.Println(v.Name, string(bytes.TrimRight(v.Text[:], " ")))
	}
	// Output:
	// true
	// next_waypoint BAKUR
}

// A position by hand: from a pair, then from one code near it.
func ExampleGlobalAirborne() {
	even, odd := modes.EncodeCPR(54.1, 27.2, false, false), modes.EncodeCPR(54.1, 27.2, true, false)
	lat, lon, ok := modes.GlobalAirborne(even, odd, true)
	fmt.Printf("%.3f %.3f %v\n", lat, lon, ok)
	lat, lon = modes.Local(modes.EncodeCPR(54.2, 27.3, false, false), false, lat, lon)
	fmt.Printf("%.3f %.3f\n", lat, lon)
	// Output:
	// 54.100 27.200 true
	// 54.200 27.300
}

// On the ground a pair has eight answers; the one near the aerodrome is meant.
func ExampleGlobalSurface() {
	even, odd := modes.EncodeCPR(53.8825, 28.0325, false, true), modes.EncodeCPR(53.8825, 28.0325, true, true)
	for _, ref := range [][2]float64{{54, 27}, {50, 115}} {
		lat, lon, ok := modes.GlobalSurface(even, odd, false, ref[0], ref[1])
		fmt.Printf("%.3f %.3f %v\n", lat, lon, ok)
	}
	// Output:
	// 53.883 28.032 true
	// 53.883 118.032 true
}

// What a position is worth: by version, type code and the NIC supplements A, B and C.
func ExampleNIC() {
	fmt.Println(modes.NIC(2, 13, false, false, false), modes.NIC(2, 13, false, true, false))
	fmt.Printf("%.1f m per axis\n", modes.NACpSigma(9))
	// Output:
	// {6 926} {6 555.6}
	// 12.3 m per axis
}

// A frame with one wrong bit is refused, and corrected where that is asked for.
func ExampleRepair() {
	frame := modes.Fixed{Address: 0x4BAB45, Capability: 5}.Identification("BRU123", 0xA3)
	frame[6] ^= 0x10
	var m modes.Message
	fmt.Println(modes.Decode(&m, frame[:]))
	fmt.Println(modes.OneBit.Decode(&m, frame[:]), m.Callsign(), m.Repaired, m.RepairedBits[0])
	// Output:
	// parity does not match: the frame is damaged
	// <nil> BRU123 1 52
}

// A Mode A/C reply is named when one tracked aircraft alone has that code or altitude.
func ExampleReceiver_TakeModeAC() {
	sky := modes.NewReceiver(modes.Options{})
	x := modes.Fixed{Address: 0x4BAB45, Capability: 5}
	status, place := x.EmergencyStatus(0, 0o2345), x.AirbornePosition(modes.Airborne{Lat: 54, Lon: 27, Altitude: 33000, HasAltitude: true}, false)
	for i, frame := range [][14]byte{status, place} {
		var m modes.Message
		if err := modes.Decode(&m, frame[:]); err == nil {
			sky.Take(&m, int64(i)*1e9)
		}
	}
	for _, reply := range [][2]byte{{0x23, 0x45}, {0x60, 0x20}, {0x12, 0x00}} {
		r := sky.TakeModeAC(reply, 2e9)
		fmt.Printf("%04o fits %d %06X\n", r.Code, r.Fits, r.Address)
	}
	// Output:
	// 2345 fits 1 4BAB45
	// 6020 fits 0 000000
	// 1200 fits 0 000000
}

// An extended length message of two segments.
func ExampleELMs() {
	e := modes.NewELMs(0)
	announce := modes.Message{DF: 4, DR: 17, Address: 0x4BAB45, Has: modes.HasAddress}
	e.Take(&announce, 0)
	for n, text := range []string{"0123456789", "ABCDEFGHIJ"} {
		segment := modes.Message{DF: 24, Control: uint8(n), Address: 0x4BAB45, Has: modes.HasAddress}
		copy(segment.Frame[1:], text)
		if whole, ok := e.Take(&segment, int64(n)*1e9); ok {
			fmt.Printf("%s of %d segments\n", whole.Bytes(), whole.Segments)
		}
	}
	// Output:
	// 0123456789ABCDEFGHIJ of 2 segments
}

// Receivers of one network, one of them 400 ns late: what is learnt from aircraft whose place is known is taken off.
func ExampleClocks() {
	clocks := modes.NewClocks()
	at := func(skew int64) []modes.Arrival {
		return []modes.Arrival{
			{Station: 1, Lat: 53.5, Lon: 27, Time: 1_000_300_000, Sigma: 50}, {Station: 2, Lat: 54.3, Lon: 27, Time: 1_000_212_267 + skew, Sigma: 50},
			{Station: 3, Lat: 53.5, Lon: 28.2, Time: 1_000_234_869, Sigma: 50}, {Station: 4, Lat: 54.3, Lon: 28.2, Time: 1_000_104_236, Sigma: 50},
		}
	}
	for range 200 {
		clocks.Learn(at(400), 54.1, 27.9, 10_000)
	}
	heard := at(400)
	clocks.Correct(heard)
	late, _, _ := clocks.Offset(2)
	fmt.Println(late > 100, heard[1].Time < 1_000_212_667)
	// Output:
	// true true
}

// Samples to frames: here of silence, in which there are none.
func ExampleDemodulator() {
	d := modes.NewDemodulator(2.4e6, modes.SC16)
	give := func(f *modes.Frame) { fmt.Printf("%X\n", f.Bytes()) }
	d.Samples(make([]byte, 4*100_000), give)
	d.Close(give)
	fmt.Println(d.Frames, "frames")
	// Output:
	// 0 frames
}

// A Beast stream with bytes in it that belong to no frame.
func ExampleBeastReader() {
	call := modes.Fixed{Address: 0x4BAB45, Capability: 5}.AllCall(0)
	var f modes.Frame
	if err := f.SetFrame(call[:]); err != nil {
		fmt.Println(err)
		return
	}
	f.Stamp = 12_000_000
	stream := append([]byte("noise"), modes.AppendBeast(nil, &f)...)
	r := modes.NewBeastReader(bytes.NewReader(stream))
	for r.Next(&f) == nil {
		fmt.Printf("%X at %d ms\n", f.Bytes(), f.Ticks12()/1e6)
	}
	fmt.Println(r.Frames, r.Skipped, r.Resyncs)
	// Output:
	// 5D4BAB45CFA079 at 1000 ms
	// 1 5 1
}

// Lines of text: AVR, AVR with a stamp, and "seconds,address,hex".
func ExampleParseAVR() {
	for _, line := range []string{"*5D4BAB45CFA079;", "@000000B71B005D4BAB45CFA079;", "*5D4BAB;"} {
		var f modes.Frame
		err := modes.ParseAVR([]byte(line), &f)
		fmt.Printf("%X %d %v\n", f.Bytes(), f.Stamp, err)
	}
	var f modes.Frame
	ns, address, err := modes.ParseHexCSV([]byte("1753827785.80,ADA526,8DADA5265851E6616376C2EB4463"), &f)
	fmt.Printf("%d %06X %d bytes %v\n", ns, address, f.N, err)
	// Output:
	// 5D4BAB45CFA079 0 <nil>
	// 5D4BAB45CFA079 12000000 <nil>
	//  0 a Mode S frame has 7 bytes (DF0 to 15) or 14 (DF16 and up)
	// 1753827785800000000 ADA526 14 bytes <nil>
}

// A line of BaseStation text there and back.
func ExampleParseSBS() {
	var s modes.SBS
	err := modes.ParseSBS([]byte("MSG,3,1,1,4249B5,1,2018/04/03,19:02:28.360,2018/04/03,19:02:28.400,,7000,,,54.1,27.2,,,0,,-1,1"), &s)
	fmt.Printf("%v %06X %d ft %.1f %.1f ground %v\n", err, s.Address, s.Altitude, s.Lat, s.Lon, s.OnGround == modes.On)
	fmt.Printf("%q\n", modes.AppendSBS(nil, &s))
	// Output:
	// <nil> 4249B5 7000 ft 54.1 27.2 ground true
	// "MSG,3,1,1,4249B5,1,2018/04/03,19:02:28.360,2018/04/03,19:02:28.400,,7000,,,54.10000,27.20000,,,0,,-1,-1\r\n"
}

// Frames as a transponder would send them.
func ExampleFixed() {
	x := modes.Fixed{Address: 0x4BAB45, Capability: 5}
	id, v := x.Identification("BRU123", 0xA3), x.Velocity(300, -200, -1280, 2)
	fmt.Printf("%X\n%X\n", id, v)
	var m modes.Message
	if err := modes.Decode(&m, v[:]); err == nil {
		kt, _ := m.Speed()
		deg, _ := m.Track()
		fmt.Printf("%.1f kt %.1f° %d ft/min\n", kt, deg, m.VerticalRate)
	}
	// Output:
	// 8D4BAB4523092571CB3820B3EF15
	// 8D4BAB4599112D99385400B8180F
	// 360.6 kt 123.7° -1280 ft/min
}
