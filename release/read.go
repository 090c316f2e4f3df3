package release

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/token"

	"entente"
	"entente/geo"
)

// MaxPolicy is the longest policy file in bytes, and MaxRules the most rules in one.
const (
	MaxPolicy = 1 << 20
	MaxRules  = 1000
)

// file is a policy as it is written.
type file struct {
	Member entente.MemberID `yaml:"member"`
	Rules  []written        `yaml:"rules"`
}

// written is a rule as it is written.
type written struct {
	Name       string   `yaml:"name"`
	Deny       bool     `yaml:"deny"`
	To         list     `yaml:"to"`
	Kinds      list     `yaml:"kinds"`
	Area       *area    `yaml:"area"`
	Outside    *area    `yaml:"outside"`
	MinHeight  *float64 `yaml:"min_height"`
	MaxHeight  *float64 `yaml:"max_height"`
	Identities list     `yaml:"identities"`
	Sensors    list     `yaml:"sensors"`
	Severity   string   `yaml:"min_severity"`
	Delay      float64  `yaml:"delay"`
	Precision  float64  `yaml:"precision"`
	Every      float64  `yaml:"every"`
	Expires    float64  `yaml:"expires"`
	Onward     bool     `yaml:"onward"`
	Strip      list     `yaml:"strip"`
}

// area is a place as it is written: where all that it names hold.
type area struct {
	Countries list     `yaml:"countries"`
	South     *float64 `yaml:"south"`
	West      *float64 `yaml:"west"`
	North     *float64 `yaml:"north"`
	East      *float64 `yaml:"east"`
	GeoJSON   any      `yaml:"geojson"`
}

// list is one name or a list of names.
type list []string

// UnmarshalYAML takes "x" for ["x"].
func (l *list) UnmarshalYAML(unmarshal func(any) error) error {
	var many []string
	if err := unmarshal(&many); err == nil {
		*l = many
		return nil
	}
	var one string
	if err := unmarshal(&one); err != nil {
		return err
	}
	*l = list{one}
	return nil
}

// Read reads a policy file. See [Parse].
func Read(path string, w World) (*Policy, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading release policy: %w", err)
	}
	if w.Files == nil {
		w.Files = os.DirFS(filepath.Dir(path))
	}
	return Parse(b, path, w)
}

// Parse reads a policy in YAML, as docs/release.md describes it; source is for errors. A policy with any fault is
// refused whole with an [entente.Error]: an unknown key must not make it release more than was meant.
func Parse(data []byte, source string, w World) (*Policy, error) {
	if len(data) > MaxPolicy {
		return nil, &entente.Error{Kind: entente.TooLarge, Source: source, Offset: MaxPolicy, Reason: fmt.Sprintf("release policy of %d bytes, at most %d", len(data), MaxPolicy), Next: "put areas into GeoJSON files"}
	}
	f, err := decode(data)
	if err != nil {
		return nil, malformed(source, err)
	}
	fail := func(format string, args ...any) (*Policy, error) {
		return nil, &entente.Error{Kind: entente.Malformed, Source: source, Offset: -1, Reason: fmt.Sprintf(format, args...), Next: "correct the policy; until then nothing is released"}
	}
	if w.Member == "" || f.Member != "" && f.Member != w.Member {
		return fail("policy is of member %q, this node's is %q", f.Member, w.Member)
	}
	if len(f.Rules) > MaxRules {
		return fail("%d rules, at most %d", len(f.Rules), MaxRules)
	}
	sum := sha256.Sum256(data)
	p := &Policy{Hash: hex.EncodeToString(sum[:]), member: w.Member, members: w.Members, numbers: map[entente.MemberID]int{}}
	for i, m := range w.Members {
		p.numbers[m] = i
		p.single = append(p.single, []entente.MemberID{m})
	}
	var all [32]byte
	read := &reading{FS: w.Files}
	if w.Files != nil {
		w.Files = read
	}
	for i := range f.Rules {
		r, err := f.Rules[i].ready(&w)
		if err != nil {
			return fail("rule %d %q: %v", i+1, f.Rules[i].Name, err)
		}
		if slices.Contains(p.Rules(), r.name) {
			return fail("rule %d %q: a rule of that name stands before it", i+1, r.name)
		}
		p.rules = append(p.rules, r)
		if all, err = f.Rules[i].sum(all, read); err != nil {
			return fail("rule %d %q: %v", i+1, r.name, err)
		}
		p.sums = append(p.sums, all)
	}
	p.files = read.names
	return p, nil
}

// sum extends the sum of the rules before by this one as written, and by the files read so far.
func (x *written) sum(before [32]byte, read *reading) ([32]byte, error) {
	b, err := json.Marshal(x)
	if err != nil {
		return before, err
	}
	return sha256.Sum256(slices.Concat(before[:], read.sum[:], b)), nil
}

// reading notes which files are read, and their sum.
type reading struct {
	fs.FS
	names []string
	sum   [32]byte
}

// ReadFile is fs.ReadFileFS.
func (r *reading) ReadFile(name string) ([]byte, error) {
	b, err := fs.ReadFile(r.FS, name)
	if err == nil {
		r.names = append(r.names, name)
		one := sha256.Sum256(b)
		r.sum = sha256.Sum256(slices.Concat(r.sum[:], one[:]))
	}
	return b, err
}

// decode reads the YAML. The library panics on some malformed texts (a tag without value, for one): that is a fault of
// the text like any other.
func decode(data []byte) (f file, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("malformed YAML (%v)", p)
		}
	}()
	err = yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&f)
	if errors.Is(err, io.EOF) { // nothing but comments
		err = nil
	}
	return f, err
}

// malformed names the line of a YAML fault.
func malformed(source string, err error) error {
	e := &entente.Error{Kind: entente.Malformed, Source: source, Offset: -1, Reason: "reading release policy: " + err.Error(), Next: "correct the line; until then nothing is released"}
	var y interface {
		GetToken() *token.Token
		GetMessage() string
	}
	if errors.As(err, &y) {
		e.Reason = "reading release policy: " + y.GetMessage()
		if t := y.GetToken(); t != nil && t.Position != nil {
			e.Offset = int64(t.Position.Line)
		}
	}
	return e
}

// ready checks a rule and makes it ready to be asked.
func (x *written) ready(w *World) (r rule, err error) {
	r = rule{
		name: x.Name, deny: x.Deny, minHeight: math.Inf(-1), maxHeight: math.Inf(1),
		delay: x.Delay, every: x.Every, expires: x.Expires, precision: x.Precision, onward: x.Onward,
	}
	if x.Name == "" {
		return r, errors.New("wants a name")
	}
	for _, v := range []float64{x.Delay, x.Every, x.Expires, x.Precision} {
		if !(v >= 0) || v > 1e9 {
			return r, fmt.Errorf("%v: delay, every, expires and precision are seconds or metres from zero up", v)
		}
	}
	if x.Deny && (x.Delay+x.Every+x.Expires+x.Precision > 0 || x.Onward || x.Strip != nil) {
		return r, errors.New("denies, and says how to release")
	}
	if r.members, r.to, err = addressees(x.To, w); err != nil {
		return r, err
	}
	if r.kinds, err = kinds(x.Kinds); err != nil {
		return r, err
	}
	if r.within, err = x.Area.ready(w); err != nil {
		return r, fmt.Errorf("area: %w", err)
	}
	if r.outside, err = x.Outside.ready(w); err != nil {
		return r, fmt.Errorf("outside: %w", err)
	}
	return r, x.facts(&r, w)
}

// facts takes heights, identities, sensors, severity and strip.
func (x *written) facts(r *rule, w *World) error {
	if x.MinHeight != nil {
		r.minHeight, r.heights = *x.MinHeight, true
	}
	if x.MaxHeight != nil {
		r.maxHeight, r.heights = *x.MaxHeight, true
	}
	if !(r.minHeight <= r.maxHeight) {
		return fmt.Errorf("min_height %v above max_height %v", r.minHeight, r.maxHeight)
	}
	for _, s := range x.Identities {
		id, err := entente.ParseIdentity(s)
		if err != nil {
			return err
		}
		r.identities |= 1 << id
	}
	for _, name := range x.Sensors {
		i := slices.IndexFunc(w.Sensors, func(s entente.Sensor) bool { return s.Name == name })
		if i < 0 || w.Sensors[i].ID == 0 {
			return fmt.Errorf("sensor %q is not known", name)
		}
		r.sensors |= 1 << ((w.Sensors[i].ID - 1) % 64)
		r.hasSensors = true
	}
	if x.Severity != "" {
		if _ = r.severity.UnmarshalText([]byte(x.Severity)); r.severity.String() != x.Severity {
			return fmt.Errorf("min_severity %q: want notice, caution, warning or critical", x.Severity)
		}
	}
	for _, s := range x.Strip {
		bit, ok := map[string]Strip{"identity": StripIdentity, "height": StripHeight, "velocity": StripVelocity, "sensors": StripSensors}[s]
		if !ok {
			return fmt.Errorf("strip %q: want identity, height, velocity or sensors", s)
		}
		r.strip |= bit
	}
	return nil
}

// addressees takes "all" or the members named.
func addressees(to list, w *World) (members []entente.MemberID, byNumber []bool, err error) {
	if len(to) == 0 {
		return nil, nil, errors.New("wants to: all, or members")
	}
	byNumber = make([]bool, len(w.Members))
	for _, s := range to {
		i := slices.Index(w.Members, entente.MemberID(s))
		switch {
		case s == "all" && len(to) == 1:
			for i := range byNumber {
				byNumber[i] = true
			}
		case i < 0:
			return nil, nil, fmt.Errorf("to %q, which is no member", s)
		default:
			byNumber[i] = true
		}
	}
	for i, yes := range byNumber {
		if yes && w.Members[i] != w.Member {
			members = append(members, w.Members[i])
		}
	}
	return members, byNumber, nil
}

func kinds(names list) ([]Kind, error) {
	if len(names) == 0 {
		return nil, errors.New("wants kinds: all, or some of track, alert, council, watch, sensor, status")
	}
	if len(names) == 1 && names[0] == "all" {
		return nil, nil
	}
	var list []Kind
	for _, s := range names {
		if !slices.Contains([]Kind{Track, Alert, Council, Watch, Sensor, Status}, Kind(s)) {
			return nil, fmt.Errorf("kind %q: want track, alert, council, watch, sensor, status or all alone", s)
		}
		list = append(list, Kind(s))
	}
	return list, nil
}

// ready makes an area that can be asked; nil of none.
func (a *area) ready(w *World) (*place, error) {
	if a == nil {
		return nil, nil
	}
	var p place
	var countries []geo.Region
	for _, id := range a.Countries {
		i := slices.IndexFunc(w.Borders, func(r geo.Region) bool { return r.ID == id })
		if i < 0 {
			return nil, fmt.Errorf("country %q is not among the borders", id)
		}
		countries = append(countries, w.Borders[i])
	}
	if len(countries) > 0 {
		p.parts = append(p.parts, geo.NewIndex(countries))
	}
	box, err := a.box()
	if err != nil {
		return nil, err
	}
	p.box = box
	if a.GeoJSON != nil {
		regions, err := drawn(a.GeoJSON, w.Files)
		if err != nil {
			return nil, err
		}
		p.parts = append(p.parts, geo.NewIndex(regions))
	}
	if len(p.parts) == 0 && box == nil {
		return nil, errors.New("names no area: want countries, south west north east, or geojson")
	}
	return &p, nil
}

// box makes the area between parallels and meridians; one that is not given does not bound. West greater than east runs
// over the antimeridian.
func (a *area) box() (*geo.Region, error) {
	if a.South == nil && a.West == nil && a.North == nil && a.East == nil {
		return nil, nil
	}
	or := func(v *float64, otherwise float64) float64 {
		if v == nil {
			return otherwise
		}
		return *v
	}
	s, w, n, e := or(a.South, -90), or(a.West, -180), or(a.North, 90), or(a.East, 180)
	if !(s >= -90 && s < n && n <= 90 && math.Abs(w) <= 180 && math.Abs(e) <= 180 && w != e) {
		return nil, fmt.Errorf("south %v, west %v, north %v, east %v is no box in degrees", s, w, n, e)
	}
	r := geo.BoxRegion("box", geo.Radians(s), geo.Radians(w), geo.Radians(n), geo.Radians(e))
	return &r, nil
}

// drawn reads an area from GeoJSON, written in the policy or in a file beside it.
func drawn(v any, files fs.FS) ([]geo.Region, error) {
	name, isFile := v.(string)
	var text []byte
	var err error
	switch {
	case isFile && files == nil:
		return nil, fmt.Errorf("file %q: this policy may name none", name)
	case isFile:
		if text, err = fs.ReadFile(files, name); err != nil {
			return nil, fmt.Errorf("reading the area's file: %w", err)
		}
	default:
		name = "area"
		if text, err = json.Marshal(v); err != nil {
			return nil, fmt.Errorf("area: %w", err)
		}
	}
	return geo.ParseRegions(text, name)
}
