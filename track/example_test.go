package track_test

import (
	"fmt"
	"math"

	"entente"
	"entente/track"
)

// Two plots of one address, five seconds and a kilometre apart, are an aircraft.
func Example() {
	const degree = math.Pi / 180
	t := track.New(track.Config{Member: "BLR", Sensors: []entente.Sensor{{ID: 1, Name: "MINSK", Kind: entente.ModeS,
		Lat: 53.88 * degree, Lon: 28.03 * degree, Height: 200, RangeSigma: 50, AzimuthSigma: 0.08 * degree, Period: 5, PD: 0.95, MaxRange: 300e3}}})
	var plots []entente.Plot
	for i := range 2 {
		p := entente.Plot{Sensor: 1, Kind: entente.ModeS, Time: entente.FromSeconds(1 + 5*float64(i)), Range: 80e3 + 1000*float64(i), Azimuth: 90 * degree,
			Altitude: 9000, Address: 0x510123}
		p.Set(entente.HasPolar | entente.HasAltitude)
		plots = append(plots, p)
	}
	for _, k := range t.Process(plots, nil) {
		fmt.Printf("%v %v, %v, flying east at about %.0f m/s\n", k.Origin, k.Address, k.State, math.Round(k.VE/50)*50)
	}
	// Output: BLR 510123, confirmed, flying east at about 200 m/s
}
