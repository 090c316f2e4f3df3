package feed

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"entente"
)

// Registry holds a node's sensors and finds them by SAC/SIC, name or feed. It may be used from any goroutine; lookups
// take no lock.
type Registry struct {
	mu       sync.Mutex // guards replacing the table, and networks
	now      atomic.Pointer[table]
	networks map[entente.SensorID]*network // of live receivers

	// Default, when set, is the pattern of a sensor that is registered for an unknown SAC/SIC: name "SAC/SIC" is added
	// to its Name. Set it before the registry is used.
	Default *entente.Sensor
}

// table is an immutable state of the registry.
type table struct {
	sensors  []entente.Sensor // by ID − 1
	biases   []Bias
	bySource map[Source]entente.SensorID
	byName   map[string]entente.SensorID
	version  uint64
}

// Bias is a known error of a sensor, taken off every plot: measured = true + bias.
type Bias struct {
	Range   float64 // metres
	Azimuth float64 // radians
	Time    float64 // seconds
}

// maxSensors bounds what unknown sources may register.
const maxSensors = 1000

// NewRegistry returns a registry of sensors. Their IDs become their places in the list, from 1; names and SAC/SIC (but
// for 0/0) must be unique.
func NewRegistry(sensors []entente.Sensor) (*Registry, error) {
	r := &Registry{}
	r.now.Store(&table{bySource: map[Source]entente.SensorID{}, byName: map[string]entente.SensorID{}})
	for _, s := range sensors {
		if _, err := r.Add(s, Bias{}); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Add registers one more sensor with its known bias and returns its ID.
func (r *Registry) Add(s entente.Sensor, b Bias) (entente.SensorID, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.add(s, b)
}

func (r *Registry) add(s entente.Sensor, b Bias) (entente.SensorID, error) {
	old := r.now.Load()
	src := Source{s.SAC, s.SIC}
	switch {
	case s.Name == "":
		return 0, fmt.Errorf("registering sensor %d: it has no name", len(old.sensors)+1)
	case old.byName[s.Name] != 0:
		return 0, fmt.Errorf("registering sensor %q: the name is taken", s.Name)
	case src != Source{} && old.bySource[src] != 0:
		return 0, fmt.Errorf("registering sensor %q: SAC/SIC %d/%d is that of %q", s.Name, s.SAC, s.SIC, old.sensors[old.bySource[src]-1].Name)
	case len(old.sensors) >= maxSensors:
		return 0, fmt.Errorf("registering sensor %q: there are %d already", s.Name, maxSensors)
	}
	next := &table{version: old.version + 1, bySource: map[Source]entente.SensorID{}, byName: map[string]entente.SensorID{}}
	s.ID = entente.SensorID(len(old.sensors) + 1)
	next.sensors = append(slices.Clip(old.sensors), s)
	next.biases = append(slices.Clip(old.biases), b)
	for _, v := range next.sensors {
		next.byName[v.Name] = v.ID
		if (Source{v.SAC, v.SIC}) != (Source{}) {
			next.bySource[Source{v.SAC, v.SIC}] = v.ID
		}
	}
	r.now.Store(next)
	return s.ID, nil
}

// Sensors returns all sensors in the order of their IDs; the slice is not to be changed.
func (r *Registry) Sensors() []entente.Sensor { return r.now.Load().sensors }

// Sensor returns the sensor with an ID.
func (r *Registry) Sensor(id entente.SensorID) (entente.Sensor, bool) {
	t := r.now.Load()
	if id == 0 || int(id) > len(t.sensors) {
		return entente.Sensor{}, false
	}
	return t.sensors[id-1], true
}

// ByName returns the sensor with a name.
func (r *Registry) ByName(name string) (entente.Sensor, bool) {
	t := r.now.Load()
	if id := t.byName[name]; id != 0 {
		return t.sensors[id-1], true
	}
	return entente.Sensor{}, false
}

// BySource returns the sensor of an ASTERIX source. An unknown one is registered after Default, when there is one.
func (r *Registry) BySource(src Source) (entente.Sensor, bool) {
	t := r.now.Load()
	if id := t.bySource[src]; id != 0 {
		return t.sensors[id-1], true
	}
	if r.Default == nil {
		return entente.Sensor{}, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	t = r.now.Load()
	if id := t.bySource[src]; id != 0 { // another goroutine was faster
		return t.sensors[id-1], true
	}
	s := *r.Default
	s.SAC, s.SIC = src.SAC, src.SIC
	s.Name = fmt.Sprintf("%s%d/%d", s.Name, src.SAC, src.SIC)
	id, err := r.add(s, Bias{})
	if err != nil {
		return entente.Sensor{}, false
	}
	return r.now.Load().sensors[id-1], true
}

// recordingName returns a file's name without folder and suffixes: "BLR-adsb" of "day1/BLR-adsb.beast.gz".
func recordingName(path string) string {
	name := filepath.Base(path)
	name = strings.TrimSuffix(name, ".gz")
	return strings.TrimSuffix(name, filepath.Ext(name))
}

// ByFeed returns the sensor that a feed of unnamed measurements carries: the one of the given name, else the only one
// whose Feed is the feed's name, or that of a recording without folder and suffixes, else the only one of the given
// kinds in the registry.
func (r *Registry) ByFeed(sensor, feed string, kinds ...entente.SensorKind) (entente.Sensor, error) {
	t := r.now.Load()
	if sensor != "" {
		if id := t.byName[sensor]; id != 0 {
			return t.sensors[id-1], nil
		}
		return entente.Sensor{}, &entente.Error{Kind: entente.NotFound, Source: feed, Offset: -1,
			Reason: fmt.Sprintf("no sensor is named %q", sensor), Next: "add it to the sensors file or correct the name"}
	}
	for _, fits := range []func(*entente.Sensor) bool{
		func(s *entente.Sensor) bool { return feed != "" && s.Feed == feed },
		func(s *entente.Sensor) bool { return s.Feed != "" && s.Feed == recordingName(feed) },
		func(s *entente.Sensor) bool { return slices.Contains(kinds, s.Kind) },
	} {
		var found []entente.Sensor
		for i := range t.sensors {
			if fits(&t.sensors[i]) {
				found = append(found, t.sensors[i])
			}
		}
		if len(found) == 1 {
			return found[0], nil
		}
	}
	return entente.Sensor{}, &entente.Error{Kind: entente.NotFound, Source: feed, Offset: -1,
		Reason: "its bytes name no sensor and the registry does not tell which one it carries",
		Next:   "name the sensor in the feed's configuration, or the feed in the sensors file"}
}

// Bias returns the known bias of a sensor.
func (r *Registry) Bias(id entente.SensorID) Bias {
	t := r.now.Load()
	if id == 0 || int(id) > len(t.biases) {
		return Bias{}
	}
	return t.biases[id-1]
}
