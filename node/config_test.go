package node

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"entente"
)

// member writes what 'entente member init' and an editor would, and returns the folder.
func member(t *testing.T, k *kit, m entente.MemberID) string {
	t.Helper()
	dir := t.TempDir()
	if err := k.ids[m].Save(filepath.Join(dir, "node.key")); err != nil {
		t.Fatal(err)
	}
	if err := k.config(m).Roster.Save(filepath.Join(dir, "roster")); err != nil {
		t.Fatal(err)
	}
	org, err := os.ReadFile("demo/testdata/organisation.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"organisation.yaml": string(org), "borders.geojson": string(k.json), "policy.yaml": councilPolicy,
		"sensors.csv": "id,kind,lat,lon,height_m,range_sigma_m,azimuth_sigma_deg,period_s,pd,max_range_m,sac,sic,owner,feed\n" +
			"north,ssr,40.5,11,300,50,0.08,4,0.9,200000,1,1,ALF,radar\n",
		"zones.geojson": `{"type":"FeatureCollection","features":[]}`,
		"bad.geojson":   `{"type":"Nonsense"}`,
		"bad.yaml":      "rules:\n  - {name: a, colour: blue}\n",
		"bad.csv":       "id,kind\n",
		"strangers.geojson": `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"iso3":"ZZZ","name":"Z"},` +
			`"geometry":{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]]]}}]}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const settings = `member: ALF
data: data
key: node.key
roster: roster
organisation: organisation.yaml
sequencer: BRA
policy: policy.yaml
sensors: sensors.csv
borders: borders.geojson
zones: zones.geojson
late_window: 2
track_history: 24h
feeds:
  - {name: radar, url: "udp://127.0.0.1:0", format: asterix}
persons:
  - {name: Ann, role: duty officer}
link:
  listen: 127.0.0.1:0
  partners: {BRA: "bravo.example:4222", CHA: ""}
web: {listen: "127.0.0.1:0", sign_in: choose_person}
`

func load(t *testing.T, dir, text string) (Config, error) {
	t.Helper()
	file := filepath.Join(dir, "node.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := ReadSettings(file)
	if err != nil {
		return Config{}, err
	}
	return s.Load(dir)
}

func TestSettings(t *testing.T) {
	k := newKit(t)
	dir := member(t, k, "ALF")
	c, err := load(t, dir, settings)
	if err != nil {
		t.Fatal(err)
	}
	if c.Dir != filepath.Join(dir, "data") || c.Window != 2 || c.History.Hours() != 24 || len(c.Feeds) != 1 || c.Persons[0].Role != "duty officer" ||
		c.Partners["BRA"] != "bravo.example:4222" || len(c.Registry.Sensors()) != 1 {
		t.Errorf("%+v", c)
	}
	n := k.start(c) // and they are enough to start
	if n.history == nil || len(*n.allies.list.Load()) != 2 {
		t.Errorf("history %v, partners %v", n.history, *n.allies.list.Load())
	}
}

// TestSettingsNameTheKey changes one line at a time; the error must say which key to look at.
func TestSettingsNameTheKey(t *testing.T) {
	k := newKit(t)
	dir := member(t, k, "ALF")
	for name, c := range map[string]struct{ old, line, want string }{
		"unknown key":               {"late_window: 2", "colour: blue", "colour"},
		"no YAML":                   {"late_window: 2", "late_window: [", "node.yaml"},
		"no member":                 {"member: ALF\n", "", "settings: member"},
		"no data":                   {"data: data\n", "", "settings: data"},
		"no key":                    {"key: node.key\n", "", "settings: key"},
		"no roster":                 {"roster: roster\n", "", "settings: roster"},
		"no such key file":          {"key: node.key", "key: other.key", "settings: key"},
		"another's key":             {"member: ALF", "member: BRA", "settings: member"},
		"no such organisation":      {"organisation: organisation.yaml", "organisation: none.yaml", "settings: organisation"},
		"organisation that is none": {"organisation: organisation.yaml", "organisation: sensors.csv", "settings: organisation"},
		"sequencer no member":       {"sequencer: BRA", "sequencer: XXX", "settings: sequencer"},
		"no such policy":            {"policy: policy.yaml", "policy: none.yaml", "settings: policy"},
		"policy with a fault":       {"policy: policy.yaml", "policy: bad.yaml", "settings: policy"},
		"sensors with a fault":      {"sensors: sensors.csv", "sensors: bad.csv", "settings: sensors"},
		"borders with a fault":      {"borders: borders.geojson", "borders: bad.geojson", "settings: borders"},
		"borders without us":        {"borders: borders.geojson", "borders: strangers.geojson", "settings: borders"},
		"zones with a fault":        {"zones: zones.geojson", "zones: bad.geojson", "settings: zones"},
		"window":                    {"late_window: 2", "late_window: -1", "settings: late_window"},
		"history":                   {"track_history: 24h", "track_history: -1h", "settings: track_history"},
		"two feeds of one name":     {"persons:", "  - {name: radar, url: \"udp://127.0.0.1:0\"}\npersons:", "settings: feeds[1]"},
		"feed without url":          {`url: "udp://127.0.0.1:0", `, "", "settings: feeds[0]"},
		"feed's file not there":     {"udp://127.0.0.1:0", "radar.ast", "settings: feeds[0].url"},
		"person without name":       {"name: Ann, ", "", "settings: persons"},
		"no listener":               {"  listen: 127.0.0.1:0\n", "", "settings: link.listen"},
		"partner no member":         {"CHA:", "XXX:", "settings: link.partners"},
		"push without address":      {"  listen: 127.0.0.1:0\n", "  listen: 127.0.0.1:0\n  push: {BRA: \"\"}\n", "settings: link.push"},
		"push to no partner":        {"  listen: 127.0.0.1:0\n", "  listen: 127.0.0.1:0\n  push: {ALF: \"a:1\"}\n", "settings: link.push"},
		"partner is itself":         {"CHA:", "ALF:", "settings: link.partners"},
		"sign-in unknown":           {"choose_person", "password", "settings: web.sign_in"},
	} {
		if strings.Count(settings, c.old) != 1 {
			t.Fatalf("%s: %q does not stand once in the settings", name, c.old)
		}
		_, err := load(t, dir, strings.Replace(settings, c.old, c.line, 1))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q in it", name, err, c.want)
		}
	}
}

func TestPartnerMustBePinned(t *testing.T) {
	k := newKit(t)
	dir := member(t, k, "ALF")
	c := k.config("ALF")
	c.Roster.Remove("CHA")
	if err := c.Roster.Save(filepath.Join(dir, "roster")); err != nil {
		t.Fatal(err)
	}
	if _, err := load(t, dir, settings); err == nil || !strings.Contains(err.Error(), "member add") {
		t.Errorf("a partner that is not pinned: %v", err)
	}
}

// TestDefaultSettings: the fewest keys, for a member of the worked example.
func TestDefaultSettings(t *testing.T) {
	k := newKit(t)
	dir := member(t, k, "ALF")
	if _, err := load(t, dir, "member: ALF\ndata: d\nkey: node.key\nroster: roster\nlink: {listen: \"127.0.0.1:0\"}\n"); err == nil || !strings.Contains(err.Error(), "borders") {
		t.Errorf("a state that the worked example does not know: %v", err)
	}
	if _, err := ReadSettings(filepath.Join(dir, "none.yaml")); err == nil {
		t.Error("settings that are not there were read")
	}
}
