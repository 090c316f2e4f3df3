package feed

import (
	"entente"
)

// batchSize is how many plots are given to a sink at once at most.
const batchSize = 512

// pipeline carries one goroutine's plots and counts to sink and stats, in batches.
type pipeline struct {
	name  string
	sink  func([]entente.Plot)
	stats *Stats
	tally tally
	batch []entente.Plot
	pace  *pace // nil when not replayed at a speed
	live  bool  // arrival is now: measurement times far from it are not believed
}

func newPipeline(name string, sink func([]entente.Plot), stats *Stats) *pipeline {
	return &pipeline{name: name, sink: sink, stats: stats, batch: make([]entente.Plot, 0, batchSize)}
}

// emit adds a plot of a named sensor to the batch.
func (p *pipeline) emit(plot *entente.Plot, sensor string) {
	if p.pace != nil {
		p.pace.wait(p, plot)
	}
	p.tally.plots++
	if plot.Arrival != 0 {
		p.tally.heard(sensor, plot.Arrival)
	} else {
		p.tally.heard(sensor, plot.Time)
	}
	p.batch = append(p.batch, *plot)
	if len(p.batch) == batchSize {
		p.flush()
	}
}

// flush gives what is there to the sink and the counts to the statistics.
func (p *pipeline) flush() {
	if len(p.batch) > 0 {
		p.sink(p.batch)
		p.batch = p.batch[:0]
	}
	p.stats.add(&p.tally)
}

// refuse counts bytes of a file or stream that could not be read.
func (p *pipeline) refuse(_ int64, reason string, _ int64) { p.tally.refuse(reason) }
