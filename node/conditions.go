package node

import (
	"context"
	"strings"

	"entente"
	"entente/council"
)

// The rooms that say what holds. The prefix of a condition's rule names its room, so that stored alerts find it again.
const (
	scopeAirspace = "airspace"
	scopeCouncil  = "council"
	scopeWatch    = "watch"
	scopePicture  = "picture"
	scopeSettings = "settings"
)

func scopeOf(rule string) string {
	switch first, _, _ := strings.Cut(rule, "."); first {
	case "obligation", "silence":
		return scopeCouncil
	case "watch":
		return scopeWatch
	case "picture":
		return scopePicture
	case "settings":
		return scopeSettings
	default:
		return scopeAirspace
	}
}

// warnEvery is how many ticks lie between looks at what changes slowly: the council and the watch.
const warnEvery = 10

// warn gives the alert desk what holds now, room by room.
func (n *Node) warn(ctx context.Context, entries []entente.Entry, now entente.Instant, tick int) {
	n.observe(ctx, scopeAirspace, n.airspace.Evaluate(entries, n.heard(), now))
	n.observe(ctx, scopePicture, n.picture.Conditions())
	n.observe(ctx, scopeSettings, n.reread.conditions(now))
	if tick%warnEvery != 0 {
		return
	}
	var due []entente.Condition
	n.assembly.query(func(s *council.State) {
		for _, c := range s.Conditions(now) {
			if c.Member == "" || c.Member == n.config.Member { // another member's business is its own node's to raise
				due = append(due, c)
			}
		}
	})
	n.observe(ctx, scopeCouncil, due)
	n.observe(ctx, scopeWatch, n.reading.conditions(now))
}

func (n *Node) observe(ctx context.Context, scope string, conditions []entente.Condition) {
	if err := n.alerts.observe(ctx, scope, conditions); err != nil {
		n.fail(scope, err)
	}
}

// conditions are the indicators whose threshold is reached.
func (r *readingRoom) conditions(now entente.Instant) (out []entente.Condition) {
	if len(r.node.config.Indicators) == 0 {
		return nil
	}
	r.mu.Lock()
	events, feeds := r.desk.Events(), r.states
	r.mu.Unlock()
	for _, in := range r.node.config.Indicators {
		if c, ok := in.Measure(now, events, feeds).Condition(); ok {
			out = append(out, c)
		}
	}
	return out
}
