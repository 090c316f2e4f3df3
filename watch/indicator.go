package watch

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"entente"
)

// Indicator is a counted formula over confirmed events: how many of these types, at this place or among these actors,
// within a window. Formula, threshold and version are the analysts'; an alert shows all of them.
type Indicator struct {
	ID        string              `json:"id" yaml:"id"`
	Version   int                 `json:"version" yaml:"version"`
	Title     string              `json:"title" yaml:"title"`
	Types     []entente.EventType `json:"types" yaml:"types"`
	Modality  []entente.Modality  `json:"modality,omitempty" yaml:"modality"` // empty: asserted and reported_claim
	Place     string              `json:"place,omitempty" yaml:"place"`       // place, region or a name in near
	Actors    []string            `json:"actors,omitempty" yaml:"actors"`     // all of them take part; two make a pair
	Days      int                 `json:"days" yaml:"days"`                   // window, by the event's date, else its confirmation
	Threshold int                 `json:"threshold" yaml:"threshold"`         // holds from this count on
	Severity  entente.Severity    `json:"severity" yaml:"severity"`
	Member    entente.MemberID    `json:"member,omitempty" yaml:"member"` // whose border or concern
	Feeds     []string            `json:"feeds,omitempty" yaml:"feeds"`   // whose silence makes the count doubtful
}

// Level is an indicator at one time. A count with silent feeds is a lower bound, and Doubtful says so.
type Level struct {
	Indicator Indicator       `json:"indicator"`
	Time      entente.Instant `json:"time"`
	Count     int             `json:"count"`
	Holds     bool            `json:"holds"`
	Doubtful  bool            `json:"doubtful"`
	Silent    []string        `json:"silent,omitempty"`
	Events    []string        `json:"events,omitempty"` // those counted
	Formula   string          `json:"formula"`
}

// ParseIndicators reads a YAML file of indicators ("indicators: [...]") and checks each.
func ParseIndicators(name string, b []byte) ([]Indicator, error) {
	var file struct {
		Indicators []Indicator `yaml:"indicators"`
	}
	if err := parseYAML(name, b, &file); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, in := range file.Indicators {
		if err := in.Check(); err != nil {
			return nil, err
		}
		if seen[in.ID] {
			return nil, &entente.Error{Kind: entente.Malformed, Source: name, Offset: -1, Reason: "indicator " + in.ID + " stands twice", Next: "give each its own id"}
		}
		seen[in.ID] = true
	}
	return file.Indicators, nil
}

// Check says what is wrong with an indicator's definition.
func (in Indicator) Check() error {
	if in.ID == "" || len(in.Types) == 0 || in.Days < 1 || in.Threshold < 1 {
		return &entente.Error{Kind: entente.Malformed, Source: "indicator " + in.ID, Offset: -1, Reason: "id, types, days or threshold is missing", Next: "an indicator needs a name, at least one event type, a window of a day or more and a threshold of one or more"}
	}
	return nil
}

// Formula says in words what is counted.
func (in Indicator) Formula() string {
	types := make([]string, len(in.Types))
	for k, t := range in.Types {
		types[k] = string(t)
	}
	s := "confirmed " + strings.Join(types, " or ")
	if in.Place != "" {
		s += " at " + in.Place
	}
	if len(in.Actors) > 0 {
		s += " with " + strings.Join(in.Actors, " and ")
	}
	return fmt.Sprintf("%s within %d days, at least %d", s, in.Days, in.Threshold)
}

// Measure counts the indicator at now over the confirmed events, with the feeds as they stand.
func (in Indicator) Measure(now entente.Instant, events []entente.ConfirmedEvent, feeds []FeedState) Level {
	l := Level{Indicator: in, Time: now, Formula: in.Formula()}
	from := now.Add(-float64(in.Days) * 86400)
	for _, e := range events {
		if in.counts(e.Event) && within(e, from, now) {
			l.Count++
			l.Events = append(l.Events, e.ID)
		}
	}
	for _, f := range in.Feeds {
		k := slices.IndexFunc(feeds, func(s FeedState) bool { return s.Name == f })
		if k < 0 || feeds[k].Silent {
			l.Silent = append(l.Silent, f)
		}
	}
	l.Holds, l.Doubtful = l.Count >= in.Threshold, len(l.Silent) > 0
	return l
}

func (in Indicator) counts(e entente.Event) bool {
	want := in.Modality
	if len(want) == 0 {
		want = []entente.Modality{entente.ModalityAsserted, entente.ModalityReportedClaim}
	}
	if !slices.Contains(in.Types, e.Type) || !slices.Contains(want, e.Modality) {
		return false
	}
	if in.Place != "" && e.Place != in.Place && e.Region != in.Place && !slices.Contains(e.Near, in.Place) {
		return false
	}
	have := Actors(e)
	for _, a := range in.Actors {
		if !slices.Contains(have, a) {
			return false
		}
	}
	return true
}

func within(e entente.ConfirmedEvent, from, now entente.Instant) bool {
	at := e.Confirmed
	if d, err := time.Parse(time.DateOnly, e.Date); err == nil {
		at = entente.At(d)
	}
	return at >= from && at <= now
}

// Key names the cause of the level's condition: the same while the same indicator holds.
func (l Level) Key() string { return "watch.indicator/" + l.Indicator.ID }

// Condition states a level that holds as 'watch.indicator', or that its feeds are silent as 'watch.silent'; ok is
// false when there is nothing to state.
func (l Level) Condition() (c entente.Condition, ok bool) {
	in := l.Indicator
	c = entente.Condition{
		Key: l.Key(), Rule: "watch.indicator", Severity: in.Severity, Member: in.Member, Time: l.Time,
		Title: fmt.Sprintf("%s: %d in %d days (threshold %d)", in.Title, l.Count, in.Days, in.Threshold),
		Evidence: []entente.Evidence{
			{Name: "formula", Value: l.Formula, Time: l.Time, From: fmt.Sprintf("%s version %d", in.ID, in.Version)},
		},
	}
	for _, id := range l.Events {
		c.Evidence = append(c.Evidence, entente.Evidence{Name: "event", Value: id, Time: l.Time})
	}
	for _, f := range l.Silent {
		c.Evidence = append(c.Evidence, entente.Evidence{Name: "silent feed", Value: f, Time: l.Time, From: f})
	}
	if !l.Holds && l.Doubtful {
		c.Key, c.Rule, c.Severity = "watch.silent/"+in.ID, "watch.silent", entente.Notice
		c.Title = in.Title + ": not known, silent: " + strings.Join(l.Silent, ", ")
		return c, true
	}
	return c, l.Holds
}
