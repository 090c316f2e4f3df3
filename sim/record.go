package sim

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"entente"
)

// RecordOptions say what Record writes.
type RecordOptions struct {
	Start    entente.Instant   // of the scenario; zero: 2023-11-23T09:00:00Z
	Duration float64           // seconds
	Truth    float64           // seconds between rows of the truth; zero: 1
	All      bool              // truth also of aircraft that no sensor can see
	UnixTime bool              // time_s counts from 1970, not from midnight UTC of the day of Start
	Progress func(now float64) // called each simulated second with the seconds done, when set
}

// defaultStart is the morning of the Minsk session of the worked example.
const defaultStart = entente.Instant(1700730000) * entente.Second

// Recorded says what Record wrote.
type Recorded struct {
	Files []string         `json:"files"`
	Bytes map[string]int64 `json:"bytes"` // by feed
	Rows  int              `json:"truth_rows"`
}

// Record runs a scenario and writes a folder: FEED.ast with ASTERIX blocks as sent, FEED.beast with frames, truth.csv
// (time_s,target,lat,lon,altitude_m,ve_mps,vn_mps) and sensors.csv; with several members also truth-MEMBER.csv, what that
// member's sensors could see. ASTERIX has the time of day alone, so time_s counts
// from midnight UTC of the first day, as a reader that is not told the date will count.
func Record(s *Scenario, dir string, o RecordOptions) (Recorded, error) {
	out := Recorded{Bytes: map[string]int64{}}
	if o.Start == 0 {
		o.Start = defaultStart
	}
	if o.Truth <= 0 {
		o.Truth = 1
	}
	if !within(o.Duration, 0, 1e7) {
		return out, &entente.Error{Kind: entente.Implausible, Source: s.Name, Offset: -1, Reason: fmt.Sprintf("duration of %g s", o.Duration), Next: "give one up to 10,000,000 s"}
	}
	w, err := NewWorld(s, o.Start)
	if err != nil {
		return out, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return out, fmt.Errorf("making folder for recording: %w", err)
	}
	f := &folder{dir: dir, feeds: map[string]*bufio.Writer{}}
	err = f.run(w, o, &out)
	return out, errors.Join(err, f.close())
}

// folder is a recording being written.
type folder struct {
	dir   string
	files []*os.File
	feeds map[string]*bufio.Writer
	flush []*bufio.Writer
	err   error // first failure of writing
}

func (f *folder) create(name string, out *Recorded) (*bufio.Writer, error) {
	path := filepath.Join(f.dir, name)
	file, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("making recording: %w", err)
	}
	f.files = append(f.files, file)
	w := bufio.NewWriterSize(file, 1<<16)
	f.flush = append(f.flush, w)
	out.Files = append(out.Files, path)
	return w, nil
}

func (f *folder) close() error {
	var all error
	for i, file := range f.files {
		all = errors.Join(all, f.flush[i].Flush(), file.Close())
	}
	return all
}

func (f *folder) run(w *World, o RecordOptions, out *Recorded) error {
	if err := f.open(w.scenario, out); err != nil {
		return err
	}
	all, err := f.truth("truth.csv", out)
	if err != nil {
		return err
	}
	var each []*csv.Writer
	for _, m := range w.members {
		if len(w.members) < 2 || len(each) == 64 {
			break
		}
		rows, err := f.truth("truth-"+filepath.Base(string(m))+".csv", out)
		if err != nil {
			return err
		}
		each = append(each, rows)
	}
	epoch := o.Start - o.Start%(86400*entente.Second)
	if o.UnixTime {
		epoch = 0
	}
	emit := func(feed string, _ entente.Instant, data []byte) {
		out.Bytes[feed] += int64(len(data))
		_, err := f.feeds[feed].Write(data)
		f.note(err)
	}
	var list []Truth
	for done := 0.0; ; done += o.Truth {
		list = w.Truth(list[:0])
		for i := range list {
			row := list[i].row(epoch)
			if o.All || list[i].Covered {
				out.Rows++
				f.note(all.Write(row))
			}
			for m, rows := range each {
				if list[i].By>>m&1 != 0 {
					f.note(rows.Write(row))
				}
			}
		}
		if done >= o.Duration || f.err != nil {
			break
		}
		w.Step(o.Start.Add(min(done+o.Truth, o.Duration)), emit)
		if o.Progress != nil {
			o.Progress(min(done+o.Truth, o.Duration))
		}
	}
	for _, rows := range append(each, all) {
		rows.Flush()
		f.note(rows.Error())
	}
	return f.err
}

// open makes a file for each feed, and writes the sensors.
func (f *folder) open(s *Scenario, out *Recorded) error {
	for _, feed := range s.Feeds() {
		name := filepath.Base(feed.Name) + map[string]string{"asterix": ".ast", "beast": ".beast"}[feed.Format]
		writer, err := f.create(name, out)
		if err != nil {
			return err
		}
		f.feeds[feed.Name] = writer
	}
	return f.sensors(s, out)
}

// note keeps the first failure of writing.
func (f *folder) note(err error) {
	if err != nil && f.err == nil {
		f.err = fmt.Errorf("writing recording: %w", err)
	}
}

// truth opens a file of truth.
func (f *folder) truth(name string, out *Recorded) (*csv.Writer, error) {
	file, err := f.create(name, out)
	if err != nil {
		return nil, err
	}
	rows := csv.NewWriter(file)
	f.note(rows.Write([]string{"time_s", "target", "lat", "lon", "altitude_m", "ve_mps", "vn_mps"}))
	return rows, nil
}

// row is the truth as CSV: time from an epoch, degrees, metres.
func (t *Truth) row(epoch entente.Instant) []string {
	num := func(v float64, digits int) string { return strconv.FormatFloat(v, 'f', digits, 64) }
	return []string{
		num(t.Time.Sub(epoch), 3), t.Target, num(t.Lat/degree, 7), num(t.Lon/degree, 7), num(t.Altitude, 1), num(t.VE, 2), num(t.VN, 2),
	}
}

// sensors writes sensors.csv.
func (f *folder) sensors(s *Scenario, out *Recorded) error {
	file, err := f.create("sensors.csv", out)
	if err != nil {
		return err
	}
	rows := csv.NewWriter(file)
	list := [][]string{{"id", "kind", "lat", "lon", "height_m", "range_sigma_m", "azimuth_sigma_deg", "period_s", "pd", "max_range_m", "sac", "sic", "owner", "feed"}}
	num := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	for _, r := range s.Radars {
		list = append(list, []string{
			r.Name, r.Kind.String(), num(r.Lat), num(r.Lon), num(r.Height), num(r.RangeSigma), num(r.AzimuthSigma), num(r.Period), num(r.PD), num(r.MaxRange),
			strconv.Itoa(int(r.SAC)), strconv.Itoa(int(r.SIC)), string(r.Member), r.Feed,
		})
	}
	for _, r := range s.Sensors("")[len(s.Radars):] {
		list = append(list, []string{
			r.Name, r.Kind.String(), num(r.Lat / degree), num(r.Lon / degree), num(r.Height), num(r.RangeSigma), "", num(r.Period), num(r.PD), num(r.MaxRange),
			"", "", string(r.Owner), r.Feed,
		})
	}
	return rows.WriteAll(list)
}
