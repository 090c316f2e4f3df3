package release

import (
	"io/fs"
	"slices"

	"entente"
	"entente/geo"
)

// World is what a policy needs to know beside its file.
type World struct {
	Member  entente.MemberID   // whose policy
	Members []entente.MemberID // all members of the organisation: what "all" stands for
	Borders []geo.Region       // countries by ID, for areas given as countries
	Sensors []entente.Sensor   // for sensors given by name
	Files   fs.FS              // for areas given as GeoJSON files; Read takes the policy's own folder
}

// Policy is a member's release policy. It is read-only once read and may be used from many goroutines.
type Policy struct {
	Hash    string // lower-case hex SHA-256 of the file
	member  entente.MemberID
	members []entente.MemberID
	numbers map[entente.MemberID]int // place in members
	single  [][]entente.MemberID     // single[i] holds members[i] alone: the To of labels
	rules   []rule
	sums    [][32]byte // sums[i] is of rules 0 to i and the files they name
	files   []string
}

// Files returns the GeoJSON files that the policy names, relative to World.Files.
func (p *Policy) Files() []string { return slices.Clone(p.files) }

// Keeps says whether the rule of that name stands here as it does in old, after the same rules: whatever it decided there it decides
// here. Then what it let go, and still waits, may go on waiting. Both must have been read in the same [World].
func (p *Policy) Keeps(old *Policy, name string) bool {
	i := slices.IndexFunc(old.rules, func(r rule) bool { return r.name == name })
	return i >= 0 && i < len(p.rules) && p.sums[i] == old.sums[i]
}

// Rules returns the rules' names in their order.
func (p *Policy) Rules() []string {
	names := make([]string, len(p.rules))
	for i := range p.rules {
		names[i] = p.rules[i].name
	}
	return names
}

// Member returns whose policy it is.
func (p *Policy) Member() entente.MemberID { return p.member }

// Decide says whether the item may go to a member now. The first rule that matches decides. What a rule asks for and the
// item does not tell (position, height, identity, sensors) counts against release: a rule that releases does not match
// then, one that denies does. It is pure and does not allocate.
func (p *Policy) Decide(item *Item, to entente.MemberID, now entente.Instant) Decision {
	n, why := p.admit(item, to, now)
	if why != 0 {
		return Decision{Why: why}
	}
	for i := range p.rules {
		r := &p.rules[i]
		if r.match(item, n) != matches {
			continue
		}
		if r.deny {
			return Decision{Rule: r.name, Why: Denied}
		}
		return p.grant(r, item, n, now)
	}
	return Decision{Why: NoRule}
}

// admit applies what no rule can change, and returns the addressee's number.
func (p *Policy) admit(item *Item, to entente.MemberID, now entente.Instant) (int, Why) {
	n, ok := p.numbers[to]
	switch {
	case !ok || to == p.member:
		return 0, NoMember
	case to == item.Origin:
		return 0, ToOrigin
	}
	if item.Origin != p.member {
		if item.Label.Origin != item.Origin {
			return 0, NotOnward
		}
		if why := onward(&item.Label, to, now); why != 0 {
			return 0, why
		}
	}
	for i := range item.Contributions {
		c := &item.Contributions[i]
		if c.Member == p.member || c.Member == to {
			continue
		}
		if c.Label.Origin != c.Member {
			return 0, NotOnward
		}
		if why := onward(&c.Label, to, now); why != 0 {
			return 0, why
		}
	}
	return n, 0
}

// onward says why an item under this label may not be passed on, zero when it may.
func onward(l *entente.Label, to entente.MemberID, now entente.Instant) Why {
	switch {
	case !l.Onward || !slices.Contains(l.To, to):
		return NotOnward
	case l.Expires != 0 && now >= l.Expires:
		return Expired
	}
	return 0
}

// grant makes the decision of a rule that releases.
func (p *Policy) grant(r *rule, item *Item, n int, now entente.Instant) Decision {
	d := Decision{
		Release: true, Rule: r.name, Why: ByRule, Every: r.every, Precision: r.precision, Strip: r.strip,
		Label: entente.Label{
			Origin: p.member, To: p.single[n], Policy: p.Hash, Rule: r.name, Delay: r.delay, Precision: r.precision,
		},
	}
	if r.expires > 0 {
		d.Label.Expires = now.Add(r.expires)
	}
	if item.Time != 0 && r.delay > 0 {
		d.NotBefore = item.Time.Add(r.delay)
	} else if r.delay > 0 {
		d.NotBefore = now.Add(r.delay)
	}
	foreign := false
	for i := range item.Contributions {
		if c := &item.Contributions[i]; c.Member != p.member {
			foreign = true
			d.narrow(&c.Label)
		}
	}
	switch {
	case item.Origin != p.member:
		// The origin's own word goes on; this member can only narrow it.
		mine := d.Label
		d.Label = item.Label
		d.narrow(&mine)
		d.Precision = d.Label.Precision
	case r.onward && !foreign:
		d.Label.To, d.Label.Onward = r.members, true
	}
	return d
}

// narrow takes over what is stricter in l.
func (d *Decision) narrow(l *entente.Label) {
	d.Label.Delay = max(d.Label.Delay, l.Delay)
	d.Label.Precision = max(d.Label.Precision, l.Precision)
	d.Precision = max(d.Precision, l.Precision)
	if l.Expires != 0 && (d.Label.Expires == 0 || l.Expires < d.Label.Expires) {
		d.Label.Expires = l.Expires
	}
}
