package airspace

import (
	"errors"
	"fmt"
	"math"
	"os"
	"time"

	"entente"
	"entente/geo"
)

// ZoneKind is what a zone is for, after ICAO Annex 2 (chapter 1, danger, prohibited and restricted area).
type ZoneKind string

// The kinds of zone. An interest zone is anything a member wants to hear of.
const (
	Restricted ZoneKind = "restricted"
	Danger     ZoneKind = "danger"
	Prohibited ZoneKind = "prohibited"
	Interest   ZoneKind = "interest"
)

// Zone is an area between two heights, watched in its active spans.
type Zone struct {
	Name   string
	Kind   ZoneKind
	Member entente.MemberID // whose
	Lower  float64          // metres, included
	Upper  float64          // metres, included; +Inf: unlimited
	Active []entente.Span   // none: always
	Region geo.Region
}

// ActiveAt says whether the zone is watched at t.
func (z *Zone) ActiveAt(t entente.Instant) bool {
	for _, s := range z.Active {
		if s.Contains(t) {
			return true
		}
	}
	return len(z.Active) == 0
}

// ReadZones reads a GeoJSON file of zones. See [ParseZones].
func ReadZones(path string) ([]Zone, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading zones: %w", err)
	}
	return ParseZones(b, path)
}

// ParseZones reads GeoJSON polygons with the properties name, kind (restricted, danger, prohibited or interest), member,
// lower and upper (metres; absent: ground and unlimited) and active, a list of {"from": …, "until": …} in RFC 3339.
// Features that cannot be used are left out and named in the error; the others are returned beside it.
func ParseZones(data []byte, source string) ([]Zone, error) {
	regions, err := geo.ParseRegions(data, source)
	bad := []error{err}
	var zones []Zone
	for i, r := range regions {
		z, err := makeZone(r)
		if err != nil {
			bad = append(bad, &entente.Error{Kind: entente.Malformed, Source: source, Offset: int64(i), Reason: fmt.Sprintf("zone %q: %v", r.Name, err), Next: "correct the feature's properties"})
			continue
		}
		zones = append(zones, z)
	}
	return zones, errors.Join(bad...)
}

func makeZone(r geo.Region) (z Zone, err error) {
	z = Zone{Name: r.Name, Kind: Interest, Lower: math.Inf(-1), Upper: math.Inf(1), Region: r}
	if z.Name == "" {
		return z, errors.New("no name")
	}
	text := func(key string) (string, error) {
		v, ok := r.Properties[key]
		s, isText := v.(string)
		if ok && v != nil && !isText {
			return "", fmt.Errorf("%s is %v, want text", key, v)
		}
		return s, nil
	}
	kind, err := text("kind")
	if err != nil {
		return z, err
	}
	switch k := ZoneKind(kind); k {
	case Restricted, Danger, Prohibited, Interest:
		z.Kind = k
	case "":
	default:
		return z, fmt.Errorf("kind %q: want restricted, danger, prohibited or interest", kind)
	}
	member, err := text("member")
	if err != nil {
		return z, err
	}
	z.Member = entente.MemberID(member)
	for key, limit := range map[string]*float64{"lower": &z.Lower, "upper": &z.Upper} {
		switch v := r.Properties[key].(type) {
		case nil:
		case float64:
			*limit = v
		default:
			return z, fmt.Errorf("%s is %v, want metres", key, v)
		}
	}
	if z.Lower > z.Upper {
		return z, fmt.Errorf("lower limit %v above the upper %v", z.Lower, z.Upper)
	}
	z.Active, err = spans(r.Properties["active"])
	return z, err
}

// spans reads the active times.
func spans(v any) (list []entente.Span, err error) {
	if v == nil {
		return nil, nil
	}
	items, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("active is %v, want a list of spans", v)
	}
	for _, item := range items {
		m, _ := item.(map[string]any)
		var s entente.Span
		for key, at := range map[string]*entente.Instant{"from": &s.From, "until": &s.Until} {
			text, _ := m[key].(string)
			if text == "" {
				continue
			}
			t, err := time.Parse(time.RFC3339, text)
			if err != nil {
				return nil, fmt.Errorf("active %s %q is no RFC 3339 time", key, text)
			}
			*at = entente.At(t)
		}
		if s == (entente.Span{}) || s.Until != 0 && s.Until <= s.From {
			return nil, fmt.Errorf("active span %v has no time in it", item)
		}
		list = append(list, s)
	}
	return list, nil
}
