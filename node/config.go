package node

import (
	"bytes"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"entente"
	"entente/airspace"
	"entente/council"
	"entente/feed"
	"entente/geo"
	"entente/keys"
	"entente/watch"
	"entente/web"
)

// Settings is node.yaml: what an operator writes. Paths are relative to the file's folder. See docs/operators-guide.md.
type Settings struct {
	Member       entente.MemberID   `yaml:"member"`       // whose node this is
	Data         string             `yaml:"data"`         // folder of the database, the links' files and the track history
	Key          string             `yaml:"key"`          // node.key of 'entente member init'
	Roster       string             `yaml:"roster"`       // partners, pinned
	Organisation string             `yaml:"organisation"` // organisation.yaml; empty: the worked example
	Sequencer    entente.MemberID   `yaml:"sequencer"`    // whose node orders the bodies' acts; empty: the chair on the organisation file's day
	Policy       string             `yaml:"policy"`       // release policy; empty: nothing is released
	Sensors      string             `yaml:"sensors"`      // sensors CSV
	Feeds        []feed.Config      `yaml:"feeds"`
	Borders      string             `yaml:"borders"` // GeoJSON; empty: the bundled ones
	Zones        string             `yaml:"zones"`   // GeoJSON
	Register     string             `yaml:"register"`
	Reports      []watch.FeedConfig `yaml:"reports"`    // feeds of the watch
	Indicators   string             `yaml:"indicators"` // the watch's counted formulas and their thresholds
	Persons      []web.Person       `yaml:"persons"`    // who may act for the member on the page
	Link         LinkSettings       `yaml:"link"`
	Web          WebSettings        `yaml:"web"`
	Window       float64            `yaml:"late_window"`   // seconds plots are held for late ones; 0 is at once
	Workers      int                `yaml:"track_workers"` // how many work on the tracks at once; 0 is one
	History      time.Duration      `yaml:"track_history"` // how long track history is kept; 0: none
}

// LinkSettings say where partners reach the node and it reaches them.
type LinkSettings struct {
	Listen   string                      `yaml:"listen"`   // host:port for partners
	Partners map[entente.MemberID]string `yaml:"partners"` // member to host:port; empty address: it dials us
	// A node that nobody can dial names in push, for each partner, the push_listen of that partner.
	PushListen string                      `yaml:"push_listen"`
	Push       map[entente.MemberID]string `yaml:"push"`
}

// WebSettings say where the page is.
type WebSettings struct {
	Listen string `yaml:"listen"` // host:port; empty: no page
	// SignIn "choose_person" takes the reader's word for who he is: for a trusted screen behind the node's own wall
	// until accounts are there. Empty: the page can be read, and nothing changed.
	SignIn string `yaml:"sign_in"`
}

// Config is what Start needs: settings with everything read in.
type Config struct {
	Member       entente.MemberID
	Dir          string
	Identity     *keys.Identity
	Roster       *keys.Roster
	Organisation *entente.Organisation
	Sequencer    entente.MemberID
	Policy       []byte // YAML; nil: nothing is released
	PolicyFiles  fs.FS  // for areas that the policy gives as GeoJSON files
	Registry     *feed.Registry
	Feeds        []feed.Config
	Borders      []geo.Region
	BordersJSON  []byte
	ZonesJSON    []byte
	Register     *watch.Register
	Reports      []watch.FeedConfig
	Indicators   []watch.Indicator
	Persons      []web.Person
	Listen       string
	Partners     map[entente.MemberID]string
	PushListen   string                      // where partners push that this node cannot dial; empty: nowhere
	Push         map[entente.MemberID]string // where this node pushes, as the partner cannot dial it
	Sources      Sources                     // read again while the node runs
	Window       float64
	Workers      int
	History      time.Duration
	Restored     bool // the data folder comes from a backup: outgoing numbers begin anew

	Clock func() time.Time // time.Now when nil
	Log   *slog.Logger     // discarded when nil
}

// ReadSettings reads node.yaml; a key it does not know is an error that names it.
func ReadSettings(path string) (Settings, error) {
	var s Settings
	b, err := os.ReadFile(path)
	if err != nil {
		return s, fmt.Errorf("reading settings: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(b, &s, yaml.Strict()); err != nil {
		return s, &entente.Error{Kind: entente.Malformed, Source: path, Offset: -1, Reason: err.Error(), Next: "see docs/operators-guide.md for every key"}
	}
	for _, must := range []struct{ key, value string }{{"member", string(s.Member)}, {"data", s.Data}, {"key", s.Key}, {"roster", s.Roster}} {
		if must.value == "" {
			return s, wrong(must.key, "must be given")
		}
	}
	switch {
	case s.Web.SignIn != "" && s.Web.SignIn != ChoosePerson:
		return s, wrong("web.sign_in", fmt.Sprintf("%q is neither empty nor %s", s.Web.SignIn, ChoosePerson))
	case s.Workers < 0 || s.Workers > 256:
		return s, wrong("track_workers", fmt.Sprintf("%d is not within 0 and 256", s.Workers))
	case s.Window < 0 || s.Window > 60:
		return s, wrong("late_window", fmt.Sprintf("%g is not within 0 and 60 seconds", s.Window))
	case s.History < 0:
		return s, wrong("track_history", "is negative")
	case s.Link.Listen == "":
		return s, wrong("link.listen", "must be given: partners read from this node there")
	}
	return s, nil
}

// ChoosePerson is the sign_in that takes the reader's word for who he is.
const ChoosePerson = "choose_person"

// wrong is the error of one key.
func wrong(key, reason string) error {
	return &entente.Error{Kind: entente.Malformed, Source: "settings: " + key, Offset: -1, Reason: reason, Next: "see docs/operators-guide.md for every key"}
}

// Load reads everything that settings name, relative to dir, and checks that it fits together.
func (s Settings) Load(dir string) (Config, error) {
	at := func(p string) string {
		if p == "" || filepath.IsAbs(p) {
			return p
		}
		return filepath.Join(dir, p)
	}
	c := Config{Member: s.Member, Dir: at(s.Data), Reports: s.Reports, Persons: s.Persons,
		Listen: s.Link.Listen, Partners: s.Link.Partners, PushListen: s.Link.PushListen, Push: s.Link.Push, Window: s.Window, Workers: s.Workers, History: s.History, Sequencer: s.Sequencer}
	c.Feeds = slices.Clone(s.Feeds)
	for i, f := range c.Feeds {
		if f.URL != "" && !strings.Contains(f.URL, "://") {
			c.Feeds[i].URL = at(f.URL)
		}
	}
	c.Sources.Roster = at(s.Roster)
	if s.Policy != "" {
		c.Sources.Policy = at(s.Policy)
		c.PolicyFiles = os.DirFS(filepath.Dir(at(s.Policy)))
	}
	for _, step := range []struct {
		key string
		do  func() error
	}{
		{"key", func() (err error) { c.Identity, err = keys.LoadIdentity(at(s.Key)); return }},
		{"roster", func() (err error) { c.Roster, err = keys.LoadRoster(at(s.Roster)); return }},
		{"organisation", func() (err error) { c.Organisation, err = loadOrganisation(at(s.Organisation)); return }},
		{"borders", func() (err error) { c.Borders, c.BordersJSON, err = loadBorders(at(s.Borders)); return }},
		{"sensors", func() (err error) { c.Registry, err = loadSensors(at(s.Sensors)); return }},
		{"policy", func() (err error) { c.Policy, err = optional(at(s.Policy)); return }},
		{"zones", func() (err error) { c.ZonesJSON, err = optional(at(s.Zones)); return }},
		{"register", func() (err error) { c.Register, err = loadRegister(at(s.Register)); return }},
		{"indicators", func() (err error) { c.Indicators, err = loadIndicators(at(s.Indicators)); return }},
		{"policy", func() error { _, err := c.policy(); return err }},
		{"zones", func() error { _, err := c.zones(); return err }},
		{"borders", func() error { _, err := airspace.Own(c.Borders, c.Member); return err }},
	} {
		if err := step.do(); err != nil {
			return c, fmt.Errorf("settings: %s: %w", step.key, err)
		}
	}
	return c, c.check()
}

// check says what does not fit together, by its key in the settings.
func (c *Config) check() error {
	if c.Identity.Member() != c.Member {
		return wrong("member", fmt.Sprintf("is %s, but the key is of %s", c.Member, c.Identity.Member()))
	}
	if _, ok := c.Organisation.Member(c.Member); !ok {
		return wrong("member", fmt.Sprintf("the organisation has no %s", c.Member))
	}
	if _, ok := c.Organisation.Member(c.Sequencer); c.Sequencer != "" && !ok {
		return wrong("sequencer", fmt.Sprintf("the organisation has no %s", c.Sequencer))
	}
	for m := range c.Partners {
		_, member := c.Organisation.Member(m)
		_, pinned := c.Roster.Member(m)
		switch {
		case m == c.Member:
			return wrong("link.partners", fmt.Sprintf("%s is this member itself", m))
		case !member:
			return wrong("link.partners", fmt.Sprintf("the organisation has no %s", m))
		case !pinned:
			return wrong("link.partners", fmt.Sprintf("%s is not in the roster: run 'entente member add' with its file", m))
		}
	}
	for m, address := range c.Push {
		if _, ok := c.Partners[m]; !ok || address == "" {
			return wrong("link.push", fmt.Sprintf("%s: each needs an address, and a line in link.partners", m))
		}
	}
	names := map[string]bool{}
	for i, f := range c.Feeds {
		if f.Name == "" || f.URL == "" || names[f.Name] {
			return wrong(fmt.Sprintf("feeds[%d]", i), "each needs a name of its own and a url")
		}
		if _, err := os.Stat(f.URL); err != nil && !strings.Contains(f.URL, "://") {
			return wrong(fmt.Sprintf("feeds[%d].url", i), err.Error())
		}
		names[f.Name] = true
	}
	for _, p := range c.Persons {
		if p.Name == "" {
			return wrong("persons", "each needs a name")
		}
	}
	return nil
}

func optional(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	return os.ReadFile(path)
}

func loadOrganisation(path string) (*entente.Organisation, error) {
	if path == "" {
		return council.CSTO(), nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return council.ParseOrganisation(path, b)
}

func loadSensors(path string) (*feed.Registry, error) {
	if path == "" {
		return feed.NewRegistry(nil)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return feed.LoadRegistry(path, bytes.NewReader(b))
}

func loadBorders(path string) ([]geo.Region, []byte, error) {
	if path == "" {
		regions, err := geo.DefaultBorders()
		return regions, geo.BordersGeoJSON(), err
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	regions, err := geo.ParseRegions(b, path)
	return regions, b, err
}

func loadRegister(path string) (*watch.Register, error) {
	if path == "" {
		return watch.DefaultRegister(), nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return watch.ParseRegister(path, b)
}

func loadIndicators(path string) ([]watch.Indicator, error) {
	b, err := optional(path)
	if err != nil || b == nil {
		return nil, err
	}
	return watch.ParseIndicators(path, b)
}
