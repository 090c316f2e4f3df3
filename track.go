package entente

import "fmt"

// TrackID numbers the tracks of one tracker, from 1, never reused while the tracker runs.
type TrackID uint32

// TrackState is where a track is in its life.
type TrackState uint8

// The life of a track. Tentative tracks are not shown; a coasting track has missed looks it should have had.
const (
	Tentative TrackState = iota + 1
	Confirmed
	Coasting
	Ended
)

var trackStates = [...]string{Tentative: "tentative", Confirmed: "confirmed", Coasting: "coasting", Ended: "ended"}

// String returns the state's name.
func (s TrackState) String() string {
	if s == 0 || int(s) >= len(trackStates) {
		return "unknown"
	}
	return trackStates[s]
}

// MarshalText writes the state's name.
func (s TrackState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the state's name.
func (s *TrackState) UnmarshalText(b []byte) error {
	for k, name := range trackStates {
		if k > 0 && name == string(b) {
			*s = TrackState(k)
			return nil
		}
	}
	return fmt.Errorf("track state %q is not known", b)
}

// Covariance is the upper triangle by rows of a 6 × 6 covariance in local east, north, up, v_east, v_north, v_up
// (metres, metres a second).
type Covariance [21]float64

// At returns the element of row i and column j, 0 to 5.
func (c *Covariance) At(i, j int) float64 {
	if j < i {
		i, j = j, i
	}
	return c[i*6-i*(i-1)/2+j-i]
}

// Set sets the elements (i, j) and (j, i).
func (c *Covariance) Set(i, j int, v float64) {
	if j < i {
		i, j = j, i
	}
	c[i*6-i*(i-1)/2+j-i] = v
}

// Track is one tracker's estimate of one aircraft: a value without pointers but for the origin's name. The covariance
// is in the tangent frame at the track's own position.
type Track struct {
	ID      TrackID    `json:"id"`
	Origin  MemberID   `json:"origin"`  // whose tracker
	State   TrackState `json:"state"`   // life cycle
	Started Instant    `json:"started"` // first plot
	Time    Instant    `json:"time"`    // of applicability of the state below
	Updated Instant    `json:"updated"` // time of the last plot used

	Lat        float64    `json:"lat"`    // radians
	Lon        float64    `json:"lon"`    // radians
	Height     float64    `json:"height"` // metres above the ellipsoid, as filtered
	VE         float64    `json:"ve"`     // metres a second
	VN         float64    `json:"vn"`
	VU         float64    `json:"vu"`
	Covariance Covariance `json:"covariance"`

	Has              PlotFields `json:"has"`               // HasModeA, HasPressureAltitude, HasAltitude, HasSPI, HasSurface: what is known of it
	PressureAltitude float64    `json:"pressure_altitude"` // metres, last reported
	Address          Address    `json:"address"`
	ModeA            ModeA      `json:"mode_a"`
	Callsign         Callsign   `json:"callsign"`

	Sensors uint64 `json:"sensors"` // bit (SensorID−1) mod 64: who fed it of late
	Plots   uint32 `json:"plots"`   // plots used in its life
	Quality uint8  `json:"quality"` // 0 worst to 15: from horizontal 95 % error, see track
}

// Is says whether all the fields f are known of the track.
func (t *Track) Is(f PlotFields) bool { return t.Has&f == f }
