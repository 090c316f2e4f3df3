package feed

import (
	"errors"
	"fmt"
	"io"

	"entente"
)

// ReadSensors reads a sensors file: id,kind,lat,lon,height_m,range_sigma_m,azimuth_sigma_deg,period_s,pd,max_range_m in
// any order, degrees and metres, and optionally sac,sic,owner,feed,range_bias_m,azimuth_bias_deg,time_bias_s. Blank
// numbers are zero but for pd, which is 0.9. A list of receivers with the columns of the LocaRDS data set, serial,latitude,
// longitude,height,…, is read too: each is a sensor of kind adsb.
func ReadSensors(name string, r io.Reader) ([]entente.Sensor, []Bias, error) {
	l := newLineReader(r, func(int64, string, int64) {})
	header, err := l.next()
	if err != nil {
		return nil, nil, &entente.Error{Kind: entente.Malformed, Source: name, Offset: 1, Reason: "the sensors file is empty",
			Next: "its first line names the columns: id,kind,lat,lon,height_m,…"}
	}
	c, err := readHeader(name, header)
	if err == nil {
		err = c.asSensors().demand(name, "id", "lat", "lon")
	}
	if err == nil && !c.receivers() {
		err = c.demand(name, "id", "kind", "lat", "lon")
	}
	if err != nil {
		return nil, nil, err
	}
	var sensors []entente.Sensor
	var biases []Bias
	for {
		line, err := l.next()
		switch {
		case errors.Is(err, io.EOF):
			return sensors, biases, nil
		case err != nil:
			return nil, nil, fmt.Errorf("reading sensors %s: %w", name, err)
		case len(line) == 0 || line[0] == '#' || line[0] == '\r':
			continue
		}
		s, b, err := readSensor(c, splitRow(line, nil))
		if err == nil && len(sensors) >= maxSensors {
			err = fmt.Errorf("more than %d sensors", maxSensors)
		}
		if err != nil {
			return nil, nil, &entente.Error{Kind: entente.Malformed, Source: name, Offset: l.n, Reason: err.Error()}
		}
		sensors, biases = append(sensors, s), append(biases, b)
	}
}

func readSensor(c columns, cells [][]byte) (s entente.Sensor, b Bias, err error) {
	var bad []error
	number := func(column string, low, high, blank float64) float64 {
		v, present, err := c.number(cells, column)
		switch {
		case err != nil || present && (v < low || v > high):
			bad = append(bad, fmt.Errorf("%s: %q is not a number from %g to %g", column, c.text(cells, column), low, high))
		case !present:
			return blank
		}
		return v
	}
	s.Name = string(c.text(cells, "id"))
	if s.Name == "" {
		bad = append(bad, errors.New("id: a sensor needs a name"))
	}
	s.Kind = entente.ADSB
	if !c.receivers() {
		if s.Kind, err = entente.ParseSensorKind(string(c.text(cells, "kind"))); err != nil {
			bad = append(bad, err)
		}
	}
	s.Owner = entente.MemberID(c.text(cells, "owner"))
	s.Feed = string(c.text(cells, "feed"))
	s.SAC, s.SIC = uint8(number("sac", 0, 255, 0)), uint8(number("sic", 0, 255, 0))
	s.Lat, s.Lon = number("lat", -90, 90, 0)*radian, number("lon", -180, 180, 0)*radian
	s.Height = number("height_m", -1000, 20000, 0)
	s.RangeSigma = number("range_sigma_m", 0, 1e5, 0)
	s.AzimuthSigma = number("azimuth_sigma_deg", 0, 90, 0) * radian
	s.Period = number("period_s", 0, 3600, 0)
	s.PD = number("pd", 0, 1, 0.9)
	s.MaxRange = number("max_range_m", 0, 1e7, 0)
	b.Range = number("range_bias_m", -1e5, 1e5, 0)
	b.Azimuth = number("azimuth_bias_deg", -180, 180, 0) * radian
	b.Time = number("time_bias_s", -3600, 3600, 0)
	return s, b, errors.Join(bad...)
}

// LoadRegistry reads a sensors file into a registry.
func LoadRegistry(name string, r io.Reader) (*Registry, error) {
	sensors, biases, err := ReadSensors(name, r)
	if err != nil {
		return nil, err
	}
	reg, err := NewRegistry(nil)
	if err != nil {
		return nil, err
	}
	for i, s := range sensors {
		if _, err := reg.Add(s, biases[i]); err != nil {
			return nil, &entente.Error{Kind: entente.Malformed, Source: name, Offset: -1, Reason: err.Error()}
		}
	}
	return reg, nil
}
