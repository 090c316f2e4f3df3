package feed

import (
	"entente"
	"entente/modes"
)

// conversations reads the TCP connections of a capture: each is one source of ASTERIX or of Mode S, told by trial.
type conversations struct {
	open map[int32]*conversation
	make func(c *conversation) // gives a new connection its parts
}

// conversation is one direction of a connection.
type conversation struct {
	splitter
	at entente.Instant // of reception of the octets that are being read
}

// maxConversations bounds how many are remembered; the flows themselves are bounded too.
const maxConversations = 4 * maxFlows

// take reads the next octets of a connection.
func (a *conversations) take(k *packet) {
	c := a.open[k.flow]
	if c == nil {
		if a.open == nil {
			a.open = map[int32]*conversation{}
		}
		if len(a.open) >= maxConversations {
			a.close()
		}
		c = &conversation{}
		a.make(c)
		a.open[k.flow] = c
	}
	c.at = k.at
	if k.lost {
		c.lost(k.offset)
	}
	c.push(k.data, k.offset)
}

// close reads what is left.
func (a *conversations) close() {
	for _, c := range a.open {
		c.close()
	}
	clear(a.open)
}

// conversation makes a connection one of this file's sources.
func (rr *recordReader) conversation(c *conversation) {
	var s *squitters
	var line func([]byte, int64)
	sky := func() *squitters {
		if s == nil {
			s, _ = newSquitters(rr.printer) // the filter compiled before
			rr.skies = append(rr.skies, s)
		}
		return s
	}
	c.parts = splitterParts{
		refuse: rr.bad,
		format: func(name string) { rr.pass("tcp_" + name) },
		run:    func(blocks []byte, at int64) { rr.packet(&packet{data: blocks, at: c.at, offset: at}) },
		frame: func(f *modes.Frame, at int64) {
			sky().received = c.at
			s.frame(f, s.beastStamp(f, c.format == "beast-gps"), at)
		},
		line: func(b []byte, at int64) {
			if sky(); line == nil {
				if line = s.textLine(c.format == "hexcsv"); c.format == "sbs" {
					line = s.sbsLine
				}
			}
			s.received = c.at
			line(b, at)
		},
	}
}

// conversation makes a connection a source of plots: each is a radar's, or a receiver's.
func (f *radarFeed) conversation(c *conversation, o Options) {
	var sky *skyFeed
	var lines *lineFeed
	known := func() bool {
		if sky != nil {
			return true
		}
		sensor, err := adsbSensor(f.reg, o.Sensor, f.name)
		sky, lines = newSkyFeed(f.pipeline, sensor, o.Date), newLineFeed(f.pipeline, sensor)
		if err != nil {
			sky = nil
			f.tally.refuse("unknown_sensor")
			f.tally.text = err.Error()
		}
		return err == nil
	}
	c.parts = splitterParts{
		refuse: f.refuse,
		run:    func(blocks []byte, _ int64) { f.datagram(blocks, c.at) },
		frame: func(fr *modes.Frame, _ int64) {
			if known() {
				sky.gps = c.format == "beast-gps"
				sky.frame(fr, c.at)
			}
		},
		line: func(b []byte, _ int64) {
			var fr modes.Frame
			switch {
			case !known():
			case c.format == "sbs":
				if err := lines.line(b, c.at); err != nil {
					f.tally.text = err.Error()
				}
			case c.format == "avr" && modes.ParseAVR(b, &fr) == nil:
				sky.frame(&fr, c.at)
			case c.format == "hexcsv":
				if err := sky.textLine(true)(b); err != nil {
					f.tally.text = err.Error()
				}
			default:
				f.tally.refuse("avr_line")
			}
		},
	}
}
