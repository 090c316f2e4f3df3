package feed

import (
	"cmp"
	"encoding/binary"
	"hash/maphash"
	"slices"
	"strings"

	"entente"
	"entente/asterix"
)

// Statistics counts what ASTERIX sources send and what is heard of Mode S: give it to [DecodeOptions]. Its memory is bounded: 512
// sources (a category of a SAC/SIC each), 4,096 targets and the last 1,024 records of each; 20,000 aircraft. It is for one
// goroutine.
type Statistics struct {
	air     *skyCount // of Mode S
	sources map[statKey]*sourceStats
	lines   map[uint16]*TrailerLine
	seed    maphash.Seed
	skipped int64 // records of sources beyond the bound
	last    *sourceStats
	lastKey statKey
}

type statKey struct {
	category uint8
	source   Source
	edition  *asterix.Edition
}

const (
	maxStatSources = 512
	maxStatTargets = 4096
	recentRecords  = 1024
	longGap        = 10 * entente.Second // of silence that counts as a gap
	stepBack       = entente.Second      // back in time that counts as a jump
	maxTrailerLine = 256
)

// NewStatistics returns empty statistics.
func NewStatistics() *Statistics {
	return &Statistics{air: newSkyCount(), sources: map[statKey]*sourceStats{}, lines: map[uint16]*TrailerLine{}, seed: maphash.MakeSeed()}
}

// SourceStats is what one source sent of one category.
type SourceStats struct {
	Category   uint8        `json:"cat"`
	Source     Source       `json:"source"`
	Edition    string       `json:"edition"`
	Records    int64        `json:"records"`
	Targets    int          `json:"targets,omitempty"`  // different addresses or track numbers, 4,096 at most
	Period     float64      `json:"period_s,omitempty"` // median between north marks, else between reports of a target
	First      string       `json:"first,omitempty"`    // time of the first record, RFC 3339
	Last       string       `json:"last,omitempty"`
	Untimed    int64        `json:"untimed,omitempty"` // records without a time
	Delay      *Spread      `json:"delay_s,omitempty"` // received minus time of the record
	Jumps      int64        `json:"time_jumps"`        // steps back by more than a second
	Gaps       int64        `json:"gaps"`              // silences of more than 10 s
	LongestGap float64      `json:"longest_gap_s"`
	Duplicates int64        `json:"duplicates"` // the same octets as one of the last 1,024 records
	Items      []ItemStats  `json:"items"`
	Fields     []FieldStats `json:"fields"`
}

// Spread is the distribution of a value: median and 95th percentile to a hundredth, within −10 and 60.
type Spread struct {
	Min    float64 `json:"min"`
	Median float64 `json:"median"`
	P95    float64 `json:"p95"`
	Max    float64 `json:"max"`
}

// ItemStats is how often an item is there.
type ItemStats struct {
	Item    string  `json:"item"`
	Records int64   `json:"records"`
	Percent float64 `json:"percent"`
}

// FieldStats is the range of a number's values.
type FieldStats struct {
	Field string  `json:"field"`
	Unit  string  `json:"unit,omitempty"`
	Min   float64 `json:"min"`
	Max   float64 `json:"max"`
}

// TrailerLine counts datagrams by the 8 octets that some networks put behind the last block: line, counter, clock.
type TrailerLine struct {
	Line      uint16 `json:"line"`
	Datagrams int64  `json:"datagrams"`
	Lost      int64  `json:"lost"` // by gaps of the line's counter
	counter   uint16
}

// sourceStats is the count of one source.
type sourceStats struct {
	SourceStats
	items    []asterix.Handle
	counts   []int64
	fields   []fieldCount
	target   []asterix.Handle
	message  asterix.Handle
	seen     map[uint64]entente.Instant
	interval histogram
	turns    histogram
	delay    histogram
	north    entente.Instant
	first    entente.Instant
	last     entente.Instant
	dated    bool
	recent   map[uint64]struct{}
	ring     [recentRecords]uint64
	at       int
}

type fieldCount struct {
	FieldStats
	h    asterix.Handle
	seen bool
}

// histogram counts values from low on in equal bins; values outside count in the first or last bin.
type histogram struct {
	bins      []int32
	low, step float64
	n         int64
	min, max  float64
}

func (h *histogram) add(v float64) {
	if h.n == 0 {
		h.min, h.max = v, v
	}
	h.n++
	h.min, h.max = min(h.min, v), max(h.max, v)
	h.bins[min(max(int((v-h.low)/h.step), 0), len(h.bins)-1)]++
}

// quantile returns the middle of the bin that holds a quantile, within what was seen.
func (h *histogram) quantile(q float64) float64 {
	rest := int64(q * float64(h.n-1))
	for i, n := range h.bins {
		if rest -= int64(n); rest < 0 {
			return min(max(h.low+(float64(i)+0.5)*h.step, h.min), h.max)
		}
	}
	return h.max
}

// targetPaths are what tells targets apart: the address, else the track number.
var targetPaths = []string{"220", "380/ADR", "080", "161/TRN", "161/TRK", "161/TRNUM", "161", "040"}

func newSourceStats(key statKey) *sourceStats {
	s := &sourceStats{
		SourceStats: SourceStats{Category: key.category, Source: key.source, Edition: "none"},
		seen:        map[uint64]entente.Instant{}, recent: map[uint64]struct{}{},
		interval: histogram{bins: make([]int32, 2400), step: 0.05}, turns: histogram{bins: make([]int32, 6000), step: 0.01},
		delay: histogram{bins: make([]int32, 7000), low: -10, step: 0.01},
	}
	e := key.edition
	if e == nil {
		return s
	}
	s.Edition = e.Name()
	for _, item := range e.Items() {
		h, err := asterix.LookupField(key.category, item)
		if err == nil {
			s.Items = append(s.Items, ItemStats{Item: item})
			s.items = append(s.items, h)
		}
	}
	s.counts = make([]int64, len(s.items))
	for _, f := range e.Fields() {
		if h, err := asterix.LookupField(key.category, f.Path); err == nil && f.Bits <= 32 && !f.Repeat && !f.Text && !strings.HasPrefix(f.Path, "010/") {
			s.fields = append(s.fields, fieldCount{FieldStats: FieldStats{Field: f.Path, Unit: f.Unit}, h: h})
		}
	}
	for _, h := range lookup(key.category, targetPaths...) {
		if _, ok := e.Info(h); ok {
			s.target = append(s.target, h)
		}
	}
	if list := lookup(key.category, "000"); len(list) > 0 {
		s.message = list[0]
	}
	return s
}

// record counts one record.
func (t *Statistics) record(r *asterix.Record, at *RecordPlace) {
	key := statKey{r.Category, Source{r.SAC, r.SIC}, r.Edition()}
	s := t.last
	if s == nil || t.lastKey != key {
		if s = t.sources[key]; s == nil {
			if len(t.sources) >= maxStatSources {
				t.skipped++
				return
			}
			s = newSourceStats(key)
			t.sources[key] = s
		}
		t.last, t.lastKey = s, key
	}
	s.Records++
	s.repeated(maphash.Bytes(t.seed, r.Data()))
	for i, h := range s.items {
		if r.Has(h) {
			s.counts[i]++
		}
	}
	for i := range s.fields {
		f := &s.fields[i]
		v, ok := r.Float(f.h)
		switch {
		case !ok:
		case !f.seen:
			f.Min, f.Max, f.seen = v, v, true
		default:
			f.Min, f.Max = min(f.Min, v), max(f.Max, v)
		}
	}
	s.time(r, at)
}

// repeated counts a record whose octets came among the last ones.
func (s *sourceStats) repeated(hash uint64) {
	if _, was := s.recent[hash]; was {
		s.Duplicates++
		return
	}
	if old := s.ring[s.at]; old != 0 {
		delete(s.recent, old)
	}
	s.ring[s.at] = hash
	s.recent[hash] = struct{}{}
	s.at = (s.at + 1) % recentRecords
}

// time counts delay, jumps, gaps and periods.
func (s *sourceStats) time(r *asterix.Record, at *RecordPlace) {
	if at.Time == 0 {
		s.Untimed++
		return
	}
	s.dated = at.Dated
	if at.Received != 0 {
		s.delay.add(at.Received.Sub(at.Time))
	}
	if s.first == 0 {
		s.first = at.Time
	}
	if step := at.Time - s.last; s.last != 0 {
		if step < -stepBack {
			s.Jumps++
		}
		if step > longGap {
			s.Gaps++
			s.LongestGap = max(s.LongestGap, step.Seconds())
		}
	}
	s.last = at.Time
	if kind, ok := r.Uint(s.message); ok && kind == 1 && (s.Category == 34 || s.Category == 2) {
		if s.north != 0 && at.Time > s.north {
			s.turns.add(at.Time.Sub(s.north))
		}
		s.north = at.Time
	}
	for _, h := range s.target {
		id, ok := r.Uint(h)
		if !ok {
			continue
		}
		before, known := s.seen[id]
		if known && at.Time > before {
			s.interval.add(at.Time.Sub(before))
		}
		if known || len(s.seen) < maxStatTargets {
			s.seen[id] = at.Time
		}
		return
	}
}

// datagram counts the trailer of a datagram.
func (t *Statistics) datagram(k *packet) {
	rest := k.data
	for len(rest) >= 3 {
		_, n, err := asterix.NextBlock(rest)
		if err != nil || !asterix.Defined(rest[0]) && len(rest)-n < 3 && len(rest) <= 8 {
			break
		}
		rest = rest[n:]
	}
	if len(rest) != 8 || len(rest) == len(k.data) {
		return
	}
	line, counter := binary.BigEndian.Uint16(rest), binary.BigEndian.Uint16(rest[2:])
	l := t.lines[line]
	if l == nil {
		if len(t.lines) < maxTrailerLine {
			t.lines[line] = &TrailerLine{Line: line, Datagrams: 1, counter: counter}
		}
		return
	}
	if step := counter - l.counter; step > 0 && step < 1<<15 {
		l.Lost += int64(step - 1)
	}
	l.Datagrams++
	l.counter = counter
}

// Sources returns what was counted, by category and source.
func (t *Statistics) Sources() []SourceStats {
	var list []SourceStats
	for _, s := range t.sources {
		list = append(list, s.result())
	}
	slices.SortFunc(list, func(a, b SourceStats) int {
		return cmp.Or(cmp.Compare(a.Category, b.Category), cmp.Compare(a.Source.SAC, b.Source.SAC), cmp.Compare(a.Source.SIC, b.Source.SIC), cmp.Compare(a.Edition, b.Edition))
	})
	return list
}

// Trailers returns the lines of datagram trailers met.
func (t *Statistics) Trailers() []TrailerLine {
	var list []TrailerLine
	for _, l := range t.lines {
		list = append(list, *l)
	}
	slices.SortFunc(list, func(a, b TrailerLine) int { return cmp.Compare(a.Line, b.Line) })
	return list
}

// Skipped returns how many records were of sources beyond the bound.
func (t *Statistics) Skipped() int64 { return t.skipped }

func (s *sourceStats) result() SourceStats {
	r := s.SourceStats
	r.Targets = len(s.seen)
	switch {
	case s.turns.n > 0:
		r.Period = s.turns.quantile(0.5)
	case s.interval.n > 0:
		r.Period = s.interval.quantile(0.5)
	}
	if s.first != 0 {
		format := "2006-01-02T15:04:05.000Z"
		if !s.dated {
			format = "15:04:05.000Z"
		}
		r.First, r.Last = s.first.Time().Format(format), s.last.Time().Format(format)
	}
	if s.delay.n > 0 {
		r.Delay = &Spread{s.delay.min, s.delay.quantile(0.5), s.delay.quantile(0.95), s.delay.max}
	}
	r.Items = nil
	for i, n := range s.counts {
		if n > 0 {
			r.Items = append(r.Items, ItemStats{s.Items[i].Item, n, 100 * float64(n) / float64(s.Records)})
		}
	}
	for _, f := range s.fields {
		if f.seen {
			r.Fields = append(r.Fields, f.FieldStats)
		}
	}
	return r
}
