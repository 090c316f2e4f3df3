package sim

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"entente"
	"entente/geo"
)

// check reads the routes once to refuse what cannot be flown.
func (t *Traffic) check(places map[string]Airport) error {
	if !within(float64(t.Count), 0, maxAircraft) || !within(t.NoADSB, 0, 1) || !within(t.SSR, 0, 1) || t.NoADSB+t.SSR > 1 {
		return fmt.Errorf("traffic: count, no_adsb or ssr is not plausible")
	}
	if t.Count > 0 && len(t.Routes) == 0 {
		return fmt.Errorf("traffic: no routes")
	}
	for _, r := range t.Routes {
		if _, err := trafficPlaces(r, places); err != nil {
			return fmt.Errorf("traffic route %v: %w", r, err)
		}
	}
	return nil
}

// trafficPlaces resolves a route of airports and "lat/lon" places.
func trafficPlaces(route []string, places map[string]Airport) ([]Airport, error) {
	var list []Airport
	for i, s := range route {
		if a, ok := places[s]; ok {
			list = append(list, a)
			continue
		}
		lat, lon, ok := strings.Cut(s, "/")
		la, err1 := strconv.ParseFloat(lat, 64)
		lo, err2 := strconv.ParseFloat(lon, 64)
		if !ok || err1 != nil || err2 != nil || !within(la, -89, 89) || !within(lo, -180, 180) || i == 0 || i == len(route)-1 {
			return nil, fmt.Errorf("%q is no airport; places between airports are written 53.5/28.1", s)
		}
		list = append(list, Airport{Lat: la, Lon: lo})
	}
	if len(list) < 2 {
		return nil, fmt.Errorf("it needs two airports")
	}
	if d := geo.Distance(list[0].Lat*degree, list[0].Lon*degree, list[len(list)-1].Lat*degree, list[len(list)-1].Lon*degree); d < 150_000 {
		return nil, fmt.Errorf("its airports are less than 150 km apart")
	}
	return list, nil
}

// registry is how a state's aircraft are named: operators and the start of its block of Mode S addresses (ICAO Annex 10
// volume III, table 9-1).
type registry struct {
	operators []string
	first     uint32
	size      uint32
}

var registries = map[string]registry{
	"BLR": {[]string{"BRU"}, 0x510000, 0x400},
	"RUS": {[]string{"AFL", "SBI", "SVR", "PBD", "SDM", "UTA"}, 0x140000, 0x20000},
	"KAZ": {[]string{"KZR", "VSV", "QAZ"}, 0x683000, 0x400},
	"KGZ": {[]string{"AVJ", "KGA"}, 0x601000, 0x400},
	"TJK": {[]string{"SMR", "TJK"}, 0x515000, 0x400},
	"ARM": {[]string{"FIE", "SHS"}, 0x600000, 0x400},
	"UZB": {[]string{"UZB"}, 0x507C00, 0x400},
	"TUR": {[]string{"THY", "PGT"}, 0x4B8000, 0x8000},
	"ARE": {[]string{"UAE", "FDB", "ETD"}, 0x896000, 0x1000},
	"CHN": {[]string{"CCA", "CSN", "CES"}, 0x780000, 0x40000},
	"IND": {[]string{"AIC"}, 0x800000, 0x40000},
	"AZE": {[]string{"AHY"}, 0x600800, 0x400},
	"GEO": {[]string{"TGZ"}, 0x514000, 0x400},
	"TKM": {[]string{"TUA"}, 0x601800, 0x400},
	"IRN": {[]string{"IRA"}, 0x730000, 0x8000},
	"DEU": {[]string{"DLH"}, 0x3C0000, 0x40000},
	"POL": {[]string{"LOT"}, 0x488000, 0x8000},
	"":    {[]string{"GEC", "CLX"}, 0x3E0000, 0x8000},
}

// traffic makes airliners for the free places of a world.
type traffic struct {
	*Traffic
	routes [][]Airport
	weight []float64 // running sums of the share of departures: a route of twice the length has half of them
	rng    *rand.Rand
	made   int
}

func newTraffic(t *Traffic, places map[string]Airport, seed uint64) traffic {
	tr := traffic{Traffic: t, rng: rand.New(rand.NewPCG(seed, 0x7261666669630001))}
	for _, r := range t.Routes {
		list, err := trafficPlaces(r, places)
		if err != nil {
			continue // checked with the scenario
		}
		tr.routes = append(tr.routes, list)
		sum := 1 / length(list)
		if n := len(tr.weight); n > 0 {
			sum += tr.weight[n-1]
		}
		tr.weight = append(tr.weight, sum)
	}
	return tr
}

// length returns the length of a route in metres.
func length(stops []Airport) float64 {
	total := 0.0
	for i := 1; i < len(stops); i++ {
		total += geo.Distance(stops[i-1].Lat*degree, stops[i-1].Lon*degree, stops[i].Lat*degree, stops[i].Lon*degree)
	}
	return total
}

// choose returns a route: at the start any, so that as many fly on each; then by weight, so that it stays so.
func (tr *traffic) choose() []Airport {
	if tr.made <= tr.Count {
		return tr.routes[tr.rng.IntN(len(tr.routes))]
	}
	n, _ := slices.BinarySearch(tr.weight, tr.rng.Float64()*tr.weight[len(tr.weight)-1])
	return tr.routes[min(n, len(tr.routes)-1)]
}

// launch puts a new airliner at the start of a route; taken says which addresses and mode A codes fly already.
func (tr *traffic) launch(f *flight, t entente.Instant, taken func(entente.Address, entente.ModeA) bool) {
	tr.made++
	stops := tr.choose()
	from, to := stops[0], stops[len(stops)-1]
	home := from.State
	if tr.rng.IntN(2) == 1 {
		home = to.State
	}
	reg, ok := registries[home]
	if !ok {
		reg = registries[""]
	}
	a := Aircraft{
		Callsign: reg.operators[tr.rng.IntN(len(reg.operators))] + strconv.Itoa(100+tr.rng.IntN(9000)),
		ADSB:     true, Turn: 1.5, Climb: 8 + 4*tr.rng.Float64(),
	}
	for try, again := 0, true; again && try < 100; try++ { // a crowded sky may run out of codes, as the real one does
		a.Address = entente.Address(reg.first + tr.rng.Uint32N(reg.size))
		a.ModeA = entente.ModeA(0o1001 + tr.rng.IntN(0o5777))
		again = taken(a.Address, a.ModeA)
	}
	switch kind := tr.rng.Float64(); {
	case kind < tr.SSR:
		a.Transponder, a.ADSB, a.Address = "ssr", false, 0
	case kind < tr.SSR+tr.NoADSB:
		a.ADSB = false
	}
	a.ID = fmt.Sprintf("T%d", tr.made)
	a.Route = tr.profile(stops, tr.rng.IntN(2) == 1, a.Climb)
	radio, fresh := f.radio, f.fresh
	*f = flight{Aircraft: a, radio: radio, fresh: fresh + 1}
	f.take(t)
}

// profile is an airliner's flight: climb to a level, cruise, descend.
func (tr *traffic) profile(stops []Airport, reverse bool, climb float64) []Waypoint {
	n := len(stops)
	at := func(i int) Airport {
		if reverse {
			i = n - 1 - i
		}
		return stops[i]
	}
	cruise := 200 + 50*tr.rng.Float64()
	// Levels of 1,000 ft from 29,000 ft to 40,000 ft; short flights stay lower, so that climb and descent fit.
	level := math.Min(float64(29+tr.rng.IntN(12))*304.8, length(stops)/2.5*climb/cruise)
	slope := cruise / climb * level // over the ground, from ground to level
	var route []Waypoint
	route = append(route, Waypoint{Lat: at(0).Lat, Lon: at(0).Lon, Altitude: at(0).Height, Speed: 80})
	between := func(a, b Airport, metres float64) (float64, float64) {
		la, lo := geo.Destination(a.Lat*degree, a.Lon*degree, geo.Bearing(a.Lat*degree, a.Lon*degree, b.Lat*degree, b.Lon*degree), metres)
		return geo.ToDegrees(la), geo.ToDegrees(lo)
	}
	for i := 1; i < n-1; i++ {
		route = append(route, Waypoint{Lat: at(i).Lat, Lon: at(i).Lon, Altitude: level, Speed: cruise})
	}
	last := at(n - 1)
	leg := geo.Distance(last.Lat*degree, last.Lon*degree, at(n-2).Lat*degree, at(n-2).Lon*degree)
	la, lo := between(last, at(n-2), math.Min(slope*1.05, leg*0.9))
	return append(route,
		Waypoint{Lat: la, Lon: lo, Altitude: level, Speed: cruise},
		Waypoint{Lat: last.Lat, Lon: last.Lon, Altitude: last.Height, Speed: 80})
}

// flightTime returns the seconds that a flight takes, about.
func flightTime(route []Waypoint) float64 {
	total := 0.0
	for i := 1; i < len(route); i++ {
		a, b := route[i-1], route[i]
		total += geo.Distance(a.Lat*degree, a.Lon*degree, b.Lat*degree, b.Lon*degree) / math.Max(b.Speed, 150)
	}
	return total
}
