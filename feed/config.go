package feed

import (
	"fmt"
	"time"

	"entente"
	"entente/asterix"
)

// Config says where a feed's bytes come from and what they are.
type Config struct {
	// Name is unique in the node; sensors without SAC and SIC are found by it.
	Name string `yaml:"name" json:"name"`
	// URL is udp://group-or-host:port, tcp://host:port (the feed dials and redials), tcp-listen://host:port,
	// file:///path, or a path.
	URL string `yaml:"url" json:"url"`
	// Format is a name of [Formats], or empty or "auto": ASTERIX for UDP, Beast for TCP, by trial for files.
	Format string `yaml:"format" json:"format"`
	// Sensor names the sensor of a feed whose bytes do not: Beast, AVR, SBS, hex. Empty: the one sensor with Feed = Name.
	Sensor string `yaml:"sensor" json:"sensor"`
	// Interface is the network interface on which a multicast group is joined; empty: the system's choice.
	Interface string `yaml:"interface" json:"interface"`
	// Speed of replay of a file: 1 is real time, 60 a minute a second, zero as fast as the sink takes it.
	Speed float64 `yaml:"speed" json:"speed"`
	// Rebase moves the times of a file so that its first plot is now: a recording as if live.
	Rebase bool `yaml:"rebase" json:"rebase"`
	// Date is the day of a recording without dates; zero: the day of its arrival times, else 1970-01-01.
	Date entente.Instant `yaml:"date" json:"date"`
	// Editions are rules such as "21/20/219=2.1" for ASTERIX sources of an edition that is not the default.
	Editions []string `yaml:"editions" json:"editions"`

	// Clock is the time of arrival and the pace of replay; nil is the system's. Tests inject their own.
	Clock Clock `yaml:"-" json:"-"`
}

// Clock tells the time and waits.
type Clock interface {
	Now() entente.Instant
	After(d time.Duration) <-chan time.Time
}

type systemClock struct{}

func (systemClock) Now() entente.Instant                   { return entente.At(time.Now()) }
func (systemClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

func (c *Config) clock() Clock {
	if c.Clock == nil {
		return systemClock{}
	}
	return c.Clock
}

// Options say how a file is read.
type Options struct {
	Format   string          // name of [Formats]; empty or "auto": by trial
	Sensor   string          // sensor of a file whose bytes do not name one; empty: the registry's only one of that kind
	Date     entente.Instant // day of a recording without dates
	Editions []string        // ASTERIX edition rules, "21/20/219=2.1"
}

// rules reads edition rules.
func rules(texts []string) ([]asterix.Rule, error) {
	list := make([]asterix.Rule, 0, len(texts))
	for _, s := range texts {
		r, err := asterix.ParseRule(s)
		if err != nil {
			return nil, fmt.Errorf("reading edition rule: %w", err)
		}
		list = append(list, r)
	}
	return list, nil
}
