package sim

import (
	_ "embed" // airports.csv
	"encoding/csv"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"sync"
)

//go:embed airports.csv
var airportsCSV string

// builtInAirports are those that scenarios may name without defining them.
var builtInAirports = sync.OnceValue(func() map[string]Airport {
	rows, err := csv.NewReader(strings.NewReader(airportsCSV)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("sim: reading embedded airports: %v", err))
	}
	list := map[string]Airport{}
	for _, r := range rows[1:] {
		var v [3]float64
		for i := range v {
			if v[i], err = strconv.ParseFloat(r[2+i], 64); err != nil {
				panic(fmt.Sprintf("sim: reading embedded airport %s: %v", r[0], err))
			}
		}
		list[r[0]] = Airport{r[0], r[1], v[0], v[1], v[2]}
	}
	return list
})

// places returns the airports that the scenario's routes may name.
func (s *Scenario) places() (map[string]Airport, error) {
	list := maps.Clone(builtInAirports())
	for _, a := range s.Airports {
		if a.Code == "" || !within(a.Lat, -90, 90) || !within(a.Lon, -180, 180) || !within(a.Height, -500, 9000) {
			return nil, fmt.Errorf("airport %q: no code or no such place", a.Code)
		}
		list[a.Code] = a
	}
	return list, nil
}
