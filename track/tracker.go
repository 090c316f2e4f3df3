package track

import "entente"

// Config says whose tracker it is, what feeds it and how long it waits for late plots. The zero value of every field
// but Sensors is usable; there is nothing to tune per site.
type Config struct {
	Member  entente.MemberID // origin of the tracks
	Sensors []entente.Sensor // who measures; a plot of another sensor is counted and dropped

	// Window is how many seconds plots are held so that late ones find their place. Zero holds nothing: a batch is
	// processed at once and a late plot is used as well as can be, by retrodiction.
	Window float64
	// MaxTracks bounds the tracks alive, tentative ones included; zero is 65536. Above it no track is started.
	MaxTracks int
	// MaxHeld bounds the plots held in the window; zero is 1 << 20. Above it the oldest are processed early.
	MaxHeld int
}

// Counters say what became of the plots and tracks since the tracker was made.
type Counters struct {
	Plots       uint64 // given to Process
	Associated  uint64 // used by a track
	Initiated   uint64 // started a tentative track
	Unknown     uint64 // refused: sensor not in Config.Sensors
	Implausible uint64 // refused: no position, not a number, out of range, or from the future
	Late        uint64 // refused: older than the window, or than retrodiction reaches
	Crowded     uint64 // not used: MaxTracks reached
	Confirmed   uint64 // tracks confirmed
	Ended       uint64 // confirmed tracks ended
	Abandoned   uint64 // tentative tracks dropped
	Merged      uint64 // tracks ended as twins of another
	Live        int    // confirmed or coasting now
	Tentative   int    // tentative now
	Held        int    // plots waiting in the window
}

// Tracker makes tracks of plots. It belongs to one goroutine.
type Tracker struct {
	config   Config
	counters Counters
}

// New returns a tracker without tracks.
func New(c Config) *Tracker { return &Tracker{config: c} }

// SetSensors replaces the sensors; tracks and learned biases of sensors that stay are kept.
func (t *Tracker) SetSensors(sensors []entente.Sensor) { t.config.Sensors = sensors }

// Process takes plots in any order and appends to out the tracks confirmed, updated, coasting or ended by them, in
// order of time; a track updated more than once appears more than once. Tentative tracks do not appear.
// An ended track appears once, with State Ended, and never again.
func (t *Tracker) Process(plots []entente.Plot, out []entente.Track) []entente.Track { return out }

// Advance says that it is now: held plots older than the window are processed, tracks without plots coast or end.
// A live node calls it about once a second; a recording needs it not.
func (t *Tracker) Advance(now entente.Instant, out []entente.Track) []entente.Track { return out }

// Flush processes everything held, as at the end of a recording.
func (t *Tracker) Flush(out []entente.Track) []entente.Track { return out }

// Tracks appends the confirmed and coasting tracks, each at its own last time, in order of ID.
func (t *Tracker) Tracks(dst []entente.Track) []entente.Track { return dst }

// Counters returns the counts so far.
func (t *Tracker) Counters() Counters { return t.counters }

// Bias is what is known of one sensor's systematic error: measured minus true.
type Bias struct {
	Sensor       entente.SensorID `json:"sensor"`
	Range        float64          `json:"range"`         // metres
	Azimuth      float64          `json:"azimuth"`       // radians
	RangeSigma   float64          `json:"range_sigma"`   // metres
	AzimuthSigma float64          `json:"azimuth_sigma"` // radians
	Plots        int              `json:"plots"`         // anchors used
	Applied      bool             `json:"applied"`       // significant, and taken off the sensor's plots
}

// Biases appends the registration of every polar sensor in order of ID.
func (t *Tracker) Biases(dst []Bias) []Bias { return dst }
