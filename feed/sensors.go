package feed

import (
	"io"

	"entente"
)

// ReadSensors reads a sensors file: id,kind,lat,lon,height_m,range_sigma_m,azimuth_sigma_deg,period_s,pd,max_range_m in
// any order, degrees and metres, and optionally sac,sic,owner,feed,range_bias_m,azimuth_bias_deg,time_bias_s.
func ReadSensors(name string, r io.Reader) ([]entente.Sensor, []Bias, error) {
	return nil, nil, errNotYet
}

// LoadRegistry reads a sensors file into a registry.
func LoadRegistry(name string, r io.Reader) (*Registry, error) { return nil, errNotYet }
