package entente

import "fmt"

// Identity is what a track is taken to be. There is no "hostile": the system ends in a decision by people.
type Identity uint8

// The identities, from nothing known to known bad manners.
const (
	Pending Identity = iota + 1
	AssumedFriend
	Friend
	Neutral
	Suspect
	Unknown
)

var identities = [...]string{
	Pending: "pending", AssumedFriend: "assumed_friend", Friend: "friend",
	Neutral: "neutral", Suspect: "suspect", Unknown: "unknown",
}

// String returns the identity's name.
func (i Identity) String() string {
	if i == 0 || int(i) >= len(identities) {
		return "pending"
	}
	return identities[i]
}

// ParseIdentity reads what String prints.
func ParseIdentity(s string) (Identity, error) {
	for k, name := range identities {
		if k > 0 && name == s {
			return Identity(k), nil
		}
	}
	return 0, fmt.Errorf("identity %q: want pending, assumed_friend, friend, neutral, suspect or unknown", s)
}

// MarshalText writes the identity's name.
func (i Identity) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the identity's name.
func (i *Identity) UnmarshalText(b []byte) (err error) {
	*i, err = ParseIdentity(string(b))
	return err
}

// Identification is an identity with the reason for it: a rule's name, or a person's.
type Identification struct {
	Identity  Identity `json:"identity"`
	Criterion string   `json:"criterion"`    // "ADS-B with a member's registration", "no transponder", …
	By        string   `json:"by,omitempty"` // person; empty when a rule set it
	Time      Instant  `json:"time"`
}
