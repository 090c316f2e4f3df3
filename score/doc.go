// Package score gives the figures of tracks against truth: GOSPA, OSPA, SIAP, identity switches, accuracy, consistency.
//
// In go a truth CSV and a tracks CSV (.gz too), out comes one [Figures]. At each distinct truth time every track's latest
// row at or before it is moved there with its own velocity, unless older than Options.MaxAge; no later row is used, so
// the figures are those of a live picture.
//
//	truth, err := score.OpenTruth("truth.csv.gz")
//	tracks, err := score.OpenTracks("tracks.csv")
//	f := score.Score(truth, tracks, score.Options{})
//	json.NewEncoder(os.Stdout).Encode(f)
package score
