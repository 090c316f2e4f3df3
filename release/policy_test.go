package release

import (
	"slices"
	"strings"
	"testing"

	"entente"
)

func TestNothingLeavesWithoutARule(t *testing.T) {
	i := item()
	for _, text := range []string{"", "# nothing yet\n", "member: BLR\n", "member: BLR\nrules: []\n"} {
		p := policy(t, text)
		for _, m := range members[1:] {
			if d := p.Decide(&i, m, start); d.Release || d.Why != NoRule {
				t.Errorf("%q to %s: %+v", text, m, d)
			}
		}
	}
	if d := (&Decision{}); Apply(minsk(), d) != (entente.Track{}) {
		t.Error("the zero decision lets a track out")
	}
}

// TestMatching asks one rule that releases and the same as one that denies before one that releases all.
func TestMatching(t *testing.T) {
	for _, c := range []struct {
		rule       string
		set        func(*Item)
		releases   bool // as a rule that releases
		stillAllow bool // as a rule that denies, before "everything to all"
	}{
		{"kinds: track", nil, true, false},
		{"kinds: [alert, council]", nil, false, true},
		{"kinds: all", nil, true, false},
		{"kinds: track, area: {countries: [BLR]}", nil, true, false},
		{"kinds: track, area: {countries: [RUS, POL]}", nil, false, true},
		{"kinds: track, area: {countries: BLR, west: 28}", nil, false, true},
		{"kinds: track, area: {countries: BLR, west: 27, east: 28}", nil, true, false},
		{"kinds: track, area: {south: 53, north: 54, west: 170, east: 28}", nil, true, false},
		{"kinds: track, area: {geojson: west.geojson}", nil, false, true},
		{"kinds: track, area: {geojson: {type: Feature, geometry: {type: Polygon, coordinates: [[[27,53],[28,53],[28,54],[27,54],[27,53]]]}}}", nil, true, false},
		{"kinds: track, outside: {countries: [BLR]}", nil, false, true},
		{"kinds: track, outside: {countries: [RUS]}", nil, true, false},
		{"kinds: track, area: {countries: [BLR]}, outside: {west: 27}", nil, false, true},
		{"kinds: track, area: {countries: [BLR]}", func(i *Item) { i.HasPlace = false }, false, false},
		{"kinds: track, outside: {countries: [RUS]}", func(i *Item) { i.HasPlace = false }, false, false},
		{"kinds: track, min_height: 9000", nil, true, false},
		{"kinds: track, min_height: 9001", nil, false, true},
		{"kinds: track, max_height: 9000", nil, true, false},
		{"kinds: track, max_height: 8999", nil, false, true},
		{"kinds: track, max_height: 0", nil, false, true},
		{"kinds: track, min_height: 3000", func(i *Item) { i.HasHeight = false }, false, false},
		{"kinds: track, identities: [neutral, friend]", nil, true, false},
		{"kinds: track, identities: [unknown]", nil, false, true},
		{"kinds: track, identities: [neutral]", func(i *Item) { i.Identity = 0 }, false, false},
		{"kinds: track, sensors: [Brest]", nil, true, false},
		{"kinds: track, sensors: [Minsk]", nil, false, true},
		{"kinds: track, sensors: [Brest, Minsk]", func(i *Item) { i.Sensors = 3 }, true, false},
		{"kinds: track, sensors: [Brest]", func(i *Item) { i.Sensors = 3 }, false, false},
		{"kinds: track, sensors: [Brest]", func(i *Item) { i.Sensors = 0 }, false, false},
		{"kinds: all, min_severity: warning", func(i *Item) { i.Kind, i.Severity = Alert, entente.Critical }, true, false},
		{"kinds: all, min_severity: warning", func(i *Item) { i.Kind, i.Severity = Alert, entente.Caution }, false, true},
	} {
		i := item()
		if c.set != nil {
			c.set(&i)
		}
		d := policy(t, "rules: [{name: r, to: RUS, "+c.rule+"}]").Decide(&i, "RUS", start)
		if d.Release != c.releases {
			t.Errorf("%s: %+v", c.rule, d)
		}
		d = policy(t, "rules: [{name: r, deny: true, to: RUS, "+c.rule+"}, {name: rest, to: all, kinds: all}]").Decide(&i, "RUS", start)
		if d.Release != c.stillAllow {
			t.Errorf("denying %s: %+v", c.rule, d)
		}
		if !d.Release && (d.Why != Denied || d.Rule != "r") {
			t.Errorf("denying %s: %+v", c.rule, d)
		}
	}
}

func TestAddressees(t *testing.T) {
	i := item()
	p := policy(t, "rules: [{name: two, to: [RUS, KAZ], kinds: all}]")
	for m, want := range map[entente.MemberID]Why{"RUS": ByRule, "KAZ": ByRule, "KGZ": NoRule, "BLR": NoMember, "USA": NoMember, "": NoMember, "all": NoMember} {
		if d := p.Decide(&i, m, start); d.Why != want || d.Release != (want == ByRule) {
			t.Errorf("to %q: %+v, want %v", m, d, want)
		}
	}
}

func TestLabelAndTimes(t *testing.T) {
	i := item()
	d := policy(t, "rules: [{name: slow, to: all, kinds: track, delay: 300, precision: 5000, every: 10, expires: 3600}]").Decide(&i, "KAZ", start.Add(2))
	if d.NotBefore != start.Add(300) || d.Every != 10 || d.Precision != 5000 {
		t.Errorf("%+v", d)
	}
	l := d.Label
	if l.Origin != "BLR" || !slices.Equal(l.To, []entente.MemberID{"KAZ"}) || l.Onward || l.Rule != "slow" || len(l.Policy) != 64 || l.Delay != 300 || l.Precision != 5000 || l.Expires != start.Add(3602) {
		t.Errorf("%+v", l)
	}
	d = policy(t, "rules: [{name: on, to: [RUS, BLR, KAZ], kinds: track, onward: true}]").Decide(&i, "KAZ", start)
	if !d.Label.Onward || !slices.Equal(d.Label.To, []entente.MemberID{"RUS", "KAZ"}) || d.NotBefore != 0 {
		t.Errorf("%+v", d)
	}
	i.Time = 0
	if d := policy(t, "rules: [{name: s, to: all, kinds: track, delay: 5}]").Decide(&i, "KAZ", start); d.NotBefore != start.Add(5) {
		t.Errorf("an item without time: %+v", d)
	}
}

func TestReceivedItemsStay(t *testing.T) {
	p := policy(t, "rules: [{name: open, to: all, kinds: all, onward: true, precision: 100}]")
	good := entente.Label{Origin: "RUS", To: []entente.MemberID{"BLR", "KAZ"}, Onward: true, Expires: start.Add(60), Precision: 500, Policy: "theirs"}
	for _, c := range []struct {
		name string
		set  func(*Item)
		to   entente.MemberID
		want Why
	}{
		{"onward to one who may hold it", func(*Item) {}, "KAZ", ByRule},
		{"to one who may not", func(*Item) {}, "KGZ", NotOnward},
		{"back to its origin", func(*Item) {}, "RUS", ToOrigin},
		{"not onward", func(i *Item) { i.Label.Onward = false }, "KAZ", NotOnward},
		{"no label", func(i *Item) { i.Label = entente.Label{} }, "KAZ", NotOnward},
		{"another's label", func(i *Item) { i.Label.Origin = "KGZ" }, "KAZ", NotOnward},
		{"expired", func(i *Item) { i.Label.Expires = start }, "KAZ", Expired},
	} {
		i := item()
		i.Origin, i.Label = "RUS", good
		c.set(&i)
		d := p.Decide(&i, c.to, start)
		if d.Why != c.want || d.Release != (c.want == ByRule) {
			t.Errorf("%s: %+v", c.name, d)
		}
		if d.Release && (d.Label.Origin != "RUS" || d.Label.Policy != "theirs" || d.Label.Precision != 500 || d.Precision != 500 || d.Label.Expires != start.Add(60)) {
			t.Errorf("%s: the origin's label was widened: %+v", c.name, d)
		}
	}
}

func TestFusedEntriesNeedEveryonesLeave(t *testing.T) {
	p := policy(t, "rules: [{name: open, to: all, kinds: all, onward: true}]")
	own := entente.Contribution{Member: "BLR"}
	theirs := entente.Contribution{Member: "RUS", Label: entente.Label{Origin: "RUS", To: []entente.MemberID{"BLR", "KAZ"}, Onward: true, Precision: 2000, Expires: start.Add(30)}}
	closed := theirs
	closed.Label.Onward = false
	e := entente.Entry{Track: minsk(), Identification: entente.Identification{Identity: entente.Neutral}}
	for _, c := range []struct {
		name string
		from []entente.Contribution
		to   entente.MemberID
		want bool
	}{
		{"own alone", []entente.Contribution{own}, "KAZ", true},
		{"with one that may go on", []entente.Contribution{own, theirs}, "KAZ", true},
		{"to one it may not go to", []entente.Contribution{own, theirs}, "KGZ", false},
		{"to one who contributed", []entente.Contribution{own, closed}, "RUS", true},
		{"with one that may not", []entente.Contribution{own, theirs, closed}, "KAZ", false},
	} {
		e.Contributions = c.from
		i := OfEntry(&e)
		d := p.Decide(&i, c.to, start)
		if d.Release != c.want {
			t.Errorf("%s: %+v", c.name, d)
		}
		if len(c.from) > 1 && d.Release && d.Label.Onward {
			t.Errorf("%s: may be passed on", c.name)
		}
		if c.name == "with one that may go on" && (d.Precision != 2000 || d.Label.Expires != start.Add(30)) {
			t.Errorf("%s: wider than the contribution's label: %+v", c.name, d)
		}
	}
}

func TestEntriesLedByAPartnerGoUnderItsLabel(t *testing.T) {
	p := policy(t, "rules: [{name: open, to: all, kinds: all}]")
	theirs := entente.Contribution{Member: "RUS", Label: entente.Label{Origin: "RUS", To: []entente.MemberID{"BLR", "KAZ"}, Onward: true}}
	e := entente.Entry{Track: minsk(), Contributions: []entente.Contribution{{Member: "BLR"}, theirs}}
	e.Track.Origin = "RUS"
	i := OfEntry(&e)
	if d := p.Decide(&i, "KAZ", start); !d.Release || d.Label.Origin != "RUS" {
		t.Errorf("%+v", d)
	}
	if d := p.Decide(&i, "KGZ", start); d.Release {
		t.Errorf("%+v", d)
	}
	e.Contributions[1].Label.Onward = false
	i = OfEntry(&e)
	if d := p.Decide(&i, "KAZ", start); d.Why != NotOnward {
		t.Errorf("%+v", d)
	}
}

func TestExplain(t *testing.T) {
	i := item()
	p := policy(t, `rules:
  - {name: low, to: all, kinds: track, max_height: 3000}
  - {name: north, to: KAZ, kinds: track, area: {south: 60}}
  - {name: coarse, to: [RUS, KAZ], kinds: track, delay: 60, precision: 1000, every: 5, strip: [identity, sensors], onward: true}
  - {name: never, to: all, kinds: all}`)
	got := strings.Join(p.Explain(&i, "RUS", start), "\n")
	want := `rule 1 "low" the height is beyond its limits
rule 2 "north" is not for this member
rule 3 "coarse" matches
released to RUS, coarsened to 1000 m, 60 s after its time (from 2023-11-14T22:14:20Z), every 5 s at most, without identity, without sensors, to be passed on`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := p.Explain(&i, "BLR", start); len(got) != 1 || !strings.HasPrefix(got[0], "not released to BLR: ") {
		t.Errorf("%q", got)
	}
	for m, s := range mismatches {
		if s == "" {
			t.Errorf("mismatch %d has no text", m)
		}
	}
	for w := range Why(len(whys)) {
		if w.String() == "" {
			t.Errorf("reason %d has no text", w)
		}
	}
}

func TestItems(t *testing.T) {
	tr := minsk()
	tr.Has = entente.HasPressureAltitude
	if i := OfTrack(&tr, entente.Friend); !i.HasHeight || i.Height != 8900 || i.Identity != entente.Friend || i.Kind != Track {
		t.Errorf("%+v", i)
	}
	a := entente.Alert{Origin: "BLR", Condition: entente.Condition{Severity: entente.Warning, HasPlace: true, Lat: 1, Time: start}}
	if i := OfAlert(&a); i.Kind != Alert || i.Severity != entente.Warning || !i.HasPlace || i.Lat != 1 || i.Origin != "BLR" {
		t.Errorf("%+v", i)
	}
}

func BenchmarkDecide(b *testing.B) {
	p := policy(b, `rules:
  - {name: zone, deny: true, to: all, kinds: track, area: {geojson: west.geojson}, max_height: 3000}
  - {name: neighbour, to: [KAZ], kinds: track, area: {countries: [BLR, RUS]}}
  - {name: belt, to: [RUS], kinds: track, area: {countries: [BLR], west: 27}, identities: [neutral, unknown], precision: 1000, delay: 5, expires: 60}
  - {name: alerts, to: all, kinds: [alert, council]}`)
	i := item()
	if d := p.Decide(&i, "RUS", start); !d.Release {
		b.Fatalf("%+v", d)
	}
	for b.Loop() {
		p.Decide(&i, "RUS", start)
	}
}

func BenchmarkApply(b *testing.B) {
	t := minsk()
	d := Decision{Release: true, Precision: 1000, Strip: StripIdentity}
	for b.Loop() {
		Apply(t, &d)
	}
}

func TestDecideDoesNotAllocate(t *testing.T) {
	p := policy(t, "rules: [{name: a, to: KAZ, kinds: track}, {name: b, to: all, kinds: [alert, track], onward: true, delay: 5, area: {countries: BLR}}]")
	e := entente.Entry{Track: minsk(), Contributions: []entente.Contribution{{Member: "BLR"}}}
	tr := minsk()
	if n := testing.AllocsPerRun(100, func() {
		i := OfTrack(&tr, entente.Neutral)
		d := p.Decide(&i, "RUS", start)
		j := OfEntry(&e)
		p.Decide(&j, "ARM", start)
		tr = Apply(tr, &d)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
