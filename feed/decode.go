package feed

import (
	"errors"
	"io"
)

var errNotYet = errors.New("not built yet")

// DecodeOptions say how [DecodeFile] reads and prints.
type DecodeOptions struct {
	Options
	Raw    bool      // raw integers beside scaled values of ASTERIX
	Text   bool      // texts of codes
	Errors io.Writer // gets one line per refusal with file, offset and reason; nil: none
	Limit  int       // refusals printed at most; zero: all
}

// Summary says what was in a file.
type Summary struct {
	Format     string           `json:"format"`
	Confidence float64          `json:"confidence"` // of the format, 1 when it was given
	Bytes      int64            `json:"bytes"`
	Lines      int64            `json:"lines"` // printed
	Refused    int64            `json:"refused"`
	Reasons    map[string]int64 `json:"reasons,omitempty"` // refusals by reason
	Skipped    int64            `json:"skipped"`           // bytes that belong to no message
}

// DecodeFile prints one JSON line per message of a file: Mode S frames with the names and units of the field's
// decoders, ASTERIX records with EUROCONTROL's item numbers and names. What cannot be read is listed with file, offset
// and reason on o.Errors, and the good messages around it are printed.
func DecodeFile(name string, r io.Reader, o DecodeOptions, out io.Writer) (Summary, error) {
	return Summary{}, errNotYet
}
