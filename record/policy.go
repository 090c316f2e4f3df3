package record

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Policy says which logs and witnesses are known and how many witnesses make a head valid: C2SP tlog-policy.
type Policy struct {
	logs      []Key
	witnesses []voter
	groups    []voter
	quorum    string // a witness, a group, or "none"
}

// voter is a witness (with a key) or a group (with members).
type voter struct {
	name    string
	key     Key
	need    int
	members []string
}

// maxPolicy bounds logs, witnesses and groups each.
const maxPolicy = 256

// NewPolicy makes the usual policy: one log, its witnesses, and how many of them are enough.
func NewPolicy(log Key, witnesses []Key, quorum int) (*Policy, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "log %s\n\n", log)
	for _, w := range witnesses {
		fmt.Fprintf(&b, "witness %s %s\n", w.Name(), w)
	}
	if quorum == 0 {
		b.WriteString("quorum none\n")
		return ParsePolicy([]byte(b.String()))
	}
	fmt.Fprintf(&b, "group members %d", quorum)
	for _, w := range witnesses {
		b.WriteString(" " + w.Name())
	}
	b.WriteString("\nquorum members\n")
	return ParsePolicy([]byte(b.String()))
}

// ParsePolicy reads a policy file.
func ParsePolicy(b []byte) (*Policy, error) {
	p := &Policy{}
	for i, line := range bytes.Split(b, []byte("\n")) {
		if c := bytes.IndexFunc(line, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }); c >= 0 {
			return nil, refuse(Malformed, "policy line %d: a control character", i+1)
		}
		words := strings.FieldsFunc(string(line), func(r rune) bool { return r == ' ' || r == '\t' })
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if err := p.line(words); err != nil {
			return nil, refuse(Malformed, "policy line %d: %v", i+1, err)
		}
	}
	if p.quorum == "" {
		return nil, refuse(Malformed, "the policy has no quorum line")
	}
	return p, nil
}

func (p *Policy) line(words []string) error {
	switch {
	case words[0] == "log" && (len(words) == 2 || len(words) == 3):
		return p.addLog(words[1])
	case words[0] == "witness" && (len(words) == 3 || len(words) == 4):
		return p.addWitness(words[1], words[2])
	case words[0] == "group" && len(words) >= 4:
		return p.addGroup(words[1], words[2], words[3:])
	case words[0] == "quorum" && len(words) == 2:
		if p.quorum != "" {
			return fmt.Errorf("a second quorum line")
		}
		if words[1] != "none" && p.find(words[1]) == nil {
			return fmt.Errorf("%q is not defined above", words[1])
		}
		p.quorum = words[1]
		return nil
	}
	return fmt.Errorf("%q with %d words is not known", words[0], len(words))
}

func (p *Policy) addLog(vkey string) error {
	k, err := ParseKey(vkey)
	if err != nil {
		return err
	}
	for _, o := range p.logs {
		if bytes.Equal(o.public, k.public) {
			return fmt.Errorf("the log key stands twice")
		}
	}
	if k.Kind != LogKey || len(p.logs) == maxPolicy {
		return fmt.Errorf("not a log key, or more than %d", maxPolicy)
	}
	p.logs = append(p.logs, k)
	return nil
}

func (p *Policy) addWitness(name, vkey string) error {
	k, err := ParseKey(vkey)
	if err != nil {
		return err
	}
	for _, o := range p.witnesses {
		if bytes.Equal(o.key.public, k.public) {
			return fmt.Errorf("the witness key stands twice")
		}
	}
	if k.Kind != WitnessKey || len(p.witnesses) == maxPolicy || name == "none" || p.find(name) != nil {
		return fmt.Errorf("not a witness key, a name taken, or more than %d", maxPolicy)
	}
	p.witnesses = append(p.witnesses, voter{name: name, key: k})
	return nil
}

func (p *Policy) addGroup(name, need string, members []string) error {
	if name == "none" || p.find(name) != nil || len(p.groups) == maxPolicy {
		return fmt.Errorf("the name %q is taken, or more than %d groups", name, maxPolicy)
	}
	n, err := strconv.Atoi(need)
	switch need {
	case "any":
		n, err = 1, nil
	case "all":
		n, err = len(members), nil
	}
	if err != nil || n < 1 || n > len(members) {
		return fmt.Errorf("%q of %d members", need, len(members))
	}
	for i, m := range members {
		if p.find(m) == nil {
			return fmt.Errorf("%q is not defined above", m)
		}
		for _, g := range append(p.groups, voter{members: members[:i]}) {
			for _, o := range g.members {
				if o == m {
					return fmt.Errorf("%q is listed twice", m)
				}
			}
		}
	}
	p.groups = append(p.groups, voter{name: name, need: n, members: members})
	return nil
}

func (p *Policy) find(name string) *voter {
	for _, list := range [][]voter{p.witnesses, p.groups} {
		for i := range list {
			if list[i].name == name {
				return &list[i]
			}
		}
	}
	return nil
}

// String writes the policy file.
func (p *Policy) String() string {
	var b strings.Builder
	for _, k := range p.logs {
		fmt.Fprintf(&b, "log %s\n", k)
	}
	for _, w := range p.witnesses {
		fmt.Fprintf(&b, "witness %s %s\n", w.name, w.key)
	}
	for _, g := range p.groups {
		fmt.Fprintf(&b, "group %s %d %s\n", g.name, g.need, strings.Join(g.members, " "))
	}
	fmt.Fprintf(&b, "quorum %s\n", p.quorum)
	return b.String()
}

func (p *Policy) keys() []Key {
	list := make([]Key, len(p.witnesses))
	for i, w := range p.witnesses {
		list[i] = w.key
	}
	return list
}

// counted says whether signatures verified before are a quorum.
func (p *Policy) counted(has map[keyName]bool) bool {
	cosigned := map[string]bool{}
	for _, w := range p.witnesses {
		cosigned[w.name] = has[keyName{w.key.Name(), w.key.KeyHash()}]
	}
	return p.reached(p.quorum, cosigned)
}

// reached says whether the witnesses that have cosigned are enough.
func (p *Policy) reached(name string, cosigned map[string]bool) bool {
	v := p.find(name)
	if v == nil {
		return name == "none"
	}
	if v.members == nil {
		return cosigned[name]
	}
	n := 0
	for _, m := range v.members {
		if p.reached(m, cosigned) {
			n++
		}
	}
	return n >= v.need
}

// Cosigner is a witness that has cosigned a head, and when by its clock.
type Cosigner struct {
	Name string    `json:"name"`
	Time time.Time `json:"time"`
}

// Result is what was found in a head, and in a bundle or export under it.
type Result struct {
	Origin   string     `json:"origin"`
	Size     int64      `json:"size"`
	Root     Hash       `json:"-"`
	Index    int64      `json:"index"` // of the entry, with [Verify]
	Entry    []byte     `json:"entry,omitempty"`
	Cosigned []Cosigner `json:"cosigned"`
	Missing  []string   `json:"missing,omitempty"` // witnesses of the policy that have not cosigned
	Valid    bool       `json:"valid"`             // quorum reached
	Complete bool       `json:"complete"`          // no one is missing
}

// Check judges a signed head: by a log of the policy, and cosigned by its quorum. Without a quorum the error is a
// [*Refusal] with [NoQuorum] and the result is filled all the same; with any other error its Origin is empty.
func (p *Policy) Check(signed []byte) (Result, error) {
	c, err := ParseCheckpoint(signed)
	if err != nil {
		return Result{}, err
	}
	for _, log := range p.logs {
		if log.Name() != c.Origin {
			continue
		}
		c, sigs, err := open(signed, log, p.keys()...)
		if err != nil {
			return Result{}, err
		}
		r := Result{Origin: c.Origin, Size: c.Size, Root: c.Root}
		has := map[string]bool{}
		for _, w := range p.witnesses {
			for _, s := range sigs {
				if s.Name == w.key.Name() && s.Hash == w.key.KeyHash() {
					has[w.name] = true
					r.Cosigned = append(r.Cosigned, Cosigner{w.name, lineTime(s.Base64)})
				}
			}
			if !has[w.name] {
				r.Missing = append(r.Missing, w.name)
			}
		}
		r.Valid, r.Complete = p.reached(p.quorum, has), len(r.Missing) == 0
		if !r.Valid {
			return r, refuse(NoQuorum, "%d of %d witnesses have cosigned %s at size %d", len(r.Cosigned), len(p.witnesses), c.Origin, c.Size)
		}
		return r, nil
	}
	return Result{}, refuse(UnknownLog, "the policy does not know the log %.128q", c.Origin)
}
