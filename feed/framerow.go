package feed

import (
	"io"
	"math"

	"entente/modes"
)

// FrameColumns are the columns of [FrameTable], in order: names and units as in the JSON lines.
var FrameColumns = []Column{
	{"time", true, "UTC, RFC 3339; empty when only a counter is known"}, {"t_s", false, "seconds by the source's own clock"},
	{"received", true, "time of reception of a capture, UTC"}, {"form", true, "DF17, mode A/C, MSG 3 …"}, {"tc", false, "type code of a squitter"},
	{"bds", true, "register, inferred for a Comm-B reply"}, {"icao", true, "24-bit address, ~ before one that is no ICAO assignment"},
	{"origin", true, "direct, tis-b, ads-r, mlat"}, {"callsign", true, ""}, {"squawk", true, "octal"}, {"altitude_ft", false, "barometric"},
	{"geometric_altitude_ft", false, ""}, {"lat", false, "degrees WGS-84"}, {"lon", false, ""}, {"doubtful", false, "1 where the position may be another aircraft's or false"}, {"on_ground", false, "1 where the message says so"},
	{"groundspeed_kt", false, ""}, {"track_deg", false, "over ground"}, {"heading_deg", false, ""}, {"airspeed_kt", false, "true or indicated, TC 19"},
	{"ias_kt", false, ""}, {"tas_kt", false, ""}, {"mach", false, ""}, {"roll_deg", false, ""}, {"vertical_rate_fpm", false, ""},
	{"selected_altitude_ft", false, "MCP, else FMS"}, {"baro_setting_hpa", false, ""}, {"adsb_version", false, ""}, {"nac_p", false, ""}, {"sil", false, ""},
	{"emergency", false, "code of TC 28"}, {"signal", false, "receiver's own scale"}, {"offset", false, "of the frame in the file, or its line"}, {"hex", true, "the frame"},
}

const (
	fcTime = iota
	fcT
	fcReceived
	fcForm
	fcTC
	fcBDS
	fcICAO
	fcOrigin
	fcCallsign
	fcSquawk
	fcAltitude
	fcGeoAltitude
	fcLat
	fcLon
	fcDoubtful
	fcGround
	fcSpeed
	fcTrack
	fcHeading
	fcAirspeed
	fcIAS
	fcTAS
	fcMach
	fcRoll
	fcRate
	fcSelected
	fcQNH
	fcVersion
	fcNACp
	fcSIL
	fcEmergency
	fcSignal
	fcOffset
	fcHex
	fcCount
)

var originNames = [...]string{modes.Direct: "direct", modes.TISB: "tis-b", modes.ADSR: "ads-r", modes.MLAT: "mlat"}

// FrameTable makes rows of Mode S messages. A row is valid until the next.
type FrameTable struct {
	row   func(cells []Cell) error
	cells [fcCount]Cell
	text  []byte
}

// NewFrameTable gives each message to row as cells in the order of [FrameColumns].
func NewFrameTable(row func(cells []Cell) error) *FrameTable {
	return &FrameTable{row: row, text: make([]byte, 0, 512)}
}

func (t *FrameTable) number(col int, v float64) { t.cells[col] = Cell{Number: v, Set: true} }

// set sets a number when the message has it, in the decimals that its unit deserves.
func (t *FrameTable) set(col int, has bool, v float64) {
	if has {
		t.number(col, math.Round(v*1e8)/1e8)
	}
}

// cut makes the text appended since start a cell; the buffer is large enough never to move.
func (t *FrameTable) cut(col, start int) {
	t.cells[col] = Cell{Text: t.text[start:], Set: len(t.text) > start}
}

func (t *FrameTable) words(col int, s string) {
	n := len(t.text)
	t.text = append(t.text, s...)
	t.cut(col, n)
}

// Frame gives one message's row.
func (t *FrameTable) Frame(m *modes.Message, at *FramePlace) error {
	t.cells, t.text = [fcCount]Cell{}, t.text[:0]
	if at.Dated {
		t.text = appendUTC(t.text, at.Time)
		t.cut(fcTime, 0)
	}
	if at.Received != 0 {
		n := len(t.text)
		t.text = appendUTC(t.text, at.Received)
		t.cut(fcReceived, n)
	}
	if at.Counter != 0 {
		t.number(fcT, float64(at.Counter)/1e9)
	}
	t.words(fcForm, at.Form)
	t.number(fcOffset, float64(at.Offset))
	if at.Doubtful {
		t.number(fcDoubtful, 1)
	}
	if f := at.Frame; f != nil {
		n := len(t.text)
		for _, b := range f.Data[:f.N] {
			t.text = append(t.text, hexDigits[b>>4], hexDigits[b&15])
		}
		t.cut(fcHex, n)
		if f.HasStamp {
			t.number(fcSignal, float64(f.Signal))
		}
		if f.Kind == modes.ModeAC {
			code, _ := modes.ModeAOfReply([2]byte(f.Data[:2]))
			t.words(fcSquawk, octal(code))
		}
	}
	if m != nil {
		t.identity(m)
		t.values(m)
	}
	return t.row(t.cells[:])
}

const hexDigits = "0123456789ABCDEF"

func (t *FrameTable) identity(m *modes.Message) {
	if m.Squitter() && m.N > 0 {
		t.number(fcTC, float64(m.TC))
	}
	if m.BDS != 0 {
		t.words(fcBDS, m.BDS.String())
	}
	if m.Is(modes.HasAddress) {
		t.words(fcICAO, addressText(m))
	}
	if m.Squitter() || m.Origin != modes.Direct {
		t.words(fcOrigin, originNames[m.Origin&3])
	}
	if m.Is(modes.HasCallsign) {
		t.words(fcCallsign, m.Callsign())
	}
	if m.Is(modes.HasSquawk) {
		t.words(fcSquawk, octal(m.Squawk))
	}
}

func (t *FrameTable) values(m *modes.Message) {
	t.set(fcAltitude, m.Is(modes.HasAltitude), float64(m.Altitude))
	t.set(fcGeoAltitude, m.Is(modes.HasGeoAltitude), float64(m.GeoAltitude))
	t.set(fcLat, m.Is(modes.HasPosition), m.Lat)
	t.set(fcLon, m.Is(modes.HasPosition), m.Lon)
	if ground, known := onGround(m); known && ground {
		t.number(fcGround, 1)
	}
	if kt, ok := speedOf(m); ok {
		t.number(fcSpeed, math.Round(kt*1e4)/1e4)
	}
	if deg, ok := trackOf(m); ok {
		t.number(fcTrack, math.Round(deg*1e6)/1e6)
	}
	t.set(fcHeading, m.Is(modes.HasHeading), float64(m.Heading))
	t.set(fcAirspeed, m.Is(modes.HasAirspeed), float64(m.Airspeed))
	t.set(fcIAS, m.Is(modes.HasIAS), float64(m.IAS))
	t.set(fcTAS, m.Is(modes.HasTAS), float64(m.TAS))
	t.set(fcMach, m.Is(modes.HasMach), float64(m.Mach))
	t.set(fcRoll, m.Is(modes.HasRoll), float64(m.Roll))
	t.set(fcRate, m.Is(modes.HasVerticalRate), float64(m.VerticalRate))
	t.set(fcRate, m.Is(modes.HasBaroRate), float64(m.BaroRate))
	t.set(fcSelected, m.Is(modes.HasSelectedFMS), float64(m.SelectedFMS))
	t.set(fcSelected, m.Is(modes.HasSelectedMCP), float64(m.SelectedMCP))
	t.set(fcSelected, m.Is(modes.HasSelectedTarget), float64(m.SelectedAltitude))
	t.set(fcQNH, m.Is(modes.HasQNH), float64(m.QNH))
	t.set(fcVersion, m.Is(modes.HasVersion), float64(m.Version))
	t.set(fcNACp, m.Is(modes.HasNACp), float64(m.NACp))
	t.set(fcSIL, m.Is(modes.HasSIL), float64(m.SIL))
	t.set(fcEmergency, m.Is(modes.HasEmergency), float64(m.Emergency))
}

// speedOf and trackOf return the motion over ground of a frame, or of a message of values.
func speedOf(m *modes.Message) (kt float64, ok bool) {
	if m.N == 0 {
		return float64(m.GroundSpeed), m.Is(modes.HasGroundSpeed)
	}
	return m.Speed()
}

func trackOf(m *modes.Message) (deg float64, ok bool) {
	if m.N == 0 {
		return float64(m.TrueTrack), m.Is(modes.HasTrack)
	}
	return m.Track()
}

// onGround tells what a message says of being on the ground.
func onGround(m *modes.Message) (ground, known bool) {
	switch {
	case m.N == 0:
		return m.Surface, m.Surface
	case m.Is(modes.HasCPR) && m.Squitter():
		return m.Surface, true
	case m.DF == 4 || m.DF == 5 || m.DF == 20 || m.DF == 21:
		return m.FS == 1 || m.FS == 3, m.FS <= 3
	case m.DF == 11 || m.DF == 17:
		return m.Control == 4, m.Control == 4 || m.Control == 5
	case m.DF == 0 || m.DF == 16:
		return m.Control == 1, true
	}
	return false, false
}

// NewFrameCSV writes Mode S messages as CSV with the columns of [FrameColumns], a row a write: give it a buffer.
func NewFrameCSV(w io.Writer) *FrameCSV {
	c := &FrameCSV{tableCSV: tableCSV{w: w, columns: FrameColumns}}
	c.FrameTable = NewFrameTable(c.line)
	return c
}

// FrameCSV writes Mode S messages as CSV.
type FrameCSV struct {
	*FrameTable
	tableCSV
}
