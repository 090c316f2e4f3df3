package feed

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"entente"
	"entente/asterix"
	"entente/geo"
)

// Filter says which ASTERIX records and Mode S messages are kept: those that every condition given fits. A condition that only
// one of the two can fit leaves out the other.
type Filter struct {
	Categories []uint8
	Sources    []Source
	Items      []string // paths such as "220" or "040/RHO": all of them are present
	Addresses  []uint32 // 24-bit aircraft addresses
	Area       *Area    // the record has a position in it; of Mode S, the aircraft's last position of 60 s is in it
	Formats    []uint8  // downlink formats of Mode S
	From, To   Bound    // the record has a time from From on and before To
}

// Area is a box of latitudes and longitudes in degrees, edges included; with West > East it crosses the antimeridian.
type Area struct{ South, West, North, East float64 }

// ParseArea reads "S,W,N,E" in degrees.
func ParseArea(s string) (*Area, error) {
	parts := strings.Split(s, ",")
	var v [4]float64
	for i := range v {
		if len(parts) != 4 {
			return nil, fmt.Errorf("reading area %q: want south,west,north,east in degrees, such as 50,19,54,28", s)
		}
		f, err := strconv.ParseFloat(strings.TrimSpace(parts[i]), 64)
		if limit := []float64{90, 180}[i%2]; err != nil || !(f >= -limit && f <= limit) {
			return nil, fmt.Errorf("reading area %q: %q is no latitude or longitude in degrees", s, parts[i])
		}
		v[i] = f
	}
	if v[0] > v[2] {
		return nil, fmt.Errorf("reading area %q: its south is north of its north", s)
	}
	return &Area{v[0], v[1], v[2], v[3]}, nil
}

func (a *Area) holds(lat, lon float64) bool {
	if lat < a.South || lat > a.North {
		return false
	}
	if a.West > a.East {
		return lon >= a.West || lon <= a.East
	}
	return lon >= a.West && lon <= a.East
}

// Bound is one end of a span of time: an instant, or a time of day of every day. The zero Bound is open.
type Bound struct {
	at    entente.Instant
	isDay bool
	set   bool
}

// ParseBound reads an instant, "2026-03-01T12:00:00Z", or a time of day, "12:00:00" or in seconds, "43200".
func ParseBound(s string) (Bound, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return Bound{at: entente.At(t), set: true}, nil
	}
	if t, err := time.Parse("15:04:05", s); err == nil {
		return Bound{at: entente.Instant(t.Hour()*3600+t.Minute()*60+t.Second())*entente.Second + entente.Instant(t.Nanosecond()), isDay: true, set: true}, nil
	}
	if v, err := strconv.ParseFloat(s, 64); err == nil && v >= 0 && v <= 86400 {
		return Bound{at: entente.FromSeconds(v), isDay: true, set: true}, nil
	}
	return Bound{}, fmt.Errorf("reading time %q: want 2026-03-01T12:00:00Z, a time of day 12:00:00, or its seconds", s)
}

// ParseSource reads "SAC/SIC".
func ParseSource(s string) (Source, error) {
	a, b, ok := strings.Cut(s, "/")
	sac, err1 := strconv.ParseUint(a, 10, 8)
	sic, err2 := strconv.ParseUint(b, 10, 8)
	if !ok || err1 != nil || err2 != nil {
		return Source{}, fmt.Errorf("reading source %q: want SAC/SIC, such as 25/7", s)
	}
	return Source{uint8(sac), uint8(sic)}, nil
}

// filtering is a filter ready for use.
type filtering struct {
	Filter
	all     bool
	items   [256][]asterix.Handle // by category; nil where it has no such item
	fits    [256]bool             // the category has all items
	address [256][]asterix.Handle
	where   *positions
	last    map[uint32]lastPlace // of Mode S, with an area
}

// addressPaths are where categories hold the 24-bit address.
var addressPaths = map[uint8][]string{
	10: {"220"}, 11: {"380/ADR"}, 17: {"220"}, 18: {"005"}, 20: {"220"}, 21: {"080"}, 48: {"220"}, 62: {"380/ADR"},
}

func (f Filter) compile(sensors *Registry) (*filtering, error) {
	c := &filtering{Filter: f}
	c.all = len(f.Categories)+len(f.Sources)+len(f.Items)+len(f.Addresses)+len(f.Formats) == 0 && f.Area == nil && !f.From.set && !f.To.set
	if f.From.set && f.To.set && f.From.isDay != f.To.isDay {
		return nil, fmt.Errorf("the two ends of the time are of different kinds: give both as instants or both as times of day")
	}
	for _, path := range f.Items {
		known := false
		for _, cat := range asterix.Categories() {
			_, err := asterix.LookupField(cat, path)
			known = known || err == nil
		}
		if !known {
			return nil, fmt.Errorf("no category has an item %q: want item or path, such as 220 or 040/RHO", path)
		}
	}
	for _, cat := range asterix.Categories() {
		c.fits[cat] = true
		for _, path := range f.Items {
			h, err := asterix.LookupField(cat, path)
			if err != nil {
				c.fits[cat] = false
				break
			}
			c.items[cat] = append(c.items[cat], h)
		}
		c.address[cat] = lookup(cat, addressPaths[cat]...)
	}
	if f.Area != nil {
		c.where = newPositions(sensors)
		c.last = map[uint32]lastPlace{}
	}
	return c, nil
}

// lookup returns the handles of those paths that the category has.
func lookup(cat uint8, paths ...string) (list []asterix.Handle) {
	for _, p := range paths {
		if h, err := asterix.LookupField(cat, p); err == nil {
			list = append(list, h)
		}
	}
	return list
}

// keeps says whether a record fits.
func (f *filtering) keeps(r *asterix.Record, at *RecordPlace) bool {
	if f.all {
		return true
	}
	if len(f.Formats) > 0 || len(f.Categories) > 0 && !slices.Contains(f.Categories, r.Category) ||
		len(f.Sources) > 0 && !(r.Sourced && slices.Contains(f.Sources, Source{r.SAC, r.SIC})) {
		return false
	}
	if r.Edition() == nil { // bytes have nothing else that could fit
		return len(f.Items)+len(f.Addresses) == 0 && f.Area == nil && !f.From.set && !f.To.set
	}
	if len(f.Items) > 0 && !f.hasItems(r) || len(f.Addresses) > 0 && !f.hasAddress(r) || !f.inTime(at.Time) {
		return false
	}
	if f.Area != nil {
		lat, lon, ok := f.where.of(r)
		return ok && f.Area.holds(lat, lon)
	}
	return true
}

func (f *filtering) hasItems(r *asterix.Record) bool {
	if !f.fits[r.Category] {
		return false
	}
	for _, h := range f.items[r.Category] {
		if !r.Has(h) {
			return false
		}
	}
	return true
}

func (f *filtering) hasAddress(r *asterix.Record) bool {
	for _, h := range f.address[r.Category] {
		if a, ok := r.Uint(h); ok && slices.Contains(f.Addresses, uint32(a)) {
			return true
		}
	}
	return false
}

func (f *filtering) inTime(t entente.Instant) bool {
	if !f.From.set && !f.To.set {
		return true
	}
	if t == 0 {
		return false
	}
	if !f.From.isDay && !f.To.isDay {
		return (!f.From.set || t >= f.From.at) && (!f.To.set || t < f.To.at)
	}
	t -= midnight(t)
	from, to := f.From.at, f.To.at
	if !f.To.set {
		to = day
	}
	if from > to { // over midnight
		return t >= from || t < to
	}
	return t >= from && t < to
}

// positions finds where a record's target is.
type positions struct {
	lat, lon [256][]asterix.Handle
	rho      asterix.Handle
	theta    asterix.Handle
	level    asterix.Handle
	sensors  *Registry // nil: polar plots have no place
	frames   map[Source]*geo.Frame
}

// positionPaths are where categories hold a position in latitude and longitude, the finer one first.
var positionPaths = map[uint8][]string{10: {"041"}, 11: {"041"}, 15: {"600/P84"}, 17: {"045"}, 19: {"600"}, 20: {"041"}, 21: {"131", "130"}, 62: {"105"}, 205: {"050"}}

func newPositions(sensors *Registry) *positions {
	p := &positions{
		rho: asterix.Field(48, "040/RHO"), theta: asterix.Field(48, "040/THETA"), level: asterix.Field(48, "090/FL"),
		sensors: sensors, frames: map[Source]*geo.Frame{},
	}
	for cat, paths := range positionPaths {
		for _, path := range paths {
			p.lat[cat] = append(p.lat[cat], lookup(cat, path+"/LAT", path+"/LATITUDE")...)
			p.lon[cat] = append(p.lon[cat], lookup(cat, path+"/LON", path+"/LONGITUDE")...)
		}
	}
	return p
}

// of returns a record's position in degrees.
func (p *positions) of(r *asterix.Record) (lat, lon float64, ok bool) {
	for i, h := range p.lat[r.Category] {
		lat, ok1 := r.Float(h)
		lon, ok2 := r.Float(p.lon[r.Category][i])
		if ok1 && ok2 {
			return lat, lon, true
		}
	}
	if r.Category != 48 || p.sensors == nil {
		return 0, 0, false
	}
	rho, ok1 := r.Float(p.rho)
	theta, ok2 := r.Float(p.theta)
	frame := p.frame(Source{r.SAC, r.SIC})
	if !ok1 || !ok2 || frame == nil {
		return 0, 0, false
	}
	fl, _ := r.Float(p.level)
	at, ok := frame.Locate(rho*metresPerNM, theta*radian, fl*metresPerFL)
	return geo.ToDegrees(at.Lat), geo.ToDegrees(at.Lon), ok
}

func (p *positions) frame(src Source) *geo.Frame {
	f, seen := p.frames[src]
	if !seen {
		if s, ok := p.sensors.BySource(src); ok && (s.Lat != 0 || s.Lon != 0) {
			g := geo.NewFrame(geo.LLA{Lat: s.Lat, Lon: s.Lon, Height: s.Height})
			f = &g
		}
		p.frames[src] = f
	}
	return f
}
