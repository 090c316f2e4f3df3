package airspace

import (
	"entente"
	"entente/geo"
)

// Watch judges one member's picture. It keeps what hysteresis needs and is not safe for use from several goroutines.
type Watch struct {
	config    Config
	airspaces *geo.Index
	zones     *geo.Index
}

// New makes a watch.
func New(c Config) (*Watch, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Watch{config: c}, nil
}

// Evaluate returns all conditions that hold now, ordered by key. heard says when each sensor last gave a plot; a sensor
// never heard counts from the first call. Calls go forward in time; an earlier now is taken as the latest.
func (w *Watch) Evaluate(entries []entente.Entry, heard map[entente.SensorID]entente.Instant, now entente.Instant) []entente.Condition {
	return nil
}
