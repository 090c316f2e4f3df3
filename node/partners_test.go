package node

import (
	"fmt"
	"math"
	"testing"

	"entente"
	"entente/feed"
)

// given has a partner release one aircraft to a node.
func fromPartner(n *Node, m entente.MemberID, address entente.Address) {
	tr := own(1, 0)
	tr.Origin, tr.Has, tr.Address = m, entente.HasPressureAltitude, address
	tr.Time = n.now()
	tr.Updated, tr.Started = tr.Time, tr.Time
	for i := range 6 {
		tr.Covariance.Set(i, i, 100)
	}
	n.live(m, entente.Label{Origin: m, To: []entente.MemberID{n.config.Member}}, []entente.Track{tr}, n.now())
}

func TestTrustIsSignedKeptAndDoneAgain(t *testing.T) {
	k := newKit(t)
	n := k.start(k.config("ALF"))
	before := n.Revision("links")
	if err := n.SetTrust(t.Context(), "Ann", "BRA", entente.Show, "its positions jumped"); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []struct {
		person, reason string
		partner        entente.MemberID
		kind           entente.ErrorKind
	}{{"Ann", "why", "XXX", entente.NotFound}, {"Ann", "why", "ALF", entente.NotFound}, {"", "why", "BRA", entente.Malformed}, {"Ann", "", "BRA", entente.Malformed}} {
		if err := n.SetTrust(t.Context(), bad.person, bad.partner, entente.Ignore, bad.reason); !isKind(err, bad.kind) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if n.Revision("links") == before {
		t.Error("readers are not told")
	}
	acts, err := n.store.ActsOf(t.Context(), "ALF", 0, 10)
	if err != nil || len(acts) != 1 {
		t.Fatalf("%d acts, %v; want one, signed", len(acts), err)
	}
	shown := func(n *Node) (string, string) {
		fromPartner(n, "BRA", 0x510001)
		list, _ := n.Picture(nil)
		if len(list) != 1 {
			t.Fatalf("%d entries", len(list))
		}
		for _, l := range n.Links() {
			if l.Partner == "BRA" {
				return l.Trust, list[0].Contributions[0].Aside
			}
		}
		return "", ""
	}
	if trust, aside := shown(n); trust != "show" || aside == "" {
		t.Errorf("trust %q, aside %q", trust, aside)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	n = k.start(k.config("ALF"))
	if trust, aside := shown(n); trust != "show" || aside == "" {
		t.Errorf("after a restart trust %q, aside %q", trust, aside)
	}
	if err := n.SetTrust(t.Context(), "Ann", "BRA", entente.Fuse, "they found the fault"); err != nil {
		t.Fatal(err)
	}
	if trust, aside := shown(n); trust != "fuse" || aside != "" {
		t.Errorf("given back: trust %q, aside %q", trust, aside)
	}
}

func TestCoverage(t *testing.T) {
	base := entente.Sensor{ID: 1, Name: "r", Kind: entente.ModeS, Lat: 0.9, Lon: 0.5, Height: 200, Period: 5, PD: 0.95, MaxRange: 300_000}
	at := func(km, height float64) entente.Track {
		return entente.Track{Lat: 0.9 + km*1000/6.37e6, Lon: 0.5, Height: height, Address: 0x510001, Has: entente.HasModeA, ModeA: 0o1234}
	}
	with := func(change func(*entente.Sensor)) entente.Sensor { s := base; change(&s); return s }
	unnamed := func(t entente.Track) entente.Track { t.Address, t.Has, t.ModeA = 0, 0, 0; return t }
	for _, tc := range []struct {
		name   string
		sensor entente.Sensor
		silent float64
		track  entente.Track
		want   float64
	}{
		{"well inside", base, 1, at(100, 9000), 25},
		{"at the edge of its range", base, 1, at(290, 12000), 0},
		{"under its horizon", base, 1, at(205, 1800), 0},
		{"above it", base, 1, at(2, 9000), 0},
		{"low", base, 1, at(30, 1000), 0},
		{"no transponder", base, 1, unnamed(at(100, 9000)), 0},
		{"no transponder, primary radar", with(func(s *entente.Sensor) { s.Kind = entente.PSR }), 1, unnamed(at(100, 9000)), 25},
		{"a sensor that is silent", base, 60, at(100, 9000), 0},
		{"a receiver", with(func(s *entente.Sensor) { s.Kind = entente.ADSB }), 1, at(100, 9000), 0},
		{"a sensor that misses much", with(func(s *entente.Sensor) { s.PD = 0.5 }), 1, at(100, 9000), 0},
		{"mode A and C", with(func(s *entente.Sensor) { s.Kind = entente.SSR }), 1, at(100, 9000), 25},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var c coverage
			now := entente.FromSeconds(5000)
			c.heard([]entente.Sensor{tc.sensor}, map[entente.SensorID]entente.Instant{1: now.Add(-tc.silent)}, now)
			if got := c.sees(&tc.track); got != tc.want {
				t.Errorf("%g, want %g", got, tc.want)
			}
		})
	}
}

// TestAnInventedAircraftIsAnAlert goes through the node: coverage, picture, conditions, desk.
func TestAnInventedAircraftIsAnAlert(t *testing.T) {
	k := newKit(t)
	c := k.config("ALF")
	var err error
	if c.Registry, err = feed.NewRegistry([]entente.Sensor{{Name: "r", Kind: entente.ModeS, Lat: 0.7, Lon: 0.2, Height: 100, Period: 4, PD: 0.9, MaxRange: 300_000}}); err != nil {
		t.Fatal(err)
	}
	n := k.start(c)
	now := n.now()
	for range 14 { // as the tick does, by a clock of its own
		now = now.Add(5)
		n.coverage.heard(n.config.Registry.Sensors(), map[entente.SensorID]entente.Instant{1: now}, now)
		var list []entente.Track
		for i := range 4 {
			tr := own(entente.TrackID(i+1), 0)
			tr.Origin, tr.Has, tr.Address = "BRA", entente.HasPressureAltitude, entente.Address(0x700001+i)
			tr.Lat, tr.Height, tr.Time, tr.Updated, tr.Started = 0.71+0.002*float64(i), 9000, now, now, now
			for j := range 6 {
				tr.Covariance.Set(j, j, 100)
			}
			list = append(list, tr)
		}
		n.live("BRA", entente.Label{Origin: "BRA", To: []entente.MemberID{"ALF"}}, list, now)
		n.picture.Entries(nil, now)
	}
	n.observe(t.Context(), scopePicture, n.picture.Conditions())
	found := false
	for _, a := range n.Alerts() {
		if a.Condition.Rule == "picture.invented" && a.Condition.Member == "BRA" && len(a.Condition.Evidence) >= 3 && a.Condition.HasPlace {
			found = true
		}
	}
	if !found {
		t.Errorf("alerts %+v", n.Alerts())
	}
	if scopeOf("picture.invented") != scopePicture {
		t.Error("a stored alert would not find its room")
	}
}

func TestFirstLooks(t *testing.T) {
	sensors := []entente.Sensor{{ID: 1, Name: "r", Kind: entente.ModeS, Lat: 0.9, Lon: 0.5, Height: 200, RangeSigma: 50, AzimuthSigma: 0.001, Period: 5, PD: 0.95, MaxRange: 300_000},
		{ID: 2, Name: "a", Kind: entente.ADSB, Lat: 0.9, Lon: 0.5, RangeSigma: 20, Period: 2}}
	radar := entente.Plot{Time: at(0), Sensor: 1, Kind: entente.ModeS, Has: entente.HasPolar | entente.HasAltitude | entente.HasModeA, Range: 100_000, Azimuth: 1, Altitude: 9000, ModeA: 0o1234, Address: 0x510001}
	with := func(change func(*entente.Plot)) entente.Plot { p := radar; change(&p); return p }
	known := own(7, 0)
	known.Address = 0x510001
	same := own(8, 0)
	for _, tc := range []struct {
		name   string
		plot   entente.Plot
		out    []entente.Track
		window float64
		looks  int
	}{
		{"new address", radar, nil, 0, 1},
		{"an address with a track", radar, []entente.Track{known}, 0, 0},
		{"mode A alone, no track took it", with(func(p *entente.Plot) { p.Address = 0 }), nil, 0, 1},
		{"mode A alone, a track took it", with(func(p *entente.Plot) { p.Address = 0 }), []entente.Track{same}, 0, 0},
		{"mode A alone, the tracker holds plots", with(func(p *entente.Plot) { p.Address = 0 }), nil, 5, 0},
		{"no height", with(func(p *entente.Plot) { p.Has &^= entente.HasAltitude }), nil, 0, 0},
		{"nobody", with(func(p *entente.Plot) { p.Address, p.ModeA, p.Has = 0, 0, entente.HasPolar|entente.HasAltitude }), nil, 0, 0},
		{"on the ground", with(func(p *entente.Plot) { p.Set(entente.HasSurface) }), nil, 0, 0},
		{"a sensor we do not know", with(func(p *entente.Plot) { p.Sensor = 9 }), nil, 0, 0},
		{"neither range nor place", with(func(p *entente.Plot) { p.Has &^= entente.HasPolar }), nil, 0, 0},
		{"nearer than it is high", with(func(p *entente.Plot) { p.Range = 5000 }), nil, 0, 0},
		{"squitter", with(func(p *entente.Plot) {
			p.Sensor, p.Has, p.Lat, p.Lon = 2, entente.HasPosition|entente.HasPressureAltitude, 0.9, 0.5
		}), nil, 0, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := newFirstLooks("ALF", sensors, tc.window)
			got := f.observe([]entente.Plot{tc.plot}, tc.out, nil)
			if len(got) != tc.looks {
				t.Fatalf("%d looks, want %d", len(got), tc.looks)
			}
			for _, k := range got {
				if k.State != entente.Tentative || k.ID < firstNumber || k.Origin != "ALF" || k.Covariance.At(0, 0) <= 0 || k.Address != tc.plot.Address {
					t.Errorf("%+v", k)
				}
			}
		})
	}
	f := newFirstLooks("ALF", sensors, 0)
	f.observe(nil, []entente.Track{known}, nil)
	known.State = entente.Ended
	if got := f.observe([]entente.Plot{radar}, []entente.Track{known}, nil); len(got) != 1 {
		t.Error("after the track's end the address is new again")
	}
	b := newFirstLooks("ALF", sensors, 0).observe([]entente.Plot{radar}, nil, nil)[0]
	e, n := 100_000*math.Sin(1.0), 100_000*math.Cos(1.0)
	if d := math.Hypot((b.Lon-0.5)*6.38e6*math.Cos(0.9)-e, (b.Lat-0.9)*6.37e6-n); d > 2000 {
		t.Errorf("placed %.0f m off", d)
	}
	if c := b.Covariance; c.At(0, 0)*c.At(1, 1) <= c.At(0, 1)*c.At(0, 1) {
		t.Error(fmt.Sprint("no covariance: ", c))
	}
}
