package feed

import (
	"context"
	"time"

	"entente"
)

// pace holds plots back so that a recording runs at a multiple of real time by the times of its plots.
type pace struct {
	ctx    context.Context
	clock  Clock
	speed  float64         // zero: as fast as the sink takes it
	rebase bool            // move times so that the first plot is now
	first  entente.Instant // of the recording
	start  entente.Instant // when it was played
	shift  entente.Instant
}

// granularity is how far ahead of its time a plot may be given to the sink: it keeps batches from falling apart.
const granularity = 20 * entente.Second / 1000

// gap is the longest silence that is replayed; a longer one, as between recordings put together, is jumped over.
const gap = 600.0

func (p *pace) wait(l *pipeline, plot *entente.Plot) {
	if p.start == 0 {
		p.first, p.start = plot.Time, p.clock.Now()
		if p.rebase {
			p.shift = p.start - p.first
		}
	}
	if p.speed > 0 && p.ctx.Err() == nil {
		due := p.start.Add(plot.Time.Sub(p.first) / p.speed)
		ahead := due - p.clock.Now()
		if ahead.Seconds()*p.speed > gap {
			p.first = plot.Time - entente.FromSeconds(p.clock.Now().Sub(p.start)*p.speed)
			ahead = 0
		}
		if ahead > granularity {
			l.flush()
			select {
			case <-p.clock.After(time.Duration(ahead)):
			case <-p.ctx.Done():
			}
		}
	}
	plot.Time += p.shift
	if plot.Arrival != 0 {
		plot.Arrival += p.shift
	}
}
