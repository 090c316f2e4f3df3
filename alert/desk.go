package alert

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"

	"entente"
)

// Config is what a desk needs; zero fields take the defaults given.
type Config struct {
	Origin entente.MemberID // the node that raises
	Quiet  float64          // seconds after closing in which a cause that comes back raises nothing; default 60
	Keep   int              // closed alerts kept; default 1,000
	Limit  int              // open alerts at most, new ones beyond are refused and counted; default 10,000
}

// Counters count since the desk was made.
type Counters struct {
	Raised  uint64 // alerts raised
	Refused uint64 // conditions that raised nothing as the desk was full or they had no key
	Evicted uint64 // closed alerts forgotten
}

// Desk holds a node's alerts. It may be used from many goroutines.
type Desk struct {
	config Config

	mu       sync.Mutex // guards what follows
	alerts   map[string]*held
	current  map[string]*held // by condition key: the latest alert of that cause
	closed   []string         // closed and ceased, oldest first: what may be forgotten
	open     int
	round    uint64
	counters Counters
}

// held is an alert with what the desk knows of its cause.
type held struct {
	alert  entente.Alert
	scope  string          // whose report carried the cause
	round  uint64          // last report that carried it
	closed entente.Instant // when a person closed it
	queued bool            // in Desk.closed
}

// New makes an empty desk.
func New(c Config) *Desk {
	if c.Quiet == 0 {
		c.Quiet = 60
	}
	if c.Keep == 0 {
		c.Keep = 1000
	}
	if c.Limit == 0 {
		c.Limit = 10_000
	}
	return &Desk{config: c, alerts: map[string]*held{}, current: map[string]*held{}}
}

// Observe takes all conditions that hold now, when one caller knows them all. See [Desk.ObserveFrom].
func (d *Desk) Observe(conditions []entente.Condition, now entente.Instant) []entente.Alert {
	return d.ObserveFrom("", conditions, now)
}

// ObserveFrom takes all conditions that hold now as far as one room knows; scope names the room. Causes it reported
// before and does not report now have ceased; those of other scopes are left alone. It returns the alerts that were
// raised, ceased, came back or grew graver, in the order of their keys. A condition without key is refused and counted; of two with
// one key the first counts.
func (d *Desk) ObserveFrom(scope string, conditions []entente.Condition, now entente.Instant) []entente.Alert {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.round++
	var changed []entente.Alert
	for i := range conditions {
		if h := d.take(scope, &conditions[i], now); h != nil {
			changed = append(changed, clone(h.alert))
		}
	}
	for key, h := range d.current {
		if h.scope != scope || h.round == d.round || h.alert.Ceased != 0 {
			continue
		}
		h.alert.Ceased = now
		changed = append(changed, clone(h.alert))
		d.retire(key, h)
	}
	d.evict()
	slices.SortFunc(changed, func(a, b entente.Alert) int { return strings.Compare(a.Condition.Key, b.Condition.Key) })
	return changed
}

// take notes one condition and returns the alert when that changed it.
func (d *Desk) take(scope string, c *entente.Condition, now entente.Instant) *held {
	h := d.current[c.Key]
	switch {
	case c.Key == "":
		d.counters.Refused++
		return nil
	case h != nil && h.round == d.round && h.scope == scope:
		return nil // the same key twice in one report
	case h == nil, h.alert.State == entente.Closed && h.alert.Ceased != 0 && now.Sub(h.closed) >= d.config.Quiet:
		return d.raise(scope, c, now)
	case h.alert.State == entente.Closed && h.alert.Ceased != 0:
		return nil // back within the quiet time: as if it had not been reported
	case h.alert.State == entente.Closed && c.Severity > h.alert.Condition.Severity:
		return d.raise(scope, c, now) // what was closed was less grave
	}
	h.round, h.scope = d.round, scope
	h.alert.LastSeen = max(h.alert.LastSeen, now)
	h.alert.Count++
	graver := c.Severity > h.alert.Condition.Severity
	if graver {
		h.alert.Condition = *c
		h.alert.Condition.Evidence = slices.Clone(c.Evidence)
	}
	if h.alert.Ceased == 0 && !graver {
		return nil
	}
	h.alert.Ceased = 0
	return h
}

func (d *Desk) raise(scope string, c *entente.Condition, now entente.Instant) *held {
	if d.open >= d.config.Limit {
		d.counters.Refused++
		return nil
	}
	if old := d.current[c.Key]; old != nil && !old.queued && old.alert.State == entente.Closed {
		// Replaced while its cause lasts: nothing will report its end.
		old.alert.Ceased, old.queued = now, true
		d.closed = append(d.closed, old.alert.ID)
	}
	h := &held{scope: scope, round: d.round, alert: entente.Alert{
		ID: d.name(c.Key, now), Condition: *c, State: entente.Raised, Origin: d.config.Origin,
		Raised: now, LastSeen: now, Count: 1, Log: []entente.Handling{},
	}}
	h.alert.Condition.Evidence = slices.Clone(c.Evidence)
	d.alerts[h.alert.ID], d.current[c.Key] = h, h
	d.open++
	d.counters.Raised++
	return h
}

// name makes an ID that any node would make of the same alert, and none of another.
func (d *Desk) name(key string, now entente.Instant) string {
	for n := 0; ; n++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%d\n%d", d.config.Origin, key, now, n))
		id := hex.EncodeToString(sum[:6])
		if d.config.Origin != "" {
			id = strings.ToLower(string(d.config.Origin)) + "-" + id
		}
		if d.alerts[id] == nil {
			return id
		}
	}
}

// retire queues an alert that is closed and whose cause has ceased.
func (d *Desk) retire(key string, h *held) {
	if h.alert.State == entente.Closed && h.alert.Ceased != 0 && !h.queued && d.current[key] == h {
		h.queued = true
		d.closed = append(d.closed, h.alert.ID)
	}
}

// evict forgets the oldest closed alerts beyond those to keep.
func (d *Desk) evict() {
	for len(d.closed) > d.config.Keep {
		h := d.alerts[d.closed[0]]
		d.closed = d.closed[1:]
		delete(d.alerts, h.alert.ID)
		if d.current[h.alert.Condition.Key] == h {
			delete(d.current, h.alert.Condition.Key)
		}
		d.counters.Evicted++
	}
}

// Counters returns a copy of the counts.
func (d *Desk) Counters() Counters {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.counters
}

// clone keeps callers from sharing an alert's slices with the desk.
func clone(a entente.Alert) entente.Alert {
	a.Condition.Evidence = slices.Clone(a.Condition.Evidence)
	a.Log = slices.Clone(a.Log)
	return a
}
