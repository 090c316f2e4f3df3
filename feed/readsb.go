package feed

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// readsbReader reads what readsb, dump1090 and tar1090 write as JSON: snapshots (aircraft.json: "now" and "aircraft"), histories of
// them (chunks: "files"), the trace of one aircraft ("timestamp" and "trace"), and lines with one aircraft or snapshot each. It
// holds one aircraft at a time. After a place that is no JSON it goes on with the next line that holds an object.
type readsbReader struct {
	r      *budget
	dec    *json.Decoder
	base   int64 // offset of the decoder's first octet
	take   func(a *readsbAircraft, at int64)
	refuse func(at int64, text string)
}

// budget lets a reader give so many octets before it is renewed.
type budget struct {
	r    io.Reader
	left int
}

// aircraftLimit is how long the text of one aircraft may be.
const aircraftLimit = 1 << 20

var errLong = errors.New("a value is longer than 1 MiB")

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLong
	}
	n, err := b.r.Read(p[:min(len(p), 1<<15)])
	b.left -= n
	return n, err
}

// readReadsb gives every aircraft of a file to take.
func readReadsb(name string, r io.Reader, take func(a *readsbAircraft, at int64), refuse func(at int64, text string)) error {
	b := &budget{r: r, left: aircraftLimit}
	j := &readsbReader{r: b, dec: json.NewDecoder(b), take: take, refuse: refuse}
	for {
		err := j.value(&readsbAircraft{})
		switch {
		case err == nil:
			continue
		case errors.Is(err, io.EOF):
			return nil
		}
		at := j.offset()
		var syntax *json.SyntaxError
		switch {
		case errors.As(err, &syntax), errors.Is(err, errLong), errors.Is(err, errReadsb):
			refuse(at, err.Error())
		case errors.Is(err, io.ErrUnexpectedEOF):
			refuse(at, "the file ends within a value")
		default:
			return fmt.Errorf("reading %s: %w", name, err)
		}
		if err := j.lines(); err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		return nil
	}
}

func (j *readsbReader) offset() int64 { return j.base + j.dec.InputOffset() }

var errReadsb = errors.New("no JSON of readsb: want an object with aircraft, files, trace or hex")

// value reads one value that must be an object; around holds what is known from outside it.
func (j *readsbReader) value(around *readsbAircraft) error {
	j.r.left = aircraftLimit
	at := j.offset()
	tok, err := j.dec.Token()
	if err != nil {
		return err
	}
	if tok != json.Delim('{') {
		return errReadsb
	}
	a, listed := *around, false
	for j.dec.More() {
		j.r.left = aircraftLimit
		key, err := j.dec.Token()
		if err != nil {
			return err
		}
		switch name, _ := key.(string); name {
		case "aircraft":
			listed, err = true, j.list(func() error { return j.element(&a) })
		case "files":
			listed, err = true, j.list(func() error { return j.value(&a) })
		case "trace":
			listed, err = true, j.list(func() error { return j.point(&a) })
		default:
			err = j.field(&a, name)
		}
		if err != nil {
			return whole(err)
		}
	}
	if _, err := j.dec.Token(); err != nil {
		return whole(err)
	}
	switch {
	case a.Hex != "" && a.own:
		j.take(&a, at)
	case !listed:
		j.refuse(at, "an object without hex, aircraft, files or trace")
	}
	return nil
}

// whole turns the end of the file within a value into what it is.
func whole(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// list reads an array element by element; anything else in its place is passed over.
func (j *readsbReader) list(element func() error) error {
	tok, err := j.dec.Token()
	if err != nil {
		return err
	}
	if tok == nil {
		return nil
	}
	if tok != json.Delim('[') {
		return errReadsb
	}
	for j.dec.More() {
		j.r.left = aircraftLimit
		if err := element(); err != nil {
			return err
		}
	}
	_, err = j.dec.Token()
	return err
}

// element reads an aircraft or snapshot of an array: an object, or an array of tar1090's history.
func (j *readsbReader) element(around *readsbAircraft) error {
	at := j.offset()
	var raw json.RawMessage
	if err := j.dec.Decode(&raw); err != nil {
		return err
	}
	j.raw(raw, around, at)
	return nil
}

// raw takes one whole element.
func (j *readsbReader) raw(raw []byte, around *readsbAircraft, at int64) {
	raw = bytes.TrimSpace(raw)
	a := readsbAircraft{Now: around.Now}
	switch {
	case len(raw) > 0 && raw[0] == '[':
		if !a.history(raw) {
			j.refuse(at, "an aircraft of a history is not hex, altitude, speed, track, lat, lon, age, type, flight, messages")
			return
		}
		j.take(&a, at)
	case len(raw) > 0 && raw[0] == '{':
		inner := readsbReader{r: &budget{bytes.NewReader(raw), aircraftLimit}, base: at, take: j.take, refuse: j.refuse}
		inner.dec = json.NewDecoder(inner.r)
		if err := inner.value(&a); err != nil {
			j.refuse(at, whole(err).Error())
		}
	default:
		j.refuse(at, errReadsb.Error())
	}
}

// point reads one point of a trace.
func (j *readsbReader) point(around *readsbAircraft) error {
	at := j.offset()
	var raw json.RawMessage
	if err := j.dec.Decode(&raw); err != nil {
		return err
	}
	a := *around
	if !a.point(raw) {
		j.refuse(at, "a point of a trace is not seconds, lat, lon, altitude, speed, track, flags, rate, …")
		return nil
	}
	j.take(&a, at)
	return nil
}

// field reads one member of an object.
func (j *readsbReader) field(a *readsbAircraft, name string) error {
	to := a.member(name)
	if to == nil {
		to = &json.RawMessage{}
	}
	err := j.dec.Decode(to)
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) { // a value of another type is as good as none
		return nil
	}
	return err
}

// lines goes on, line by line, after a place that was no JSON: readsb writes each aircraft on a line.
func (j *readsbReader) lines() error {
	j.r.left = 1 << 62
	rest := bufio.NewReaderSize(io.MultiReader(j.dec.Buffered(), j.r), aircraftLimit)
	at := j.offset()
	for fresh := false; ; {
		line, err := rest.ReadSlice('\n')
		start := at
		at += int64(len(line))
		if object := oneObject(line); fresh && object != nil {
			j.raw(object, &readsbAircraft{}, start)
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, bufio.ErrBufferFull):
			if fresh {
				j.refuse(start, errLong.Error())
			}
		case err != nil:
			return err
		}
		fresh = err == nil
	}
}

// oneObject returns the object or array that a line holds, without what separates or ends it; nil when it holds none.
func oneObject(line []byte) []byte {
	line = bytes.TrimRight(bytes.TrimSpace(line), ",")
	for _, end := range []string{"", "]}", "]}]}"} {
		if b, ok := bytes.CutSuffix(line, []byte(end)); ok && len(b) > 0 && (b[0] == '{' || b[0] == '[') && json.Valid(b) {
			return b
		}
	}
	return nil
}

// tryReadsb tells JSON of readsb by its first object.
func tryReadsb(b []byte) float64 {
	b = bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF")), " \t\r\n")
	if len(b) == 0 || b[0] != '{' {
		return 0
	}
	has := func(key string) bool { return bytes.Contains(b, []byte(`"`+key+`"`)) }
	switch {
	case has("aircraft") && (has("now") || has("files") || has("messages")), has("trace") && has("timestamp"):
		return 0.99
	case has("hex") || has("frame"):
		return 0.95
	}
	return 0
}
