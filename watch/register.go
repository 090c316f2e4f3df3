package watch

import (
	_ "embed"
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"

	"entente"
)

// MaxRegister bounds a register, lexicon or rules file, in bytes.
const MaxRegister = 8 << 20

//go:embed register.yaml
var embeddedRegister []byte

// Register is the dated list of who is who: what a name means at a date. It is a YAML file that an operator may
// replace or extend; its law is that a name has one meaning at one time.
type Register struct {
	States        []State        `yaml:"states"`
	Organisations []Organisation `yaml:"organisations"`
	Persons       []Person       `yaml:"persons"`
	Regions       []Region       `yaml:"regions"`

	names  trie
	states map[string]*State
	orgs   map[string]*Organisation
	byName map[string]*Person
}

// State is a country with its names.
type State struct {
	ID       string   `yaml:"id"` // ISO 3166-1 alpha-3 by custom
	Name     string   `yaml:"name"`
	Aliases  []string `yaml:"aliases,omitempty"`
	Demonyms []string `yaml:"demonyms,omitempty"` // "Armenian", "Armenians"
	Capital  string   `yaml:"capital,omitempty"`
	Places   []string `yaml:"places,omitempty"` // cities, provinces, bases
	Bodies   []Body   `yaml:"bodies,omitempty"` // organs with a name of their own
	Dates    `yaml:",inline"`
}

// Body is an organ with a name of its own: "Kremlin", "Pentagon".
type Body struct {
	Name    string   `yaml:"name"`
	Aliases []string `yaml:"aliases,omitempty"`
}

// Organisation is a group of states.
type Organisation struct {
	ID      string       `yaml:"id"`
	Name    string       `yaml:"name"`
	Aliases []string     `yaml:"aliases,omitempty"`
	Members []Membership `yaml:"members,omitempty"`
	Dates   `yaml:",inline"`
}

// Membership is a state's time in an organisation.
type Membership struct {
	State string `yaml:"state"`
	Dates `yaml:",inline"`
}

// Person is somebody with a name, its spellings and the offices held.
type Person struct {
	Name    string   `yaml:"name"`              // as shown
	Aliases []string `yaml:"aliases,omitempty"` // transliterations, other orders, surname alone when it is enough
	Held    []Tenure `yaml:"held,omitempty"`
	Dates   `yaml:",inline"`
}

// Tenure is an office held by a person.
type Tenure struct {
	Office string `yaml:"office"` // a title of the lexicon: "President", "Prime Minister", "Chief of Staff"
	State  string `yaml:"state,omitempty"`
	Org    string `yaml:"organisation,omitempty"`
	Dates  `yaml:",inline"`
}

// Region is a named area above or across states.
type Region struct {
	Name    string   `yaml:"name"`
	Aliases []string `yaml:"aliases,omitempty"`
	States  []string `yaml:"states,omitempty"`
}

// Dates is a validity: From included, Until not, as 2012-05-07; empty is open.
type Dates struct {
	From  string `yaml:"from,omitempty"`
	Until string `yaml:"until,omitempty"`
}

// at says whether the validity holds at the day d ("2023-11-23"); an unknown day counts as held.
func (v Dates) at(d string) bool {
	return d == "" || (v.From == "" || v.From <= d) && (v.Until == "" || d < v.Until)
}

var defaultRegister = sync.OnceValues(func() (*Register, error) { return ParseRegister("register.yaml", embeddedRegister) })

// DefaultRegister returns the embedded register; do not change it.
func DefaultRegister() *Register {
	r, err := defaultRegister()
	if err != nil {
		panic("embedded register: " + err.Error()) // a test reads it
	}
	return r
}

// ParseRegister reads a register and checks it: dates exist, IDs are unique, memberships and tenures name known states.
func ParseRegister(name string, b []byte) (*Register, error) {
	var r Register
	if err := parseYAML(name, b, &r); err != nil {
		return nil, err
	}
	if err := r.build(); err != nil {
		return nil, &entente.Error{Kind: entente.Malformed, Source: name, Offset: -1, Reason: err.Error(), Next: "correct the entry"}
	}
	return &r, nil
}

// parseYAML reads a YAML file strictly and within bounds; aliases are refused, as they can expand without end.
func parseYAML(name string, b []byte, into any) (err error) {
	if len(b) > MaxRegister {
		return tooLarge(name, "the file", MaxRegister)
	}
	if depth := yamlDepth(b); depth > 64 {
		return tooLarge(name, "YAML nesting", 64)
	}
	defer func() { // the YAML reader has panicked on hostile input before; an operator's typing error must not stop a node
		if p := recover(); p != nil {
			err = &entente.Error{Kind: entente.Malformed, Source: name, Offset: -1, Reason: fmt.Sprintf("YAML cannot be read: %v", p), Next: "check the file with a YAML linter"}
		}
	}()
	if derr := yaml.UnmarshalWithOptions(b, into, yaml.Strict()); derr != nil {
		return &entente.Error{Kind: entente.Malformed, Source: name, Offset: -1, Reason: "YAML: " + firstLine(derr.Error()), Next: "compare with the embedded file"}
	}
	return nil
}

// yamlDepth counts the deepest nesting of flow brackets and of indentation.
func yamlDepth(b []byte) int {
	depth, deepest, indent, bol := 0, 0, 0, true
	for _, c := range b {
		switch {
		case c == '\n':
			bol, indent = true, 0
		case bol && (c == ' ' || c == '-'):
			indent++
		case c == '[' || c == '{':
			bol = false
			depth++
		case c == ']' || c == '}':
			bol = false
			depth--
		default:
			bol = false
		}
		deepest = max(deepest, depth, indent/2)
	}
	return deepest
}

// build indexes the register and checks it.
func (r *Register) build() error {
	r.states, r.orgs, r.byName = map[string]*State{}, map[string]*Organisation{}, map[string]*Person{}
	r.names = trie{}
	for k := range r.States {
		s := &r.States[k]
		if s.ID == "" || r.states[s.ID] != nil {
			return fmt.Errorf("state ID %q is empty or used twice", s.ID)
		}
		if err := s.Dates.check(); err != nil {
			return fmt.Errorf("state %s: %w", s.ID, err)
		}
		r.states[s.ID] = s
		r.addState(s)
	}
	for k := range r.Organisations {
		o := &r.Organisations[k]
		if o.ID == "" || r.orgs[o.ID] != nil {
			return fmt.Errorf("organisation ID %q is empty or used twice", o.ID)
		}
		if err := r.checkMembers(o); err != nil {
			return err
		}
		r.orgs[o.ID] = o
		for _, n := range append([]string{o.ID, o.Name}, o.Aliases...) {
			r.names.add(n, name{kind: kindOrg, id: o.ID, dates: o.Dates})
		}
	}
	for k := range r.Persons {
		if err := r.addPerson(&r.Persons[k]); err != nil {
			return err
		}
	}
	for _, g := range r.Regions {
		for _, n := range append([]string{g.Name}, g.Aliases...) {
			r.names.add(n, name{kind: kindRegion, id: g.Name})
		}
	}
	return nil
}

func (r *Register) addState(s *State) {
	for _, n := range append([]string{s.Name}, s.Aliases...) {
		r.names.add(n, name{kind: kindState, id: s.ID, state: s.ID, dates: s.Dates})
	}
	for _, n := range s.Demonyms {
		r.names.add(n, name{kind: kindDemonym, id: s.ID, state: s.ID, dates: s.Dates})
	}
	for _, n := range append([]string{s.Capital}, s.Places...) {
		r.names.add(n, name{kind: kindPlace, id: n, state: s.ID, dates: s.Dates})
	}
	for _, b := range s.Bodies {
		for _, n := range append([]string{b.Name}, b.Aliases...) {
			r.names.add(n, name{kind: kindBody, id: b.Name, state: s.ID, dates: s.Dates})
		}
	}
}

func (r *Register) checkMembers(o *Organisation) error {
	if err := o.Dates.check(); err != nil {
		return fmt.Errorf("organisation %s: %w", o.ID, err)
	}
	for _, m := range o.Members {
		if r.states[m.State] == nil {
			return fmt.Errorf("organisation %s: member %q is not a state of the register", o.ID, m.State)
		}
		if err := m.Dates.check(); err != nil {
			return fmt.Errorf("organisation %s, member %s: %w", o.ID, m.State, err)
		}
	}
	return nil
}

func (r *Register) addPerson(p *Person) error {
	if p.Name == "" || r.byName[p.Name] != nil {
		return fmt.Errorf("person %q is empty or used twice", p.Name)
	}
	for _, t := range p.Held {
		if t.State != "" && r.states[t.State] == nil || t.Org != "" && r.orgs[t.Org] == nil {
			return fmt.Errorf("person %s: office of %q is of no state or organisation of the register", p.Name, t.State+t.Org)
		}
		if err := t.Dates.check(); err != nil {
			return fmt.Errorf("person %s, %s: %w", p.Name, t.Office, err)
		}
	}
	r.byName[p.Name] = p
	for _, n := range append([]string{p.Name}, p.Aliases...) {
		r.names.add(n, name{kind: kindPerson, id: p.Name, dates: p.Dates})
	}
	return nil
}

func (v Dates) check() error {
	for _, d := range []string{v.From, v.Until} {
		if d == "" {
			continue
		}
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			return fmt.Errorf("date %q does not exist or is not written as 2012-05-07", d)
		}
	}
	if v.From != "" && v.Until != "" && v.Until <= v.From {
		return fmt.Errorf("validity ends (%s) before it begins (%s)", v.Until, v.From)
	}
	return nil
}

// Office returns the title and state (or organisation) of a person at the day d, the most senior first as listed.
func (r *Register) Office(person, d string) (Tenure, bool) {
	p := r.byName[person]
	if p == nil {
		return Tenure{}, false
	}
	for _, t := range p.Held {
		if t.at(d) {
			return t, true
		}
	}
	return Tenure{}, false
}

// Holder returns who holds an office of a state or organisation at the day d.
func (r *Register) Holder(office, of, d string) (string, bool) {
	for k := range r.Persons {
		for _, t := range r.Persons[k].Held {
			if strings.EqualFold(t.Office, office) && (t.State == of || t.Org == of) && of != "" && t.at(d) {
				return r.Persons[k].Name, true
			}
		}
	}
	return "", false
}

// Members lists the member states of an organisation at the day d.
func (r *Register) Members(org, d string) []string {
	o := r.orgs[org]
	if o == nil {
		return nil
	}
	var out []string
	for _, m := range o.Members {
		if m.at(d) && !slices.Contains(out, m.State) {
			out = append(out, m.State)
		}
	}
	sort.Strings(out)
	return out
}

// Extend adds the entries of more to a copy of r and checks the whole; a state, organisation or person of the same
// name is replaced.
func (r *Register) Extend(more *Register) (*Register, error) {
	out := &Register{
		States:        merge(r.States, more.States, func(s State) string { return s.ID }),
		Organisations: merge(r.Organisations, more.Organisations, func(o Organisation) string { return o.ID }),
		Persons:       merge(r.Persons, more.Persons, func(p Person) string { return p.Name }),
		Regions:       merge(r.Regions, more.Regions, func(g Region) string { return g.Name }),
	}
	if err := out.build(); err != nil {
		return nil, fmt.Errorf("extending the register: %w", err)
	}
	return out, nil
}

func merge[T any](a, b []T, key func(T) string) []T {
	replaced := map[string]bool{}
	for _, x := range b {
		replaced[key(x)] = true
	}
	var out []T
	for _, x := range a {
		if !replaced[key(x)] {
			out = append(out, x)
		}
	}
	return append(out, b...)
}
