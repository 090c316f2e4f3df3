package score

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"strconv"
)

// Options of a comparison; zero values are the defaults.
type Options struct {
	Cutoff float64 // metres beyond which a track is none of the target's; zero is 2000
	MaxAge float64 // seconds after its last row that a track is dropped; zero is 15
	Warmup float64 // seconds after each target's first row that are not scored
	Switch float64 // metres that a switch of tracks costs in T-GOSPA; zero is half the cut-off
}

// Figures are the result; distances in metres, times in seconds. NaN, written as null, where nothing could be measured.
type Figures struct {
	GOSPA              float64 `json:"gospa_m"`                 // mean over time, p 2, alpha 2
	GOSPAPerRootTarget float64 `json:"gospa_per_sqrt_target_m"` // GOSPA over the root of the mean number of targets
	OSPA               float64 `json:"ospa_m"`                  // mean over time, p 2
	Localisation       float64 `json:"loc_m"`                   // root mean square distance of matched pairs
	Missed             float64 `json:"missed"`                  // mean count of targets without a track
	False              float64 `json:"false"`                   // mean count of tracks without a target
	Cardinality        float64 `json:"cardinality_error"`       // mean of tracks − targets
	Completeness       float64 `json:"completeness"`            // SIAP: tracked targets / targets
	Ambiguity          float64 `json:"ambiguity"`               // SIAP: belonging tracks / tracked targets
	Spuriousness       float64 `json:"spuriousness"`            // SIAP: tracks that belong to none / tracks
	Switches           int     `json:"switches"`                // a target's matched track changed
	SwitchesPerHour    float64 `json:"switches_per_target_hour"`
	Fragmentations     int     `json:"fragmentations"`  // a target was lost and found again
	LongestSegment     float64 `json:"longest_segment"` // mean share of a target's samples held by its best track
	RMS                float64 `json:"rms_m"`           // horizontal error
	P50                float64 `json:"p50_m"`
	P95                float64 `json:"p95_m"`
	P99                float64 `json:"p99_m"`
	RMSAlong           float64 `json:"rms_along_m"`
	RMSAcross          float64 `json:"rms_across_m"`
	RMSAltitude        float64 `json:"rms_altitude_m"`
	RMSVelocity        float64 `json:"rms_velocity_mps"`
	StartDelay         float64 `json:"start_delay_s"` // from a target's first row to its first match
	NeverTracked       int     `json:"never_tracked"`
	Truths             int     `json:"truths"`
	Tracks             int     `json:"tracks"`
	TruthSamples       int     `json:"truth_samples"`

	HasNEES    bool    `json:"-"`           // the three below were measured
	NEES       float64 `json:"nees"`        // 2 is ideal, above it overconfident
	NEESMedian float64 `json:"nees_median"` //
	Inside95   float64 `json:"inside95"`    // share of errors inside their own 95 % ellipse
}

// MarshalJSON writes the figures in the order above, rounded to four decimals.
func (f Figures) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	f.each(func(key, value string) {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:%s", key, value)
	})
	return []byte("{" + b.String() + "}"), nil
}

// String prints one figure a line, for people.
func (f Figures) String() string {
	var b bytes.Buffer
	f.each(func(key, value string) { fmt.Fprintf(&b, "%-26s %s\n", key, value) })
	return b.String()
}

// each gives every figure that was measured with its JSON text.
func (f Figures) each(give func(key, value string)) {
	v := reflect.ValueOf(f)
	nees := false
	for i := range v.NumField() {
		key := v.Type().Field(i).Tag.Get("json")
		nees = nees || key == "nees"
		switch x := v.Field(i); {
		case key == "-" || nees && !f.HasNEES:
		case x.Kind() == reflect.Int:
			give(key, strconv.FormatInt(x.Int(), 10))
		default:
			give(key, rounded(x.Float()))
		}
	}
}

// Number is a figure in JSON: four decimals, null where nothing could be measured.
type Number float64

// MarshalJSON writes four decimals or null.
func (n Number) MarshalJSON() ([]byte, error) { return []byte(rounded(float64(n))), nil }

// Known says whether it was measured.
func (n Number) Known() bool { return !math.IsNaN(float64(n)) && !math.IsInf(float64(n), 0) }

// rounded is v to four decimals, half to even on the exact value; null when it is not a number.
func rounded(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "null"
	}
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'f', 4, 64), 64)
	if err != nil {
		return "null"
	}
	return strconv.FormatFloat(r, 'f', -1, 64)
}
