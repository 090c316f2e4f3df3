package node

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"entente"
	"entente/picture"
	"entente/web"
)

// actTrust is the act by which a person says what is done with a partner's tracks.
const actTrust = "partner.trust"

// trusting is the data of a partner.trust act.
type trusting struct {
	Partner entente.MemberID `json:"partner"`
	Trust   entente.Trust    `json:"trust"`
	Reason  string           `json:"reason"`
}

// SetTrust has a person say what is done with a partner's tracks: signed and kept, then done.
func (n *Node) SetTrust(ctx context.Context, person string, partner entente.MemberID, trust entente.Trust, reason string) error {
	if !n.allies.has(partner) {
		return missing("partner", string(partner))
	}
	if person == "" || reason == "" {
		return &entente.Error{Kind: entente.Malformed, Source: "trust", Offset: -1, Reason: "no person or no reason", Next: "say who sets it and why"}
	}
	if err := n.signAct(ctx, actTrust, person, trusting{partner, trust, reason}); err != nil {
		return err
	}
	if err := n.picture.SetTrust(partner, trust); err != nil {
		return err
	}
	n.touch(web.TopicLinks)
	return nil
}

// retrust does again what the last act on a partner said; acts come in their order.
func (n *Node) retrust(a *entente.Act) error {
	var d trusting
	if err := json.Unmarshal(a.Data, &d); err != nil {
		return fmt.Errorf("reading own act %d: %w", a.Seq, err)
	}
	if !n.allies.has(d.Partner) {
		return nil // no partner any more
	}
	return n.picture.SetTrust(d.Partner, d.Trust)
}

// Links is the state of exchange with each partner, in the members' order, and what the picture makes of its tracks.
func (n *Node) Links() []web.Link {
	byMember := map[entente.MemberID]web.Link{}
	partners := map[entente.MemberID]picture.Partner{}
	for _, p := range n.picture.Partners(nil) {
		partners[p.Member] = p
	}
	for _, l := range n.exchange.Links() {
		p := partners[l.Partner]
		w := web.Link{Partner: l.Partner, State: linkState(l), Address: l.Address, Push: l.Push, Pushing: l.Pushing, LastIn: max(l.LastItem, l.LastLive), Lag: l.Lag,
			Accepted: l.Received + l.RecvLive, Released: l.Sent + l.SentLive, Tracks: p.Tracks, Note: l.LastError,
			Trust: p.Trust.String(), Fused: p.Fused, Doubtful: p.Doubtful, Registration: registrationOf(p.Registration)}
		if len(l.Refused) > 0 {
			w.Refused = map[string]uint64{}
			for reason, count := range l.Refused {
				w.Refused[string(reason)] = count
			}
		}
		byMember[l.Partner] = w
	}
	out := make([]web.Link, 0, len(byMember))
	for _, m := range n.partners {
		if l, ok := byMember[m]; ok {
			out = append(out, l)
			delete(byMember, m)
		}
	}
	for _, m := range slices.Sorted(maps.Keys(byMember)) {
		out = append(out, byMember[m])
	}
	return out
}

func registrationOf(r picture.Registration) *web.Registration {
	if r.Pairs == 0 && r.Jumped == 0 {
		return nil
	}
	return &web.Registration{East: r.East, North: r.North, Up: r.Up, Clock: r.Clock, SigmaEast: r.SigmaEast, SigmaNorth: r.SigmaNorth,
		SigmaUp: r.SigmaUp, SigmaClock: r.SigmaClock, Pairs: r.Pairs, Applied: r.Applied, Jumped: r.Jumped != 0}
}
