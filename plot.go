package entente

// PlotFields says which optional fields of a [Plot] were measured; a missing value is never zero.
type PlotFields uint16

// The optional fields of a plot.
const (
	HasPolar            PlotFields = 1 << iota // Range and Azimuth
	HasPosition                                // Lat and Lon
	HasAltitude                                // Altitude: above the ellipsoid
	HasPressureAltitude                        // PressureAltitude
	HasModeA                                   // ModeA
	HasVelocity                                // VE and VN
	HasClimb                                   // Climb
	HasDoppler                                 // Doppler
	HasSigma                                   // Sigma: the sender's own word on its position
	HasSPI                                     // special position identification pressed
	HasSurface                                 // on the ground
)

// Plot is one measurement by one sensor at one time: a value without pointers, moved in batches.
// Range is the slant range; Azimuth is clockwise from true north at the site.
type Plot struct {
	Time    Instant    // of applicability
	Arrival Instant    // at this node; zero in files without arrival times
	Sensor  SensorID   // who measured
	Kind    SensorKind // how
	Has     PlotFields // which of the fields below hold a value

	Range            float64 // metres
	Azimuth          float64 // radians, 0 to 2π
	Lat, Lon         float64 // radians, WGS-84
	Altitude         float64 // metres above the ellipsoid
	PressureAltitude float64 // metres in the standard atmosphere (1013.25 hPa)
	VE, VN           float64 // metres a second over the ground
	Climb            float64 // metres a second, up
	Doppler          float64 // metres a second, positive away from the sensor
	Sigma            float64 // metres per horizontal axis, 1 sigma

	Address  Address  // zero when not known
	ModeA    ModeA    // valid with HasModeA
	Callsign Callsign // all zero when not known
}

// Set marks the fields f as measured.
func (p *Plot) Set(f PlotFields) { p.Has |= f }

// Is says whether all the fields f were measured.
func (p *Plot) Is(f PlotFields) bool { return p.Has&f == f }
