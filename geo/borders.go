package geo

import (
	_ "embed" // the borders
	"fmt"
	"sync"
)

//go:embed borders/borders.geojson.gz
var bordersGZ []byte

var defaultBorders = sync.OnceValues(func() ([]Region, error) {
	r, err := ParseRegions(bordersGZ, "bundled borders")
	if err != nil {
		return nil, fmt.Errorf("reading the bundled borders: %w", err)
	}
	return r, nil
})

// DefaultBorders returns the countries of Natural Earth 5 (public domain): 1:10 million for the members of the worked
// example and their neighbours, 1:50 million for the rest. ID is the ISO 3166-1 alpha-3 code. They are the lines of that
// data set, no statement on whose they are; replace them with [ReadRegions]. The slice is shared: do not change it.
func DefaultBorders() ([]Region, error) { return defaultBorders() }

// BordersGeoJSON returns the text that DefaultBorders reads: a FeatureCollection with properties iso3 and name, cut at
// the antimeridian, compressed with gzip (Content-Encoding: gzip). Do not change it.
func BordersGeoJSON() []byte { return bordersGZ }
