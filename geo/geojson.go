package geo

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"entente"
)

// MaxGeoJSON is the largest GeoJSON text that is read, in bytes after decompression.
const MaxGeoJSON = 128 << 20

type feature struct {
	Type       string          `json:"type"`
	ID         any             `json:"id"`
	Geometry   json.RawMessage `json:"geometry"`
	Properties map[string]any  `json:"properties"`
}

type geometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
	Geometries  []geometry      `json:"geometries"`
}

// ReadRegions reads a GeoJSON file, gzipped or not. See [ParseRegions].
func ReadRegions(path string) ([]Region, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading regions: %w", err)
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(io.LimitReader(f, MaxGeoJSON+1))
	if err != nil {
		return nil, fmt.Errorf("reading regions from %s: %w", path, err)
	}
	return ParseRegions(b, path)
}

// ParseRegions reads a GeoJSON FeatureCollection or Feature (RFC 7946), gzipped or not, of polygons and multipolygons.
// The region's ID is the property "iso3", "id" or "name" or the feature's id, its Name the property "name".
// Rings whose neighbouring longitudes differ by more than 180° are taken to run over the antimeridian.
//
// Features that cannot be used are left out and named in the error, each an [entente.Error] with the feature's number
// as offset; the others are returned beside it. A text that is no GeoJSON at all returns no region. source is for errors.
func ParseRegions(data []byte, source string) ([]Region, error) {
	data, err := inflate(data, source)
	if err != nil {
		return nil, err
	}
	var doc struct {
		feature
		Features []json.RawMessage `json:"features"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, &entente.Error{Kind: entente.Malformed, Source: source, Offset: offsetOf(err), Reason: "reading GeoJSON: " + err.Error(), Next: "check that the file is one whole GeoJSON text"}
	}
	switch doc.Type {
	case "Feature":
		doc.Features = []json.RawMessage{data}
	case "FeatureCollection":
	default:
		return nil, &entente.Error{Kind: entente.Unsupported, Source: source, Offset: 0, Reason: fmt.Sprintf("GeoJSON type %q", doc.Type), Next: "give a FeatureCollection"}
	}
	var regions []Region
	var bad []error
	for i, raw := range doc.Features {
		r, err := parseFeature(raw)
		if err != nil {
			bad = append(bad, &entente.Error{Kind: entente.Malformed, Source: source, Offset: int64(i), Reason: fmt.Sprintf("feature %d: %v", i, err), Next: "correct or remove the feature"})
			continue
		}
		regions = append(regions, r)
	}
	return regions, errors.Join(bad...)
}

// offsetOf returns where a JSON error lies, −1 when it does not say.
func offsetOf(err error) int64 {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return syntax.Offset
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return kind.Offset
	}
	return -1
}

// inflate unpacks a gzipped text and refuses one that is too large.
func inflate(data []byte, source string) ([]byte, error) {
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err == nil {
			data, err = io.ReadAll(io.LimitReader(z, MaxGeoJSON+1))
		}
		if err != nil {
			return nil, &entente.Error{Kind: entente.Malformed, Source: source, Offset: -1, Reason: "unpacking: " + err.Error(), Next: "the file is damaged; fetch it again"}
		}
	}
	if len(data) > MaxGeoJSON {
		return nil, &entente.Error{Kind: entente.TooLarge, Source: source, Offset: MaxGeoJSON, Reason: fmt.Sprintf("over %d bytes", MaxGeoJSON), Next: "simplify the polygons"}
	}
	return data, nil
}

func parseFeature(raw json.RawMessage) (Region, error) {
	var f feature
	if err := json.Unmarshal(raw, &f); err != nil {
		return Region{}, err
	}
	r := Region{Properties: f.Properties}
	for _, key := range []string{"name", "id", "iso3"} {
		if s, ok := f.Properties[key].(string); ok && s != "" {
			r.ID = s
		}
	}
	if r.ID == "" && f.ID != nil {
		r.ID = fmt.Sprint(f.ID)
	}
	r.Name = r.ID
	if s, ok := f.Properties["name"].(string); ok && s != "" {
		r.Name = s
	}
	var g geometry
	if err := json.Unmarshal(f.Geometry, &g); err != nil {
		return Region{}, fmt.Errorf("geometry: %w", err)
	}
	if err := r.add(g); err != nil {
		return Region{}, err
	}
	return r, nil
}

// add takes a geometry's polygons into the region.
func (r *Region) add(g geometry) error {
	var polygons [][][][]float64
	switch g.Type {
	case "Polygon":
		polygons = make([][][][]float64, 1)
		if err := json.Unmarshal(g.Coordinates, &polygons[0]); err != nil {
			return fmt.Errorf("coordinates: %w", err)
		}
	case "MultiPolygon":
		if err := json.Unmarshal(g.Coordinates, &polygons); err != nil {
			return fmt.Errorf("coordinates: %w", err)
		}
	case "GeometryCollection":
		for _, part := range g.Geometries {
			if part.Type == "GeometryCollection" {
				return errors.New("nested geometry collection")
			}
			if err := r.add(part); err != nil {
				return err
			}
		}
		return nil
	default:
		return fmt.Errorf("geometry %q is no area", g.Type)
	}
	for _, rings := range polygons {
		p := polygon{box: emptyBox()}
		for _, ring := range rings {
			points, err := unwrap(ring)
			if err != nil {
				return err
			}
			p.addRing(points)
		}
		if len(p.rings) > 0 {
			r.polygons = append(r.polygons, p)
		}
	}
	return nil
}

// addRing adds a ring, a hole on the side of the antimeridian where the outer ring is.
func (p *polygon) addRing(points []point) {
	c := makeChain(points)
	if len(p.rings) > 0 {
		turn := 0.0
		if b := c.box(); b.east < p.box.west {
			turn = 2 * math.Pi
		} else if b.west > p.box.east {
			turn = -2 * math.Pi
		}
		for i := range points {
			points[i].lon += turn
		}
		c = makeChain(points)
	} else {
		p.box = c.box()
	}
	p.rings = append(p.rings, c)
}

// unwrap checks a ring and makes it continuous in longitude, in radians.
func unwrap(ring [][]float64) ([]point, error) {
	if len(ring) < 4 {
		return nil, fmt.Errorf("ring of %d positions, want 4 or more", len(ring))
	}
	for i, p := range ring {
		if len(p) < 2 || !(math.Abs(p[1]) <= 90) || !(math.Abs(p[0]) <= 360) {
			return nil, fmt.Errorf("position %d is %v: want longitude and latitude in degrees", i, p)
		}
	}
	first, end := ring[0], ring[len(ring)-1]
	if first[0] != end[0] || first[1] != end[1] {
		return nil, errors.New("ring is not closed")
	}
	// A step of exactly 360° may be one over the antimeridian, or the edge of a belt round the earth: it is the latter
	// when the ring would else not close or have no width.
	for _, whole := range [2]bool{false, true} {
		if points, ok := unroll(ring, whole); ok {
			return points, nil
		}
	}
	return nil, errors.New("ring goes round a pole: cut it along the antimeridian")
}

// unroll takes steps of over 180° as steps over the antimeridian, those of exactly 360° too unless whole is set or they
// run along a pole. It says whether the ring closes and has a width.
func unroll(ring [][]float64, whole bool) ([]point, bool) {
	points := make([]point, len(ring))
	turn := 0.0
	west, east := math.Inf(1), math.Inf(-1)
	for i, p := range ring {
		if i > 0 {
			q := ring[i-1]
			d := math.Abs(p[0] - q[0])
			edge := d == 360 && (whole || math.Abs(p[1]) == 90 && math.Abs(q[1]) == 90)
			if d > 180 && !edge {
				turn += math.Copysign(360, q[0]-p[0])
			}
		}
		x := p[0] + turn
		west, east = min(west, x), max(east, x)
		points[i] = point{Radians(p[1]), Radians(x)}
	}
	return points, turn == 0 && west < east
}
