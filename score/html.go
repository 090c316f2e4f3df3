package score

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strings"
	"time"
)

// The page's layout, its style, and that of pictures alone.
var (
	//go:embed report.html.tmpl
	pageTemplate string
	//go:embed report.css
	pageStyle string
	//go:embed picture.css
	pictureStyle string
)

// Names say in the page what was compared; all may be empty.
type Names struct{ Title, Tracks, Truth, Plots string }

// tile is one figure of the summary with what it means.
type tile struct{ Value, Name, Words string }

// casePicture is a case with its drawing.
type casePicture struct {
	Title, Words string
	SVG          template.HTML
}

// sensorPage is a sensor with its charts.
type sensorPage struct {
	*SensorFigures
	Charts  []template.HTML
	Scatter template.HTML
	Words   string
}

// requirementSet are the requirements of one set.
type requirementSet struct {
	Set, Words string
	Rows       []Requirement
	Met, All   int
}

// page is what the template reads.
type page struct {
	Names
	Style        template.CSS
	Report       *Report
	Tiles        []tile
	Verdict      string
	Series, Map  template.HTML
	Cases        []casePicture
	Sets         []requirementSet
	Source       string
	Sensors      []sensorPage
	Rows         [][2]string
	PictureStyle template.CSS
}

// HTML writes the report as one page that needs nothing else: drawings are inline, there is no script.
func (r *Report) HTML(w io.Writer, n Names) error {
	if n.Title == "" {
		n.Title = "Score"
	}
	t, err := template.New("report").Funcs(template.FuncMap{"num": shown, "pct": percent}).Parse(pageTemplate)
	if err != nil {
		return fmt.Errorf("reading the page's layout: %w", err)
	}
	p := page{Names: n, Style: template.CSS(pageStyle), PictureStyle: template.CSS(pictureStyle), Report: r, Source: Source,
		Map: template.HTML(r.scene.overview())}
	if r.HasTracks {
		p.Tiles, p.Verdict, p.Rows = r.tiles(), r.verdict(), r.rows()
		s := &r.Series
		p.Series = template.HTML(timeChart(s.Time, []curve{{"c2", s.Localisation}, {"c3", s.Missed}, {"c4", s.False}, {"c1", s.GOSPA}}, "GOSPA over time and its parts"))
		for i := range r.Cases {
			c := &r.Cases[i]
			title := c.Kind
			if c.Target != "" {
				title += ", target " + c.Target
			} else {
				title += ", track " + strings.Join(c.Tracks, ", ")
			}
			p.Cases = append(p.Cases, casePicture{title + " at " + clock(float64(c.Time)), c.Words(), template.HTML(r.scene.picture(c))})
		}
		p.Sets = r.sets()
	}
	for i := range r.Sensors {
		p.Sensors = append(p.Sensors, r.Sensors[i].page())
	}
	if err := t.Execute(w, &p); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

// shown prints a figure with as many digits as are read.
func shown(v Number) string {
	x := float64(v)
	switch {
	case !v.Known():
		return "–"
	case math.Abs(x) >= 100 || x == math.Trunc(x):
		return fmt.Sprintf("%.0f", x)
	case math.Abs(x) >= 1:
		return fmt.Sprintf("%.2f", x)
	}
	return fmt.Sprintf("%.3g", x)
}

// clock prints a time: seconds of a generated set, UTC of a recording.
func clock(t float64) string {
	const year = 365 * 86400
	if t < year {
		return minutes(t)
	}
	return time.Unix(int64(t), 0).UTC().Format("15:04:05 UTC, 2 January 2006")
}

func percent(v Number) string {
	if !v.Known() {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(v))
}

func (r *Report) tiles() []tile {
	f := &r.Figures
	s := func(v float64) string { return shown(Number(v)) }
	return []tile{
		{s(f.GOSPA) + " m", "GOSPA", "one figure for all errors at once: distance, misses and false tracks; lower is better"},
		{s(f.RMS) + " m", "position error, RMS", fmt.Sprintf("half of the time below %s m, 95 %% below %s m", s(f.P50), s(f.P95))},
		{percent(Number(f.Completeness)), "completeness", fmt.Sprintf("on average %.2g of %d aircraft without a track", f.Missed, f.Truths)},
		{fmt.Sprintf("%.2g", f.False), "tracks too many", "on average, at any moment: twins and tracks of nothing"},
		{fmt.Sprint(f.Switches), "switches", "an aircraft's track number became another's"},
		{s(f.StartDelay) + " s", "until the first track", "from an aircraft's first row on"},
		{shown(r.Trajectory.Value) + " m", "T-GOSPA", "GOSPA with a price for every switch"},
		{fmt.Sprintf("%.2f", float64(f.Tracks)/float64(max(1, f.Truths))), "tracks per aircraft", "over the whole time; 1 is ideal"},
	}
}

// verdict says in plain words how it went.
func (r *Report) verdict() string {
	f := &r.Figures
	var s []string
	switch {
	case f.Completeness > 0.98:
		s = append(s, "Nearly everything that flew was shown.")
	case f.Completeness > 0.9:
		s = append(s, "Most of what flew was shown.")
	default:
		s = append(s, "A good part of what flew was not shown.")
	}
	switch {
	case f.NeverTracked == 1:
		s = append(s, "One aircraft was never shown.")
	case f.NeverTracked > 1:
		s = append(s, fmt.Sprintf("%d aircraft were never shown.", f.NeverTracked))
	}
	switch f.Switches {
	case 0:
		s = append(s, "No aircraft was taken for another.")
	case 1:
		s = append(s, "Once an aircraft's track became another's.")
	default:
		s = append(s, fmt.Sprintf("%d times an aircraft's track became another's.", f.Switches))
	}
	if f.HasNEES {
		switch {
		case f.Inside95 < 0.85:
			s = append(s, "The tracker is surer of itself than it should be.")
		case f.Inside95 > 0.99:
			s = append(s, "The tracker is less sure of itself than it could be.")
		default:
			s = append(s, "The tracker's own word on its accuracy can be believed.")
		}
	}
	if r.Against == "reference" {
		s = append(s, "There is no truth: tracks and sensors are compared with flights reconstructed from the plots themselves, which cannot show what no sensor saw, nor an error that all sensors share.")
	}
	return strings.Join(s, " ")
}

// rows are all figures for the table at the end.
func (r *Report) rows() (out [][2]string) {
	r.Figures.each(func(key, value string) { out = append(out, [2]string{key, value}) })
	add := func(key string, v Number) { out = append(out, [2]string{key, rounded(float64(v))}) }
	t, s, l := &r.Trajectory, &r.SIAP, &r.Latency
	add("t_gospa_m", t.Value)
	add("t_gospa localisation_m", t.Localisation)
	add("t_gospa missed_m", t.Missed)
	add("t_gospa false_m", t.False)
	add("t_gospa switch_m", t.Switch)
	add("t_gospa at_least_m", t.LowerBound)
	add("siap position_accuracy_m", s.Accuracy)
	add("siap velocity_accuracy_mps", s.Velocity)
	add("siap track_changes_per_s", s.ChangeRate)
	add("siap longest_track_segment", s.LongestSegment)
	add("siap tracks_per_target", s.TracksPerTruth)
	add("siap id_completeness", s.IDCompleteness)
	add("siap id_correctness", s.IDCorrectness)
	add("siap id_ambiguity", s.IDAmbiguity)
	add("age_mean_s", l.AgeMean)
	add("age_p95_s", l.Age95)
	add("lag_s", l.Lag)
	add("output_delay_s", l.OutputMean)
	return out
}

// sets parts the requirements.
func (r *Report) sets() (out []requirementSet) {
	words := map[string]string{"5N_C": "5 NM separation, aircraft with transponder", "3N_C": "3 NM separation, aircraft with transponder",
		"5N_N": "5 NM separation, primary radar only", "3N_N": "3 NM separation, primary radar only"}
	for _, q := range r.Requirements {
		if n := len(out); n == 0 || out[n-1].Set != q.Set {
			out = append(out, requirementSet{Set: q.Set, Words: words[q.Set]})
		}
		s := &out[len(out)-1]
		s.Rows = append(s.Rows, q)
		if q.Result != NotMeasured {
			s.All++
		}
		if q.Result == Met {
			s.Met++
		}
	}
	return out
}

// page is the sensor with its charts.
func (s *SensorFigures) page() sensorPage {
	p := sensorPage{SensorFigures: s, Scatter: template.HTML(scatterChart(s))}
	for _, c := range []struct {
		bins        []Bin
		unit, label string
	}{{s.ByAzimuth, "°", "detection by azimuth, °"}, {s.ByRange, "km", "detection by range, km"}, {s.ByLevel, "FL", "detection by flight level"}} {
		if svg := detectionChart(c.bins, c.unit, s.Name+": "+c.label); svg != "" {
			p.Charts = append(p.Charts, template.HTML(`<figure>`+svg+`<figcaption>`+c.label+`</figcaption></figure>`))
		}
	}
	p.Words = s.words()
	return p
}

// words says what stands out of a sensor.
func (s *SensorFigures) words() string {
	var out []string
	far := func(v, sigma, noise Number) bool {
		return v.Known() && math.Abs(float64(v)) > 4*float64(sigma) && math.Abs(float64(v)) > 0.3*float64(noise)
	}
	if far(s.RangeBias, s.RangeBiasSigma, s.RangeSigma) {
		out = append(out, fmt.Sprintf("ranges are off by %.0f m", float64(s.RangeBias)))
	}
	if far(s.AzimuthBias, s.AzimuthBiasSigma, s.AzimuthSigma) {
		out = append(out, fmt.Sprintf("north is off by %.3f°", float64(s.AzimuthBias)))
	}
	if far(s.TimeBias, s.TimeBiasSigma, 0.15) {
		out = append(out, fmt.Sprintf("time stamps are off by %.2f s", float64(s.TimeBias)))
	}
	if s.RangeSigma.Known() && s.StatedRangeSigma > 0 && (s.RangeSigma > 1.5*s.StatedRangeSigma || s.AzimuthSigma > 1.5*s.StatedAzimuth) {
		out = append(out, "its noise is greater than stated")
	}
	if s.PositionSigma.Known() && s.StatedRangeSigma > 0 && s.PositionSigma > 1.5*s.StatedRangeSigma {
		out = append(out, "its positions are worse than stated")
	}
	if len(out) == 0 {
		return "Nothing stands out."
	}
	return strings.ToUpper(out[0][:1]) + strings.Join(out, "; ")[1:] + "."
}
