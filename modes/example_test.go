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
