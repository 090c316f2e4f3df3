package feed

import (
	"cmp"
	"maps"
	"slices"

	"entente"
	"entente/modes"
)

// SkyStats is what was heard of Mode S: of all files that were counted together.
type SkyStats struct {
	Messages  int64            `json:"messages"`
	Span      float64          `json:"span_s,omitempty"` // between first and last time
	Rate      float64          `json:"rate_hz,omitempty"`
	First     string           `json:"first,omitempty"` // UTC, where it is known
	Last      string           `json:"last,omitempty"`
	Untimed   int64            `json:"untimed,omitempty"`
	StepsBack int64            `json:"time_jumps"` // back by more than a second
	Gaps      int64            `json:"gaps"`       // silences of more than 10 s
	Longest   float64          `json:"longest_gap_s"`
	Forms     []CountOf        `json:"forms"`               // by downlink format, or kind of line
	Codes     []CountOf        `json:"type_codes"`          // of squitters
	Registers []CountOf        `json:"registers"`           // inferred of Comm-B replies; ambiguous and none too
	Origins   []CountOf        `json:"origins"`             // direct, tis-b, ads-r, mlat
	Refused   map[string]int64 `json:"refused"`             // by reason
	Copies    map[string]int64 `json:"copies,omitempty"`    // by file, with deduplication
	Receivers []ReceiverStats  `json:"receivers,omitempty"` // one a file
	Positions int64            `json:"positions"`
	Unknown   int64            `json:"unknown_address"` // replies whose address was not lately heard in the clear
	Jumps     int64            `json:"position_jumps"`  // refused
	Zones     int64            `json:"pairs_apart"`     // even and odd in different zones
	NoSite    int64            `json:"surface_without_reference"`
	Aircraft  []AircraftStats  `json:"aircraft"` // by number of messages
	Skipped   int64            `json:"aircraft_beyond_bound,omitempty"`
}

// CountOf is a name and how often it came.
type CountOf struct {
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

// ReceiverStats is what one file gave.
type ReceiverStats struct {
	File   string  `json:"file"`
	Frames int64   `json:"messages"`
	Copies int64   `json:"copies"`
	Signal float64 `json:"mean_signal,omitempty"` // receiver's own scale, 0 to 255
	signal int64
	heard  int64
}

// AircraftStats is what one address sent.
type AircraftStats struct {
	Address   string  `json:"address"` // ~ before one that is no ICAO assignment
	Kind      string  `json:"kind"`    // icao, non_icao, tis_b
	Callsign  string  `json:"callsign,omitempty"`
	Squawk    string  `json:"squawk,omitempty"`
	Messages  int64   `json:"messages"`
	Positions int64   `json:"positions"`
	Period    float64 `json:"period_s,omitempty"` // mean between positions
	Rate      float64 `json:"rate_hz,omitempty"`  // messages a second while it was heard
	Span      float64 `json:"span_s"`
	Gap       float64 `json:"longest_gap_s"`
	Jumps     int64   `json:"position_jumps,omitempty"`

	first, last, placed, start int64
}

const maxStatAircraft = 20_000

// skyCount counts Mode S.
type skyCount struct {
	s           SkyStats
	forms       map[string]int64
	codes       [32]int64
	registers   [256]int64
	ambiguous   int64
	origins     [4]int64
	aircraft    map[uint32]*AircraftStats
	receivers   map[string]*ReceiverStats
	file        *ReceiverStats
	first, last int64
	dated       bool
}

func newSkyCount() *skyCount {
	return &skyCount{
		forms: map[string]int64{}, aircraft: map[uint32]*AircraftStats{}, receivers: map[string]*ReceiverStats{},
		s: SkyStats{Refused: map[string]int64{}, Copies: map[string]int64{}},
	}
}

// frame counts a message, nil for a mode A/C reply or a receiver's status.
func (t *Statistics) frame(m *modes.Message, at *FramePlace, proven bool) {
	if t == nil {
		return
	}
	c := t.air
	c.s.Messages++
	c.forms[at.Form]++
	c.receiver(at)
	c.time(at)
	if m == nil {
		return
	}
	switch {
	case m.Squitter():
		c.codes[m.TC&31]++
		c.origins[m.Origin&3]++
	case m.CommB() && m.N > 0:
		if m.BDS == 0 && m.Likely != 0 {
			c.ambiguous++
		} else {
			c.registers[m.BDS]++
		}
	}
	if m.Is(modes.HasPosition) {
		c.s.Positions++
	}
	if !m.Is(modes.HasAddress) || !proven {
		return
	}
	if a := c.of(m); a != nil {
		a.take(m, at.Counter)
	}
}

func (c *skyCount) receiver(at *FramePlace) {
	if c.file == nil || c.file.File != at.File {
		if c.file = c.receivers[at.File]; c.file == nil {
			c.file = &ReceiverStats{File: at.File}
			c.receivers[at.File] = c.file
		}
	}
	c.file.Frames++
	if at.Frame != nil && at.Frame.Signal > 0 {
		c.file.signal += int64(at.Frame.Signal)
		c.file.heard++
	}
}

func (c *skyCount) time(at *FramePlace) {
	now := at.Counter
	if now == 0 {
		c.s.Untimed++
		return
	}
	if c.first == 0 {
		c.first, c.dated = now, at.Dated
	} else if step := entente.Instant(now - c.last); step < -stepBack {
		c.s.StepsBack++
	} else if step > longGap {
		c.s.Gaps++
		c.s.Longest = max(c.s.Longest, step.Seconds())
	}
	c.last = now
}

func (c *skyCount) of(m *modes.Message) *AircraftStats {
	key := m.Address
	kind := "icao"
	switch m.Kind {
	case modes.NonICAO:
		key, kind = key|1<<24, "non_icao"
	case modes.TrackFile:
		key, kind = key|1<<25, "tis_b"
	}
	a := c.aircraft[key]
	if a == nil {
		if len(c.aircraft) >= maxStatAircraft {
			c.s.Skipped++
			return nil
		}
		a = &AircraftStats{Address: addressText(m), Kind: kind}
		c.aircraft[key] = a
	}
	return a
}

func addressText(m *modes.Message) string {
	const digits = "0123456789ABCDEF"
	b := make([]byte, 0, 7)
	if m.Kind == modes.NonICAO || m.Kind == modes.TrackFile {
		b = append(b, '~')
	}
	for s := 20; s >= 0; s -= 4 {
		b = append(b, digits[m.Address>>s&15])
	}
	return string(b)
}

func (a *AircraftStats) take(m *modes.Message, now int64) {
	a.Messages++
	if m.Is(modes.HasCallsign) {
		a.Callsign = m.Callsign()
	}
	if m.Is(modes.HasSquawk) {
		a.Squawk = octal(m.Squawk)
	}
	if m.Is(modes.HasPosition) {
		if a.Positions++; a.start == 0 {
			a.start = now
		}
		a.placed = now
	}
	if now == 0 {
		return
	}
	if a.first == 0 {
		a.first = now
	} else {
		a.Gap = max(a.Gap, float64(now-a.last)/1e9)
	}
	a.last = now
}

func octal(v uint16) string {
	return string([]byte{'0' + byte(v>>9&7), '0' + byte(v>>6&7), '0' + byte(v>>3&7), '0' + byte(v&7)})
}

// jump counts a position of an aircraft that was refused.
func (t *Statistics) jump(m *modes.Message) {
	if t != nil {
		if a := t.air.of(m); a != nil {
			a.Jumps++
		}
	}
}

// refused counts a refusal.
func (t *Statistics) refused(reason string) {
	if t != nil {
		t.air.s.Refused[reason]++
	}
}

// copy counts another receiver's copy.
func (t *Statistics) copy(file string) {
	if t != nil {
		t.air.s.Copies[file]++
	}
}

// sky adds what a source's sky refused.
func (t *Statistics) sky(k *modes.Counters) {
	if t == nil {
		return
	}
	s := &t.air.s
	s.Unknown += k.UnknownAddress
	s.Jumps += k.Jumps
	s.Zones += k.Zones
	s.NoSite += k.NoReference
}

// Sky returns what was counted of Mode S, nil when there was none.
func (t *Statistics) Sky() *SkyStats {
	c := t.air
	if c.s.Messages == 0 {
		return nil
	}
	s := c.s
	s.Refused, s.Copies = maps.Clone(s.Refused), maps.Clone(s.Copies)
	if s.Span = float64(c.last-c.first) / 1e9; s.Span > 0 {
		s.Rate = float64(s.Messages-s.Untimed) / s.Span
	}
	if c.dated {
		const layout = "2006-01-02T15:04:05.000Z"
		s.First, s.Last = entente.Instant(c.first).Time().UTC().Format(layout), entente.Instant(c.last).Time().UTC().Format(layout)
	}
	for name, n := range c.forms {
		s.Forms = append(s.Forms, CountOf{name, n})
	}
	for tc, n := range c.codes {
		s.Codes = addCount(s.Codes, "TC "+twoDigits(tc), n)
	}
	for b, n := range c.registers {
		if b > 0 {
			s.Registers = addCount(s.Registers, modes.BDS(b).String(), n)
		}
	}
	s.Registers = addCount(addCount(s.Registers, "ambiguous", c.ambiguous), "none", c.registers[0])
	for i, name := range [...]string{modes.Direct: "direct", modes.TISB: "tis-b", modes.ADSR: "ads-r", modes.MLAT: "mlat"} {
		s.Origins = addCount(s.Origins, name, c.origins[i])
	}
	for _, r := range c.receivers {
		one := *r
		if one.Copies = s.Copies[r.File]; r.heard > 0 {
			one.Signal = float64(r.signal) / float64(r.heard)
		}
		s.Receivers = append(s.Receivers, one)
	}
	for _, a := range c.aircraft {
		s.Aircraft = append(s.Aircraft, a.result())
	}
	slices.SortFunc(s.Forms, func(a, b CountOf) int {
		return cmp.Or(cmp.Compare(len(a.Name), len(b.Name)), cmp.Compare(a.Name, b.Name))
	})
	slices.SortFunc(s.Receivers, func(a, b ReceiverStats) int { return cmp.Compare(a.File, b.File) })
	slices.SortFunc(s.Aircraft, func(a, b AircraftStats) int {
		return cmp.Or(cmp.Compare(b.Messages, a.Messages), cmp.Compare(a.Address, b.Address))
	})
	return &s
}

func (a *AircraftStats) result() AircraftStats {
	r := *a
	if r.Span = float64(a.last-a.first) / 1e9; r.Span > 0 {
		r.Rate = float64(r.Messages-1) / r.Span
	}
	if a.Positions > 1 && a.placed > a.start {
		r.Period = float64(a.placed-a.start) / 1e9 / float64(a.Positions-1)
	}
	return r
}

func addCount(list []CountOf, name string, n int64) []CountOf {
	if n > 0 {
		list = append(list, CountOf{name, n})
	}
	return list
}

func twoDigits(n int) string { return string([]byte{'0' + byte(n/10), '0' + byte(n%10)}) }
