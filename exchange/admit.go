package exchange

import (
	"crypto/sha256"

	"entente"
	"entente/keys"
)

// verdict is what becomes of an item.
type verdict int

const (
	take verdict = iota // store it
	pass                // authentic but refused: store its cursor alone, so that the chain goes on
	drop                // not believed: as if it had not come
	hold                // stop here and come back: taking what follows would lose it
)

// maxStreams bounds what a partner can have us remember.
const maxStreams = 64

// doorkeeper judges what comes from one partner. Used by one goroutine.
type doorkeeper struct {
	self    entente.MemberID
	from    entente.MemberID
	roster  *keys.Roster
	limits  Limits
	cursors map[string]Cursor // by stream
	broken  map[string]uint64 // epoch whose chain broke, by stream

	liveEpoch, liveSeq uint64
	liveLabel          []byte // last label's bytes and what they say, as it seldom changes
	label              entente.Label
	batch              []entente.Track
}

func newDoorkeeper(self, from entente.MemberID, r *keys.Roster, l Limits) *doorkeeper {
	return &doorkeeper{self: self, from: from, roster: r, limits: l, cursors: map[string]Cursor{}, broken: map[string]uint64{}}
}

// authentic judges who made it and for whom, cheapest questions first.
func (d *doorkeeper) authentic(raw []byte, kind byte, limit int, now entente.Instant) (envelope, *refusal) {
	if len(raw) > limit {
		return envelope{}, refuse(TooLarge, "%d bytes, at most %d", len(raw), limit)
	}
	e, err := parse(raw)
	switch {
	case err != nil:
		return e, err
	case e.kind != kind:
		return e, refuse(Malformed, "an envelope of kind %d where kind %d was due", e.kind, kind)
	case string(e.origin) != string(d.from):
		return e, refuse(WrongOrigin, "made by %.32q on the link of %s", e.origin, d.from)
	case string(e.audience) != string(d.self):
		return e, refuse(WrongAudience, "meant for %.32q", e.audience)
	}
	return e, e.verify(d.roster, d.from, now)
}

// item judges one item of the durable stream. With take and pass the item is filled; the caller stores it and then
// calls stored.
func (d *doorkeeper) item(raw []byte, now entente.Instant) (Item, verdict, *refusal) {
	e, err := d.authentic(raw, kindItem, d.limits.Item, now)
	if err != nil {
		return Item{}, drop, err
	}
	missed, err := d.sequence(&e, raw)
	if err != nil {
		return Item{}, drop, err
	}
	if e.created > now.Add(d.limits.Skew.Seconds()) {
		return Item{}, hold, refuse(FromTheFuture, "made %.1f s ahead of our clock", e.created.Sub(now))
	}
	it, err := e.item(raw)
	if err != nil {
		return Item{}, drop, err
	}
	it.Missed, it.Received = missed, now
	if err := d.labelled(it.Label, e.expires, now); err != nil {
		it.Refused = err.reason
		return it, pass, err
	}
	return it, take, nil
}

func (d *doorkeeper) labelled(l entente.Label, expires, now entente.Instant) *refusal {
	switch {
	case l.Origin != d.from || !l.Allows(d.self):
		return refuse(Mislabelled, "its label is of %.32q to %d members and does not let %s hold it", l.Origin, len(l.To), d.self)
	case expires != 0 && expires <= now || l.Expires != 0 && l.Expires <= now:
		return refuse(Expired, "its time is over")
	}
	return nil
}

// sequence places an authentic item behind the cursor: it returns how many before it are lost.
func (d *doorkeeper) sequence(e *envelope, raw []byte) (missed uint64, err *refusal) {
	stream := string(e.stream)
	c, known := d.cursors[stream]
	if !known {
		if checkName(stream) != nil {
			return 0, refuse(Malformed, "a stream named %.64q", stream)
		}
		if len(d.cursors) >= maxStreams {
			return 0, refuse(OverQuota, "stream %s: %d are held already", stream, maxStreams)
		}
	}
	if epoch, ok := d.broken[stream]; ok && e.epoch <= epoch {
		return 0, refuse(BrokenChain, "%s %d of epoch %d: the chain broke before it", stream, e.seq, e.epoch)
	}
	switch {
	case e.epoch < c.Epoch, e.epoch == c.Epoch && e.seq < c.Seq:
		return 0, refuse(Replayed, "%s %d of epoch %d after %d of epoch %d", stream, e.seq, e.epoch, c.Seq, c.Epoch)
	case e.epoch == c.Epoch && e.seq == c.Seq:
		if sha256.Sum256(raw) == c.Hash {
			return 0, refuse(Replayed, "%s %d again", stream, e.seq)
		}
		return 0, d.breakChain(e, "a second item of this number")
	case e.epoch > c.Epoch:
		c = Cursor{Epoch: e.epoch} // a new numbering starts over
	}
	missed = e.seq - c.Seq - 1
	if missed == 0 && e.prev != c.Hash {
		return 0, d.breakChain(e, "it does not follow the item we hold")
	}
	return missed, nil
}

func (d *doorkeeper) breakChain(e *envelope, why string) *refusal {
	d.broken[string(e.stream)] = e.epoch
	return refuse(BrokenChain, "%s %d of epoch %d: %s", e.stream, e.seq, e.epoch, why)
}

func (d *doorkeeper) stored(it Item) {
	d.cursors[it.Stream] = it.Cursor()
	if epoch, ok := d.broken[it.Stream]; ok && it.Epoch > epoch {
		delete(d.broken, it.Stream)
	}
}

// lives is a judged live batch.
type lives struct {
	label   entente.Label
	tracks  []entente.Track
	created entente.Instant
	lost    uint64 // batches between the last and this one
}

// live judges one live batch; its tracks are valid until the next call.
func (d *doorkeeper) live(raw []byte, now entente.Instant) (lives, *refusal) {
	var out lives
	e, err := d.authentic(raw, kindLive, d.limits.Live, now)
	switch {
	case err != nil:
		return out, err
	case e.epoch < d.liveEpoch || e.epoch == d.liveEpoch && e.seq <= d.liveSeq:
		return out, refuse(Replayed, "live batch %d of epoch %d", e.seq, e.epoch)
	case e.created > now.Add(d.limits.Skew.Seconds()):
		return out, refuse(FromTheFuture, "made %.1f s ahead of our clock", e.created.Sub(now))
	case e.created < now.Add(-d.limits.LiveAge.Seconds()):
		return out, refuse(Stale, "made %.1f s ago", now.Sub(e.created))
	case string(e.typ) != tracksType:
		return out, refuse(UnknownVersion, "live payload of type %.32q", e.typ)
	}
	if e.epoch == d.liveEpoch {
		out.lost = e.seq - d.liveSeq - 1
	}
	d.liveEpoch, d.liveSeq = e.epoch, e.seq
	if d.liveLabel == nil || string(d.liveLabel) != string(e.label) {
		if d.label, err = readLabel(e.label); err != nil {
			d.liveLabel = nil
			return out, err
		}
		d.liveLabel = append([]byte{}, e.label...)
	}
	if err := d.labelled(d.label, e.expires, now); err != nil {
		return out, err
	}
	if d.batch, err = decodeTracks(e.payload, d.from, d.batch); err != nil {
		return out, err
	}
	out.label, out.tracks, out.created = d.label, d.batch, e.created
	return out, nil
}
