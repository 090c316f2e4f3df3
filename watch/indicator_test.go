package watch

import (
	"errors"
	"strings"
	"testing"
	"time"

	"entente"
)

func confirmed(id string, e entente.Event, at time.Time) entente.ConfirmedEvent {
	return entente.ConfirmedEvent{ID: id, Event: e, Confirmed: entente.At(at)}
}

func TestIndicatorCounts(t *testing.T) {
	now := time.Date(2031, 5, 20, 12, 0, 0, 0, time.UTC)
	buildup := func(modality entente.Modality, date string, near ...string) entente.Event {
		return entente.Event{Type: entente.EventBuildup, Modality: modality, Actor: "ARN", Near: near, Date: date}
	}
	in := Indicator{ID: "vale", Version: 3, Title: "Build-up at the Ruritanian border", Types: []entente.EventType{entente.EventBuildup}, Place: "RUR border", Actors: []string{"ARN"}, Days: 30, Threshold: 2, Severity: entente.Caution, Member: "RUR", Feeds: []string{"wire"}}
	events := []entente.ConfirmedEvent{
		confirmed("in", buildup(entente.ModalityAsserted, "2031-05-10", "RUR border"), now),
		confirmed("claim", buildup(entente.ModalityReportedClaim, "2031-04-21", "Bree", "RUR border"), now),
		confirmed("old", buildup(entente.ModalityAsserted, "2031-04-01", "RUR border"), now),
		confirmed("future", buildup(entente.ModalityAsserted, "2031-06-01", "RUR border"), now),
		confirmed("denied", buildup(entente.ModalityDenied, "2031-05-10", "RUR border"), now),
		confirmed("elsewhere", buildup(entente.ModalityAsserted, "2031-05-10", "Zenda"), now),
		confirmed("undated", buildup(entente.ModalityAsserted, "", "RUR border"), now.AddDate(0, 0, -40)),
		confirmed("visit", entente.Event{Type: entente.EventVisit, Modality: entente.ModalityAsserted, Actor: "ARN", Place: "RUR border"}, now),
	}
	speaking := []FeedState{{Name: "wire"}}
	l := in.Measure(entente.At(now), events, speaking)
	if l.Count != 2 || !l.Holds || l.Doubtful || strings.Join(l.Events, " ") != "in claim" {
		t.Fatalf("level: %+v", l)
	}
	c, ok := l.Condition()
	if !ok || c.Rule != "watch.indicator" || c.Key != "watch.indicator/vale" || c.Member != "RUR" || c.Severity != entente.Caution || len(c.Evidence) != 3 {
		t.Fatalf("condition: %+v", c)
	}
	if want := "confirmed BUILDUP at RUR border with ARN within 30 days, at least 2"; c.Evidence[0].Value != want || c.Evidence[0].From != "vale version 3" {
		t.Errorf("formula %q from %q", c.Evidence[0].Value, c.Evidence[0].From)
	}
	if later := in.Measure(entente.At(now.AddDate(0, 0, 10)), events, speaking); later.Key() != c.Key {
		t.Error("the key changed while the cause lasts")
	}
}

// TestSilenceIsNotCalm: below the threshold with a silent feed, the level is doubtful and says so.
func TestSilenceIsNotCalm(t *testing.T) {
	in := Indicator{ID: "x", Title: "Clashes", Types: []entente.EventType{entente.EventArmedClash}, Days: 7, Threshold: 1, Feeds: []string{"wire", "gone"}}
	l := in.Measure(entente.At(time.Unix(1e9, 0)), nil, []FeedState{{Name: "wire", Silent: true}})
	if l.Holds || !l.Doubtful || len(l.Silent) != 2 {
		t.Fatalf("level: %+v", l)
	}
	c, ok := l.Condition()
	if !ok || c.Rule != "watch.silent" || c.Severity != entente.Notice || !strings.Contains(c.Title, "wire, gone") {
		t.Fatalf("condition: %+v", c)
	}
	calm := in.Measure(entente.At(time.Unix(1e9, 0)), nil, []FeedState{{Name: "wire"}, {Name: "gone"}})
	if _, ok := calm.Condition(); ok || calm.Doubtful {
		t.Fatal("a calm level states a condition")
	}
}

func TestIndicatorsFile(t *testing.T) {
	ins, err := ParseIndicators("i.yaml", []byte(`
indicators:
  - {id: vale, version: 1, title: Build-up, types: [BUILDUP, ARMED_CLASH], place: Vale, days: 30, threshold: 2, severity: warning, feeds: [wire]}
`))
	if err != nil || len(ins) != 1 || ins[0].Severity != entente.Warning || len(ins[0].Types) != 2 {
		t.Fatalf("%+v, %v", ins, err)
	}
	for name, text := range map[string]string{
		"no window":   "indicators: [{id: a, types: [VISIT], threshold: 1}]",
		"no types":    "indicators: [{id: a, days: 3, threshold: 1}]",
		"twice":       "indicators: [{id: a, types: [VISIT], days: 3, threshold: 1}, {id: a, types: [VISIT], days: 3, threshold: 1}]",
		"unknown key": "indicators: [{id: a, colour: red}]",
	} {
		_, err := ParseIndicators("i.yaml", []byte(text))
		var e *entente.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
