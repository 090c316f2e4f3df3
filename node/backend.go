package node

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"entente"
	"entente/release"
	"entente/web"
)

var _ web.Backend = (*Node)(nil)

// Self is the member whose node this is.
func (n *Node) Self() entente.Member {
	m, _ := n.config.Organisation.Member(n.config.Member)
	return m
}

// Members are all members of the organisation, in its order.
func (n *Node) Members() []entente.Member { return slices.Clone(n.config.Organisation.Members) }

// Persons are those who may act for the member here.
func (n *Node) Persons() []web.Person { return slices.Clone(n.config.Persons) }

// Ready says why the node cannot be relied on: a feed that ended.
func (n *Node) Ready() error {
	var errs []error
	for _, f := range n.feeds {
		if why, ok := f.failed.Load().(string); ok {
			errs = append(errs, fmt.Errorf("feed %s ended: %s", f.config.Name, why))
		}
	}
	return errors.Join(errs...)
}

// Revision counts the changes of a topic.
func (n *Node) Revision(t web.Topic) uint64 {
	if r := n.revisions[t]; r != nil {
		return r.Load()
	}
	return 0
}

// Picture appends the confirmed and coasting entries as of now; where many fly, as of the last second.
func (n *Node) Picture(dst []entente.Entry) ([]entente.Entry, entente.Instant) {
	now := n.now()
	if time.Duration(n.pictureTook.Load()) > dear {
		from := len(dst)
		if last, at := n.picture.Last(dst); now.Sub(at) < fresh {
			return last, at
		}
		dst = dst[:from]
	}
	return n.renew(dst, now), now
}

// Entry is one entry, also shortly after it left the picture.
func (n *Node) Entry(number uint32) (entente.Entry, bool) {
	if e, ok := n.picture.Get(number); ok {
		return e, true
	}
	return n.trails.entry(number)
}

// Trail is where an entry has been, oldest first.
func (n *Node) Trail(number uint32, since entente.Instant) []web.TrailPoint {
	return n.trails.since(number, since)
}

// identification is the data of an identity.set act.
type identification struct {
	Entry    uint32           `json:"entry"`
	Address  entente.Address  `json:"address,omitempty"`
	Callsign string           `json:"callsign,omitempty"`
	Identity entente.Identity `json:"identity"`
	Reason   string           `json:"reason"`
}

// SetIdentity has a person say what an entry is taken to be: signed and kept, then shown.
func (n *Node) SetIdentity(ctx context.Context, person string, number uint32, id entente.Identity, reason string) error {
	e, ok := n.picture.Get(number)
	if !ok {
		return missing("entry", fmt.Sprint(number))
	}
	data := identification{number, e.Track.Address, e.Track.Callsign.String(), id, reason}
	if err := n.signAct(ctx, actIdentity, person, data); err != nil {
		return err
	}
	return n.picture.SetIdentity(number, entente.Identification{Identity: id, Criterion: reason, By: person, Time: n.now()})
}

// Sensors are the member's own sensors with their state.
func (n *Node) Sensors() []web.SensorStatus {
	now, heard := n.now(), n.heard()
	biases := n.air.registration()
	var out []web.SensorStatus
	for _, s := range n.config.Registry.Sensors() {
		st := web.SensorStatus{Sensor: s, State: "up", LastPlot: heard[s.ID], Rate: n.air.rates.of(s.ID)}
		if age := now.Sub(st.LastPlot); st.LastPlot == 0 || age > max(3*s.Period, 10) {
			st.State = "silent"
		}
		for _, b := range biases {
			if b.Sensor == s.ID && b.Applied {
				st.Note = fmt.Sprintf("registration: range %+.0f m, azimuth %+.3f°", b.Range, b.Azimuth*degrees)
			}
		}
		for _, f := range n.feeds {
			if f.config.Name != s.Feed {
				continue
			}
			snap := f.stats.Snapshot()
			for _, c := range snap.Errors {
				st.Refused += uint64(c)
			}
			if st.Refused > 0 && st.State == "up" && st.Rate == 0 {
				st.State = "degraded"
			}
			if snap.LastErr != "" && st.Note == "" {
				st.Note = snap.LastErr
			}
		}
		out = append(out, st)
	}
	return out
}

const degrees = 57.29577951308232

// Borders is the GeoJSON by which this node judges.
func (n *Node) Borders() []byte { return n.config.BordersJSON }

// Zones is the GeoJSON of zones.
func (n *Node) Zones() []byte {
	if n.config.ZonesJSON == nil {
		return []byte(`{"type":"FeatureCollection","features":[]}`)
	}
	return n.config.ZonesJSON
}

// Explain says whether and why a partner would see the entry now: what leaves is this node's own track in it.
func (n *Node) Explain(number uint32, partner entente.MemberID) (web.Explanation, error) {
	e, ok := n.picture.Get(number)
	if !ok {
		return web.Explanation{}, missing("entry", fmt.Sprint(number))
	}
	item := release.OfTrack(&e.Track, e.Identification.Identity)
	item.Origin = n.config.Member
	own := slices.ContainsFunc(e.Contributions, func(c entente.Contribution) bool { return c.Member == n.config.Member })
	if !own {
		item = release.OfEntry(&e)
	}
	d, steps := n.sharer.explain(&item, partner, n.now())
	x := web.Explanation{Partner: partner, Entry: number, Released: d.Release, Rule: d.Rule, Steps: steps}
	if d.Release {
		x.Label = &d.Label
	}
	return x, nil
}

// Alerts are own and partners' alerts; closed ones for a day.
func (n *Node) Alerts() []entente.Alert { return n.alerts.list() }

// AckAlert has the person take ownership.
func (n *Node) AckAlert(ctx context.Context, person, id, note string) error {
	return n.alerts.handle(ctx, actAlertAck, person, id, note, n.alerts.desk.Acknowledge)
}

// CloseAlert ends it.
func (n *Node) CloseAlert(ctx context.Context, person, id, note string) error {
	return n.alerts.handle(ctx, actAlertClose, person, id, note, n.alerts.desk.Close)
}
