package modes_test

import (
	"fmt"

	"entente/modes"
)

// A frame as it comes from a receiver, field by field and as JSON.
func ExampleDecode() {
	frame := []byte{0x8D, 0x40, 0x6B, 0x90, 0x20, 0x15, 0xA6, 0x78, 0xD4, 0xD2, 0x20, 0xAA, 0x4B, 0xDA}
	var m modes.Message
	if err := modes.Decode(&m, frame); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Is(modes.HasCallsign), m.Callsign(), m.Is(modes.HasAltitude))
	fmt.Println(string(m.AppendJSON(nil)))
	// Output:
	// true EZY85MH false
	// {"hex":"8D406B902015A678D4D220AA4BDA","df":17,"icao":"406B90","crc_ok":true,"ca":5,"tc":4,"bds":"08","callsign":"EZY85MH","category":0,"category_set":"A"}
}

// Two squitters a second apart give a position; a third one far off is refused.
func ExampleReceiver() {
	sky := modes.NewReceiver(modes.Options{})
	x := modes.Fixed{Address: 0x4BAB45, Capability: 5}
	for i, lon := range []float64{27, 27.003, 29} {
		frame := x.AirbornePosition(modes.Airborne{Lat: 54, Lon: lon, Altitude: 33000, HasAltitude: true}, i%2 == 1)
		var m modes.Message
		if err := modes.Decode(&m, frame[:]); err != nil {
			fmt.Println(err)
			return
		}
		if r, ok := sky.Take(&m, int64(i)*1e9); ok {
			fmt.Printf("%06X %.4f %.4f %d ft\n", r.Address, r.Lat, r.Lon, r.Altitude)
		}
	}
	fmt.Println(sky.Counters.Jumps, "refused")
	// Output:
	// 4BAB45 54.0000 27.0030 33000 ft
	// 1 refused
}

// Three receivers hear the same frames; each counts once.
func ExampleDedup() {
	copies := modes.NewDedup(0, 0)
	frame := modes.Fixed{Address: 0x4BAB45, Capability: 5}.AllCall(0)
	for _, ms := range []int64{0, 12, 31, 900} { // the last one was sent again
		fmt.Print(copies.Copy(frame[:], modes.Direct, ms*1e6), " ")
	}
	fmt.Println()
	// Output:
	// false true true false
}

// Four receivers around Minsk tell where a frame was sent from; the altitude is the one that the frame gave.
func ExampleLocate() {
	arrivals := []modes.Arrival{
		{Lat: 53.5, Lon: 27.0, Height: 150, Time: 1_000_300_000, Sigma: 50},
		{Lat: 54.3, Lon: 27.0, Height: 200, Time: 1_000_212_267, Sigma: 50},
		{Lat: 53.5, Lon: 28.2, Height: 160, Time: 1_000_234_869, Sigma: 50},
		{Lat: 54.3, Lon: 28.2, Height: 210, Time: 1_000_104_236, Sigma: 50},
	}
	fix, err := modes.Locate(arrivals, modes.LocateOptions{Altitude: 10_000, AltitudeSigma: 150})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f %.2f, good to %.0f m per axis\n", fix.Lat, fix.Lon, fix.Sigma())
	// Output:
	// 54.10 27.90, good to 16 m per axis
}

// A reply whose register was not told is read as the one its interrogator asked for.
func ExampleMessage_As() {
	reply := modes.Fixed{Address: 0x4BAB45}.IdentityCommB(0, 0o1234, [7]byte{0x95, 0x34, 0x90, 0xAE, 0x15, 0x02, 0x5F})
	var m modes.Message
	if err := modes.Decode(&m, reply[:]); err != nil {
		fmt.Println(err)
		return
	}
	read, ok := m.As(0x51)
	fmt.Println(m.BDS == 0, ok)
	fmt.Println(string(read.AppendJSON(nil)))
	// Output:
	// true true
	// {"hex":"A8001C09953490AE15025FFC8E55","df":21,"icao":"4BAB45","fs":0,"dr":0,"um":0,"bds":"51","squawk":"1234","position_lat":59.639969,"position_lon":30.600357,"position_altitude_ft":4856}
}
