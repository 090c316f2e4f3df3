package node

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"entente"
	"entente/geo"
	"entente/picture"
	"entente/score"
)

// sharedSets are the generated sets that a federation is measured on; absent ones are left out. FEDERATION_SETS names
// more folders, separated by ":".
func sharedSets(t testing.TB) (dirs []string) {
	root := os.Getenv("ENTENTE_SHARED")
	if root == "" {
		root = "../../shared"
	}
	dirs = append(dirs, filepath.Join(root, "data", "tracking", "federation"))
	if more := os.Getenv("FEDERATION_SETS"); more != "" {
		dirs = append(dirs, strings.Split(more, ":")...)
	}
	var out []string
	for _, d := range dirs {
		if _, err := os.Stat(d); err == nil {
			out = append(out, d)
		} else {
			t.Logf("no %s", d)
		}
	}
	return out
}

// seconds that an aircraft may stand twice: two updates of five seconds.
const twoUpdates = 10.0

// shown is what a picture came to over a theatre.
type shown struct {
	score.Figures
	twice float64 // seconds of the longest stretch in which an aircraft stood twice
}

// watch plays a theatre and returns what its first viewer saw and, with central, what one tracker with all sensors would.
func (a *alliance) watch(t testing.TB, viewer entente.MemberID, central bool) (fed, one shown) {
	t.Helper()
	g, h := newGallery(), newGallery()
	var more []*seat
	if central {
		more = append(more, a.central())
	}
	a.run(func(truth truthAt) {
		v := a.seats[viewer]
		v.entries = v.picture.Entries(v.entries[:0], truth.time)
		g.look(v.entries, truth)
		for _, c := range more {
			c.entries = c.picture.Entries(c.entries[:0], truth.time)
			h.look(c.entries, truth)
		}
	}, more...)
	step := a.th.truth[1].time.Sub(a.th.truth[0].time)
	fed = shown{a.th.figures(t, &g.tracks), float64(g.longest()) * step}
	if central {
		one = shown{a.th.figures(t, &h.tracks), float64(h.longest()) * step}
	}
	return fed, one
}

// TestFederationAgainstOneTracker: the picture of one of six members who release all they have, against one tracker with
// all sensors, both as they stood live. -v prints the figures of docs/picture.md.
func TestFederationAgainstOneTracker(t *testing.T) {
	theatres := []*theatre{show{seed: 1, aircraft: 40, duration: 300}.play(), show{seed: 2, aircraft: 40, duration: 300}.play()}
	made := len(theatres)
	for _, d := range sharedSets(t) {
		theatres = append(theatres, readTheatre(t, d))
	}
	sum := 0.0
	for k, th := range theatres {
		f, g := newAlliance(t, th, allToAll, steadyLink, "ALF").watch(t, "ALF", true)
		ratio := f.GOSPA / g.GOSPA
		t.Logf("%-13s federated %.0f m, central %.0f m: %.3f; rms %.0f/%.0f m, missed %.2f/%.2f, false %.2f/%.2f, NEES %.2f/%.2f, inside 95 %% %.3f/%.3f, switches %d/%d, twice for %.0f/%.0f s",
			th.name, f.GOSPA, g.GOSPA, ratio, f.RMS, g.RMS, f.Missed, g.Missed, f.False, g.False, f.NEES, g.NEES, f.Inside95, g.Inside95, f.Switches, g.Switches, f.twice, g.twice)
		most := 1.20 // of one set: few aircraft make a single late start count for much
		if k >= made {
			sum += ratio
			most = 1.15
		}
		if ratio > most {
			t.Errorf("%s: federated %.0f m is %.3f times central %.0f m", th.name, f.GOSPA, ratio, g.GOSPA)
		}
		if f.Inside95 < 0.93 || f.NEES > 2.2 {
			t.Errorf("%s: NEES %.2f, %.3f inside 95 %%: overconfident", th.name, f.NEES, f.Inside95)
		}
		if f.twice > twoUpdates && !strings.HasPrefix(th.name, "m-") {
			t.Errorf("%s: an aircraft stood twice for %.0f s", th.name, f.twice)
		}
	}
	if n := len(theatres) - made; n > 0 && sum/float64(n) > 1.10 {
		t.Errorf("mean ratio %.3f over %d sets, want 1.10", sum/float64(n), n)
	}
}

// badLink delays by nothing to three seconds, so that batches overtake each other, and loses one in seven.
func badLink(r *rand.Rand) float64 {
	if r.IntN(7) == 0 {
		return math.NaN()
	}
	return 3 * r.Float64() * r.Float64()
}

func TestBadLinksShowNobodyTwice(t *testing.T) {
	for _, seed := range []uint64{3, 4} {
		th := show{seed: seed, aircraft: 25, duration: 110, mute: 0.1}.play()
		f, g := newAlliance(t, th, allToAll, badLink, "DEL").watch(t, "DEL", true)
		t.Logf("seed %d: federated %.0f m, central %.0f m, twice for %.0f s, inside 95 %% %.3f, tracks %d of %d", seed, f.GOSPA, g.GOSPA, f.twice, f.Inside95, f.Tracks, f.Truths)
		if f.twice > twoUpdates || f.Inside95 < 0.93 || f.GOSPA > 1.6*g.GOSPA {
			t.Errorf("seed %d: %.0f m against %.0f m, twice for %.0f s, inside %.3f", seed, f.GOSPA, g.GOSPA, f.twice, f.Inside95)
		}
	}
}

// TestALinkCutLosesOnlyWhatItCarried: while links are cut the picture is one member's own; after it is whole again.
func TestALinkCutLosesOnlyWhatItCarried(t *testing.T) {
	th := show{seed: 6, aircraft: 20, duration: 150}.play()
	a := newAlliance(t, th, allToAll, steadyLink, "ALF")
	begin := th.truth[0].time
	a.link = func(r *rand.Rand) float64 {
		if s := a.now.Sub(begin); s > 80 && s < 110 {
			return math.NaN()
		}
		return steadyLink(r)
	}
	missing := func(entries []entente.Entry, truth truthAt) (n int) {
		for _, x := range truth.targets {
			if !slices.ContainsFunc(entries, func(e entente.Entry) bool { return geo.Separation(e.Track.Lat, e.Track.Lon, x.lat, x.lon) < 2000 }) {
				n++
			}
		}
		return n
	}
	var before, after int
	a.run(func(truth truthAt) {
		v := a.seats["ALF"]
		v.entries = v.picture.Entries(v.entries[:0], truth.time)
		switch s := truth.time.Sub(begin); {
		case s > 60 && s <= 80:
			before = max(before, missing(v.entries, truth))
		case s > 120 && s <= 140:
			after = max(after, missing(v.entries, truth))
		case s == 105:
			own := 0
			for _, e := range v.entries {
				for _, c := range e.Contributions {
					if c.Member == "ALF" {
						own++
					}
				}
			}
			if own < 5 {
				t.Errorf("%d own aircraft shown during the cut", own)
			}
		}
	})
	if after > before+1 {
		t.Errorf("%d missing ten seconds after the cut, %d before it", after, before)
	}
}

// TestALyingPartnerSpoilsNothing: one of six shifts, invents or replays from half-time on; the picture is about as good as
// if it were not there, and says what is wrong.
func TestALyingPartnerSpoilsNothing(t *testing.T) {
	th := show{seed: 7, aircraft: 25, duration: 160}.play()
	half := th.truth[len(th.truth)/2].time
	cut := newAlliance(t, th, allToAll, steadyLink, "ALF")
	cut.lie = func(p parcelSent) parcelSent {
		if p.from == "CHA" && p.due > half {
			p.tracks = nil
		}
		return p
	}
	without, _ := cut.watch(t, "ALF", false)
	for _, tc := range []struct {
		name, rule string
		lie        func(*entente.Track)
	}{
		{"shifts all by 2 km", "picture.jumped", func(k *entente.Track) { k.Lat += 2000 / 6.37e6 }},
		{"shifts all by 40 km", "picture.displaced", func(k *entente.Track) { k.Lat += 40_000 / 6.37e6 }},
		{"replays", "picture.stale", func(k *entente.Track) { k.Time, k.Updated = half.Add(-40), half.Add(-40) }},
		{"stamps from the future", "picture.future", func(k *entente.Track) { k.Time, k.Updated = k.Time.Add(50), k.Updated.Add(50) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := newAlliance(t, th, allToAll, steadyLink, "ALF")
			rules := map[string]bool{}
			a.lie = func(p parcelSent) parcelSent {
				for _, c := range a.seats["ALF"].picture.Conditions() {
					rules[c.Rule] = rules[c.Rule] || c.Member == "CHA"
				}
				for i := range p.tracks {
					if p.from == "CHA" && p.due > half {
						tc.lie(&p.tracks[i])
					}
				}
				return p
			}
			f, _ := a.watch(t, "ALF", false)
			t.Logf("rms %.0f m, without it %.0f m; GOSPA %.0f and %.0f m; told %v", f.RMS, without.RMS, f.GOSPA, without.GOSPA, rules)
			if !rules[tc.rule] {
				t.Errorf("told %v, want %s", rules, tc.rule)
			}
			if f.RMS > 1.25*without.RMS+10 {
				t.Errorf("rms %.0f m, without the partner %.0f m", f.RMS, without.RMS)
			}
		})
	}
}

// TestABiasedPartnerAndAWrongClock: a member whose sensors are off, and one whose clock is, are found and taken into account.
func TestABiasedPartnerAndAWrongClock(t *testing.T) {
	th := show{seed: 8, aircraft: 40, duration: 200, bias: map[entente.MemberID][2]float64{"CHA": {450, -300}}, clock: map[entente.MemberID]float64{"ECH": 1.2}}.play()
	a := newAlliance(t, th, allToAll, steadyLink, "ALF")
	f, _ := a.watch(t, "ALF", false)
	found := map[entente.MemberID]picture.Registration{}
	for _, p := range a.seats["ALF"].picture.Partners(nil) {
		found[p.Member] = p.Registration
	}
	if r := found["CHA"]; math.Abs(r.East-450) > 60 || math.Abs(r.North+300) > 60 || !r.Applied {
		t.Errorf("CHA, 450 m east and 300 south of the truth: %v", r)
	}
	if r := found["ECH"]; math.Abs(r.Clock-1.2) > 0.25 || !r.Applied {
		t.Errorf("ECH, its clock 1.2 s ahead: %v", r)
	}
	if r := found["BRA"]; r.Applied {
		t.Errorf("BRA, which is right: %v", r)
	}
	honest := show{seed: 8, aircraft: 40, duration: 200}.play()
	g, _ := newAlliance(t, honest, allToAll, steadyLink, "ALF").watch(t, "ALF", false)
	if f.RMS > 1.45*g.RMS || f.twice > twoUpdates {
		t.Errorf("rms %.0f m, %.0f m where all are right; twice for %.0f s", f.RMS, g.RMS, f.twice)
	}
}

// TestCoarseReleasesAreHonest: what a policy coarsens or slows says so in its covariance.
func TestCoarseReleasesAreHonest(t *testing.T) {
	th := show{seed: 9, aircraft: 20, duration: 110}.play()
	for name, rules := range map[string]string{
		"grid of 3 km":         "rules:\n  - {name: a, to: all, kinds: [track], precision: 3000}\n",
		"grid, one in ten":     "rules:\n  - {name: a, to: all, kinds: [track], precision: 2000, every: 10}\n",
		"late by ten":          "rules:\n  - {name: a, to: all, kinds: [track], delay: 10}\n",
		"one in ten, as it is": "rules:\n  - {name: a, to: all, kinds: [track], every: 10}\n",
	} {
		f, _ := newAlliance(t, th, rules, steadyLink, "BRA").watch(t, "BRA", false)
		t.Logf("%s: rms %.0f m, NEES %.2f, inside 95 %% %.3f, twice for %.0f s", name, f.RMS, f.NEES, f.Inside95, f.twice)
		if f.Inside95 < 0.88 {
			t.Errorf("%s: %.3f inside 95 %%", name, f.Inside95)
		}
	}
}

// TestMembersNameAircraftAlike: who holds the same tracks gives an aircraft the same reference; who holds fewer finds it
// among the other's contributions.
func TestMembersNameAircraftAlike(t *testing.T) {
	th := show{seed: 10, aircraft: 25, duration: 90}.play()
	a := newAlliance(t, th, allToAll, steadyLink, "ALF", "DEL")
	same, all := 0, 0
	a.run(func(truth truthAt) {
		x := a.seats["ALF"].picture.Entries(nil, truth.time)
		y := a.seats["DEL"].picture.Entries(nil, truth.time)
		if truth.time.Sub(th.truth[0].time) < 60 {
			return
		}
		for _, e := range x {
			if len(e.Contributions) < 2 {
				continue
			}
			all++
			if slices.ContainsFunc(y, func(o entente.Entry) bool { return o.Reference == e.Reference }) {
				same++
			}
		}
	})
	if all == 0 || float64(same) < 0.97*float64(all) {
		t.Errorf("%d of %d entries have one reference at both members", same, all)
	}
}
