package modes

import "math"

// Fields says which optional fields of a [Message] the frame carried; a missing value is never zero.
type Fields uint64

// The optional fields of a message.
const (
	HasAddress         Fields = 1 << iota
	HasAltitude               // Altitude
	HasGeoAltitude            // GeoAltitude
	HasSquawk                 // Squawk
	HasCallsign               // Ident and, in a squitter, Category
	HasCPR                    // CPRLat, CPRLon, Odd, Surface
	HasPosition               // Lat and Lon: set by a Receiver
	HasVelocity               // VE and VN
	HasGroundSpeed            // GroundSpeed of BDS 5,0 or surface movement
	HasTrack                  // TrueTrack of BDS 5,0 or surface track
	HasHeading                // Heading
	HasAirspeed               // Airspeed
	HasVerticalRate           // VerticalRate
	HasGeoMinusBaro           // GeoMinusBaro
	HasEmergency              // Emergency
	HasRA                     // RA
	HasSelectedMCP            // SelectedMCP
	HasSelectedFMS            // SelectedFMS
	HasQNH                    // QNH
	HasNACp                   // NACp
	HasNACv                   // NACv
	HasSIL                    // SIL
	HasNICBaro                // NICBaro
	HasNICa                   // NICa
	HasNICb                   // NICb
	HasNICc                   // NICc
	HasVersion                // Version
	HasGVA                    // GVA
	HasSDA                    // SDA
	HasModeFlags              // Autopilot, VNAV, AltHold, Approach, LNAV
	HasTCAS                   // TCAS
	HasRoll                   // Roll
	HasTrackRate              // TrackRate
	HasTAS                    // TAS
	HasIAS                    // IAS
	HasMach                   // Mach
	HasBaroRate               // BaroRate
	HasInertialRate           // InertialRate
	HasWind                   // WindSpeed and WindDirection
	HasTemperature            // Temperature
	HasPressure               // Pressure
	HasHumidity               // Humidity
	HasCapability             // Capability: registers a transponder serves (BDS 1,7)
	HasDataLink               // Subnetwork, ACAS, Overlay (BDS 1,0)
	HasInterrogator           // IC: the parity of a DF11 held an interrogator code
	HasSelectedTarget         // SelectedAltitude: of TC 29
	HasSelectedHeading        // SelectedHeading: of TC 29
	HasMovement               // Movement: surface speed code
	HasTargetModes            // VerticalMode and HorizontalMode: of TC 29 in version 1
	HasStatus                 // Status: flags of TC 31, and of TC 29
	HasLengthWidth            // LengthWidth: of TC 31 on the ground
	HasAntenna                // Antenna: of TC 31 on the ground, version 2
	HasTurbulence             // Turbulence: of BDS 4,4
	BeyondScale               // a speed, rate or difference is the top code of its scale: "more than"
)

// AddressKind says what the 24 bits of an address are.
type AddressKind uint8

// The kinds of address. A number of one kind never means the aircraft of the same number of another.
const (
	ICAO       AddressKind = iota // 24-bit ICAO assignment
	NonICAO                       // anonymous, ground vehicle or obstacle (DF18 CF 1, 5, and 6 with IMF)
	TrackFile                     // Mode A code and track file number of a TIS-B station (DF18 CF 2, 3, 5 with IMF)
	FromParity                    // ICAO assignment, but fallen out of the parity: unproven
)

// Origin says who speaks in a squitter.
type Origin uint8

// The origins of a squitter. MLAT is set by the framing, from the Beast marker.
const (
	Direct Origin = iota // the aircraft itself
	TISB                 // a ground station, from radar
	ADSR                 // a ground station, relayed from another link
	MLAT                 // a multilateration server
)

// BDS is a Comm-B register or squitter register number, 0x40 for 4,0; zero means not known.
type BDS uint8

// Message is one decoded frame: a value without pointers. Which fields hold something is in Has.
type Message struct {
	Has    Fields
	Frame  [14]byte  // as received, but for the bits of RepairedBits
	N      uint8     // bytes of it: 7 or 14
	DF     uint8     // downlink format, 0 to 24
	TC     uint8     // type code of a squitter
	Sub    uint8     // subtype of a squitter (TC 19, 28, 29, 31); service volume of a coarse TIS-B position
	BDS    BDS       // register: of a squitter, or inferred for a Comm-B reply; zero when not known or ambiguous
	Likely Registers // candidates for BDS when more than one format fits
	Origin Origin
	Kind   AddressKind

	Repaired     uint8    // bits that were wrong and are corrected in Frame: see Repair
	RepairedBits [2]uint8 // which, counted from 1

	Address uint32 // 24 bits
	Time    int64  // nanoseconds since 1970 when the caller knows it, else zero

	Control uint8 // CA (DF11, 17), CF (18), AF (19), VS (0, 16: 1 is on the ground), KE and ND (24)
	FS      uint8 // flight status (DF4, 5, 20, 21)
	DR      uint8 // downlink request (DF4, 5, 20, 21), RI (0, 16)
	UM      uint8 // utility message (DF4, 5, 20, 21: see Utility), SL (0, 16)
	IC      uint8 // interrogator code of a DF11, 0 for a squitter
	Squawk  uint16

	Altitude    int32   // feet, barometric at 1013.25 hPa
	GeoAltitude int32   // feet above the ellipsoid (TC 20 to 22)
	Ident       [8]byte // callsign, padded with spaces
	Category    uint8   // emitter category: set in the high nibble (0xA to 0xD), number in the low one

	Surface  bool // the CPR position is a surface one
	Coarse   bool // the CPR position is a coarse TIS-B one of 12 bits, good to 160 m
	Overlay  bool // the parity held the register's number too, and so proves it: set by a Receiver
	Cross    bool // CC of DF0: the transponder can do cross-links
	Odd      bool // CPR format
	SS       uint8
	CPRLat   uint32  // 17 bits
	CPRLon   uint32  // 17 bits
	Lat, Lon float64 // degrees, WGS-84: set by a Receiver

	VE, VN       int16   // knots over the ground, east and north (TC 19 subtypes 1 and 2)
	VerticalRate int32   // feet a minute, up; BaroRateSource tells of which altitude
	GeoMinusBaro int16   // feet, GNSS height less barometric altitude
	Airspeed     int16   // knots (TC 19 subtypes 3 and 4)
	Heading      float32 // degrees (TC 19 subtypes 3 and 4: as Airspeed; BDS 6,0: magnetic)
	TrueTrack    float32 // degrees over the ground (BDS 5,0; surface)
	GroundSpeed  float32 // knots (BDS 5,0; surface: the lower edge of Movement's step)
	Movement     uint8   // surface speed code, 0 to 127 (DO-260B table 2-14)

	TASType        bool // Airspeed is true, else indicated
	BaroRateSource bool // VerticalRate is of the barometric altitude, else of the GNSS height

	Emergency        uint8 // TC 28: 0 none, 1 general, 2 medical, 3 fuel, 4 radio, 5 interference, 6 downed
	SelectedHeading  float32
	SelectedAltitude int32 // feet (TC 29)
	SelectedByFMS    bool  // SelectedAltitude is the FMS's, else the MCP/FCU's
	SelectedMCP      int32 // feet (BDS 4,0)
	SelectedFMS      int32 // feet (BDS 4,0)
	QNH              float32

	Autopilot, VNAV, AltHold, Approach, LNAV, TCAS bool

	Version                   uint8 // ADS-B version (TC 31)
	NACp, NACv, SIL           uint8
	NICBaro, NICa, NICb, NICc bool
	GVA, SDA                  uint8
	Status                    StatusFlags
	LengthWidth               uint8 // code of TC 31: see Size
	Antenna                   uint8 // code of TC 31: see AntennaOffset
	VerticalMode              uint8 // TC 29 of version 1: 1 acquiring, 2 capturing or holding
	HorizontalMode            uint8 // likewise
	Turbulence                uint8 // BDS 4,4: 0 nil to 3 severe

	Roll, TrackRate            float32 // degrees, right wing down; degrees a second
	TAS, IAS                   int16   // knots
	Mach                       float32
	BaroRate, InertialRate     int32   // feet a minute
	WindSpeed                  int16   // knots
	WindDirection, Temperature float32 // degrees; degrees Celsius
	Pressure, Humidity         float32 // hPa; percent

	Capability  uint32 // BDS 1,7: bit 23 is register 0,5 … as sent, 24 bits
	RA          RA
	Subnetwork  uint8
	ACAS        bool
	OverlayFlag bool
}

// RA is an ACAS resolution advisory (BDS 3,0 and TC 28 subtype 2; Annex 10 volume IV 4.3.8.4.2.2).
type RA struct {
	Advisory   uint16 // ARA, 14 bits
	Complement uint8  // RAC, 4 bits
	Issued     bool   // first bit of ARA: one threat, or all threats one way
	Terminated bool
	Multiple   bool
	ThreatType uint8  // 0 none, 1 Mode S address, 2 altitude, range and bearing
	Threat     uint32 // address when ThreatType is 1

	ThreatAltitude int32   // feet, when ThreatType is 2 and HasThreatAltitude
	ThreatRange    float32 // nautical miles in steps of 0.1, zero when not known; 12.6 stands for "more than 12.55"
	ThreatBearing  float32 // degrees clockwise from the nose, middle of a step of 6°, when HasThreatBearing

	HasThreatAltitude, HasThreatBearing bool
}

// Is says whether the frame carried all the fields f.
func (m *Message) Is(f Fields) bool { return m.Has&f == f }

// Squitter says whether m is an extended squitter with a body: DF17, DF18, or DF19 that follows DF17.
func (m *Message) Squitter() bool { return m.DF == 17 || m.DF == 18 || m.DF == 19 && m.Is(HasAddress) }

// Utility returns the parts of the UM field of DF4, 5, 20 and 21: an interrogator's code and what it has reserved (0
// nothing, 1 Comm-B, 2 Comm-C, 3 Comm-D).
func (m *Message) Utility() (interrogator, reserved uint8) { return m.UM >> 2, m.UM & 3 }

// InterrogatorKind says which of its two codes an interrogator uses.
type InterrogatorKind uint8

// The kinds of interrogator code.
const (
	NoCode InterrogatorKind = iota // a squitter, or a code that none has
	IICode                         // interrogator identifier, 1 to 15
	SICode                         // surveillance identifier, 1 to 63
)

// Interrogator returns the code of the interrogator that a DF11 answers (Annex 10 volume IV 3.1.2.5.2.1.2): the upper
// three bits of IC are its code label, 0 for an II code and 1 to 4 for the quarters of the SI codes.
func (m *Message) Interrogator() (code uint8, kind InterrogatorKind) {
	if m.DF != 11 || m.IC == 0 {
		return 0, NoCode
	}
	switch label, low := m.IC>>4, m.IC&15; {
	case label == 0:
		return low, IICode
	case label <= 4 && (label > 1 || low > 0):
		return (label-1)<<4 | low, SICode
	}
	return 0, NoCode
}

// CommB says whether m carries a Comm-B field.
func (m *Message) CommB() bool { return m.DF == 20 || m.DF == 21 }

// Bytes returns the frame as received; it aliases m.
func (m *Message) Bytes() []byte { return m.Frame[:m.N] }

// Callsign returns the identification without padding, empty when there is none.
func (m *Message) Callsign() string {
	n := len(m.Ident)
	for n > 0 && (m.Ident[n-1] == ' ' || m.Ident[n-1] == 0) {
		n--
	}
	return string(m.Ident[:n])
}

// Speed returns the ground speed in knots from VE and VN, or GroundSpeed.
func (m *Message) Speed() (kt float64, ok bool) {
	switch {
	case m.Is(HasVelocity):
		return math.Hypot(float64(m.VE), float64(m.VN)), true
	case m.Is(HasGroundSpeed):
		return float64(m.GroundSpeed), true
	}
	return 0, false
}

// Track returns the direction over the ground in degrees, 0 to 360, from VE and VN, or TrueTrack.
func (m *Message) Track() (deg float64, ok bool) {
	switch {
	case m.Is(HasVelocity):
		d := math.Atan2(float64(m.VE), float64(m.VN)) * 180 / math.Pi
		if d < 0 {
			d += 360
		}
		return d, true
	case m.Is(HasTrack):
		return float64(m.TrueTrack), true
	}
	return 0, false
}

// body returns the 56 bits of ME or MB, bit 1 highest.
func (m *Message) body() uint64 { return be56(m.Frame[4:11]) }

func be56(b []byte) uint64 {
	_ = b[6]
	return uint64(b[0])<<48 | uint64(b[1])<<40 | uint64(b[2])<<32 | uint64(b[3])<<24 |
		uint64(b[4])<<16 | uint64(b[5])<<8 | uint64(b[6])
}

// bits returns n bits of the 56-bit field b from the first-th, counted from 1 as the standards do.
func bits(b uint64, first, n uint) uint32 { return uint32(b>>(57-first-n)) & (1<<n - 1) }

// flag returns one bit of the 56-bit field b.
func flag(b uint64, bit uint) bool { return b>>(56-bit)&1 != 0 }
