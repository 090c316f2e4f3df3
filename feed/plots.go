package feed

import (
	"errors"
	"fmt"
	"io"
	"math"

	"entente"
	"entente/geo"
)

func velocity(speed, track float64) (ve, vn float64) {
	sin, cos := math.Sincos(track)
	return speed * sin, speed * cos
}

// plotTable reads plots as CSV: time_s,sensor,range_m,azimuth_deg,lat,lon,altitude_m,mode_s,mode_a in any order, each
// row a polar or a geographic measurement, blanks where nothing was measured.
type plotTable struct {
	*pipeline
	reg     *Registry
	place   [9]int // of the nine columns in a row; −1 when absent
	sensors map[string]tableSensor
	cells   [][]byte
}

type tableSensor struct {
	entente.Sensor
	bias Bias
}

var plotColumns = [9]string{"time_s", "sensor", "range_m", "azimuth_deg", "lat", "lon", "altitude_m", "mode_s", "mode_a"}

func newPlotTable(p *pipeline, reg *Registry, name string, header []byte) (*plotTable, error) {
	c, err := readHeader(name, header, "time_s", "sensor")
	if err != nil {
		return nil, err
	}
	t := &plotTable{pipeline: p, reg: reg, sensors: map[string]tableSensor{}}
	for i, column := range plotColumns {
		t.place[i] = -1
		if at, ok := c[column]; ok {
			t.place[i] = at
		}
	}
	return t, nil
}

// cell returns the i-th of plotColumns in the current row, nil when blank or absent.
func (t *plotTable) cell(i int) []byte {
	if at := t.place[i]; at >= 0 && at < len(t.cells) && len(t.cells[at]) > 0 {
		return t.cells[at]
	}
	return nil
}

var errSensor = errors.New("sensor is not in the registry")

// row reads one line; its refusal is counted and returned.
func (t *plotTable) row(line []byte) error {
	if len(line) == 0 {
		return nil
	}
	t.tally.messages++
	t.cells = splitRow(line, t.cells)
	var p entente.Plot
	s, err := t.read(&p)
	if err != nil {
		reason := "plot_row"
		if errors.Is(err, errSensor) {
			reason = "unknown_sensor"
		}
		t.tally.refuse(reason)
		return err
	}
	t.tally.records++
	t.emit(&p, s.Name)
	return nil
}

func (t *plotTable) read(p *entente.Plot) (*tableSensor, error) {
	sec, ok, err := parseNumber(t.cell(0))
	if err != nil || !ok || math.Abs(sec) > 9e9 {
		return nil, fmt.Errorf("time_s: %q is no time", t.cell(0))
	}
	s, ok := t.sensors[string(t.cell(1))]
	if !ok {
		found, known := t.reg.ByName(string(t.cell(1)))
		if !known {
			return nil, fmt.Errorf("sensor %q: %w", t.cell(1), errSensor)
		}
		s = tableSensor{found, t.reg.Bias(found.ID)}
		t.sensors[found.Name] = s
	}
	if p.Time = entente.FromSeconds(sec - s.bias.Time); p.Time == 0 {
		p.Time = 1 // the zero instant means "not known"; a scenario may begin at 0 s
	}
	p.Sensor, p.Kind = s.ID, s.Kind
	if err := t.measurement(p, &s); err != nil {
		return nil, err
	}
	return &s, t.identity(p)
}

// measurement reads the measurement: polar, geographic, altitude.
func (t *plotTable) measurement(p *entente.Plot, s *tableSensor) error {
	rho, hasRho, err1 := parseNumber(t.cell(2))
	theta, hasTheta, err2 := parseNumber(t.cell(3))
	lat, hasLat, err3 := parseNumber(t.cell(4))
	lon, hasLon, err4 := parseNumber(t.cell(5))
	alt, hasAlt, err5 := parseNumber(t.cell(6))
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return fmt.Errorf("reading a measurement: %w", err)
	}
	if hasRho != hasTheta || hasLat != hasLon || !hasRho && !hasLat {
		return errors.New("want range_m and azimuth_deg, or lat and lon")
	}
	if hasRho {
		if rho < 0 || rho > 1e7 || math.Abs(theta) > 720 {
			return errors.New("range or azimuth cannot be")
		}
		p.Range, p.Azimuth = rho-s.bias.Range, geo.WrapAzimuth(theta*radian-s.bias.Azimuth)
		p.Set(entente.HasPolar)
	}
	if hasLat {
		if math.Abs(lat) > 90 || math.Abs(lon) > 360 {
			return errors.New("latitude or longitude cannot be")
		}
		p.Lat, p.Lon = lat*radian, lon*radian
		p.Set(entente.HasPosition)
	}
	if hasAlt {
		if math.Abs(alt) > 1e5 {
			return errors.New("altitude cannot be")
		}
		p.Altitude = alt
		p.Set(entente.HasAltitude)
	}
	return nil
}

func (t *plotTable) identity(p *entente.Plot) error {
	if b := t.cell(7); b != nil {
		a := uint32(0)
		for _, ch := range b {
			d := hexDigit(ch)
			if d < 0 || a > 0xFFFFF {
				return fmt.Errorf("mode_s: %q is not six hex digits", b)
			}
			a = a<<4 | uint32(d)
		}
		p.Address = entente.Address(a)
	}
	if b := t.cell(8); b != nil {
		m := uint16(0)
		for _, ch := range b {
			if ch < '0' || ch > '7' || m > 0o777 {
				return fmt.Errorf("mode_a: %q is not four octal digits", b)
			}
			m = m<<3 | uint16(ch-'0')
		}
		p.ModeA = entente.ModeA(m)
		p.Set(entente.HasModeA)
	}
	return nil
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// readPlotTable reads a whole table.
func readPlotTable(p *pipeline, reg *Registry, name string, r io.Reader) error {
	l := newLineReader(r, p.refuse)
	header, err := l.next()
	if err != nil {
		return &entente.Error{Kind: entente.Malformed, Source: name, Offset: 1, Reason: "the table has no header"}
	}
	t, err := newPlotTable(p, reg, name, header)
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
