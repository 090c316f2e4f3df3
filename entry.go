package entente

import (
	"fmt"
	"strconv"
	"strings"
)

// Entry is one aircraft in a member's picture: the fused state and everyone whose track went into it.
type Entry struct {
	Number         uint32         `json:"number"`             // stable at this node for the aircraft's life in the picture
	Reference      Reference      `json:"reference,omitzero"` // names the aircraft to every member that has the same tracks of it
	Track          Track          `json:"track"`              // fused; Origin is the member whose track leads
	Identification Identification `json:"identification"`
	Contributions  []Contribution `json:"contributions"`
	Conflict       string         `json:"conflict,omitempty"` // "mode A 1234 by BLR, 4321 by RUS": shown, never hidden
	Doubt          string         `json:"doubt,omitempty"`    // why it may not be there: "RUS alone reports it where BLR must see it, …"
}

// Contribution is one member's track in an entry.
type Contribution struct {
	Member   MemberID `json:"member"`
	Track    TrackID  `json:"track"`
	Time     Instant  `json:"time"`     // of applicability of the last state used
	Received Instant  `json:"received"` // at this node
	Label    Label    `json:"label"`
	Aside    string   `json:"aside,omitempty"` // why it is shown and not fused; empty: it is fused
}

// Reference names an aircraft without a central authority: by the track, among all that contribute, that started first
// (of equals that of the member first in the alphabet). Every node that holds the same tracks gives the same one, and
// one that holds fewer finds it among its partners' contributions.
type Reference struct {
	Member MemberID
	Track  TrackID
}

// String returns "BLR-17"; the zero reference is empty.
func (r Reference) String() string {
	if r == (Reference{}) {
		return ""
	}
	return string(r.Member) + "-" + strconv.FormatUint(uint64(r.Track), 10)
}

// MarshalText writes "BLR-17".
func (r Reference) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads "BLR-17".
func (r *Reference) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*r = Reference{}
		return nil
	}
	at := strings.LastIndexByte(string(b), '-')
	n, err := strconv.ParseUint(string(b[at+1:]), 10, 32)
	if at < 1 || err != nil {
		return fmt.Errorf("reference %q: want a member and a track number, as in BLR-17", b)
	}
	*r = Reference{MemberID(b[:at]), TrackID(n)}
	return nil
}
