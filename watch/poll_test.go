package watch

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"entente"
)

func TestPoller(t *testing.T) {
	var asked []string
	answers := map[string]string{"https://a.example/rss": rss}
	fail := map[string]bool{"https://b.example/rss": true}
	fetch := func(_ context.Context, url string) ([]byte, string, error) {
		asked = append(asked, url)
		if fail[url] {
			return nil, "", errors.New("connection refused")
		}
		return []byte(answers[url]), "application/rss+xml", nil
	}
	feeds := []FeedConfig{
		{Name: "b", URL: "https://b.example/rss", Every: time.Hour},
		{Name: "a", URL: "https://a.example/rss", Every: 10 * time.Minute, Silent: time.Hour},
	}
	p, err := NewPoller(NewReader(fiction(t)), feeds, fetch)
	if err != nil {
		t.Fatal(err)
	}
	now := fictionDay
	got := p.Poll(context.Background(), now)
	if len(got) != 2 || len(got[0].Proposals) != 1 || got[0].Report.Fetched != now || got[0].Report.Source != "a" {
		t.Fatalf("readings: %+v", got)
	}
	st := p.States(now)
	if st[0].Error == "" || !st[0].Silent || st[1].Silent || st[1].Error != "" {
		t.Fatalf("states: %+v", st)
	}
	if got := p.Poll(context.Background(), now.Add(60)); len(got) != 0 || len(asked) != 2 {
		t.Fatal("asked before it was due")
	}
	if got := p.Poll(context.Background(), now.Add(660)); len(got) != 0 || len(asked) != 3 {
		t.Fatal("an item was read twice, or the feed not asked when due")
	}
	if st := p.States(now.Add(7200)); !st[1].Silent || st[1].Answered != now.Add(660) || st[1].Spoke != now {
		t.Fatalf("a feed that answers but says nothing new is silent: %+v", st[1])
	}
	answers["https://a.example/rss"] = strings.Replace(rss, "Weather", "Sunshine", 1)
	if got := p.Poll(context.Background(), now.Add(1400)); len(got) != 1 || got[0].Report.Title != "Sunshine" {
		t.Fatalf("a changed item: %+v", got)
	}
	for _, u := range asked {
		if u != "https://a.example/rss" && u != "https://b.example/rss" {
			t.Errorf("asked %s, which nobody configured", u)
		}
	}
	answers["https://a.example/rss"] = rss[:strings.Index(rss, "It rained")]
	p.Poll(context.Background(), now.Add(2100))
	if st := p.States(now.Add(2100)); st[1].Error == "" {
		t.Error("half a feed left no trace")
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	n := len(asked)
	if p.Poll(cancelled, now.Add(1e6)); len(asked) != n {
		t.Error("asked after the context ended")
	}
}

func TestPollerConfiguration(t *testing.T) {
	for name, f := range map[string]FeedConfig{
		"no name":     {URL: "https://a.example", Every: time.Hour},
		"file":        {Name: "a", URL: "file:///etc/passwd", Every: time.Hour},
		"no host":     {Name: "a", URL: "https:///x", Every: time.Hour},
		"not a url":   {Name: "a", URL: "::", Every: time.Hour},
		"too often":   {Name: "a", URL: "https://a.example", Every: time.Second},
		"no interval": {Name: "a", URL: "https://a.example"},
	} {
		_, err := NewPoller(Reader{}, []FeedConfig{f}, nil)
		var e *entente.Error
		if !errors.As(err, &e) || e.Next == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	two := FeedConfig{Name: "a", URL: "https://a.example", Every: time.Hour}
	if _, err := NewPoller(Reader{}, []FeedConfig{two, two}, nil); err == nil {
		t.Error("one name twice was accepted")
	}
}
