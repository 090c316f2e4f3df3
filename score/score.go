package score

import (
	"io"

	"entente"
)

// Truth is where the targets were.
type Truth struct{}

// Tracks is what a tracker said of them.
type Tracks struct{}

// OpenTruth reads a truth CSV: time_s,target,lat,lon,altitude_m,ve_mps,vn_mps in degrees; .gz is unpacked.
func OpenTruth(path string) (*Truth, error) { return nil, nil }

// ReadTruth reads a truth CSV; source names it in errors.
func ReadTruth(r io.Reader, source string) (*Truth, error) { return nil, nil }

// OpenTracks reads a tracks CSV: time_s,track,lat,lon,altitude_m[,ve_mps,vn_mps[,p_ee,p_en,p_nn]]; .gz is unpacked.
func OpenTracks(path string) (*Tracks, error) { return nil, nil }

// ReadTracks reads a tracks CSV; source names it in errors.
func ReadTracks(r io.Reader, source string) (*Tracks, error) { return nil, nil }

// Add appends a track as a tracker emitted it; an ended one ends its row of positions.
func (k *Tracks) Add(t entente.Track) {}

// Score compares tracks with truth.
func Score(truth *Truth, tracks *Tracks, o Options) Figures { return Figures{} }
