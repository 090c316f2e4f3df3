package sim

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/goccy/go-yaml"

	"entente"
)

// Scenario is what is flown and who looks at it. Angles are in degrees and the rest in SI units, as in sensor files.
// docs/sim.md describes the YAML form.
type Scenario struct {
	Name      string     `yaml:"name"`
	Seed      uint64     `yaml:"seed"`
	GNSSSigma float64    `yaml:"gnss_sigma_m"` // of the position that aircraft send, per axis
	Radars    []Radar    `yaml:"radars"`
	Receivers []Receiver `yaml:"receivers"`
	Airports  []Airport  `yaml:"airports"` // beside the built-in ones; the same code replaces
	Aircraft  []Aircraft `yaml:"aircraft"`
	Traffic   Traffic    `yaml:"traffic"`
}

// Radar turns once a period and sends the plots of each of 32 sectors at its end, with a sector message.
type Radar struct {
	Name         string             `yaml:"name"`
	Member       entente.MemberID   `yaml:"member"`
	Kind         entente.SensorKind `yaml:"kind"` // psr, ssr or mode_s
	Feed         string             `yaml:"feed"` // carries it; empty: its name. Radars may share one
	SAC          uint8              `yaml:"sac"`
	SIC          uint8              `yaml:"sic"`
	Lat          float64            `yaml:"lat"`
	Lon          float64            `yaml:"lon"`
	Height       float64            `yaml:"height_m"` // of the antenna above the ellipsoid
	MaxRange     float64            `yaml:"max_range_m"`
	Period       float64            `yaml:"period_s"`
	PD           float64            `yaml:"pd"` // per look; omitted: 1
	RangeSigma   float64            `yaml:"range_sigma_m"`
	AzimuthSigma float64            `yaml:"azimuth_sigma_deg"`
	Primary      bool               `yaml:"primary"`         // an ssr or mode_s radar with a primary one on the same mast
	PrimaryPD    float64            `yaml:"primary_pd"`      // of that one; omitted: 0.9
	PrimaryRange float64            `yaml:"primary_range_m"` // of that one; omitted: MaxRange
}

// Receiver hears ADS-B and Mode S squitters.
type Receiver struct {
	Name     string           `yaml:"name"`
	Member   entente.MemberID `yaml:"member"`
	Feed     string           `yaml:"feed"` // carries it; empty: its name
	Lat      float64          `yaml:"lat"`
	Lon      float64          `yaml:"lon"`
	Height   float64          `yaml:"height_m"`
	MaxRange float64          `yaml:"max_range_m"`
	PD       float64          `yaml:"pd"`    // per frame; omitted: 1
	Clock    string           `yaml:"clock"` // stamps: gps (UTC time of day, the default) or counter (12 MHz)
}

// Airport is a place that routes name.
type Airport struct {
	Code   string  `yaml:"code"` // ICAO location indicator
	State  string  `yaml:"state"`
	Lat    float64 `yaml:"lat"`
	Lon    float64 `yaml:"lon"`
	Height float64 `yaml:"height_m"`
}

// Aircraft flies a route.
type Aircraft struct {
	ID          string          `yaml:"id"` // in the truth; omitted: callsign, else address
	Callsign    string          `yaml:"callsign"`
	Address     entente.Address `yaml:"address"`     // hex digits
	ModeA       entente.ModeA   `yaml:"-"`           // see Squawk
	Squawk      string          `yaml:"squawk"`      // four octal digits
	Transponder string          `yaml:"transponder"` // mode_s (the default), ssr or none
	ADSB        bool            `yaml:"adsb"`
	Start       float64         `yaml:"start_s"`    // after the scenario's start; until then it is not there
	Turn        float64         `yaml:"turn_deg_s"` // omitted: 1.5
	Climb       float64         `yaml:"climb_mps"`  // omitted: 10
	AtEnd       string          `yaml:"at_end"`     // vanish (the default), return (back along the route, for ever) or loop
	Route       []Waypoint      `yaml:"route"`
	Events      []Event         `yaml:"events"`
}

// Waypoint is a place on a route, with what the aircraft should have reached when there. An airport gives place and height.
type Waypoint struct {
	Airport  string  `yaml:"airport"`
	Lat      float64 `yaml:"lat"`
	Lon      float64 `yaml:"lon"`
	Altitude float64 `yaml:"altitude_m"`
	Speed    float64 `yaml:"speed_mps"` // over the ground; omitted: as before, at first 220
}

// Event changes what an aircraft says of itself.
type Event struct {
	At          float64 `yaml:"at_s"`        // after the scenario's start
	Squawk      string  `yaml:"squawk"`      // new mode A code
	Transponder string  `yaml:"transponder"` // mode_s, ssr or none
	ADSB        *bool   `yaml:"adsb"`
	SPI         bool    `yaml:"spi"` // ident for 18 seconds
}

// Traffic keeps a number of airliners in the air: who lands is replaced.
type Traffic struct {
	Count  int        `yaml:"count"`
	Routes [][]string `yaml:"routes"`  // airports and "lat/lon" places between them, flown both ways
	NoADSB float64    `yaml:"no_adsb"` // share with a Mode S transponder without ADS-B
	SSR    float64    `yaml:"ssr"`     // share with mode A and C alone
}

//go:embed scenarios/*.yaml
var scenarios embed.FS

// Demo is the scenario of `entente demo`: six members' radars and receivers, 150 airliners, and a few aircraft that
// give the duty officers something to do.
func Demo() *Scenario { return embedded("demo") }

// Small is a scenario for tests: one radar, one receiver, five aircraft, no noise.
func Small() *Scenario { return embedded("small") }

func embedded(name string) *Scenario {
	b, err := scenarios.ReadFile("scenarios/" + name + ".yaml")
	if err != nil {
		panic(err)
	}
	s, err := ParseScenario(name+".yaml", b)
	if err != nil {
		panic(err)
	}
	return s
}

// LoadScenario reads a scenario file, or one of the built-in scenarios "demo" and "small" by name.
func LoadScenario(name string) (*Scenario, error) {
	if name == "demo" || name == "small" {
		return embedded(name), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading scenario: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxScenario+1))
	if err != nil {
		return nil, fmt.Errorf("reading scenario %s: %w", name, err)
	}
	return ParseScenario(name, b)
}

// The bounds of a scenario.
const (
	maxScenario = 4 << 20 // bytes
	maxAircraft = 10_000
	maxSensors  = 1_000
)

// ParseScenario reads the YAML of a scenario, fills what is omitted and checks it. Unknown keys are refused.
func ParseScenario(source string, text []byte) (*Scenario, error) {
	if len(text) > maxScenario {
		return nil, &entente.Error{Kind: entente.TooLarge, Source: source, Offset: -1, Reason: fmt.Sprintf("scenario is larger than %d bytes", maxScenario)}
	}
	s := new(Scenario)
	d := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict())
	if err := d.Decode(s); err != nil && !errors.Is(err, io.EOF) {
		return nil, &entente.Error{Kind: entente.Malformed, Source: source, Offset: -1, Reason: "scenario is not as docs/sim.md describes: " + err.Error()}
	}
	if err := s.complete(); err != nil {
		return nil, &entente.Error{Kind: entente.Malformed, Source: source, Offset: -1, Reason: err.Error(), Next: "see docs/sim.md for the form"}
	}
	return s, nil
}

// complete fills what is omitted and checks the rest.
func (s *Scenario) complete() error {
	if len(s.Aircraft)+s.Traffic.Count > maxAircraft || len(s.Radars)+len(s.Receivers) > maxSensors {
		return fmt.Errorf("more than %d aircraft or %d sensors", maxAircraft, maxSensors)
	}
	if !within(s.GNSSSigma, 0, 10_000) {
		return fmt.Errorf("gnss_sigma_m is not plausible")
	}
	names := map[string]bool{}
	for i := range s.Radars {
		if err := s.Radars[i].complete(names); err != nil {
			return err
		}
	}
	for i := range s.Receivers {
		if err := s.Receivers[i].complete(names); err != nil {
			return err
		}
	}
	if err := s.checkFeeds(); err != nil {
		return err
	}
	places, err := s.places()
	if err != nil {
		return err
	}
	ids := map[string]bool{}
	for i := range s.Aircraft {
		if err := s.Aircraft[i].complete(places, ids); err != nil {
			return err
		}
	}
	return s.Traffic.check(places)
}

// checkFeeds refuses a feed that would mix formats or members.
func (s *Scenario) checkFeeds() error {
	type stream struct {
		format string
		member entente.MemberID
	}
	seen := map[string]stream{}
	check := func(feed string, is stream) error {
		if have, ok := seen[feed]; ok && have != is {
			return fmt.Errorf("feed %s would carry %s of %s and %s of %s", feed, have.format, have.member, is.format, is.member)
		}
		seen[feed] = is
		return nil
	}
	for _, r := range s.Radars {
		if err := check(r.Feed, stream{"asterix", r.Member}); err != nil {
			return err
		}
	}
	for _, r := range s.Receivers {
		if err := check(r.Feed, stream{"beast", r.Member}); err != nil {
			return err
		}
	}
	return nil
}

// within says whether v is a number from low to high.
func within(v, low, high float64) bool { return v >= low && v <= high }

func (r *Radar) complete(names map[string]bool) error {
	if r.Feed == "" {
		r.Feed = r.Name
	}
	if r.PD == 0 {
		r.PD = 1
	}
	if r.PrimaryPD == 0 {
		r.PrimaryPD = 0.9
	}
	if r.PrimaryRange == 0 {
		r.PrimaryRange = r.MaxRange
	}
	switch {
	case r.Name == "" || names[r.Name]:
		return fmt.Errorf("radar %q: name is missing or taken", r.Name)
	case !r.Kind.Polar():
		return fmt.Errorf("radar %s: kind is none of psr, ssr, mode_s", r.Name)
	case !within(r.Lat, -90, 90) || !within(r.Lon, -180, 180) || !within(r.Height, -500, 9000):
		return fmt.Errorf("radar %s: no such place", r.Name)
	case !within(r.Period, 1, 30):
		return fmt.Errorf("radar %s: period_s is not 1 to 30", r.Name)
	case !within(r.MaxRange, 1000, maxRho) || !within(r.PrimaryRange, 1000, maxRho):
		return fmt.Errorf("radar %s: range is not 1,000 m to %.0f m, which ASTERIX 048/040 can hold", r.Name, maxRho)
	case !within(r.PD, 0, 1) || !within(r.PrimaryPD, 0, 1):
		return fmt.Errorf("radar %s: pd is not 0 to 1", r.Name)
	case !within(r.RangeSigma, 0, 10_000) || !within(r.AzimuthSigma, 0, 10):
		return fmt.Errorf("radar %s: sigma is not plausible", r.Name)
	}
	names[r.Name] = true
	return nil
}

func (r *Receiver) complete(names map[string]bool) error {
	if r.Feed == "" {
		r.Feed = r.Name
	}
	if r.PD == 0 {
		r.PD = 1
	}
	if r.Clock == "" {
		r.Clock = "gps"
	}
	switch {
	case r.Name == "" || names[r.Name]:
		return fmt.Errorf("receiver %q: name is missing or taken", r.Name)
	case !within(r.Lat, -90, 90) || !within(r.Lon, -180, 180) || !within(r.Height, -500, 9000):
		return fmt.Errorf("receiver %s: no such place", r.Name)
	case !within(r.MaxRange, 1000, 1_000_000):
		return fmt.Errorf("receiver %s: max_range_m is not 1,000 to 1,000,000", r.Name)
	case !within(r.PD, 0, 1):
		return fmt.Errorf("receiver %s: pd is not 0 to 1", r.Name)
	case r.Clock != "gps" && r.Clock != "counter":
		return fmt.Errorf("receiver %s: clock %q is neither gps nor counter", r.Name, r.Clock)
	}
	names[r.Name] = true
	return nil
}

// Sensors lists the radars and receivers of a member as its registry should have them, of all members for an empty
// member. IDs are left to the registry.
func (s *Scenario) Sensors(member entente.MemberID) []entente.Sensor {
	var list []entente.Sensor
	for _, r := range s.Radars {
		if member == "" || r.Member == member {
			list = append(list, entente.Sensor{
				Name: r.Name, Kind: r.Kind, Owner: r.Member, SAC: r.SAC, SIC: r.SIC, Feed: r.Feed,
				Lat: r.Lat * degree, Lon: r.Lon * degree, Height: r.Height,
				RangeSigma: r.RangeSigma, AzimuthSigma: r.AzimuthSigma * degree, Period: r.Period, PD: r.PD, MaxRange: r.MaxRange,
			})
		}
	}
	for _, r := range s.Receivers {
		if member == "" || r.Member == member {
			list = append(list, entente.Sensor{
				Name: r.Name, Kind: entente.ADSB, Owner: r.Member, Feed: r.Feed,
				Lat: r.Lat * degree, Lon: r.Lon * degree, Height: r.Height,
				RangeSigma: math.Hypot(s.GNSSSigma, 5), Period: 1, PD: r.PD, MaxRange: r.MaxRange,
			})
		}
	}
	return list
}

// Feed is one stream of bytes of the simulation.
type Feed struct {
	Name    string
	Member  entente.MemberID
	Format  string   // "asterix" or "beast"
	Sensors []string // names of the sensors it carries
}

// Feeds lists the streams that Step emits, in the order of the scenario.
func (s *Scenario) Feeds() []Feed {
	var list []Feed
	add := func(name, sensor, format string, m entente.MemberID) {
		for i := range list {
			if list[i].Name == name {
				list[i].Sensors = append(list[i].Sensors, sensor)
				return
			}
		}
		list = append(list, Feed{name, m, format, []string{sensor}})
	}
	for _, r := range s.Radars {
		add(r.Feed, r.Name, "asterix", r.Member)
	}
	for _, r := range s.Receivers {
		add(r.Feed, r.Name, "beast", r.Member)
	}
	return list
}

const degree = math.Pi / 180
