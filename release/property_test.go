package release

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"entente"
	"entente/geo"

	"pgregory.net/rapid"
)

// line draws a rule as text, without its name.
func line(t *rapid.T, deny bool) string {
	parts := []string{"kinds: " + rapid.SampledFrom([]string{"all", "track", "[alert, council]", "[track, watch]"}).Draw(t, "kinds")}
	parts = append(parts, "to: "+rapid.SampledFrom([]string{"all", "RUS", "[KAZ, RUS]", "[ARM, TJK]"}).Draw(t, "to"))
	for _, s := range []string{"area: {countries: [BLR]}", "outside: {south: 53}", "min_height: 5000", "identities: [neutral, friend]", "sensors: [Brest]", "min_severity: caution"} {
		if rapid.Bool().Draw(t, s) {
			parts = append(parts, s)
		}
	}
	if deny {
		parts = append(parts, "deny: true")
	}
	return strings.Join(parts, ", ")
}

func text(lines []string) string {
	var b strings.Builder
	b.WriteString("rules:\n")
	for i, l := range lines {
		fmt.Fprintf(&b, "  - {name: r%d, %s}\n", i, l)
	}
	return b.String()
}

func anyItem(t *rapid.T) Item {
	return Item{
		Kind: rapid.SampledFrom([]Kind{Track, Alert, Council, Watch}).Draw(t, "kind"), Origin: rapid.SampledFrom([]entente.MemberID{"BLR", "RUS"}).Draw(t, "origin"),
		Label:    entente.Label{Origin: "RUS", To: []entente.MemberID{"BLR", "KAZ"}, Onward: rapid.Bool().Draw(t, "onward")},
		HasPlace: rapid.Bool().Draw(t, "place"), Lat: geo.Radians(rapid.Float64Range(50, 57).Draw(t, "lat")), Lon: geo.Radians(rapid.Float64Range(22, 34).Draw(t, "lon")),
		HasHeight: rapid.Bool().Draw(t, "has height"), Height: rapid.Float64Range(0, 10_000).Draw(t, "height"),
		Identity: rapid.SampledFrom([]entente.Identity{0, entente.Neutral, entente.Unknown}).Draw(t, "identity"),
		Sensors:  rapid.Uint64Range(0, 3).Draw(t, "sensors"), Severity: rapid.SampledFrom([]entente.Severity{0, entente.Notice, entente.Warning}).Draw(t, "severity"),
	}
}

// TestStricterNeverReleasesMore: taking a rule that releases away, putting one that denies in, or narrowing one that releases
// never lets out what was kept before.
func TestStricterNeverReleasesMore(t *testing.T) {
	w := world(t)
	rapid.Check(t, func(t *rapid.T) {
		var lines []string
		for range rapid.IntRange(0, 4).Draw(t, "rules") {
			lines = append(lines, line(t, rapid.Bool().Draw(t, "deny")))
		}
		stricter := slices.Clone(lines)
		switch at := rapid.IntRange(0, len(lines)).Draw(t, "at"); {
		case at < len(lines) && !strings.Contains(lines[at], "deny") && rapid.Bool().Draw(t, "remove"):
			stricter = slices.Delete(stricter, at, at+1)
		case at < len(lines) && !strings.Contains(lines[at], "deny") && !strings.Contains(lines[at], "max_height"):
			stricter[at] += ", max_height: 7000"
		default:
			stricter = slices.Insert(stricter, at, line(t, true))
		}
		p, err := Parse([]byte(text(lines)), "p", w)
		if err != nil {
			t.Fatal(err)
		}
		q, err := Parse([]byte(text(stricter)), "q", w)
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			i := anyItem(t)
			for _, m := range members {
				a, b := p.Decide(&i, m, start), q.Decide(&i, m, start)
				if b.Release && !a.Release {
					t.Fatalf("the stricter policy releases to %s by %s what the other keeps (%v)\n%s\n%s", m, b.Rule, a.Why, text(lines), text(stricter))
				}
				if b.Release && i.Origin != "BLR" && (!i.Label.Onward || m != "KAZ") {
					t.Fatalf("passed on against its label: %+v", b)
				}
				if b.Release && !b.Label.Allows(m) {
					t.Fatalf("the label does not allow the addressee: %+v", b.Label)
				}
				if last := q.Explain(&i, m, start); strings.HasPrefix(last[len(last)-1], "released") != b.Release {
					t.Fatalf("explained as %v, decided %+v", last, b)
				}
			}
		}
	})
}

// TestCoarseningHidesThePlace: all places of a cell give one, it is near, and coarsening twice changes nothing more.
func TestCoarseningHidesThePlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		metres := rapid.Float64Range(1, 1e6).Draw(t, "metres")
		lat, lon := math.Asin(rapid.Float64Range(-1, 1).Draw(t, "sin lat")), rapid.Float64Range(-math.Pi, math.Pi).Draw(t, "lon")
		a, b := snap(lat, lon, metres)
		if math.Abs(a) > math.Pi/2 || math.Abs(b) > math.Pi {
			t.Fatalf("snapped to %v, %v", a, b)
		}
		if d := geo.Distance(lat, lon, a, b); d > 1.5*metres {
			t.Fatalf("moved by %v m in a grid of %v", d, metres)
		}
		c, d := snap(a, b, metres)
		if geo.Distance(a, b, c, d) > 1e-3 {
			t.Fatalf("%v, %v goes on to %v, %v", a, b, c, d)
		}
	})
	for _, p := range [][2]float64{{math.Pi / 2, 1}, {-math.Pi / 2, -3}, {0, math.Pi}, {0, -math.Pi}} {
		if a, b := snap(p[0], p[1], 5e7); math.IsNaN(a) || math.IsNaN(b) {
			t.Errorf("a cell larger than the earth gives %v, %v", a, b)
		}
	}
}

func TestApplyCoarsens(t *testing.T) {
	in := minsk()
	d := Decision{Release: true, Precision: 3000}
	out := Apply(in, &d)
	if out.Lat == in.Lat || geo.Distance(in.Lat, in.Lon, out.Lat, out.Lon) > 3000 {
		t.Errorf("moved by %v m", geo.Distance(in.Lat, in.Lon, out.Lat, out.Lon))
	}
	if out.Covariance.At(0, 0) != 100+3000*3000/12 || out.Covariance.At(1, 1) != 100+3000*3000/12 || out.Covariance.At(2, 2) != 100 || out.Covariance.At(0, 1) != 1 {
		t.Errorf("covariance %v", out.Covariance)
	}
	if out.Quality >= in.Quality || out.Address != in.Address {
		t.Errorf("%+v", out)
	}
	near := in
	near.Lat += 1e-9
	if again := Apply(near, &d); again.Lat != out.Lat || again.Lon != out.Lon {
		t.Error("a step within the cell shows")
	}
}

func TestApplyStrips(t *testing.T) {
	in := minsk()
	for bit, check := range map[Strip]func(*entente.Track) bool{
		StripIdentity: func(t *entente.Track) bool {
			return t.Address == 0 && t.ModeA == 0 && t.Callsign == entente.Callsign{} && !t.Is(entente.HasModeA) && t.Height == 9000
		},
		StripHeight: func(t *entente.Track) bool {
			return t.Height == 0 && t.PressureAltitude == 0 && t.VU == 0 && t.Has&(entente.HasAltitude|entente.HasPressureAltitude) == 0 &&
				t.Covariance.At(2, 2) == anyHeight && t.Covariance.At(0, 2) == 0 && t.Covariance.At(0, 1) == 1 && t.VE == 200
		},
		StripVelocity: func(t *entente.Track) bool {
			return t.VE == 0 && t.VN == 0 && t.VU == 0 && t.Covariance.At(3, 3) == anyVelocity && t.Covariance.At(0, 3) == 0 && t.Height == 9000
		},
		StripSensors: func(t *entente.Track) bool { return t.Sensors == 0 && t.Plots == 0 && t.Address == 0x510001 },
	} {
		out := Apply(in, &Decision{Release: true, Strip: bit})
		if !check(&out) {
			t.Errorf("strip %b: %+v", bit, out)
		}
	}
	if out := Apply(in, &Decision{Release: true}); out != in {
		t.Error("nothing asked, something changed")
	}
}

// positive says whether a covariance is positive semi-definite: all leading pivots of its Cholesky factor exist.
func positive(c *entente.Covariance) bool {
	var l [6][6]float64
	for i := range 6 {
		for j := range i + 1 {
			s := c.At(i, j)
			for k := range j {
				s -= l[i][k] * l[j][k]
			}
			if i == j {
				if s < -1e-6*(1+math.Abs(c.At(i, i))) {
					return false
				}
				l[i][i] = math.Sqrt(math.Max(s, 0))
			} else if l[j][j] > 1e-9 {
				l[i][j] = s / l[j][j]
			}
		}
	}
	return true
}

// TestApplyNeverClaimsMore: whatever the decision, the covariance that leaves is one, no variance is smaller than before,
// and nothing that was stripped can be read.
func TestApplyNeverClaimsMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := minsk()
		// A covariance L Lᵀ of any shape.
		var l [6][6]float64
		for i := range 6 {
			for j := range i + 1 {
				l[i][j] = rapid.Float64Range(-300, 300).Draw(t, "l")
			}
			l[i][i] = rapid.Float64Range(10, 300).Draw(t, "l")
		}
		for i := range 6 {
			for j := i; j < 6; j++ {
				s := 0.0
				for k := range 6 {
					s += l[i][k] * l[j][k]
				}
				in.Covariance.Set(i, j, s)
			}
		}
		in.Lat, in.Lon = geo.Radians(rapid.Float64Range(-90, 90).Draw(t, "lat")), geo.Radians(rapid.Float64Range(-180, 180).Draw(t, "lon"))
		d := Decision{Release: true, Precision: rapid.SampledFrom([]float64{0, 100, 5000, 100_000}).Draw(t, "precision"), Strip: Strip(rapid.IntRange(0, 15).Draw(t, "strip"))}
		out := Apply(in, &d)
		if !positive(&out.Covariance) {
			t.Fatalf("no covariance: %v", out.Covariance)
		}
		for i := range 2 {
			if out.Covariance.At(i, i) < in.Covariance.At(i, i) {
				t.Fatalf("variance %d shrank from %v to %v", i, in.Covariance.At(i, i), out.Covariance.At(i, i))
			}
		}
		if out.Quality > in.Quality || out.ID != in.ID || out.Time != in.Time || out.State != in.State {
			t.Fatalf("%+v", out)
		}
		// Another aircraft that differs only in what is stripped, and by less than the cell, leaves the same.
		other := in
		if d.Strip&StripIdentity != 0 {
			other.Address, other.ModeA, other.Callsign = 0xABCDEF, 0o7777, entente.MakeCallsign("OTHER")
		}
		if d.Strip&StripVelocity != 0 {
			other.VE, other.VN, other.VU = -1, -2, -3
		}
		if d.Strip&StripHeight != 0 {
			other.Height, other.PressureAltitude, other.VU = 1, 2, 3
		}
		if d.Strip&StripSensors != 0 {
			other.Sensors, other.Plots = 1<<40, 9
		}
		if Apply(other, &d) != out {
			t.Fatalf("what was stripped shows")
		}
	})
}

// TestDelayHoldsBack: what may not leave yet says until when, never earlier than the rule's delay after its time.
func TestDelayHoldsBack(t *testing.T) {
	w := world(t)
	rapid.Check(t, func(t *rapid.T) {
		delay := rapid.IntRange(0, 3600).Draw(t, "delay")
		p, err := Parse(fmt.Appendf(nil, "rules: [{name: a, to: all, kinds: all, delay: %d}]", delay), "p", w)
		if err != nil {
			t.Fatal(err)
		}
		i := item()
		now := start.Add(rapid.Float64Range(-10, 5000).Draw(t, "now"))
		d := p.Decide(&i, "RUS", now)
		if delay > 0 && d.NotBefore != i.Time.Add(float64(delay)) || delay == 0 && d.NotBefore != 0 || d.Label.Delay != float64(delay) {
			t.Fatalf("%+v", d)
		}
		if fmt.Sprint(d) != fmt.Sprint(p.Decide(&i, "RUS", now)) {
			t.Fatal("asked twice, answered otherwise")
		}
	})
}
