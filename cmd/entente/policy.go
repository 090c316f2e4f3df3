package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"entente"
	"entente/feed"
	"entente/geo"
	"entente/release"
)

type policyCmd struct {
	Test policyTest `cmd:"" help:"Say what would leave to a partner, and why."`
}

type policyTest struct {
	Policy   string  `arg:"" help:"The policy's YAML file."`
	Member   string  `required:"" help:"Whose policy it is."`
	Members  string  `required:"" help:"All members, separated by commas."`
	To       string  `required:"" help:"The partner."`
	Kind     string  `default:"track" help:"track, alert, council, watch, sensor or status."`
	Lat      float64 `help:"Place, degrees."`
	Lon      float64 `help:"Place, degrees."`
	Height   float64 `help:"Metres above the ellipsoid."`
	Identity string  `default:"pending" help:"pending, assumed_friend, friend, neutral, suspect or unknown."`
	Borders  string  `placeholder:"FILE" help:"GeoJSON of the node's borders; default: the bundled ones."`
	Sensors  string  `placeholder:"FILE" help:"Sensors CSV, for rules that name sensors."`
	JSON     bool    `name:"json" help:"Print JSON."`
}

func (policyTest) Help() string {
	return "Example: entente policy test policy.yaml --member BLR --members ARM,BLR,RUS --to RUS --lat 53.9 --lon 27.6"
}

// world is what the rules may name.
func (c policyTest) world() (w release.World, err error) {
	w = release.World{Member: entente.MemberID(c.Member), Files: os.DirFS(filepath.Dir(c.Policy))}
	if c.Borders == "" {
		w.Borders, err = geo.DefaultBorders()
	} else {
		var b []byte
		if b, err = os.ReadFile(c.Borders); err == nil {
			w.Borders, err = geo.ParseRegions(b, c.Borders)
		}
	}
	if err != nil || c.Sensors == "" {
		return w, err
	}
	f, err := os.Open(c.Sensors)
	if err != nil {
		return w, err
	}
	defer f.Close()
	r, err := feed.LoadRegistry(c.Sensors, f)
	if err == nil {
		w.Sensors = r.Sensors()
	}
	return w, err
}

func (c policyTest) Run(std streams) error {
	b, err := os.ReadFile(c.Policy)
	if err != nil {
		return err
	}
	w, err := c.world()
	if err != nil {
		return err
	}
	for m := range strings.SplitSeq(c.Members, ",") {
		w.Members = append(w.Members, entente.MemberID(strings.TrimSpace(m)))
	}
	p, err := release.Parse(b, c.Policy, w)
	if err != nil {
		return err
	}
	id, err := entente.ParseIdentity(c.Identity)
	if err != nil {
		return err
	}
	now := entente.At(time.Now())
	item := release.Item{Kind: release.Kind(c.Kind), Origin: w.Member, Time: now, HasPlace: true, HasHeight: true,
		Lat: geo.Radians(c.Lat), Lon: geo.Radians(c.Lon), Height: c.Height, Identity: id}
	d := p.Decide(&item, entente.MemberID(c.To), now)
	if c.JSON {
		return writeJSON(std.out, d)
	}
	for _, line := range p.Explain(&item, entente.MemberID(c.To), now) {
		fmt.Fprintln(std.out, line)
	}
	return nil
}
