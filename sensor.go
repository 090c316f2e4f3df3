package entente

import "fmt"

// SensorKind is how a sensor measures.
type SensorKind uint8

// The kinds of sensor. PSR measures polar without height or identity, SSR adds mode A and C, ModeS adds the address.
// ADSB relays what the aircraft says of itself, MLAT locates by arrival times.
const (
	PSR SensorKind = iota + 1
	SSR
	ModeS
	ADSB
	MLAT
)

var sensorKinds = [...]string{PSR: "psr", SSR: "ssr", ModeS: "mode_s", ADSB: "adsb", MLAT: "mlat"}

// String returns the name used in sensor files.
func (k SensorKind) String() string {
	if k == 0 || int(k) >= len(sensorKinds) {
		return "unknown"
	}
	return sensorKinds[k]
}

// ParseSensorKind reads the name used in sensor files; "radar" is a Mode S radar.
func ParseSensorKind(s string) (SensorKind, error) {
	for k, name := range sensorKinds {
		if k > 0 && name == s {
			return SensorKind(k), nil
		}
	}
	switch s {
	case "radar", "modes":
		return ModeS, nil
	case "modeac", "mode_ac":
		return SSR, nil
	}
	return 0, fmt.Errorf("sensor kind %q: want psr, ssr, mode_s, adsb, mlat or radar", s)
}

// MarshalText writes the name used in sensor files.
func (k SensorKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the name used in sensor files.
func (k *SensorKind) UnmarshalText(b []byte) (err error) {
	*k, err = ParseSensorKind(string(b))
	return err
}

// Polar says whether the sensor measures range and azimuth from its site.
func (k SensorKind) Polar() bool { return k == PSR || k == SSR || k == ModeS }

// SensorID is a sensor's place in its node's registry, from 1; zero means none.
type SensorID uint16

// Sensor is a radar, receiver or network with its site and accuracies.
type Sensor struct {
	ID    SensorID   `json:"id"`
	Name  string     `json:"name"`  // unique in its node
	Kind  SensorKind `json:"kind"`  // what it measures
	Owner MemberID   `json:"owner"` // whose it is
	SAC   uint8      `json:"sac"`   // ASTERIX system area code, zero when it has none
	SIC   uint8      `json:"sic"`   // ASTERIX system identification code
	Feed  string     `json:"feed"`  // name of the feed that carries it, when SAC/SIC do not tell

	Lat    float64 `json:"lat"`    // site, radians
	Lon    float64 `json:"lon"`    // site, radians
	Height float64 `json:"height"` // site above the ellipsoid, metres

	RangeSigma   float64 `json:"range_sigma"`   // metres; for ADS-B and MLAT the position sigma per axis
	AzimuthSigma float64 `json:"azimuth_sigma"` // radians
	Period       float64 `json:"period"`        // seconds between looks at one aircraft
	PD           float64 `json:"pd"`            // probability of a plot per look, 0 to 1
	MaxRange     float64 `json:"max_range"`     // metres, instrumented
}
