// Package track turns plots into tracks.
//
// In go plots of any number of sensors, in any order within the window for late plots; out come tracks: one for each
// aircraft however many sensors see it, with state, covariance, identity and life cycle.
//
// Guarantees: the tracks depend on the plots alone, not on the order of their arrival inside the window nor on how they
// were split into batches; memory is bounded by Config.MaxTracks and Config.MaxHeld; no allocation per plot in steady
// state; a plot that cannot be used is counted, never fatal. A Tracker belongs to one goroutine.
//
//	t := track.New(track.Config{Member: "BLR", Sensors: sensors, Window: 2})
//	for batch := range batches {
//		out = t.Process(batch, out[:0]) // tracks updated or ended
//	}
//	out = t.Flush(out[:0]) // end of a recording: what was still held
package track
