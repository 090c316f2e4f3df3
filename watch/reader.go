package watch

import (
	"strings"
	"unicode"

	"entente"
)

// Reader reads sources into reports, proposals and questions. The zero value uses the embedded register and rules.
// It holds no state and may be used by many goroutines.
type Reader struct {
	Register *Register // nil: the embedded one
	Rules    *Rules    // nil: the embedded ones
}

// NewReader returns a reader over register; nil means the embedded one.
func NewReader(register *Register) Reader { return Reader{Register: register} }

// Reading is what came out of one source.
type Reading struct {
	Report    entente.Report     `json:"report"`
	Proposals []entente.Proposal `json:"proposals"`
	Questions []Question         `json:"questions"`
}

// Read reads one text or HTML page, published at the given time; zero takes the page's own time or a date line at
// its head, and without those relative dates stay unresolved. When err is not nil the report still holds the
// original and its hash. Errors are *entente.Error.
func (r Reader) Read(src Source, published entente.Instant) (entente.Report, []entente.Proposal, []Question, error) {
	out, err := r.ReadSource(src, published)
	return out.Report, out.Proposals, out.Questions, err
}

// ReadSource is Read with its results in one value.
func (r Reader) ReadSource(src Source, published entente.Instant) (Reading, error) {
	rep := entente.Report{
		ID: hash(src.Bytes), Source: src.Name, Link: src.Link, Title: src.Title, Publisher: src.Publisher,
		Language: src.Language, Published: published, Fetched: src.Fetched, Original: src.Bytes,
	}
	if len(src.Bytes) > MaxSource {
		rep.Original = src.Bytes[:MaxSource]
		return Reading{Report: rep}, tooLarge(src.Name, "the source", MaxSource)
	}
	if err := extract(&rep, src); err != nil {
		return Reading{Report: rep}, err
	}
	if len(rep.Text) > MaxText {
		return Reading{Report: rep}, tooLarge(src.Name, "the text", MaxText)
	}
	rep.Sentences = SplitSentences(rep.Text)
	if rep.Published == 0 {
		rep.Published = dateline(rep.Text, rep.Sentences)
	}
	if rep.Title == "" {
		rep.Title = headline(rep.Text, rep.Sentences)
	}
	return r.analyse(rep)
}

// extract fills text, media and encoding from the source's bytes.
func extract(rep *entente.Report, src Source) error {
	media, label := mediaOf(src)
	rep.Media = media
	switch media {
	case mediaFeed:
		return &entente.Error{Kind: entente.Unsupported, Source: src.Name, Offset: -1, Reason: "this is a feed of many reports", Next: "read it with ReadAll or entente watch read"}
	case mediaHTML:
		p, err := readPage(src.Name, src.Bytes, label)
		if err != nil {
			return err
		}
		rep.Text, rep.Encoding = p.text, p.encoding
		rep.Title = first(rep.Title, p.title)
		rep.Publisher = first(rep.Publisher, p.site)
		rep.Language = first(rep.Language, p.language)
		if rep.Published == 0 {
			rep.Published = p.published
		}
	default:
		text, enc, err := decodeText(src.Name, src.Bytes, label)
		if err != nil {
			return err
		}
		rep.Text, rep.Encoding = text, enc
	}
	if strings.TrimSpace(rep.Text) == "" {
		return &entente.Error{Kind: entente.Malformed, Source: src.Name, Offset: 0, Reason: "there is no text in it", Next: "check that the whole report was saved"}
	}
	return nil
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// headline is a first line that does not end like a sentence.
func headline(text string, ss []entente.TextSpan) string {
	if len(ss) < 2 {
		return ""
	}
	t := text[ss[0].From:ss[0].To]
	if len(t) > 200 || strings.HasSuffix(t, ".") || strings.IndexFunc(t, unicode.IsLetter) < 0 {
		return ""
	}
	return t
}

// ReadAll reads a text, a page or a whole feed. Items of a feed take their own times, else published. Readings that
// succeeded are returned together with the first error.
func (r Reader) ReadAll(src Source, published entente.Instant) ([]Reading, error) {
	if media, _ := mediaOf(src); media != mediaFeed {
		one, err := r.ReadSource(src, published)
		if err != nil {
			return nil, err
		}
		return []Reading{one}, nil
	}
	items, err := SplitFeed(src)
	var out []Reading
	for _, it := range items {
		at := it.Published
		if at == 0 {
			at = published
		}
		one, rerr := r.ReadSource(it.Source, at)
		if rerr != nil {
			if err == nil {
				err = rerr
			}
			continue
		}
		out = append(out, one)
	}
	return out, err
}
