package score

import (
	"cmp"
	"slices"
)

// SIAP are the single integrated air picture attributes (SIAP System Engineering Task Force, technical report 2003-029;
// the identity ones as in Votruba and others 2001 and Stone Soup), every track belonging to its nearest target within
// the cut-off. Ideal: completeness, ambiguity and identity completeness and correctness 1, the others 0 but for the
// longest segment, which is 1.
type SIAP struct {
	Completeness   Number `json:"completeness"`          // C: tracked targets / targets
	Ambiguity      Number `json:"ambiguity"`             // A: belonging tracks / tracked targets
	Spuriousness   Number `json:"spuriousness"`          // S: tracks that belong to none / tracks
	Accuracy       Number `json:"position_accuracy_m"`   // PA: mean distance of belonging tracks
	Velocity       Number `json:"velocity_accuracy_mps"` // VA: mean difference of velocity
	ChangeRate     Number `json:"track_changes_per_s"`   // R: track numbers beyond one that a target needed / time it was tracked
	LongestSegment Number `json:"longest_track_segment"` // LS: longest time with one track / time of existence, over all targets
	TracksPerTruth Number `json:"tracks_per_target"`     // least number of tracks that cover a tracked target's time, mean
	IDCompleteness Number `json:"id_completeness"`       // CID: tracked targets with some identity told; null where truth tells none
	IDCorrectness  Number `json:"id_correctness"`        // IDC: tracked targets with right identities only
	IDAmbiguity    Number `json:"id_ambiguity"`          // IDA: tracked targets with right and wrong ones
}

// siap sums up; step is the time between steps in seconds.
func (w *watcher) siap(f *Figures, step float64) SIAP {
	o := SIAP{Completeness: Number(f.Completeness), Ambiguity: Number(f.Ambiguity), Spuriousness: Number(f.Spuriousness),
		Accuracy: w.distance.mean(), Velocity: w.speed.mean(), IDCompleteness: nan, IDCorrectness: nan, IDAmbiguity: nan}
	changes, tracked, longest, seen, covers, targets := 0, 0, 0, 0, 0, 0
	for i := range w.near {
		seen += w.seen[i]
		if w.tracked[i] == 0 {
			continue
		}
		cover, long := coverOf(w.near[i])
		changes += cover - 1
		covers += cover
		targets++
		tracked += w.tracked[i]
		longest += long
	}
	o.ChangeRate = Number(float64(changes) / (float64(tracked) * step))
	o.LongestSegment = Number(float64(longest) / float64(seen))
	o.TracksPerTruth = Number(float64(covers) / float64(targets))
	if n := w.ids; n.told > 0 {
		per := func(v int) Number { return Number(float64(v) / float64(n.tracked)) }
		o.IDCompleteness, o.IDCorrectness, o.IDAmbiguity = per(n.told), per(n.right), per(n.both)
	}
	return o
}

// coverOf is the least number of track numbers that cover the steps of the spans, taken greedily by reach, and the steps of the
// longest time with one track.
func coverOf(spans []span) (cover, longest int) {
	s := slices.Clone(spans)
	slices.SortStableFunc(s, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	covered, used := -1, map[int]bool{}
	for i := 0; i < len(s); {
		reach, by := covered, -1
		j := i
		for ; j < len(s) && s[j].first <= covered+1; j++ {
			longest = max(longest, s[j].last-s[j].first+1)
			if s[j].last > reach {
				reach, by = s[j].last, s[j].other
			}
		}
		if by < 0 {
			if j < len(s) { // a gap
				covered = s[j].first - 1
			}
			i = j
			continue
		}
		used[by] = true
		covered = reach
		// spans still reaching beyond stay candidates
		keep := s[:0:0]
		for _, v := range s[i:] {
			if v.last > covered {
				keep = append(keep, v)
			}
		}
		s, i = keep, 0
	}
	return len(used), longest
}

// Latency says how old the picture is.
type Latency struct {
	StartDelay Number `json:"start_delay_s"` // from a target's first row to its first track
	AgeMean    Number `json:"age_mean_s"`    // of the rows used, at the times scored
	Age95      Number `json:"age_p95_s"`
	AgeMax     Number `json:"age_max_s"`
	Lag        Number `json:"lag_s"`          // time by which tracks hang behind along their way: stale time stamps show here
	OutputMean Number `json:"output_delay_s"` // from applicability to output, where the tracks tell it
	Output95   Number `json:"output_delay_p95_s"`
}

func (w *watcher) latency(f *Figures, tracks *Tracks) Latency {
	var delays []float64
	for i := range tracks.rows {
		if d := tracks.rows[i].delay; d == d {
			delays = append(delays, d)
		}
	}
	slices.Sort(w.age)
	return Latency{StartDelay: Number(f.StartDelay), AgeMean: Number(mean(w.age)), Age95: Number(percentile(w.age, 95)),
		AgeMax: Number(percentile(w.age, 100)), Lag: w.lag.seconds(), OutputMean: Number(mean(delays)), Output95: Number(percentile(delays, 95))}
}
