package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"entente"
	"entente/feed"
	"entente/track"
)

// question is TRACK@TIME: which track is to be explained, and when.
type question struct {
	name   string // number, address or callsign
	at     entente.Instant
	daily  bool // at is of the recording's first day
	around float64
	about  track.Explanation
}

// parseQuestion reads TRACK@TIME: TIME is seconds as in a plots file or of the day, a time of day, or RFC 3339.
func parseQuestion(s string, around float64) (*question, error) {
	name, at, ok := strings.Cut(s, "@")
	if !ok || name == "" {
		return nil, fmt.Errorf("reading --explain %s: want TRACK@TIME, such as 12@300, 4B1900@14:05:30 or SWR12@2026-03-01T14:05:30Z", s)
	}
	q := &question{name: name, around: around}
	if v, err := strconv.ParseFloat(at, 64); err == nil && v >= 0 && v < 1e10 {
		q.at, q.daily = entente.FromSeconds(v), v < 86400
		return q, nil
	}
	if t, err := time.Parse("15:04:05.999999999", at); err == nil {
		q.at, q.daily = entente.FromSeconds(float64(t.Hour()*3600+t.Minute()*60+t.Second())+float64(t.Nanosecond())/1e9), true
		return q, nil
	}
	t, err := time.Parse(time.RFC3339Nano, at)
	if err != nil {
		return nil, fmt.Errorf("reading --explain %s: %q is no number of seconds, time of day or RFC 3339", s, at)
	}
	q.at = entente.At(t)
	return q, nil
}

// begin sets the time to explain, once the first plot says of which day it is.
func (q *question) begin(first entente.Instant) {
	const day = 86400 * entente.Second
	if q.daily {
		q.at += first / day * day
		if q.at < first-day/24 { // the recording went on past midnight
			q.at += day
		}
		q.daily = false
	}
	q.about.From, q.about.Until = q.at.Add(-q.around), q.at.Add(q.around)
}

// answer is the decisions about the tracks of the name.
func (q *question) answer() ([]track.Decision, error) {
	ids := map[entente.TrackID]bool{}
	number, err := strconv.ParseUint(q.name, 10, 32)
	for i := range q.about.Decisions {
		if d := &q.about.Decisions[i]; err == nil && d.Track == entente.TrackID(number) {
			ids[d.Track] = true
		}
	}
	if len(ids) == 0 {
		address, err := entente.ParseAddress(q.name)
		callsign := strings.ToUpper(q.name)
		for i := range q.about.Decisions {
			d := &q.about.Decisions[i]
			if err == nil && address != 0 && d.Address == address || d.Callsign.String() == callsign {
				ids[d.Track] = true
			}
		}
	}
	var out []track.Decision
	for _, d := range q.about.Decisions {
		if ids[d.Track] {
			out = append(out, d)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("explaining %s: nothing was decided about it between %v and %v; there were %s", q.name, q.about.From, q.about.Until, q.others())
	}
	return out, nil
}

// others names some tracks of the time.
func (q *question) others() string {
	names := map[entente.TrackID]string{}
	for i := range q.about.Decisions {
		d := &q.about.Decisions[i]
		names[d.Track] = strings.TrimSpace(fmt.Sprint(d.Track, " ", addressText(d.Address), " ", d.Callsign))
	}
	var list []entente.TrackID
	for id := range names {
		list = append(list, id)
	}
	slices.Sort(list)
	var text []string
	for _, id := range list[:min(len(list), 12)] {
		text = append(text, names[id])
	}
	return cmp.Or(strings.Join(text, ", "), "no tracks")
}

func addressText(a entente.Address) string {
	if a == 0 {
		return ""
	}
	return a.String()
}

// sensorNames are the names of the sensors by ID.
func sensorNames(reg *feed.Registry) map[entente.SensorID]string {
	names := map[entente.SensorID]string{}
	for _, s := range reg.Sensors() {
		names[s.ID] = cmp.Or(s.Name, strconv.Itoa(int(s.ID)))
	}
	return names
}

// explainer prints decisions for reading.
type explainer struct {
	w       io.Writer
	sensors map[entente.SensorID]string
	models  []string
}

func (x *explainer) print(all []track.Decision) {
	slices.SortStableFunc(all, func(a, b track.Decision) int { return cmp.Compare(a.Track, b.Track) })
	last := entente.TrackID(0)
	for i := range all {
		d := &all[i]
		if d.Track != last {
			last = d.Track
			fmt.Fprintf(x.w, "track %d %s\n", d.Track, strings.TrimSpace(addressText(d.Address)+" "+d.Callsign.String()))
		}
		x.decision(d)
	}
}

func (x *explainer) decision(d *track.Decision) {
	fmt.Fprintf(x.w, "%s  %s", d.Time.Time().Format("15:04:05.000"), d.What)
	if d.Plot != nil {
		fmt.Fprintf(x.w, " %s", x.plot(d))
	}
	if d.Other != 0 {
		fmt.Fprintf(x.w, ", by track %d", d.Other)
	}
	if d.Reason != "" {
		fmt.Fprintf(x.w, ": %s", d.Reason)
	}
	if d.Misses != 0 {
		fmt.Fprintf(x.w, ", misses %.1f", d.Misses)
	}
	if d.Wanted != 0 {
		fmt.Fprintf(x.w, ", score %.1f, bound %.1f", d.Score, d.Wanted)
	}
	fmt.Fprintln(x.w)
	if d.Pair != nil {
		x.evidence(d.Pair)
	}
	if d.What == track.Updated {
		fmt.Fprintf(x.w, "    models %s\n", x.shift(d.Before, d.After))
		fmt.Fprintf(x.w, "    otherwise: the best assignment of its %d-pair cluster without it is %.1f worse, sure %.3f\n", d.Cluster, d.Margin, d.Sure)
	}
	if len(d.With) > 0 {
		fmt.Fprintf(x.w, "    hardly resolved: shared with tracks %v\n", d.With)
	}
	for i := range d.Tracks {
		x.alternative(fmt.Sprintf("this plot to track %d", d.Tracks[i].Track), &d.Tracks[i])
	}
	for i := range d.Plots {
		x.alternative(fmt.Sprintf("plot %d of the group to this track", d.Plots[i].Plot+1), &d.Plots[i])
	}
	if d.What == track.Updated {
		fmt.Fprintf(x.w, "      %-36s ratio %8.1f\n", "this plot to none", 0.0)
	}
}

// plot is what was measured and by whom.
func (x *explainer) plot(d *track.Decision) string {
	p := d.Plot
	s := cmp.Or(x.sensors[d.Sensor], strconv.Itoa(int(d.Sensor)))
	if p.Is(entente.HasPolar) {
		s += fmt.Sprintf(" %.0f m %.3f°", p.Range, p.Azimuth*180/math.Pi)
	} else {
		s += fmt.Sprintf(" %.5f %.5f", p.Lat*180/math.Pi, p.Lon*180/math.Pi)
	}
	switch {
	case p.Is(entente.HasPressureAltitude):
		s += fmt.Sprintf(" height %.0f m", p.PressureAltitude)
	case p.Is(entente.HasAltitude):
		s += fmt.Sprintf(" height %.0f m", p.Altitude)
	}
	if p.Address != 0 {
		s += " " + p.Address.String()
	}
	if p.Is(entente.HasModeA) {
		s += " mode A " + p.ModeA.String()
	}
	return s
}

// evidence prints residuals, and the ratio with its parts.
func (x *explainer) evidence(e *track.Evidence) {
	if len(e.Components) > 0 {
		var parts []string
		for _, c := range e.Components {
			unit, scale := "m", 1.0
			if c.Name == "azimuth" {
				unit, scale = "°", 180/math.Pi
			}
			digits := 0
			if unit == "°" {
				digits = 3
			}
			parts = append(parts, fmt.Sprintf("%s %+.*f%s (%.1f σ)", c.Name, digits, c.Residual*scale, unit, math.Abs(c.Residual)/c.Sigma))
		}
		fmt.Fprintf(x.w, "    measured − foretold: %s; distance² %.1f of %.1f\n", strings.Join(parts, ", "), e.Distance, e.Gate)
	}
	fmt.Fprintf(x.w, "    place %+.1f height %+.1f identity %+.1f kind %+.1f clutter %+.1f detection %+.1f",
		e.Position, e.Height, e.Identity, e.Class, e.Clutter, e.Detection)
	if e.Doubt != 0 {
		fmt.Fprintf(x.w, " tentative %+.1f", e.Doubt)
	}
	fmt.Fprintf(x.w, " = ratio %+.1f: %s\n", e.Ratio, e.Verdict)
}

func (x *explainer) alternative(what string, e *track.Evidence) {
	if len(e.Components) == 0 {
		fmt.Fprintf(x.w, "      %-36s %s\n", what, e.Verdict)
		return
	}
	fmt.Fprintf(x.w, "      %-36s ratio %8.1f  distance² %.1f, identity %+.1f: %s\n", what, e.Ratio, e.Distance, e.Identity, e.Verdict)
}

// shift names the models with their probabilities before and after.
func (x *explainer) shift(before, after []float64) string {
	var parts []string
	for i := range after {
		if before[i] >= 0.005 || after[i] >= 0.005 {
			parts = append(parts, fmt.Sprintf("%s %.2f→%.2f", x.models[i], before[i], after[i]))
		}
	}
	return strings.Join(parts, ", ")
}
