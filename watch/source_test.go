package watch

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"entente"
)

const page1 = `<!doctype html><html lang="en"><head><title>Elphberg in Bree</title><meta charset="utf-8">
<meta property="article:published_time" content="2031-05-12T08:00:00Z"><meta property="og:site_name" content="Strelsau Times">
<style>p { margin: 0 }</style><script>var x = "Ruritania supplied Arnor with tanks."</script></head>
<body><nav><a href="/">Home</a> <a href="/war">Ruritania attacks</a></nav>
<article><h1>Elphberg in Bree</h1>
<p>Ruritanian President <b>Rudolf</b>&nbsp;Elphberg visited Bree on&#32;Friday. He met Milo Krasny there and spoke of the border at some length, as both had promised to do before the winter came.</p>
<p>Ruritania supplied Arnor with four helicopters, Elphberg said. The two presidents walked along the river for more than an hour, and reporters were kept at a distance by the guards of the town.</p>
</article><footer>Copyright. <a href="http://evil.example/feed">more</a></footer></body></html>`

func TestReadPage(t *testing.T) {
	rep, ps, _, err := NewReader(fiction(t)).Read(Source{Name: "page", Media: "text/html", Bytes: []byte(page1), Fetched: 7}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if rep.Title != "Elphberg in Bree" || rep.Publisher != "Strelsau Times" || rep.Media != "text/html" || rep.Encoding != "utf-8" || rep.Fetched != 7 {
		t.Errorf("report: %+v", rep)
	}
	if rep.Published.String() != "2031-05-12T08:00:00Z" {
		t.Errorf("published %s", rep.Published)
	}
	if !bytes.Equal(rep.Original, []byte(page1)) || rep.ID != hash([]byte(page1)) {
		t.Error("the original was not kept under its hash")
	}
	if strings.Contains(rep.Text, "attacks") || strings.Contains(rep.Text, "var x") || !strings.Contains(rep.Text, "Rudolf Elphberg visited Bree on Friday") {
		t.Errorf("text: %q", rep.Text)
	}
	var types []string
	for _, p := range ps {
		types = append(types, string(p.Type)+" "+string(p.Modality)+" "+p.Date)
	}
	if got := strings.Join(types, "; "); got != "VISIT asserted 2031-05-09; MEETING asserted ; SUPPLY reported_claim " {
		t.Errorf("proposals: %s", got)
	}
}

const rss = `<?xml version="1.0"?><rss version="2.0"><channel><title>Strelsau Times</title><language>en</language>
<item><title>Krasny &amp; Elphberg meet</title><link>https://times.example/1</link><guid>1</guid><pubDate>Mon, 12 May 2031 10:00:00 GMT</pubDate><description><![CDATA[<p>Milo Krasny met Rudolf Elphberg in Bree on Sunday.</p>]]></description></item>
<item><title>Weather</title><pubDate>Tue, 13 May 2031 10:00:00 GMT</pubDate><description>It rained in Zenda.</description></item>
</channel></rss>`

const atomFeed = `<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title><id>x</id><updated>2031-05-12T10:00:00Z</updated>
<entry><title>Meeting</title><id>1</id><link href="https://wire.example/1"/><updated>2031-05-12T10:00:00Z</updated><content type="html">&lt;p&gt;Milo Krasny met Rudolf Elphberg in Bree on Sunday.&lt;/p&gt;</content></entry></feed>`

const jsonFeed = `{"version":"https://jsonfeed.org/version/1.1","title":"Wire","items":[{"id":"1","url":"https://wire.example/1","title":"Meeting","content_html":"<p>Milo Krasny met Rudolf Elphberg in Bree on Sunday.</p>","date_published":"2031-05-12T10:00:00Z"}]}`

func TestReadFeeds(t *testing.T) {
	for name, text := range map[string]string{"rss": rss, "atom": atomFeed, "json": jsonFeed} {
		t.Run(name, func(t *testing.T) {
			rs, err := NewReader(fiction(t)).ReadAll(Source{Name: name, Bytes: []byte(text)}, 0)
			if err != nil {
				t.Fatal(err)
			}
			r := rs[0]
			if len(r.Proposals) != 1 || r.Proposals[0].Date != "2031-05-11" || r.Proposals[0].Place != "Bree" {
				t.Errorf("proposals: %+v", r.Proposals)
			}
			if r.Report.Published.String() != "2031-05-12T10:00:00Z" || !strings.HasPrefix(r.Report.Link, "https://") || r.Report.Publisher == "" {
				t.Errorf("report: %+v", r.Report)
			}
		})
	}
	rs, _ := NewReader(fiction(t)).ReadAll(Source{Name: "rss", Bytes: []byte(rss)}, 0)
	if len(rs) != 2 || rs[0].Report.Title != "Krasny & Elphberg meet" || rs[1].Report.Title != "Weather" {
		t.Errorf("items: %+v", rs)
	}
}

// TestHalfAFeed: what came before the break is kept, and the break is told.
func TestHalfAFeed(t *testing.T) {
	cut := strings.Index(rss, "It rained")
	items, err := SplitFeed(Source{Name: "half", Bytes: []byte(rss[:cut])})
	var e *entente.Error
	if !errors.As(err, &e) || e.Kind != entente.Malformed || len(items) != 1 {
		t.Fatalf("%d items, %v", len(items), err)
	}
	rs, err := NewReader(fiction(t)).ReadAll(Source{Name: "half", Bytes: []byte(rss[:cut])}, fictionDay)
	if err == nil || len(rs) != 1 || len(rs[0].Proposals) != 1 {
		t.Fatalf("%d readings, %v", len(rs), err)
	}
}

func TestBadSources(t *testing.T) {
	bomb := "<html><body>" + strings.Repeat("<div>", 5000) + "x"
	wide := "<html><body>" + strings.Repeat("<b>x</b>", MaxElements+1)
	laughs := `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><rss version="2.0"><channel><item><title>&lol2;</title></item></channel></rss>`
	for _, c := range []struct {
		name string
		src  Source
		kind entente.ErrorKind
	}{
		{"empty", Source{}, entente.Malformed},
		{"blank", Source{Bytes: []byte(" \n\t ")}, entente.Malformed},
		{"binary", Source{Bytes: []byte("MZ\x00\x00\x01")}, entente.Malformed},
		{"latin-1 undeclared", Source{Bytes: []byte("Vu\x8ei\x87 met Putin.")}, entente.Malformed},
		{"unknown encoding", Source{Media: "text/plain; charset=klingon", Bytes: []byte("x")}, entente.Unsupported},
		{"too large", Source{Bytes: bytes.Repeat([]byte("word "), MaxSource/5+1)}, entente.TooLarge},
		{"text too large", Source{Bytes: bytes.Repeat([]byte("word "), MaxText/5+1)}, entente.TooLarge},
		{"deep page", Source{Media: "text/html", Bytes: []byte(bomb)}, entente.TooLarge},
		{"wide page", Source{Media: "text/html", Bytes: []byte(wide)}, entente.TooLarge},
		{"feed where a report is asked", Source{Bytes: []byte(rss)}, entente.Unsupported},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.src.Name = "bad"
			rep, ps, _, err := Reader{}.Read(c.src, fictionDay)
			var e *entente.Error
			if !errors.As(err, &e) || e.Kind != c.kind || e.Source != "bad" || e.Reason == "" || e.Next == "" {
				t.Fatalf("got %v, want a %s with reason and next step", err, c.kind)
			}
			if len(ps) != 0 || rep.ID != hash(c.src.Bytes) || len(rep.Original) != min(len(c.src.Bytes), MaxSource) {
				t.Error("the original was lost")
			}
		})
	}
	if _, err := SplitFeed(Source{Name: "lol", Bytes: []byte(laughs)}); err == nil || !strings.Contains(err.Error(), "entities") {
		t.Errorf("entity declarations: %v", err)
	}
	if _, err := SplitFeed(Source{Name: "big", Bytes: make([]byte, MaxFeed+1)}); err == nil {
		t.Error("a huge feed was read")
	}
	if _, err := SplitFeed(Source{Name: "none", Bytes: []byte("<rss")}); err == nil {
		t.Error("a torn feed without items was read")
	}
	many := "<rss version=\"2.0\"><channel>" + strings.Repeat("<item><title>x</title></item>", MaxFeedItems+5) + "</channel></rss>"
	if items, err := SplitFeed(Source{Name: "many", Bytes: []byte(many)}); err == nil || len(items) != MaxFeedItems {
		t.Errorf("%d items, %v", len(items), err)
	}
}

func TestEncodings(t *testing.T) {
	for _, c := range []struct{ media, bytes, encoding string }{
		{"text/plain; charset=windows-1251", "\xcf\xf3\xf2\xe8\xed met Krasny.", "windows-1251"},
		{"text/plain", "\xff\xfeP\x00u\x00t\x00i\x00n\x00", "utf-16"},
		{"text/html; charset=windows-1251", "<p>\xcf\xf3\xf2\xe8\xed met Krasny.</p>", "windows-1251"},
		{"", "\xef\xbb\xbfPutin met Krasny.", "utf-8"},
	} {
		rep, _, _, err := Reader{}.Read(Source{Name: "e", Media: c.media, Bytes: []byte(c.bytes)}, fictionDay)
		if err != nil || rep.Encoding != c.encoding || !strings.Contains(rep.Text, "ut") && !strings.Contains(rep.Text, "Путин") {
			t.Errorf("%s %q: %q, %v", c.media, c.bytes, rep.Text, err)
		}
	}
}

func TestDateline(t *testing.T) {
	rep, _, _, err := Reader{}.Read(Source{Name: "d", Bytes: []byte("A headline\n\n23 November 2023\n\nPutin visited Minsk on Tuesday.")}, 0)
	if err != nil || rep.Published.Time().Format(time.DateOnly) != "2023-11-23" {
		t.Fatalf("%v, %v", rep.Published, err)
	}
	_, ps, _, _ := Reader{}.Read(Source{Name: "d", Bytes: []byte("Putin visited Minsk on Tuesday.")}, 0)
	if len(ps) != 1 || ps[0].Date != "" {
		t.Errorf("a relative date without a publication date was resolved: %+v", ps)
	}
}

func TestSentences(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"One. Two! Three? Four", []string{"One.", "Two!", "Three?", "Four"}},
		{"Col. Gen. A. Sidorov met Dr. Brand. He left.", []string{"Col. Gen. A. Sidorov met Dr. Brand.", "He left."}},
		{"The U.S. Secretary of State came at 5 p.m. on Nov. 23. It cost 2.5 million.", []string{"The U.S. Secretary of State came at 5 p.m. on Nov. 23.", "It cost 2.5 million."}},
		{`He said: "We came. We saw." Then he left.`, []string{`He said: "We came.`, `We saw."`, "Then he left."}},
		{"A headline\n\nBody one. Body two.\n\n\nEnd", []string{"A headline", "Body one.", "Body two.", "End"}},
		{"A line that is hard wrapped after sixty or more characters goes on\nin the next line. Then ends.", []string{"A line that is hard wrapped after sixty or more characters goes on\nin the next line.", "Then ends."}},
		{"Photo: someone\nBased on a wire", []string{"Photo: someone", "Based on a wire"}},
		{"List:\n- one\n- two", []string{"List:", "- one", "- two"}},
		{"Wait... what? Yes.", []string{"Wait... what?", "Yes."}},
		{"", nil}, {" \n ", nil}, {"...", []string{"..."}},
	} {
		var got []string
		for _, s := range SplitSentences(c.text) {
			got = append(got, c.text[s.From:s.To])
		}
		if strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%q:\n got %q\nwant %q", c.text, got, c.want)
		}
	}
}

func TestQuotations(t *testing.T) {
	text := `Elphberg said: “We will stay.” "That is false," Krasny replied, adding that "nothing" had changed. According to Brand, it is "a trap".`
	rep, _, _, err := NewReader(fiction(t)).Read(Source{Name: "q", Bytes: []byte(text)}, fictionDay)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, q := range rep.Quotes {
		got = append(got, rep.Text[q.From:q.To]+"/"+q.Speaker)
	}
	if len(got) != 4 || got[0] != "We will stay./Rudolf Elphberg" {
		t.Errorf("quotations: %q", got)
	}
}

func TestWriteProposals(t *testing.T) {
	rs, err := NewReader(fiction(t)).ReadAll(Source{Name: "x", Bytes: []byte("Ruritania supplied Arnor with four tanks. Krasny visited Strelsau.")}, fictionDay)
	if err != nil {
		t.Fatal(err)
	}
	var j, p bytes.Buffer
	if err := WriteProposals(&j, rs, true); err != nil {
		t.Fatal(err)
	}
	if err := WriteProposals(&p, rs, false); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(j.String(), "\n"); n != 2 || !strings.Contains(j.String(), `"type":"SUPPLY"`) || !strings.Contains(j.String(), `"evidence":["Ruritania supplied Arnor with four tanks"]`) {
		t.Errorf("%d lines: %s", n, j.String())
	}
	if n := strings.Count(p.String(), "\n"); n != 2 || !strings.HasPrefix(p.String(), "SUPPLY") {
		t.Errorf("%d lines: %s", n, p.String())
	}
}
