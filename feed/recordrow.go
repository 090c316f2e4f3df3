package feed

import (
	"fmt"
	"io"
	"math"

	"entente"
	"entente/asterix"
)

// Column is one column of the table of records: its name and what it holds.
type Column struct {
	Name string
	Text bool // else a number
	Says string
}

// Columns are the columns of [RecordTable], in order.
var Columns = []Column{
	{"time", true, "of the record, UTC, RFC 3339; empty without a date"}, {"time_of_day_s", false, "seconds since midnight UTC"},
	{"received", true, "time of reception, UTC"}, {"cat", false, "category"}, {"edition", true, ""}, {"sac", false, ""}, {"sic", false, ""},
	{"message", false, "message type, item 000 (034, 002 too)"}, {"track", false, "track number"}, {"address", true, "24-bit address, hex"},
	{"callsign", true, "target identification"}, {"mode_a", true, "mode 3/A, octal"}, {"level_fl", false, "flight level"},
	{"altitude_ft", false, "geometric altitude or height"}, {"lat", false, "degrees WGS-84; of polar plots where sensors are given"}, {"lon", false, ""},
	{"range_nm", false, "slant range"}, {"azimuth_deg", false, "from the radar's north"}, {"x_m", false, "Cartesian, as sent"}, {"y_m", false, ""},
	{"speed_kt", false, "over ground"}, {"heading_deg", false, "of the speed"}, {"climb_fpm", false, "rate of climb"}, {"offset", false, "in the file"},
	{"datagram", false, "number, from 1"},
}

// Cell is one value of a row: a number or a text, or nothing.
type Cell struct {
	Number float64
	Text   []byte
	Set    bool
}

const (
	colTime = iota
	colTOD
	colReceived
	colCat
	colEdition
	colSAC
	colSIC
	colMessage
	colTrack
	colAddress
	colCallsign
	colModeA
	colLevel
	colAltitude
	colLat
	colLon
	colRange
	colAzimuth
	colX
	colY
	colSpeed
	colHeading
	colClimb
	colOffset
	colDatagram
	colCount
)

// columnPaths are where the columns' values stand, in any category that has such a field with such a unit; the first that
// a record has is taken. "062:" restricts to a category.
var columnPaths = [colCount][]string{
	colMessage: {"000"}, colTrack: {"062:040", "062:040/TRK", "161", "161/TRN", "161/TRK", "161/TRNUM", "161/FTN"},
	colAddress:  {"220", "021:080", "062:380/ADR", "011:380/ADR", "018:005"},
	colCallsign: {"048:240", "021:170", "245/CHR", "011:245/TID", "062:380/ID"},
	colModeA:    {"070/MODE3A", "060/MODE3A", "011:060/MOD3A"}, colLevel: {"048:090/FL", "010:090/FL", "020:090/FL", "001:090/HGT", "021:145", "062:136", "011:090"},
	colAltitude: {"021:140", "062:130", "048:110/3DH", "020:105", "010:091", "011:092"},
	colRange:    {"040/RHO"}, colAzimuth: {"040/THETA", "040/TH"}, colX: {"042/X", "062:100/X"}, colY: {"042/Y", "062:100/Y"},
	colSpeed: {"021:160/GS", "200/GSP", "062:180/SPD"}, colHeading: {"021:160/TA", "200/HDG", "200/TRA", "062:180/HDG"},
	colClimb: {"021:155/BVR", "021:157/GVR", "021:155", "021:157", "062:220", "011:215"},
}

// columnUnits are the factors to each numeric column's unit.
var columnUnits = map[int]map[string]float64{
	colRange: {"NM": 1, "m": 1 / metresPerNM}, colX: {"m": 1, "NM": metresPerNM}, colY: {"m": 1, "NM": metresPerNM}, colSpeed: {"NM/s": 3600, "kt": 1},
	colLevel: {"FL": 1}, colAltitude: {"ft": 1}, colAzimuth: {"°": 1}, colHeading: {"°": 1}, colClimb: {"ft/min": 1},
}

// cellSource is a field that fills a column.
type cellSource struct {
	column int
	h      asterix.Handle
	factor float64
}

// RecordTable makes rows of records. A row is valid until the next.
type RecordTable struct {
	row    func(cells []Cell) error
	cells  [colCount]Cell
	text   []byte
	plans  map[*asterix.Edition][]cellSource
	vx, vy map[uint8]asterix.Handle
	where  *positions
	clock  *recordClock
}

// NewRecordTable gives each record to row as cells in the order of [Columns]. Sensors may be nil.
func NewRecordTable(sensors *Registry, row func(cells []Cell) error) *RecordTable {
	t := &RecordTable{
		row: row, plans: map[*asterix.Edition][]cellSource{}, vx: map[uint8]asterix.Handle{}, vy: map[uint8]asterix.Handle{},
		where: newPositions(sensors), clock: newRecordClock(0),
	}
	for cat, path := range map[uint8]string{10: "202", 11: "202", 20: "202", 62: "185"} {
		t.vx[cat], t.vy[cat] = asterix.Field(cat, path+"/VX"), asterix.Field(cat, path+"/VY")
	}
	return t
}

// plan lists the fields of an edition that fill columns.
func (t *RecordTable) plan(e *asterix.Edition) []cellSource {
	p, ok := t.plans[e]
	if ok {
		return p
	}
	for col, paths := range columnPaths {
		for _, path := range paths {
			if len(path) > 4 && path[3] == ':' {
				if fmt.Sprintf("%03d", e.Category()) != path[:3] {
					continue
				}
				path = path[4:]
			}
			h, err := asterix.LookupField(e.Category(), path)
			if err != nil {
				continue
			}
			info, ok := e.Info(h)
			factor := 1.0
			if units := columnUnits[col]; units != nil {
				factor = units[info.Unit]
			}
			if ok && factor != 0 {
				p = append(p, cellSource{col, h, factor})
			}
		}
	}
	t.plans[e] = p
	return p
}

func (t *RecordTable) number(col int, v float64) { t.cells[col] = Cell{Number: v, Set: true} }

// cut makes the text appended since start a cell; the buffer is large enough never to move.
func (t *RecordTable) cut(col, start int) {
	t.cells[col] = Cell{Text: t.text[start:], Set: len(t.text) > start}
}

// Record gives one record's row.
func (t *RecordTable) Record(r *asterix.Record, at *RecordPlace) error {
	t.cells = [colCount]Cell{}
	if t.text = t.text[:0]; cap(t.text) == 0 {
		t.text = make([]byte, 0, 1024)
	}
	if at.Dated && at.Time != 0 {
		t.text = appendUTC(t.text, at.Time)
		t.cut(colTime, 0)
	}
	if at.Received != 0 {
		n := len(t.text)
		t.text = appendUTC(t.text, at.Received)
		t.cut(colReceived, n)
	}
	t.number(colCat, float64(r.Category))
	t.number(colOffset, float64(at.Offset))
	t.number(colDatagram, float64(at.Datagram))
	if r.Sourced {
		t.number(colSAC, float64(r.SAC))
		t.number(colSIC, float64(r.SIC))
	}
	if e := r.Edition(); e != nil {
		n := len(t.text)
		t.text = append(t.text, e.Name()...)
		t.cut(colEdition, n)
		t.values(r, e)
	}
	return t.row(t.cells[:])
}

// values fills the columns that come out of items.
func (t *RecordTable) values(r *asterix.Record, e *asterix.Edition) {
	if v, ok := t.clock.timeOfDay(r); ok {
		t.number(colTOD, v)
	}
	for _, s := range t.plan(e) {
		if t.cells[s.column].Set {
			continue
		}
		if Columns[s.column].Text {
			n := len(t.text)
			t.text, _ = r.AppendText(t.text, s.h)
			t.cut(s.column, n)
		} else if v, ok := r.Float(s.h); ok {
			t.number(s.column, v*s.factor)
		}
	}
	if lat, lon, ok := t.where.of(r); ok {
		t.number(colLat, lat)
		t.number(colLon, lon)
	}
	if !t.cells[colSpeed].Set {
		vx, ok1 := r.Float(t.vx[r.Category])
		vy, ok2 := r.Float(t.vy[r.Category])
		if ok1 && ok2 {
			t.number(colSpeed, math.Hypot(vx, vy)/knot)
			t.number(colHeading, math.Mod(math.Atan2(vx, vy)/radian+360, 360))
		}
	}
}

func appendUTC(dst []byte, t entente.Instant) []byte {
	return t.Time().AppendFormat(dst, "2006-01-02T15:04:05.000Z")
}

// RecordCSV writes records as CSV with the columns of [Columns], an empty cell where a record has no such value.
type RecordCSV struct {
	*RecordTable
	tableCSV
}

// NewRecordCSV writes to w, a row a write: give it a buffer.
func NewRecordCSV(w io.Writer, sensors *Registry) *RecordCSV {
	c := &RecordCSV{tableCSV: tableCSV{w: w, columns: Columns}}
	c.RecordTable = NewRecordTable(sensors, c.line)
	return c
}
