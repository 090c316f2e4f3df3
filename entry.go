package entente

// Entry is one aircraft in a member's picture: the fused state and everyone whose track went into it.
type Entry struct {
	Number         uint32         `json:"number"` // stable at this node for the aircraft's life in the picture
	Track          Track          `json:"track"`  // fused; Origin is the member whose track leads
	Identification Identification `json:"identification"`
	Contributions  []Contribution `json:"contributions"`
	Conflict       string         `json:"conflict,omitempty"` // "mode A 1234 by BLR, 4321 by RUS": shown, never hidden
}

// Contribution is one member's track in an entry.
type Contribution struct {
	Member   MemberID `json:"member"`
	Track    TrackID  `json:"track"`
	Time     Instant  `json:"time"`     // of applicability of the last state used
	Received Instant  `json:"received"` // at this node
	Label    Label    `json:"label"`
}
