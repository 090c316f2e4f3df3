package feed_test

import (
	"fmt"
	"math"
	"strings"

	"entente"
	"entente/feed"
)

// A table of plots read at full speed; the row of an unknown sensor is counted and left out.
func ExampleReadPlots() {
	sensors := "id,kind,lat,lon,height_m,range_sigma_m,azimuth_sigma_deg,period_s,pd,max_range_m\nR1,modes,54.1,27.6,200,50,0.08,5,0.95,250000\n"
	plots := "time_s,sensor,range_m,azimuth_deg,lat,lon,altitude_m,mode_s,mode_a\n0.18,R1,60304.4,117.5,,,9441.2,4BAB45,1144\n0.2,R9,1000,10,,,,,\n"
	reg, err := feed.LoadRegistry("sensors.csv", strings.NewReader(sensors))
	if err != nil {
		fmt.Println(err)
		return
	}
	var stats feed.Stats
	err = feed.ReadPlots("plots.csv", strings.NewReader(plots), feed.Options{}, reg, func(batch []entente.Plot) {
		for _, p := range batch {
			fmt.Printf("%.2f s, sensor %d, %.0f m, %.1f°, %v, %v\n", p.Time.Seconds(), p.Sensor, p.Range, p.Azimuth*180/math.Pi, p.Address, p.ModeA)
		}
	}, &stats)
	fmt.Println(stats.Snapshot().Errors, err)
	// Output:
	// 0.18 s, sensor 1, 60304 m, 117.5°, 4BAB45, 1144
	// map[unknown_sensor:1] <nil>
}
