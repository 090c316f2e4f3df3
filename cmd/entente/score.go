package main

import (
	"encoding/json"
	"fmt"

	"entente/score"
)

type scoreCmd struct {
	Truth  string  `required:"" placeholder:"FILE" help:"Truth CSV: time_s,target,lat,lon,altitude_m,ve_mps,vn_mps; .gz too."`
	Tracks string  `required:"" placeholder:"FILE" help:"Tracks CSV as 'entente track' writes it; .gz too."`
	Cutoff float64 `default:"2000" help:"Metres beyond which a track is none of the target's."`
	MaxAge float64 `default:"15" help:"Seconds after its last row that a track is dropped."`
	Warmup float64 `help:"Seconds after each target's first row that are not scored."`
	JSON   bool    `name:"json" help:"Print JSON."`
}

func (scoreCmd) Help() string {
	return "Example: entente score --truth truth.csv.gz --tracks tracks.csv --json"
}

func (c scoreCmd) Run(std streams) error {
	truth, err := score.OpenTruth(c.Truth)
	if err != nil {
		return err
	}
	tracks, err := score.OpenTracks(c.Tracks)
	if err != nil {
		return err
	}
	f := score.Score(truth, tracks, score.Options{Cutoff: c.Cutoff, MaxAge: c.MaxAge, Warmup: c.Warmup})
	b, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		return fmt.Errorf("writing figures: %w", err)
	}
	if c.JSON {
		_, err = fmt.Fprintf(std.out, "%s\n", b)
		return err
	}
	return printFigures(std.out, b)
}
