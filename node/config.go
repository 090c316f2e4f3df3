package node

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/goccy/go-yaml"

	"entente"
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
	Reports      []watch.FeedConfig `yaml:"reports"` // feeds of the watch
	Persons      []web.Person       `yaml:"persons"` // who may act for the member on the page
	Link         LinkSettings       `yaml:"link"`
	Web          WebSettings        `yaml:"web"`
	Window       float64            `yaml:"late_window"`   // seconds plots are held for late ones; 0 is at once
	History      time.Duration      `yaml:"track_history"` // how long track history is kept; 0: none
}

// LinkSettings say where partners reach the node and it reaches them.
type LinkSettings struct {
	Listen   string                      `yaml:"listen"`   // host:port for partners
	Partners map[entente.MemberID]string `yaml:"partners"` // member to host:port; empty address: it dials us
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
	Registry     *feed.Registry
	Feeds        []feed.Config
	Borders      []geo.Region
	BordersJSON  []byte
	ZonesJSON    []byte
	Register     *watch.Register
	Reports      []watch.FeedConfig
	Persons      []web.Person
	Listen       string
	Partners     map[entente.MemberID]string
	Window       float64
	History      time.Duration

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
	if s.Member == "" || s.Key == "" || s.Data == "" || s.Roster == "" {
		return s, &entente.Error{Kind: entente.Malformed, Source: path, Offset: -1, Reason: "member, data, key and roster must be given"}
	}
	return s, nil
}

// Load reads everything that settings name, relative to dir.
func (s Settings) Load(dir string) (Config, error) {
	at := func(p string) string {
		if p == "" || filepath.IsAbs(p) {
			return p
		}
		return filepath.Join(dir, p)
	}
	c := Config{Member: s.Member, Dir: at(s.Data), Feeds: s.Feeds, Reports: s.Reports, Persons: s.Persons,
		Listen: s.Link.Listen, Partners: s.Link.Partners, Window: s.Window, History: s.History, Sequencer: s.Sequencer}
	for _, step := range []func() error{
		func() (err error) { c.Identity, err = keys.LoadIdentity(at(s.Key)); return },
		func() (err error) { c.Roster, err = keys.LoadRoster(at(s.Roster)); return },
		func() (err error) { c.Organisation, err = loadOrganisation(at(s.Organisation)); return },
		func() (err error) { c.Policy, err = optional(at(s.Policy)); return },
		func() (err error) { c.ZonesJSON, err = optional(at(s.Zones)); return },
		func() (err error) { c.Registry, err = loadSensors(at(s.Sensors)); return },
		func() (err error) { c.Borders, c.BordersJSON, err = loadBorders(at(s.Borders)); return },
		func() (err error) { c.Register, err = loadRegister(at(s.Register)); return },
	} {
		if err := step(); err != nil {
			return c, err
		}
	}
	if c.Identity.Member() != s.Member {
		return c, &entente.Error{Kind: entente.Refused, Source: s.Key, Offset: -1, Reason: fmt.Sprintf("the key is of %s, the settings are of %s", c.Identity.Member(), s.Member)}
	}
	return c, nil
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
