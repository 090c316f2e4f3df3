package entente

import (
	"fmt"
	"strconv"
	"strings"
)

// Format is how a question is put: to all in a session or by letter, to those who want it, or by silence.
type Format string

// The formats.
const (
	Plenary Format = "plenary"
	Limited Format = "limited" // binds those who agree; one objection ends it
	Silence Format = "silence" // those who received the text and let the time pass agree
)

// Absence is what a rule makes of a member who is not there and took no position.
type Absence string

// The settings for absent members. There is no default: a rule must say.
const (
	AbsentBlocks   Absence = "blocks"    // nothing is adopted without it
	AbsentAssents  Absence = "assents"   // counts as agreeing, and is bound
	AbsentNotBound Absence = "not_bound" // neither counts nor is bound
)

// Method is how positions become an outcome.
type Method string

// The methods.
const (
	Consensus      Method = "consensus"       // no objection
	ConsensusMinus Method = "consensus_minus" // no objection but from members the question concerns, at most Minus of them
	Majority       Method = "majority"        // Share of Of agree
)

// Rule is one rule of decision: for a kind of matter and a format in a body.
type Rule struct {
	Matter    string  `json:"matter"` // one of the organisation's matters, "*" for any without a rule of its own
	Format    Format  `json:"format"`
	Quorum    Share   `json:"quorum"` // of the eligible members, taking part
	Absent    Absence `json:"absent"`
	Decide    Method  `json:"decide"`
	Minus     int     `json:"minus,omitempty"`                              // consensus_minus
	Share     Share   `json:"share,omitzero"`                               // majority
	Of        string  `json:"of,omitempty"`                                 // majority: "eligible", "present" or "voting"
	Silence   float64 `json:"silence_min_s,omitempty" yaml:"silence_min_s"` // silence: least seconds it must last
	Accession bool    `json:"accession,omitempty"`                          // members not bound may accede later
	Source    string  `json:"source"`                                       // where it stands, or "setting, source to be checked"
}

// Share is a threshold: "2/3" is at least two thirds, ">1/2" more than half, "4" at least four, "all" everyone.
type Share struct {
	Num, Den int  // Den zero: an absolute count
	More     bool // strictly more
}

// Met says whether n of total reaches the share.
func (s Share) Met(n, total int) bool {
	have, want := n, s.Num
	if s.Den > 0 {
		have, want = n*s.Den, s.Num*total
	}
	if s.More {
		return have > want
	}
	return have >= want
}

// ParseShare reads what String prints.
func ParseShare(text string) (Share, error) {
	bad := fmt.Errorf("share %q: want a count (4), a fraction (2/3), more than one (>1/2) or all", text)
	if text == "all" {
		return Share{Num: 1, Den: 1}, nil
	}
	rest, more := strings.CutPrefix(text, ">")
	num, den, isFraction := strings.Cut(rest, "/")
	s := Share{More: more}
	n, err := strconv.ParseUint(num, 10, 10)
	if err != nil {
		return Share{}, bad
	}
	s.Num = int(n)
	if isFraction {
		d, err := strconv.ParseUint(den, 10, 10)
		if err != nil || d == 0 || n > d || more && n == d {
			return Share{}, bad
		}
		s.Den = int(d)
	}
	return s, nil
}

// String prints the share as ParseShare reads it.
func (s Share) String() string {
	out := strconv.Itoa(s.Num)
	if s.Den > 0 {
		out += "/" + strconv.Itoa(s.Den)
	}
	if s.More {
		return ">" + out
	}
	if s.Den == 1 && s.Num == 1 {
		return "all"
	}
	return out
}

// MarshalText writes what String prints.
func (s Share) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what String prints.
func (s *Share) UnmarshalText(b []byte) (err error) {
	*s, err = ParseShare(string(b))
	return err
}
