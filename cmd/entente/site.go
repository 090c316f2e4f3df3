package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// parseSite reads "LAT,LON" in degrees.
func parseSite(s string) (lat, lon float64, err error) {
	a, b, both := strings.Cut(s, ",")
	lat, err1 := strconv.ParseFloat(strings.TrimSpace(a), 64)
	lon, err2 := strconv.ParseFloat(strings.TrimSpace(b), 64)
	if !both || err1 != nil || err2 != nil || !(math.Abs(lat) <= 90) || !(math.Abs(lon) <= 180) {
		return 0, 0, fmt.Errorf("reading --site %q: want degrees, such as 53.88,28.03", s)
	}
	return lat, lon, nil
}
