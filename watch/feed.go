package watch

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"github.com/mmcdole/gofeed"

	"entente"
)

// Item is one entry of a feed as a source of its own. Its bytes are the entry's title and content; its link is kept
// as text and never fetched.
type Item struct {
	Source
	GUID      string
	Published entente.Instant // zero when the entry has none
}

// entityDeclaration opens the door to expansion bombs and outside files; no real feed needs one.
var entityDeclaration = regexp.MustCompile(`(?i)<!ENTITY`)

// SplitFeed reads an RSS, Atom or JSON feed into its items. Of a broken feed the items before the break are returned
// together with the error.
func SplitFeed(s Source) ([]Item, error) {
	if len(s.Bytes) > MaxFeed {
		return nil, tooLarge(s.Name, "the feed", MaxFeed)
	}
	if at := entityDeclaration.FindIndex(s.Bytes); at != nil {
		return nil, &entente.Error{Kind: entente.Refused, Source: s.Name, Offset: int64(at[0]), Reason: "the feed declares XML entities", Next: "ask its publisher for a plain feed"}
	}
	feed, err := gofeed.NewParser().Parse(bytes.NewReader(s.Bytes))
	if err != nil {
		whole, n := mend(s.Bytes)
		bad := &entente.Error{Kind: entente.Malformed, Source: s.Name, Offset: int64(len(s.Bytes)), Reason: "feed: " + firstLine(err.Error()), Next: "fetch it again"}
		if n == 0 {
			return nil, bad
		}
		if feed, err = gofeed.NewParser().Parse(bytes.NewReader(whole)); err != nil {
			return nil, bad
		}
		bad.Reason += fmt.Sprintf("; the %d entries before the break are kept", len(feed.Items))
		items, _ := feedItems(s, feed)
		return items, bad
	}
	return feedItems(s, feed)
}

// mend cuts a torn XML feed after its last whole entry and closes what is open.
func mend(b []byte) (whole []byte, entries int) {
	for _, f := range []struct{ end, closing string }{{"</item>", "</channel></rss>"}, {"</entry>", "</feed>"}} {
		if k := bytes.LastIndex(b, []byte(f.end)); k >= 0 {
			return append(bytes.Clone(b[:k+len(f.end)]), f.closing...), bytes.Count(b[:k+len(f.end)], []byte(f.end))
		}
	}
	return nil, 0
}

func feedItems(s Source, feed *gofeed.Feed) ([]Item, error) {
	var err error
	items := feed.Items
	if len(items) > MaxFeedItems {
		items, err = items[:MaxFeedItems], tooLarge(s.Name, "the number of entries", MaxFeedItems)
	}
	out := make([]Item, 0, len(items))
	for _, it := range items {
		body := it.Content
		if strings.TrimSpace(body) == "" {
			body = it.Description
		}
		// The original is the entry, not the feed: a feed changes with every entry, and the same entry must keep its hash.
		src := Source{
			Name: s.Name, Link: it.Link, Title: strings.TrimSpace(it.Title), Publisher: s.Publisher, Language: feed.Language,
			Media: "text/html; charset=utf-8", Fetched: s.Fetched,
			Bytes: []byte("<h1>" + htmlEscape(strings.TrimSpace(it.Title)) + "</h1>\n" + body),
		}
		if src.Publisher == "" {
			src.Publisher = strings.TrimSpace(feed.Title)
		}
		item := Item{Source: src, GUID: it.GUID}
		if it.PublishedParsed != nil {
			item.Published = instant(*it.PublishedParsed)
		} else if it.UpdatedParsed != nil {
			item.Published = instant(*it.UpdatedParsed)
		}
		out = append(out, item)
	}
	return out, err
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// htmlEscape escapes a title that is plain text; one that already holds entities stays as it is.
func htmlEscape(s string) string {
	if strings.Contains(s, "&") && strings.Contains(s, ";") {
		return s
	}
	return escaper.Replace(s)
}
