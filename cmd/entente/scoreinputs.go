package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"entente"
	"entente/feed"
	"entente/score"
	"entente/track"
)

// recording reads the plots and their sensors.
func (c scoreCmd) recording(ctx context.Context, std streams) (*score.Recording, error) {
	f, closer, err := open(c.Sensors, std)
	if err != nil {
		return nil, err
	}
	defer closer()
	reg, err := feed.LoadRegistry(c.Sensors, f)
	if err != nil {
		return nil, err
	}
	var inputs []feed.Input
	for _, name := range c.Plots {
		in, done, err := open(name, std)
		if err != nil {
			return nil, err
		}
		defer done()
		inputs = append(inputs, feed.Input{Name: name, Reader: in})
	}
	var stats feed.Stats
	rec := &score.Recording{}
	err = feed.MergePlots(ctx, inputs, c.options(), reg, func(p []entente.Plot) { rec.Plots = append(rec.Plots, p...) }, &stats)
	if err != nil {
		return nil, err
	}
	rec.Sensors = reg.Sensors()
	for src, n := range stats.Snapshot().Unknown {
		fmt.Fprintf(std.err, "no sensor has SAC %d SIC %d: %d records left out; add it to %s\n", src.SAC, src.SIC, n, c.Sensors)
	}
	if len(rec.Plots) == 0 {
		return nil, fmt.Errorf("no plot in %v; 'entente decode' shows what the files hold", c.Plots)
	}
	return rec, nil
}

func (c scoreCmd) options() feed.Options {
	o := feed.Options{Format: c.Format, Editions: c.Edition}
	if c.Date != "" {
		if day, err := parseDay(c.Date); err == nil { // checked by Validate
			o.Date = day
		}
	}
	return o
}

// openTracks reads tracks from a CSV, or system tracks from a recording.
func (c scoreCmd) openTracks(std streams) (*score.Tracks, error) {
	text, err := isText(c.Tracks)
	if err != nil {
		return nil, err
	}
	if text {
		return score.OpenTracks(c.Tracks)
	}
	s, err := c.systemTracks(c.Tracks, std)
	if err != nil {
		return nil, err
	}
	return &s.tracks, nil
}

// openTruth reads truth from a CSV, or takes system tracks of a recording for it.
func (c scoreCmd) openTruth(std streams) (*score.Truth, error) {
	text, err := isText(c.Truth)
	if err != nil {
		return nil, err
	}
	if text {
		return score.OpenTruth(c.Truth)
	}
	s, err := c.systemTracks(c.Truth, std)
	if err != nil {
		return nil, err
	}
	return &s.truth, nil
}

// systemTracks reads the tracks of category 062 in a recording.
func (c scoreCmd) systemTracks(name string, std streams) (*systemTracks, error) {
	f, closer, err := open(name, std)
	if err != nil {
		return nil, err
	}
	defer closer()
	s := newSystemTracks()
	o := c.options()
	o.Format = "auto"
	sum, err := feed.DecodeFile(name, f, feed.DecodeOptions{Options: o, Sink: s}, io.Discard)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(std.err, "%s: %d system tracks in %d records, %d left out as tentative, simulated or without a place\n", name, s.used, sum.Records, s.left)
	if s.used == 0 {
		return nil, fmt.Errorf("no system track (ASTERIX 062) in %s; 'entente decode --stats' shows what it holds", name)
	}
	return s, nil
}

// isText says whether a file, gzipped or not, begins as text.
func isText(name string) (bool, error) {
	f, err := os.Open(name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	var r io.Reader = bufio.NewReader(f)
	if z, err := gzip.NewReader(r); err == nil {
		r = z
	} else if _, err := f.Seek(0, io.SeekStart); err != nil {
		return false, err
	} else {
		r = f
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(r, head)
	if n == 0 && err != nil && !errors.Is(err, io.EOF) {
		return false, fmt.Errorf("reading %s: %w", name, err)
	}
	return bytes.IndexFunc(head[:n], func(r rune) bool { return r < 9 || r == 0xFFFD }) < 0, nil
}

// writeReference writes the trajectories as a truth CSV with identities and covariance.
func writeReference(name string, s *track.Reconstruction) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	var w io.Writer = f
	end := func() error { return nil }
	if strings.HasSuffix(name, ".gz") {
		z := gzip.NewWriter(f)
		w, end = z, z.Close
	}
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "time_s,target,lat,lon,altitude_m,ve_mps,vn_mps,p_ee,p_en,p_nn,mode_s,mode_a,callsign")
	for i := range s.Trajectories {
		t := &s.Trajectories[i]
		code := ""
		if t.Has&entente.HasModeA != 0 {
			code = t.ModeA.String()
		}
		for k := range t.Points {
			p := &t.Points[k]
			fmt.Fprintf(b, "%.3f,%d,%.7f,%.7f,%.1f,%.2f,%.2f,%.1f,%.1f,%.1f,%s,%s,%s\n", p.Time.Seconds(), t.Number, p.Lat*180/math.Pi, p.Lon*180/math.Pi,
				p.Height, p.VE, p.VN, p.Covariance.At(0, 0), p.Covariance.At(0, 1), p.Covariance.At(1, 1), t.Address, code, csvText(t.Callsign))
		}
	}
	return errors.Join(b.Flush(), end(), f.Close())
}

// csvText is a callsign as a cell: what would need quotes is left out.
func csvText(c entente.Callsign) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == ',' || r == '"' || r > '~' {
			return -1
		}
		return r
	}, c.String())
}
