package webtest

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"entente"
	"entente/web"
)

const rad = math.Pi / 180

// capitals in degrees: round them the aircraft fly.
var capitals = map[entente.MemberID][2]float64{
	"ARM": {40.18, 44.51}, "BLR": {53.90, 27.56}, "KAZ": {51.16, 71.45}, "KGZ": {42.87, 74.59}, "RUS": {55.75, 37.62}, "TJK": {38.56, 68.77},
}

const (
	period    = 4.0     // seconds between looks
	fieldRing = 420_000 // metres: how far from a capital a flight turns round
)

// flight is what the clock makes of one aircraft: it shuttles along a line through a place near a member's capital.
type flight struct {
	member        entente.Member
	lat, lon      float64 // middle of its line, radians
	course, speed float64
	phase, length float64 // seconds
}

func flightOf(k int) flight {
	m := Members[k%len(Members)]
	c := capitals[m.ID]
	h := func(salt int) float64 { // a number in [0,1) that k alone decides
		x := uint64(k)*0x9E3779B97F4A7C15 + uint64(salt)*0xBF58476D1CE4E5B9
		x = (x ^ x>>29) * 0x94D049BB133111EB
		return float64((x^x>>32)>>11) / (1 << 53)
	}
	speed := 120 + 130*h(1)
	return flight{member: m, lat: (c[0] + 5*(h(2)-0.5)) * rad, lon: (c[1] + 9*(h(3)-0.5)) * rad, course: 2 * math.Pi * h(4), speed: speed,
		phase: 4000 * h(5), length: 2 * fieldRing / speed}
}

// at is where the flight is t seconds after the start, and its velocity.
func (f *flight) at(t float64) (lat, lon, ve, vn float64) {
	s := math.Mod(t+f.phase, 2*f.length)
	sign := 1.0
	if s > f.length {
		s, sign = 2*f.length-s, -1
	}
	d := (s - f.length/2) * f.speed
	lat = f.lat + d*math.Cos(f.course)/6_371_000
	lon = f.lon + d*math.Sin(f.course)/(6_371_000*math.Cos(f.lat))
	return lat, lon, sign * f.speed * math.Sin(f.course), sign * f.speed * math.Cos(f.course)
}

var airlines = []string{"BRU", "AFL", "KZR", "SDM", "UZB", "THY", "DLH", "KGA", "TJK", "BEL"}

// entry is aircraft k as the node sees it.
func (n *Node) entry(k int, at entente.Instant) entente.Entry {
	f := flightOf(k)
	age := at.Sub(n.start)
	seen := math.Floor((age+float64(k%40)/10)/period)*period - float64(k%40)/10
	state := entente.Confirmed
	if k%53 == 7 && math.Mod(age, 120) > 60 {
		state, seen = entente.Coasting, age-math.Mod(age, 120)+60
	}
	lat, lon, ve, vn := f.at(seen)
	t := entente.Track{ID: entente.TrackID(k + 1), Origin: f.member.ID, State: state, Started: n.start.Add(-900), Time: n.start.Add(seen),
		Updated: n.start.Add(seen), Lat: lat, Lon: lon, Height: 9500 + 40*float64(k%61), VE: ve, VN: vn, VU: float64(k%7-3) * 1.5,
		PressureAltitude: 3000 + 130*float64(k%67), Sensors: 5, Plots: 120, Quality: uint8(4 + k%11)}
	t.Covariance.Set(0, 0, 900)
	t.Covariance.Set(1, 1, 1600)
	t.Has = entente.HasPressureAltitude | entente.HasAltitude
	id := entente.Identification{Identity: entente.Neutral, Criterion: "flight plan and ICAO address agree", Time: n.start}
	switch {
	case k == 19:
		t.Has |= entente.HasModeA
		t.ModeA = entente.Emergency
		t.Callsign = entente.MakeCallsign("BRU7782")
		t.Address = 0x510A33
	case k%37 == 5:
		id = entente.Identification{Identity: entente.Unknown, Criterion: "no transponder", Time: n.start}
		t.Has &^= entente.HasPressureAltitude
	case k%61 == 11:
		id = entente.Identification{Identity: entente.Suspect, Criterion: "crossed the border without clearance", Time: n.start}
		t.Has |= entente.HasModeA
		t.ModeA = 0o2000
	default:
		t.Callsign = entente.MakeCallsign(fmt.Sprintf("%s%d", airlines[k%len(airlines)], 100+k*7%900))
		t.Address = entente.Address(0x510000 + k)
		t.Has |= entente.HasModeA
		t.ModeA = entente.ModeA(0o1000 + k&0o777)
		switch k % 9 {
		case 1:
			id = entente.Identification{Identity: entente.Friend, Criterion: "ADS-B with a member's registration", Time: n.start}
		case 2, 4:
			id = entente.Identification{Identity: entente.AssumedFriend, Criterion: "departed a member's aerodrome", Time: n.start}
		case 6:
			id = entente.Identification{Identity: entente.Pending, Criterion: "track younger than a minute", Time: n.start}
		}
	}
	e := entente.Entry{Number: uint32(k + 1), Track: t, Identification: id}
	label := entente.Label{Origin: f.member.ID, To: []entente.MemberID{"ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK"}, Policy: "a3f9", Rule: "civil traffic"}
	e.Contributions = []entente.Contribution{{Member: f.member.ID, Track: t.ID, Time: t.Time, Received: t.Time.Add(0.3), Label: label}}
	if k%5 == 0 && f.member.ID != n.self.ID {
		own := label
		own.Origin = n.self.ID
		e.Contributions = append(e.Contributions, entente.Contribution{Member: n.self.ID, Track: t.ID + 5000, Time: t.Time, Received: t.Time.Add(0.1), Label: own})
	}
	if k%97 == 13 {
		e.Conflict = "mode A 1234 by BLR, 4321 by RUS"
	}
	return e
}

// sees says whether the node's picture holds aircraft k: its own, and what partners release, which leaves out a few.
func (n *Node) sees(k int) bool {
	return flightOf(k).member.ID == n.self.ID || k%11 != 10
}

// Picture is every aircraft the member sees.
func (n *Node) Picture(dst []entente.Entry) ([]entente.Entry, entente.Instant) {
	at := n.now()
	n.mu.Lock()
	defer n.mu.Unlock()
	for k := range n.config.Tracks {
		if n.sees(k) {
			e := n.entry(k, at)
			if id, ok := n.identities[n.self.ID][e.Number]; ok {
				e.Identification = id
			}
			dst = append(dst, e)
		}
	}
	return dst, at
}

// Entry is one aircraft.
func (n *Node) Entry(number uint32) (entente.Entry, bool) {
	k := int(number) - 1
	if k < 0 || k >= n.config.Tracks || !n.sees(k) {
		return entente.Entry{}, false
	}
	e := n.entry(k, n.now())
	n.mu.Lock()
	defer n.mu.Unlock()
	if id, ok := n.identities[n.self.ID][number]; ok {
		e.Identification = id
	}
	return e, true
}

// Trail is the aircraft's last minutes, by its looks.
func (n *Node) Trail(number uint32, since entente.Instant) []web.TrailPoint {
	var out []web.TrailPoint
	f := flightOf(int(number) - 1)
	for s := math.Max(since.Sub(n.start), -900); s < n.now().Sub(n.start); s += period {
		lat, lon, _, _ := f.at(s)
		out = append(out, web.TrailPoint{Time: n.start.Add(s), Lat: lat, Lon: lon, Height: 9500})
	}
	return out
}

// SetIdentity keeps what the person says.
func (n *Node) SetIdentity(_ context.Context, person string, number uint32, id entente.Identity, reason string) error {
	if _, ok := n.Entry(number); !ok {
		return missing("no entry of that number")
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.identities[n.self.ID][number] = entente.Identification{Identity: id, Criterion: reason, By: person, Time: n.now()}
	return nil
}

// Explain answers by a small rule: suspects go to nobody, the rest to all.
func (n *Node) Explain(number uint32, partner entente.MemberID) (web.Explanation, error) {
	e, ok := n.Entry(number)
	if !ok {
		return web.Explanation{}, missing("no entry of that number")
	}
	x := web.Explanation{Partner: partner, Entry: number, Steps: []string{}}
	if e.Track.Origin != n.self.ID {
		x.Steps = append(x.Steps, fmt.Sprintf("the track is %s's, whose label does not allow passing it on", e.Track.Origin))
		return x, nil
	}
	x.Steps = append(x.Steps, "rule 'state flights': identity is not friend, does not apply", "rule 'civil traffic': applies")
	x.Released, x.Rule = true, "civil traffic"
	l := e.Contributions[0].Label
	l.Precision, l.Delay = 500, 5
	x.Label = &l
	return x, nil
}

// Borders are what the configuration gave.
func (n *Node) Borders() []byte { return n.config.Borders }

// Zones are a restricted zone at each capital and a border belt.
func (n *Node) Zones() []byte {
	var features []any
	for _, m := range Members {
		c := capitals[m.ID]
		features = append(features, polygon(map[string]any{"name": string(m.ID) + " P-1", "kind": "prohibited", "member": m.ID, "floor_m": 0, "ceiling_m": 20000}, c[0], c[1], 0.45, 0.7))
	}
	features = append(features, polygon(map[string]any{"name": "Exercise area 4", "kind": "danger", "member": "BLR", "floor_m": 0, "ceiling_m": 9000}, 52.6, 29.4, 0.5, 0.9))
	return collection(features)
}

func roughBorders() []byte {
	var features []any
	for _, m := range Members {
		c := capitals[m.ID]
		features = append(features, polygon(map[string]any{"iso3": m.ID, "name": m.Name}, c[0], c[1], 2.4, 4.2))
	}
	return collection(features)
}

func polygon(properties map[string]any, lat, lon, h, w float64) any {
	ring := [][2]float64{{lon - w, lat - h}, {lon + w, lat - h}, {lon + w, lat + h}, {lon - w, lat + h}, {lon - w, lat - h}}
	return map[string]any{"type": "Feature", "properties": properties, "geometry": map[string]any{"type": "Polygon", "coordinates": [][][2]float64{ring}}}
}

func collection(features []any) []byte {
	b, err := json.Marshal(map[string]any{"type": "FeatureCollection", "features": features})
	if err != nil {
		panic(err) // plain values always marshal
	}
	return b
}
