package node

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entente"
	"entente/keys"
	"entente/release"
)

func rules(t testing.TB, text string) *release.Policy {
	t.Helper()
	p, err := release.Parse([]byte("rules:\n"+text), "test", release.World{Member: "ALF", Members: []entente.MemberID{"ALF", "BRA", "CHA"}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestStricterPolicyCountsForWhatWaits: tracks that wait under a rule that has changed do not leave, nor does their end;
// those under a rule that stands as it stood leave when they are due.
func TestStricterPolicyCountsForWhatWaits(t *testing.T) {
	const bra, cha = "  - {name: b, to: [BRA], kinds: [track], delay: 10}\n", "  - {name: c, to: [CHA], kinds: [track], delay: 10}\n"
	s, o := sharing(t, bra+cha)
	s.share([]entente.Track{own(1, 0), own(2, 0)}, nil, at(0))
	if gone := s.adopt(rules(t, bra+"  - {name: c, to: [CHA], kinds: [track], delay: 20}\n")); gone != 2 {
		t.Errorf("%d withdrawn, want the two for Charlie", gone)
	}
	s.share(nil, []entente.TrackID{1}, at(5))
	s.share([]entente.Track{own(2, 8)}, nil, at(8))
	s.share(nil, nil, at(20))
	got := o.take()
	if want := []string{"1@0 confirmed", "2@0 confirmed", "1@0 ended", "2@8 confirmed"}; !same(states(got, "BRA"), want) {
		t.Errorf("Bravo got %v, want %v", states(got, "BRA"), want)
	}
	if c := states(got, "CHA"); len(c) > 0 {
		t.Errorf("Charlie got %v before the new delay is over", c)
	}
	s.share(nil, nil, at(28))
	if got := states(o.take(), "CHA"); !same(got, []string{"2@8 confirmed"}) {
		t.Errorf("Charlie got %v after it", got)
	}
	s.adopt(rules(t, "  []\n"))
	s.share([]entente.Track{own(2, 30)}, []entente.TrackID{2}, at(40))
	if got := o.take(); len(got) > 0 {
		t.Errorf("without a rule leaves %v", got)
	}
}

// TestIntervalOutlivesAPolicy: changing the policy does not let a track leave sooner than a rule's interval.
func TestIntervalOutlivesAPolicy(t *testing.T) {
	const every = "  - {name: n, to: [BRA], kinds: [track], every: 10}\n"
	s, o := sharing(t, every)
	for i := range 12 {
		s.adopt(rules(t, fmt.Sprintf("  - {name: x%d, to: [CHA], kinds: [alert]}\n", i)+every))
		s.share([]entente.Track{own(1, float64(i))}, nil, at(float64(i)))
	}
	if got, want := states(o.take(), "BRA"), []string{"1@0 confirmed", "1@10 confirmed"}; !same(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestAPolicyTakenWhileRunningNeverReleasesMore: whatever waits and whenever the stricter policy comes, from then on a
// partner gets nothing but what that policy releases, and nothing that the policy before would have kept.
func TestAPolicyTakenWhileRunningNeverReleasesMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		line := func(name string, deny bool) string {
			s := fmt.Sprintf("  - {name: %s, kinds: [track], to: %s", name, rapid.SampledFrom([]string{"all", "[BRA]", "[CHA]"}).Draw(t, "to"))
			if n := rapid.IntRange(0, 2).Draw(t, "above"); n > 0 {
				s += fmt.Sprintf(", min_height: %d", n*1000)
			}
			switch {
			case deny:
				s += ", deny: true"
			default:
				s += fmt.Sprintf(", delay: %d, every: %d", rapid.IntRange(0, 6).Draw(t, "delay"), rapid.IntRange(0, 3).Draw(t, "every"))
			}
			return s + "}\n"
		}
		var list []string
		for i := range rapid.IntRange(1, 4).Draw(t, "rules") {
			list = append(list, line(fmt.Sprintf("r%d", i), rapid.Bool().Draw(t, "deny")))
		}
		world := release.World{Member: "ALF", Members: []entente.MemberID{"ALF", "BRA", "CHA"}}
		parse := func(list []string) *release.Policy {
			p, err := release.Parse([]byte("rules:\n"+strings.Join(list, "")), "p", world)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		old := parse(list)
		at0 := rapid.IntRange(0, len(list)).Draw(t, "at")
		next := parse(slices.Insert(slices.Clone(list), at0, line("new", true)))
		o := &outlet{}
		s := newSharer(old, []entente.MemberID{"BRA", "CHA"}, o.send)
		change := rapid.IntRange(1, 18).Draw(t, "change")
		heights := map[string]float64{} // of each track's state
		for i := range 30 {
			now := at(float64(i))
			if i == change {
				o.take()
				s.adopt(next)
			}
			var tracks []entente.Track
			var ended []entente.TrackID
			for id := range 3 {
				tr := own(entente.TrackID(id+1), float64(i))
				tr.Has, tr.Height = entente.HasAltitude, float64(rapid.IntRange(0, 3).Draw(t, "height"))*1000-1
				heights[fmt.Sprint(tr.ID, tr.Updated)] = tr.Height
				if i < 20 {
					tracks = append(tracks, tr)
				} else if i == 20 {
					ended = append(ended, tr.ID)
				}
			}
			s.share(tracks, ended, now)
			if i < change {
				continue
			}
			for _, p := range o.take() {
				for _, tr := range p.tracks {
					tr.Height = heights[fmt.Sprint(tr.ID, tr.Updated)]
					item := release.OfTrack(&tr, 0)
					a, b := old.Decide(&item, p.to, now), next.Decide(&item, p.to, now)
					if !a.Release || !b.Release || b.NotBefore > now {
						t.Fatalf("at %d, %s got %d@%g %s at %g m under %s: the old policy says %s, the new %s", i, p.to, tr.ID, tr.Updated.Sub(at(0)), tr.State,
							tr.Height, p.label.Rule, a.Why, b.Why)
					}
				}
			}
		}
	})
}

// office is a node that runs from files.
type office struct {
	t   *testing.T
	k   *kit
	dir string
	n   *Node
}

func newOffice(t *testing.T, change func(dir string)) *office {
	k := newKit(t)
	o := &office{t: t, k: k, dir: member(t, k, "ALF")}
	if change != nil {
		change(o.dir)
	}
	c, err := load(t, o.dir, strings.Replace(settings, "{BRA: \"bravo.example:4222\", CHA: \"\"}", "{CHA: \"\"}", 1))
	if err != nil {
		t.Fatal(err)
	}
	c.Sources.Settings = filepath.Join(o.dir, "node.yaml")
	o.n = k.start(c)
	return o
}

// write puts a file there whole, as an operator should, and has the node look twice.
func (o *office) write(name, text string) {
	o.t.Helper()
	if err := os.WriteFile(filepath.Join(o.dir, "new"), []byte(text), 0o600); err != nil {
		o.t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(o.dir, "new"), filepath.Join(o.dir, name)); err != nil {
		o.t.Fatal(err)
	}
	o.n.reread.look(o.t.Context())
	o.n.reread.look(o.t.Context())
}

func (o *office) goes(kind release.Kind, to entente.MemberID) bool {
	i := release.Item{Kind: kind, Origin: "ALF", Time: o.n.now(), HasPlace: true, Lat: 0.7, Lon: 0.2}
	return o.n.policy.Decide(&i, to, o.n.now()).Release
}

// refused is what the node says of a file.
func (o *office) refused(key string) (title string) {
	for _, c := range o.n.reread.conditions(o.n.now()) {
		if c.Key == "settings.refused/"+key {
			title = c.Title
		}
	}
	return title
}

func TestPolicyIsReadAgain(t *testing.T) {
	o := newOffice(t, nil)
	if !o.goes(release.Council, "CHA") || o.goes(release.Track, "CHA") {
		t.Fatal("the first policy is not in force")
	}
	o.write("policy.yaml", councilPolicy+"  - {name: t, to: all, kinds: [track], area: {geojson: here.geojson}}\n")
	if o.refused("policy") == "" || o.goes(release.Track, "CHA") || !o.goes(release.Council, "CHA") {
		t.Errorf("a policy whose area is missing: %q", o.refused("policy"))
	}
	box := `{"type":"Feature","properties":{"iso3":"X","name":"X"},"geometry":{"type":"Polygon","coordinates":[[[%d,30],[20,30],[20,50],[%d,50],[%d,30]]]}}`
	if err := os.WriteFile(filepath.Join(o.dir, "here.geojson"), fmt.Appendf(nil, box, 5, 5, 5), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := o.n.Reread(t.Context()); err != nil || !o.goes(release.Track, "CHA") || o.refused("policy") != "" {
		t.Errorf("with the area, at the operator's word: %v", err)
	}
	o.write("here.geojson", fmt.Sprintf(box, 15, 15, 15))
	if o.goes(release.Track, "CHA") {
		t.Error("a smaller area in a file that the policy names goes unseen")
	}
	o.write("policy.yaml", "rules: []\n")
	if o.goes(release.Council, "CHA") {
		t.Error("the empty policy is not in force")
	}
}

// TestBadPolicyIsToldAndChangesNothing: the old one goes on; log, metric and alert say so, and partners hear nothing of it.
func TestBadPolicyIsToldAndChangesNothing(t *testing.T) {
	o := newOffice(t, func(dir string) {
		must(t, os.WriteFile(filepath.Join(dir, "policy.yaml"), []byte(councilPolicy+"  - {name: a, to: all, kinds: [alert], delay: 3600}\n"), 0o600))
	})
	r, err := Metrics(o.n)
	must(t, err)
	metric := func() (lines int, refused float64) {
		families, err := r.Gather()
		must(t, err)
		for _, f := range families {
			if f.GetName() == "entente_settings_refused" {
				for _, m := range f.Metric {
					lines++
					refused += m.Gauge.GetValue()
				}
			}
		}
		return lines, refused
	}
	if lines, refused := metric(); lines != 3 || refused != 0 {
		t.Errorf("%d files counted, %v refused", lines, refused)
	}
	for _, bad := range []string{"rules:\n  - {name: a, colour: blue}\n", "rules: [", "\x00\x01", "member: BRA\nrules: []\n", strings.Repeat("#", release.MaxPolicy+1)} {
		o.write("policy.yaml", bad)
		if o.refused("policy") == "" || !o.goes(release.Council, "CHA") {
			t.Errorf("%.30q: told %q", bad, o.refused("policy"))
		}
	}
	must(t, os.Remove(filepath.Join(o.dir, "policy.yaml")))
	if err := o.n.Reread(t.Context()); err == nil || !o.goes(release.Council, "CHA") {
		t.Errorf("without a file: %v", err)
	}
	if _, refused := metric(); refused != 1 {
		t.Errorf("%v files refused", refused)
	}
	raised := func() (list []entente.Alert) {
		for _, a := range o.n.Alerts() {
			if a.Condition.Rule == "settings.refused" {
				list = append(list, a)
			}
		}
		return list
	}
	eventually(t, "an alert", func() bool { return len(raised()) == 1 })
	o.n.mu.Lock()
	for _, h := range o.n.waiting {
		if h.alert.Condition.Rule == "settings.refused" {
			t.Error("partners are to hear of it")
		}
	}
	o.n.mu.Unlock()
	o.write("policy.yaml", councilPolicy)
	eventually(t, "the cause to end", func() bool { l := raised(); return o.refused("policy") == "" && len(l) == 1 && l[0].Ceased != 0 })
}

// TestAlertsThatWaitAreJudgedAnew under the policy that is in force when they are due.
func TestAlertsThatWaitAreJudgedAnew(t *testing.T) {
	const slow = "rules:\n  - {name: a, to: [BRA], kinds: [alert], delay: 3600}\n  - {name: c, to: [CHA], kinds: [alert], delay: 3600}\n"
	k := newKit(t)
	c := k.config("ALF")
	c.Policy = []byte(slow)
	n := k.start(c)
	closed := entente.Alert{ID: "ALF-1", Origin: "ALF", State: entente.Closed, Condition: entente.Condition{Rule: "airspace.entry", Time: n.now(), Severity: entente.Notice}}
	n.releaseAlert(t.Context(), closed)
	waiting := func() (s string) {
		n.mu.Lock()
		defer n.mu.Unlock()
		for _, h := range n.waiting {
			s += fmt.Sprintf("%s in %.0f s;", h.to, h.due.Sub(closed.Condition.Time))
		}
		return s
	}
	if got := waiting(); got != "BRA in 3600 s;CHA in 3600 s;" {
		t.Fatalf("waiting: %q", got)
	}
	c.Policy = []byte(strings.Replace(slow, "[BRA], kinds: [alert]", "[BRA], kinds: [alert], min_severity: warning", 1))
	p, err := c.policy()
	must(t, err)
	n.rule(t.Context(), p)
	if got := waiting(); got != "CHA in 3600 s;" {
		t.Errorf("after a stricter policy: %q", got)
	}
}

func TestPartnersAndKeysChangeWhileRunning(t *testing.T) {
	o := newOffice(t, nil)
	bra := o.k.config("BRA")
	bra.Partners = map[entente.MemberID]string{"ALF": o.n.LinkAddr()}
	b := o.k.start(bra)
	link := func(n *Node, m entente.MemberID) string {
		for _, l := range n.exchange.Links() {
			if l.Partner == m {
				return string(l.State)
			}
		}
		return "no partner"
	}
	if s := link(o.n, "BRA"); s != "no partner" {
		t.Fatalf("Bravo is %s", s)
	}
	text := strings.Replace(settings, "bravo.example:4222", b.LinkAddr(), 1)
	o.write("node.yaml", text)
	if o.refused("settings") != "" {
		t.Fatal(o.refused("settings"))
	}
	eventually(t, "both read each other", func() bool { return link(o.n, "BRA") == "current" && link(b, "ALF") == "current" })
	if !o.n.allies.has("BRA") || len(o.n.Links()) != 2 || o.n.sharer.to["BRA"] == nil {
		t.Error("Bravo is no partner to all rooms")
	}
	if err := o.n.send(t.Context(), release.Council, "BRA", "acts", "test", "x"); err != nil {
		t.Errorf("sending to the new partner: %v", err)
	}

	o.write("node.yaml", strings.Replace(text, "partners: {", "partners: {XXX: \"\", ", 1))
	if !strings.Contains(o.refused("settings"), "XXX") {
		t.Errorf("a stranger among partners: %q", o.refused("settings"))
	}
	o.write("node.yaml", text)

	// Bravo's key is revoked in the roster's file.
	file := filepath.Join(o.dir, "roster")
	older, err := os.ReadFile(file)
	must(t, err)
	roster, err := keys.LoadRoster(file)
	must(t, err)
	v, err := o.k.roots["BRA"].Revoke(keys.Revocation{Key: o.k.ids["BRA"].Fingerprint(), From: entente.At(time.Now()), Reason: "stolen"})
	must(t, err)
	must(t, roster.Revoke(v))
	must(t, roster.Save(file))
	must(t, o.n.Reread(t.Context()))
	eventually(t, "its links to end", func() bool { return link(o.n, "BRA") == "revoked" && link(b, "ALF") != "current" })
	o.write("roster", string(older))
	if o.refused("roster") == "" || link(o.n, "BRA") != "revoked" {
		t.Errorf("the roster from before the revocation: %q", o.refused("roster"))
	}
	o.write("roster", "nonsense")
	if o.refused("roster") == "" || link(o.n, "CHA") == "no partner" {
		t.Errorf("a roster that is none: %q", o.refused("roster"))
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
