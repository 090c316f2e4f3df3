package modes

// table: the layouts of the registers that few transponders serve, as data: ICAO Doc 9871 edition 2, appendix A. 0,7
// is its table A-2-7, 4,1 to 4,3, 5,1 and 5,2 are as in Annex 10 volume III tables 2-65 to 2-82; that of 5,4 to 5,6 is from
// memory, the others are from published decoders that agree with each other.

// field is one value of a register.
type field struct {
	name         string
	status       uint8 // bit that says whether the value holds; zero: it always does
	first, width uint8
	kind         fieldKind
	step, offset float64
	low, high    float64 // what can be, when they differ
}

type fieldKind uint8

const (
	unsignedField fieldKind = iota
	signedField             // two's complement
	textField               // six-bit characters
	radioField              // VHF channel of 15 bits: 8.33 or 25 kHz from 118 MHz
	bearingField            // signed, written 0 to 360
)

// layout is one register.
type layout struct {
	bds      BDS
	reserved uint64 // bits that are zero
	fields   []field
}

// span marks the bits first to last of a field of 56.
func span(first, last uint) uint64 { return (1<<(last-first+1) - 1) << (56 - last) }

// minutes is a step of time to go: 60/512 of a minute.
const minutes = 60.0 / 512

var layouts = [...]layout{
	{0x07, span(4, 56), []field{
		{name: "squitter_rate", first: 1, width: 2, high: 2},
		{name: "squitter_altitude_is_gnss", first: 3, width: 1},
	}},
	{0x21, 0, []field{
		{name: "registration", status: 1, first: 2, width: 36, kind: textField},
		{name: "airline", status: 38, first: 39, width: 18, kind: textField},
	}},
	{0x41, span(56, 56), []field{{name: "next_waypoint", status: 1, first: 2, width: 54, kind: textField}}},
	{0x42, 0, []field{
		{name: "next_waypoint_lat", status: 1, first: 2, width: 19, kind: signedField, step: 90.0 / 131072, low: -90, high: 90},
		{name: "next_waypoint_lon", status: 21, first: 22, width: 19, kind: signedField, step: 90.0 / 131072, low: -180, high: 180},
		{name: "next_waypoint_altitude_ft", status: 41, first: 42, width: 15, kind: signedField, step: 8, low: -1000, high: 60000},
	}},
	{0x43, span(43, 56), []field{
		{name: "next_waypoint_bearing_deg", status: 1, first: 2, width: 11, kind: bearingField, step: 360.0 / 2048},
		{name: "next_waypoint_time_min", status: 13, first: 14, width: 12, step: 0.1},
		{name: "next_waypoint_distance_nm", status: 26, first: 27, width: 16, step: 0.1, high: 6000},
	}},
	{0x45, span(52, 56), []field{
		{name: "turbulence", status: 1, first: 2, width: 2},
		{name: "wind_shear", status: 4, first: 5, width: 2},
		{name: "microburst", status: 7, first: 8, width: 2},
		{name: "icing", status: 10, first: 11, width: 2},
		{name: "wake_vortex", status: 13, first: 14, width: 2},
		{name: "temp_c", status: 16, first: 17, width: 10, kind: signedField, step: 0.25, low: -80, high: 60},
		{name: "static_pressure_hpa", status: 27, first: 28, width: 11, low: 100, high: 1100},
		{name: "radio_height_ft", status: 39, first: 40, width: 12, step: 16},
	}},
	{0x48, 0, []field{
		{name: "vhf_1_mhz", status: 16, first: 1, width: 15, kind: radioField},
		{name: "vhf_1_audio", status: 16, first: 17, width: 2},
		{name: "vhf_2_mhz", status: 34, first: 19, width: 15, kind: radioField},
		{name: "vhf_2_audio", status: 34, first: 35, width: 2},
		{name: "vhf_3_mhz", status: 52, first: 37, width: 15, kind: radioField},
		{name: "vhf_3_audio", status: 52, first: 53, width: 2},
		{name: "guard_audio", first: 55, width: 2},
	}},
	{0x51, 0, []field{
		{name: "position_lat", status: 1, first: 2, width: 20, kind: signedField, step: 360.0 / 1048576, low: -90, high: 90},
		{name: "position_lon", status: 1, first: 22, width: 20, kind: signedField, step: 360.0 / 1048576, low: -180, high: 180},
		{name: "position_altitude_ft", status: 1, first: 42, width: 15, kind: signedField, step: 8, low: -1500, high: 60000},
	}},
	{0x52, 0, []field{
		{name: "position_accuracy", status: 1, first: 2, width: 4},
		{name: "position_lat_fine_deg", status: 1, first: 6, width: 18, step: 90.0 / (1 << 24)},
		{name: "position_lon_fine_deg", status: 1, first: 24, width: 18, step: 90.0 / (1 << 24)},
		{name: "position_altitude_ft", status: 1, first: 42, width: 15, kind: signedField, step: 8, low: -1500, high: 60000},
	}},
	{0x53, 0, []field{
		{name: "mag_heading_deg", status: 1, first: 2, width: 11, kind: bearingField, step: 90.0 / 512},
		{name: "ias_kt", status: 13, first: 14, width: 10, low: 30, high: 500},
		{name: "mach", status: 24, first: 25, width: 9, step: 0.008, low: 0.05, high: 1.2},
		{name: "tas_kt", status: 34, first: 35, width: 12, step: 0.5, low: 30, high: 700},
		{name: "baro_rate_fpm", status: 47, first: 48, width: 9, kind: signedField, step: 64, low: -8000, high: 8000},
	}},
	{0x54, span(56, 56), waypointFields},
	{0x55, span(56, 56), waypointFields},
	{0x56, span(56, 56), waypointFields},
}

var waypointFields = []field{
	{name: "waypoint", status: 1, first: 2, width: 30, kind: textField},
	{name: "waypoint_eta_min", status: 1, first: 32, width: 9, step: minutes},
	{name: "waypoint_level_fl", status: 1, first: 41, width: 6, step: 10},
	{name: "waypoint_time_min", status: 1, first: 47, width: 9, step: minutes},
}

func layoutOf(b BDS) *layout {
	for i := range layouts {
		if layouts[i].bds == b {
			return &layouts[i]
		}
	}
	return nil
}

// Value is one value of a register that has no field of its own in a [Message].
type Value struct {
	Name   string // the key in JSON, with its unit
	Number float64
	Text   [9]byte // characters, padded with spaces, when IsText
	IsText bool
}

// read reads f from an MB field; ok is false when it holds nothing, fits is false when the bits cannot be this field.
func (f *field) read(mb uint64, v *Value) (ok, fits bool) {
	raw := mb >> (57 - f.first - f.width) & (1<<f.width - 1)
	*v = Value{Name: f.name}
	if f.status != 0 && !flag(mb, uint(f.status)) {
		return false, raw == 0
	}
	switch f.kind {
	case textField:
		v.IsText = true
		return f.readText(raw, v)
	case radioField:
		return f.readRadio(raw, v)
	}
	n := int64(raw)
	if f.kind != unsignedField && n>>(f.width-1) != 0 {
		n -= 1 << f.width
	}
	step := f.step
	if step == 0 {
		step = 1
	}
	v.Number = float64(n)*step + f.offset
	if f.kind == bearingField && v.Number < 0 {
		v.Number += 360
	}
	return true, f.low == f.high || v.Number >= f.low && v.Number <= f.high
}

func (f *field) readText(raw uint64, v *Value) (ok, fits bool) {
	n := int(f.width / 6)
	ended := false
	for i := range v.Text {
		v.Text[i] = ' '
	}
	for i := range n {
		c := alphabet[raw>>(6*(n-1-i))&0x3F]
		switch {
		case c == '#' && raw>>(6*(n-1-i))&0x3F != 0, c != ' ' && c != '#' && ended:
			return false, false
		case c == ' ' || c == '#':
			ended = true
		default:
			v.Text[i] = c
			ok = true
		}
	}
	return ok, ok
}

// readRadio reads a channel: a first bit for data links, then 8.33 kHz or 25 kHz steps.
func (f *field) readRadio(raw uint64, v *Value) (ok, fits bool) {
	switch {
	case raw>>14 != 0:
		return false, true // a data link: its flags are not a frequency
	case raw>>13 != 0:
		v.Number = 118 + float64(raw&0xFFF)*0.00833
	default:
		v.Number = 118 + float64(raw&0x3FF)*0.025
	}
	return true, v.Number < 137
}

// fit says whether an MB field can be this register: reserved bits zero, no value without its status, every value
// possible, and something there.
func (l *layout) fit(mb uint64) bool {
	if mb&l.reserved != 0 || mb == 0 {
		return false
	}
	var v Value
	some := false
	for i := range l.fields {
		ok, fits := l.fields[i].read(mb, &v)
		if !fits {
			return false
		}
		some = some || ok
	}
	return some
}

// AppendValues appends the values of an MB field read as register b, for the registers whose values are no fields of a
// [Message]: 0,7 2,1 4,1 to 4,3 4,5 4,8 5,1 to 5,6. ok is false for others, and when the bits cannot be that register.
func AppendValues(dst []Value, b BDS, mb [7]byte) (values []Value, ok bool) {
	l, bits := layoutOf(b), be56(mb[:])
	if l == nil || !l.fit(bits) {
		return dst, false
	}
	return l.values(dst, bits), true
}

func (l *layout) values(dst []Value, mb uint64) []Value {
	var v Value
	for i := range l.fields {
		if ok, _ := l.fields[i].read(mb, &v); ok {
			dst = append(dst, v)
		}
	}
	return dst
}

// unassigned are the bits of 1,8 whose registers have no use.
var unassigned = span(1, 8) | span(10, 23) | span(35, 40) | span(43, 45) | span(53, 56)

// offered reads a capability report 1,8 to 1,C: bit 56 of 1,8 is register 0,1, and on upwards; 1,C ends with F,F.
func offered(b BDS, register BDS, mb uint64) bool {
	n := int(register) - 1 - int(b-0x18)*56
	return b >= 0x18 && b <= 0x1C && n >= 0 && n < 56 && mb>>n&1 != 0
}

// fitsReport says whether an MB field can be a capability report 1,8 to 1,C. 1,8 itself always serves 1,7 to 1,9 and 2,0
// and no register that is not assigned.
func fitsReport(b BDS, mb uint64) bool {
	switch b {
	case 0x18:
		return mb&unassigned == 0 && offered(b, 0x17, mb) && offered(b, 0x18, mb) && offered(b, 0x19, mb) && offered(b, 0x20, mb)
	case 0x1C:
		return mb != 0 && mb&span(1, 25) == 0
	}
	return mb != 0
}
