package node

import (
	"context"
	"math"
	"path/filepath"
	"time"

	"entente"
	"entente/store"
)

const (
	historyEvery = 5.0 // seconds between two rows of an aircraft
	houseEvery   = 5 * time.Minute
	inboxKept    = 30 * 24 * time.Hour // partners' items are kept so long as proof of what they sent
)

// openHistory opens the track history, where settings want one.
func (n *Node) openHistory(context.Context) (err error) {
	if n.config.History <= 0 {
		return nil
	}
	n.history, err = store.OpenHistory(filepath.Join(n.config.Dir, "tracks"), store.HistoryOptions{MaxAge: n.config.History.Seconds()})
	return err
}

// keepHistory writes where the picture's aircraft are, once in historyEvery. Only the tick calls it.
func (n *Node) keepHistory(entries []entente.Entry, now entente.Instant) {
	if n.history == nil || now.Sub(n.lastHistory) < historyEvery {
		return
	}
	n.lastHistory = now
	points := make([]store.Point, len(entries))
	for i := range entries {
		points[i] = pointOf(&entries[i])
	}
	if err := n.history.Append(points); err != nil {
		n.fail("history", err)
	}
}

func pointOf(e *entente.Entry) store.Point {
	t := &e.Track
	p := store.Point{Time: int64(t.Time), Number: e.Number, Origin: string(t.Origin), Lat: t.Lat, Lon: t.Lon, Height: float32(t.Height),
		VE: float32(t.VE), VN: float32(t.VN), VU: float32(t.VU), PressureAltitude: float32(math.NaN()), Address: uint32(t.Address), ModeA: -1,
		Callsign: t.Callsign.String(), Identity: e.Identification.Identity.String(), State: t.State.String()}
	if t.Is(entente.HasPressureAltitude) {
		p.PressureAltitude = float32(t.PressureAltitude)
	}
	if t.Is(entente.HasModeA) {
		p.ModeA = int32(t.ModeA)
	}
	return p
}

// housekeeping writes out the track history and forgets partners' items that are old. What was taken from them stays.
func (n *Node) housekeeping(ctx context.Context) {
	t := time.NewTicker(houseEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		n.tidy(ctx)
	}
}

func (n *Node) tidy(ctx context.Context) {
	if n.history != nil {
		if err := n.history.Flush(); err != nil {
			n.fail("history", err)
		}
	}
	before := n.now().Add(-inboxKept.Seconds())
	for _, typ := range []string{typeAct, typeRefusal, typeLog, typeAsk, typeCosign, typeAlert} {
		if _, err := n.store.PruneInbox(ctx, typ, before); err != nil && ctx.Err() == nil {
			n.fail("store", err)
		}
	}
}
