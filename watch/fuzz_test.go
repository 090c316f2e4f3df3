package watch

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"entente"
)

// refusal says whether err is one that names source, reason and next step.
func refusal(err error) bool {
	var e *entente.Error
	return errors.As(err, &e) && e.Reason != ""
}

// checkReading holds what must be true of any reading, whatever the bytes.
func checkReading(t *testing.T, src []byte, rep entente.Report, ps []entente.Proposal, qs []Question, err error) {
	t.Helper()
	if rep.ID != hash(src) {
		t.Fatal("the report's ID is not the hash of its bytes")
	}
	if err != nil {
		if !refusal(err) {
			t.Fatalf("%T: %v", err, err)
		}
		return
	}
	last := 0
	for _, s := range rep.Sentences {
		if s.From < last || s.To <= s.From || s.To > len(rep.Text) {
			t.Fatalf("sentence %v after %d in %d bytes", s, last, len(rep.Text))
		}
		last = s.To
	}
	for _, p := range ps {
		if len(p.Spans) == 0 || len(p.Spans) != len(p.Evidence) || p.Type == "" || p.Modality == "" || p.Rule == "" || p.Why == "" {
			t.Fatalf("incomplete proposal: %+v", p)
		}
		for k, s := range p.Spans {
			if rep.Text[s.From:s.To] != p.Evidence[k] {
				t.Fatalf("evidence %q is not at %v", p.Evidence[k], s)
			}
		}
	}
	for _, q := range qs {
		if q.Text == "" || q.Span.To > len(rep.Text) || q.Span.From >= q.Span.To {
			t.Fatalf("question: %+v", q)
		}
	}
	if !utf8.ValidString(rep.Text) {
		t.Fatal("the text is not UTF-8")
	}
}

func FuzzReadText(f *testing.F) {
	files, _ := filepath.Glob("testdata/articles/*.txt")
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("the the of of Ruritania's 's to to not to be"))
	r := NewReader(fiction(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		rep, ps, qs, err := r.Read(Source{Name: "f", Media: "text/plain", Bytes: b}, fictionDay)
		checkReading(t, b, rep, ps, qs, err)
	})
}

func FuzzReadPage(f *testing.F) {
	f.Add([]byte(page1))
	f.Add([]byte("<p>a<p>b<table><td>c</b></i>&#0;&nbsp"))
	r := NewReader(fiction(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		rep, ps, qs, err := r.Read(Source{Name: "f", Media: "text/html", Bytes: b}, fictionDay)
		checkReading(t, b, rep, ps, qs, err)
	})
}

func FuzzSplitFeed(f *testing.F) {
	f.Add([]byte(rss))
	f.Add([]byte(atomFeed))
	f.Add([]byte(jsonFeed))
	f.Add([]byte(rss[:len(rss)/2]))
	f.Fuzz(func(t *testing.T, b []byte) {
		items, err := SplitFeed(Source{Name: "f", Bytes: b})
		if len(items) > MaxFeedItems {
			t.Fatal("too many items")
		}
		if err != nil && !refusal(err) {
			t.Fatalf("%T: %v", err, err)
		}
	})
}

func FuzzDates(f *testing.F) {
	f.Add("23rd of November 2023", int64(fictionDay))
	f.Add("the end of the first quarter of 2032 in three days ago", int64(0))
	f.Add("29 February", int64(-1))
	f.Fuzz(func(t *testing.T, text string, at int64) {
		toks := tokenise(text, 0)
		for k := range toks {
			w, n, ok := dateAt(toks[k:], entente.Instant(at))
			if ok && (n < 1 || n > len(toks)-k || w.precision == "") {
				t.Fatalf("%q: %+v over %d tokens", text, w, n)
			}
			if v, n, ok := numberAt(toks[k:]); ok && (n < 1 || n > len(toks)-k || v != v) {
				t.Fatalf("%q: %v over %d tokens", text, v, n)
			}
		}
	})
}

func FuzzRegister(f *testing.F) {
	b, err := os.ReadFile("testdata/register.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte("states: [{id: A, name: A, from: 2031-02-30}]"))
	f.Add([]byte("a: &a [*a, *a]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ParseRegister("f", b)
		if err != nil && !refusal(err) {
			t.Fatalf("%T: %v", err, err)
		}
		if err == nil {
			if _, err := r.Extend(&Register{}); err != nil {
				t.Fatalf("an accepted register cannot be extended by nothing: %v", err)
			}
		}
	})
}

func FuzzSentences(f *testing.F) {
	f.Add("Col. Gen. A. Sidorov. \"Yes.\" No…\n\n- x")
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, s := range SplitSentences(text) {
			if s.From < last || s.To <= s.From {
				t.Fatalf("%v after %d", s, last)
			}
			if strings.TrimFunc(text[last:s.From], isSpace) != "" {
				t.Fatalf("%q was lost", text[last:s.From])
			}
			last = s.To
		}
		if strings.TrimFunc(text[last:], isSpace) != "" {
			t.Fatalf("%q was lost", text[last:])
		}
	})
}
