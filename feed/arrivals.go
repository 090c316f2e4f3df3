package feed

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"entente"
	"entente/modes"
)

// arrivalTable reads times of arrival as CSV and locates the senders: the columns of the LocaRDS data set,
// id,timeAtServer,aircraft,latitude,longitude,baroAltitude,geoAltitude,numMeasurements,measurements, of which aircraft,
// baroAltitude and measurements are needed; the last is [[receiver,nanoseconds,signal], …] in quotes. Receivers are
// sensors of the registry by name. A position in the row is what the aircraft said of itself: it is never the plot, it
// only teaches how far the receivers' clocks are off, after the plot was made.
type arrivalTable struct {
	*pipeline
	reg      *Registry
	sensor   entente.Sensor // that the plots are of
	date     entente.Instant
	c        columns
	cells    [][]byte
	clocks   *modes.Clocks
	stations map[string]modes.Arrival
	heard    []modes.Arrival
	fixed    []modes.Arrival
}

const (
	// mlatSensor is the sensor of plots from times of arrival when the registry has none of that kind.
	mlatSensor = "mlat"
	// pressureSigma is one standard deviation of pressure altitude as a height above the ellipsoid, metres: weather and
	// the geoid.
	pressureSigma = 150
	// horizontalLimit is how unsure a position may be to be a plot, metres per axis.
	horizontalLimit = 3000
)

func newArrivalTable(p *pipeline, reg *Registry, name string, header []byte, o Options) (*arrivalTable, error) {
	c, err := readHeader(name, header, "aircraft", "baroaltitude", "measurements")
	if err != nil {
		return nil, err
	}
	s, err := mlatSensorOf(reg, o.Sensor, p.name)
	if err != nil {
		return nil, err
	}
	return &arrivalTable{pipeline: p, reg: reg, sensor: s, date: o.Date, c: c, clocks: modes.NewClocks(), stations: map[string]modes.Arrival{}}, nil
}

// mlatSensorOf returns the sensor of kind MLAT that a table's plots are of, registered at the mean of all sites when there
// is none.
func mlatSensorOf(reg *Registry, sensor, feed string) (entente.Sensor, error) {
	s, err := reg.ByFeed(sensor, feed, entente.MLAT)
	if err == nil || sensor != "" {
		return s, err
	}
	if s, ok := reg.ByName(mlatSensor); ok {
		return s, nil
	}
	s = entente.Sensor{Name: mlatSensor, Kind: entente.MLAT, RangeSigma: 100, Period: 1, PD: 0.5}
	all := reg.Sensors()
	for i := range all {
		s.Lat, s.Lon = s.Lat+all[i].Lat/float64(len(all)), s.Lon+all[i].Lon/float64(len(all))
	}
	id, err := reg.Add(s, Bias{})
	if err != nil {
		if again, ok := reg.ByName(mlatSensor); ok { // another input was faster
			return again, nil
		}
	}
	s.ID = id
	return s, err
}

// row locates one message; its refusal is counted and returned.
func (a *arrivalTable) row(line []byte) error {
	if len(line) == 0 {
		return nil
	}
	a.tally.messages++
	plain, list, ok := bytes.Cut(line, []byte{'"'})
	if !ok {
		a.tally.refuse("arrival_row")
		return errors.New("measurements: want [[receiver,nanoseconds,signal],…] in quotes")
	}
	a.cells = splitRow(plain, a.cells)
	if err := a.readList(list); err != nil {
		a.tally.refuse("arrival_row")
		return err
	}
	if len(a.heard) < 3 {
		a.tally.refuse("few_arrivals")
		return nil
	}
	a.tally.records++
	p, reason := a.locate()
	a.learn()
	if reason != "" {
		a.tally.refuse(reason)
		return nil
	}
	a.emit(&p, a.sensor.Name)
	return nil
}

var errArrivals = errors.New("measurements: want [[receiver,nanoseconds,signal],…]")

// readList reads "[[receiver, nanoseconds, signal], …]"; receivers that the registry does not know are left out and counted.
func (a *arrivalTable) readList(b []byte) error {
	a.heard = a.heard[:0]
	b = bytes.TrimSpace(bytes.TrimRight(bytes.TrimSpace(b), `"`))
	if len(b) < 2 || b[0] != '[' || b[len(b)-1] != ']' {
		return errArrivals
	}
	for b = b[1 : len(b)-1]; len(b) > 0; {
		open, end := bytes.IndexByte(b, '['), bytes.IndexByte(b, ']')
		if open < 0 || end < open {
			return errArrivals
		}
		receiver, rest, _ := bytes.Cut(b[open+1:end], []byte{','})
		stamp, _, _ := bytes.Cut(rest, []byte{','})
		ns, present, err := parseNumber(stamp)
		if err != nil || !present || math.Abs(ns) > 9e15 {
			return fmt.Errorf("arrival time %q: %w", stamp, errNumber)
		}
		if s, ok := a.station(bytes.TrimSpace(receiver)); !ok {
			a.tally.refuse("unknown_sensor")
		} else if len(a.heard) < modes.MaxArrivals {
			s.Time = int64(ns)
			a.heard = append(a.heard, s)
		}
		b = b[end+1:]
	}
	return nil
}

// station returns a receiver by name.
func (a *arrivalTable) station(name []byte) (modes.Arrival, bool) {
	if s, ok := a.stations[string(name)]; ok {
		return s, true
	}
	s, ok := a.reg.ByName(string(name))
	if !ok {
		return modes.Arrival{}, false
	}
	at := modes.Arrival{Station: int(s.ID), Lat: s.Lat / radian, Lon: s.Lon / radian, Height: s.Height}
	a.stations[s.Name] = at
	return at, true
}

// locate makes a plot of the arrivals, or says why there is none.
func (a *arrivalTable) locate() (p entente.Plot, reason string) {
	a.fixed = append(a.fixed[:0], a.heard...)
	a.clocks.Correct(a.fixed)
	altitude, has, err := a.c.number(a.cells, "baroaltitude")
	o := modes.LocateOptions{}
	if has = has && err == nil && math.Abs(altitude) < 30_000; has {
		o = modes.LocateOptions{Altitude: altitude, AltitudeSigma: pressureSigma}
	}
	f, err := modes.Locate(a.fixed, o)
	switch {
	case errors.Is(err, modes.ErrFewArrivals):
		return p, "few_arrivals"
	case err != nil:
		return p, "arrivals_disagree"
	case f.Sigma() > horizontalLimit:
		return p, "position_unsure"
	}
	id, err := strconv.ParseUint(string(a.c.text(a.cells, "aircraft")), 10, 24)
	if err != nil {
		id = 0
	}
	p = entente.Plot{
		Time: max(1, a.date+entente.Instant(f.Time)), Sensor: a.sensor.ID, Kind: entente.MLAT, Has: entente.HasPosition | entente.HasSigma,
		Lat: f.Lat * radian, Lon: f.Lon * radian, Sigma: f.Sigma(),
	}
	if id > 0 { // the data set's own number
		p.Address = entente.Address(id) | entente.AddressNonICAO
	}
	if has {
		p.PressureAltitude = altitude
		p.Set(entente.HasPressureAltitude)
	} else {
		p.Altitude = f.Height
		p.Set(entente.HasAltitude)
	}
	return p, ""
}

// learn compares the receivers' clocks by the position that the aircraft sent, when the row has it.
func (a *arrivalTable) learn() {
	lat, ok1, err1 := a.c.number(a.cells, "latitude")
	lon, ok2, err2 := a.c.number(a.cells, "longitude")
	h, ok3, err3 := a.c.number(a.cells, "geoaltitude")
	if ok1 && ok2 && ok3 && errors.Join(err1, err2, err3) == nil && math.Abs(lat) <= 90 && math.Abs(lon) <= 180 && math.Abs(h) < 30_000 {
		a.clocks.Learn(a.heard, lat, lon, h)
	}
}

// readArrivalTable reads a whole table.
func readArrivalTable(p *pipeline, reg *Registry, name string, r io.Reader, o Options) error {
	l := newLineReader(r, p.refuse)
	header, err := l.next()
	if err != nil {
		return &entente.Error{Kind: entente.Malformed, Source: name, Offset: 1, Reason: "the table has no header"}
	}
	t, err := newArrivalTable(p, reg, name, header, o)
	if err != nil {
		return err
	}
	for {
		line, err := l.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		if err := t.row(line); err != nil {
			p.tally.text = fmt.Sprintf("%s line %d: %v", name, l.n, err)
		}
	}
}

// tryArrivals tells a table of arrival times by its header.
func tryArrivals(b []byte) float64 {
	first, _, _ := bytes.Cut(b, []byte{'\n'})
	c, err := readHeader("", first, "aircraft", "baroaltitude", "measurements")
	if err != nil || len(c) < 3 {
		return 0
	}
	return 1
}

// receiverNames are the columns of a list of receivers as LocaRDS writes it, and ours.
var receiverNames = map[string]string{"serial": "id", "latitude": "lat", "longitude": "lon", "height": "height_m"}

// receivers says whether the columns are those of a list of receivers.
func (c columns) receivers() bool {
	_, serial := c["serial"]
	_, kind := c["kind"]
	return serial && !kind
}

// asSensors gives a list of receivers the names of a sensors file too; other headers are left as they are.
func (c columns) asSensors() columns {
	if c.receivers() {
		for theirs, ours := range receiverNames {
			if i, ok := c[theirs]; ok {
				c[ours] = i
			}
		}
	}
	return c
}
