package main

import (
	"fmt"

	"entente"
	"entente/sim"
	"time"
)

type simulateCmd struct {
	Scenario string  `arg:"" help:"A scenario's YAML file, or demo or small."`
	Out      string  `short:"o" required:"" placeholder:"DIR" help:"Folder for the recordings, truth.csv and sensors.csv."`
	Duration float64 `default:"600" help:"Seconds."`
	Truth    float64 `default:"1" help:"Seconds between rows of the truth."`
	Start    string  `default:"2023-11-23T09:00:00Z" help:"When it begins."`
	JSON     bool    `name:"json" help:"Print what was written as JSON."`
}

func (simulateCmd) Help() string {
	return "Example: entente simulate demo -o run && entente track --sensors run/sensors.csv run/*.ast -o tracks.csv"
}

func (c simulateCmd) Run(std streams) error {
	s, err := sim.LoadScenario(c.Scenario)
	if err != nil {
		return err
	}
	at, err := time.Parse(time.RFC3339, c.Start)
	if err != nil {
		return fmt.Errorf("reading --start: %w", err)
	}
	p := newProgress(std.err, c.Duration)
	r, err := sim.Record(s, c.Out, sim.RecordOptions{Start: entente.At(at), Duration: c.Duration, Truth: c.Truth, Progress: p.at})
	p.done()
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(std.out, r)
	}
	for _, f := range r.Files {
		fmt.Fprintln(std.out, f)
	}
	return nil
}
