package publish

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"

	"entente"
	"entente/geo"
)

// TrackLines writes tracks as a GeoJSON FeatureCollection (RFC 7946): one feature for each track when it ends, with the
// line it flew and the times of its points. A track that crosses the antimeridian is cut there, as the RFC asks. Memory
// holds the points of live tracks. It is used by one goroutine.
type TrackLines struct {
	w     *bufio.Writer
	live  map[entente.TrackID]*trackLine
	row   []byte
	first bool
	err   error
}

type trackLine struct {
	points []linePoint
	last   entente.Track
}

type linePoint struct {
	time             entente.Instant
	lon, lat, height float64 // degrees, metres
	known            bool    // the height
}

// NewTrackLines writes to w, which it does not close.
func NewTrackLines(w io.Writer) *TrackLines {
	t := &TrackLines{w: bufio.NewWriterSize(w, 1<<16), live: map[entente.TrackID]*trackLine{}, first: true}
	_, t.err = t.w.WriteString(`{"type":"FeatureCollection","features":[`)
	return t
}

// Write adds one update to its track; an ended track is written out.
func (t *TrackLines) Write(k *entente.Track) error {
	if t.err != nil {
		return t.err
	}
	l := t.live[k.ID]
	if k.State == entente.Ended {
		if l != nil {
			t.put(l)
			delete(t.live, k.ID)
		}
		return t.err
	}
	if l == nil {
		l = &trackLine{}
		t.live[k.ID] = l
	}
	l.last = *k
	l.points = append(l.points, linePoint{k.Time, geo.ToDegrees(geo.WrapLon(k.Lon)), geo.ToDegrees(k.Lat), k.Height,
		k.Has&(entente.HasAltitude|entente.HasPressureAltitude) != 0})
	return nil
}

// Close writes out the tracks that are still alive, by number, and the end of the document.
func (t *TrackLines) Close() error {
	ids := make([]entente.TrackID, 0, len(t.live))
	for id := range t.live {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		t.put(t.live[id])
	}
	clear(t.live)
	if t.err == nil {
		if _, t.err = t.w.WriteString("\n]}\n"); t.err == nil {
			t.err = t.w.Flush()
		}
	}
	if t.err != nil {
		return fmt.Errorf("writing tracks: %w", t.err)
	}
	return nil
}

func (t *TrackLines) put(l *trackLine) {
	b := t.row[:0]
	if !t.first {
		b = append(b, ',')
	}
	t.first = false
	b = append(b, "\n{\"type\":\"Feature\",\"id\":"...)
	b = strconv.AppendUint(b, uint64(l.last.ID), 10)
	b = append(b, `,"properties":{`...)
	for _, p := range [][2]string{{"callsign", l.last.Callsign.String()}, {"address", l.last.Address.String()}} {
		if p[1] != "" {
			b = appendText(append(appendText(b, p[0]), ':'), p[1])
			b = append(b, ',')
		}
	}
	if l.last.Is(entente.HasModeA) {
		b = append(appendText(append(b, `"mode_a":`...), l.last.ModeA.String()), ',')
	}
	b = append(b, `"times":[`...)
	for i, p := range l.points {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendSeconds(b, p.time)
	}
	b = append(b, `]},"geometry":{"type":"MultiLineString","coordinates":[`...)
	b = appendLines(b, l.points)
	t.row = append(b, "]}}"...)
	if t.err == nil {
		_, t.err = t.w.Write(t.row)
	}
}

// appendLines appends the points as lines, cut where the longitude leaps over the antimeridian. A line needs two places:
// a single one stands twice.
func appendLines(b []byte, points []linePoint) []byte {
	for i := 0; i < len(points); {
		j := i + 1
		for j < len(points) && points[j].lon-points[j-1].lon < 180 && points[j].lon-points[j-1].lon > -180 {
			j++
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '[')
		for k := i; k < j; k++ {
			b = appendPlace(b, points[k], k > i)
		}
		if j == i+1 {
			b = appendPlace(b, points[i], true)
		}
		b = append(b, ']')
		i = j
	}
	return b
}

func appendPlace(b []byte, p linePoint, comma bool) []byte {
	if comma {
		b = append(b, ',')
	}
	b = appendFixed(append(b, '['), p.lon, 6)
	b = appendFixed(append(b, ','), p.lat, 6)
	if p.known {
		b = appendFixed(append(b, ','), p.height, 1)
	}
	return append(b, ']')
}
