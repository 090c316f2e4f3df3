package watch

import (
	"bytes"
	"errors"
	"io"
	"strings"

	readability "codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"

	"entente"
)

// page is the readable part of an HTML document.
type page struct {
	title, text, site, language, encoding string
	published                             entente.Instant
}

// readPage finds the article in an HTML page; when there is none to tell apart, all visible text is taken.
// Depth and size are checked by a tokenizer before any tree is built.
func readPage(name string, b []byte, label string) (page, error) {
	contentType := ""
	if label != "" {
		contentType = "text/html; charset=" + label
	}
	_, enc, _ := charset.DetermineEncoding(b[:min(len(b), 1024)], contentType)
	r, err := charset.NewReader(bytes.NewReader(b), contentType)
	if err != nil {
		return page{}, &entente.Error{Kind: entente.Unsupported, Source: name, Offset: -1, Reason: "encoding: " + err.Error(), Next: "convert the page to UTF-8"}
	}
	u, err := io.ReadAll(io.LimitReader(r, 2*MaxSource))
	if err != nil {
		return page{}, &entente.Error{Kind: entente.Malformed, Source: name, Offset: -1, Reason: "decoding " + enc + ": " + err.Error(), Next: "check the declared encoding"}
	}
	if err := checkPage(name, u); err != nil {
		return page{}, err
	}
	doc, err := html.Parse(bytes.NewReader(u))
	if err != nil {
		return page{}, &entente.Error{Kind: entente.Malformed, Source: name, Offset: -1, Reason: "HTML: " + err.Error(), Next: "save the article as text"}
	}
	p := page{encoding: enc}
	all := visibleText(doc)
	parser := readability.NewParser()
	parser.MaxElemsToParse = MaxElements
	art, err := parser.ParseAndMutate(doc, nil)
	if err == nil {
		p.title, p.site, p.language = art.Title(), art.SiteName(), art.Language()
		if t, terr := art.PublishedTime(); terr == nil {
			p.published = entente.At(t)
		}
		if art.Node != nil {
			p.text = visibleText(art.Node)
		}
	}
	// A short page or a feed item has no article to tell apart: losing text is worse than a stray menu.
	if len(p.text) < 200 && len(all) > len(p.text) {
		p.text = all
	}
	if p.title != "" && !strings.HasPrefix(p.text, p.title) {
		p.text = p.title + "\n\n" + p.text
	}
	p.text = strings.ToValidUTF8(strings.ReplaceAll(p.text, "\x00", ""), "\uFFFD")
	return p, nil
}

// voidElements have no end tag and do not nest.
var voidElements = map[atom.Atom]bool{
	atom.Area: true, atom.Base: true, atom.Br: true, atom.Col: true, atom.Embed: true, atom.Hr: true, atom.Img: true,
	atom.Input: true, atom.Link: true, atom.Meta: true, atom.Source: true, atom.Track: true, atom.Wbr: true,
	atom.P: true, atom.Li: true, atom.Td: true, atom.Tr: true, atom.Th: true, atom.Dd: true, atom.Dt: true, atom.Option: true, // end tags optional
}

// checkPage refuses pages that are built to exhaust a parser.
func checkPage(name string, b []byte) error {
	z := html.NewTokenizer(bytes.NewReader(b))
	z.SetMaxBuf(MaxSource)
	depth, elements, at := 0, 0, 0
	for {
		t := z.Next()
		at += len(z.Raw())
		switch t {
		case html.ErrorToken:
			if err := z.Err(); !errors.Is(err, io.EOF) {
				return &entente.Error{Kind: entente.TooLarge, Source: name, Offset: int64(at), Reason: "HTML: " + err.Error(), Next: "save the article as text"}
			}
			return nil
		case html.StartTagToken:
			tag, _ := z.TagName()
			elements++
			if !voidElements[atom.Lookup(tag)] {
				depth++
			}
		case html.EndTagToken:
			tag, _ := z.TagName()
			if depth > 0 && !voidElements[atom.Lookup(tag)] {
				depth--
			}
		}
		if depth > MaxDepth || elements > MaxElements {
			e := tooLarge(name, "HTML nesting", MaxDepth)
			if elements > MaxElements {
				e = tooLarge(name, "the number of HTML elements", MaxElements)
			}
			e.Offset = int64(at)
			return e
		}
	}
}

// hidden elements hold no running text.
var hidden = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Head: true, atom.Nav: true,
	atom.Svg: true, atom.Iframe: true, atom.Form: true, atom.Button: true, atom.Object: true,
}

// inline elements do not end a paragraph.
var inline = map[atom.Atom]bool{
	atom.A: true, atom.Abbr: true, atom.B: true, atom.Bdi: true, atom.Bdo: true, atom.Cite: true, atom.Code: true,
	atom.Data: true, atom.Dfn: true, atom.Em: true, atom.Font: true, atom.I: true, atom.Ins: true, atom.Kbd: true,
	atom.Mark: true, atom.Q: true, atom.S: true, atom.Samp: true, atom.Small: true, atom.Span: true, atom.Strong: true,
	atom.Sub: true, atom.Sup: true, atom.Time: true, atom.U: true, atom.Var: true, atom.Wbr: true,
}

// visibleText renders the text of n: white space folded, one blank line between blocks.
func visibleText(n *html.Node) string {
	var w textWriter
	w.walk(n)
	return strings.TrimSpace(w.b.String())
}

type textWriter struct {
	b            strings.Builder
	space, block bool
}

func (w *textWriter) walk(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		w.text(n.Data)
		return
	case html.ElementNode:
		if hidden[n.DataAtom] {
			return
		}
		if n.DataAtom == atom.Br {
			w.space = true
			return
		}
	case html.CommentNode:
		return
	}
	ends := n.Type == html.ElementNode && !inline[n.DataAtom]
	w.block = w.block || ends
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.walk(c)
	}
	w.block = w.block || ends
}

func (w *textWriter) text(s string) {
	for _, f := range strings.FieldsFunc(s, isSpace) {
		lead := strings.IndexFunc(s, isSpace) == 0
		switch {
		case w.b.Len() == 0:
		case w.block:
			w.b.WriteString("\n\n")
		case w.space || lead:
			w.b.WriteByte(' ')
		}
		w.block, w.space = false, true
		w.b.WriteString(f)
	}
	if s != "" {
		r := []rune(s)
		w.space = isSpace(r[len(r)-1]) || w.space && strings.TrimFunc(s, isSpace) == ""
	}
}

func isSpace(r rune) bool {
	return r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' || r == '\v' || r == 0xA0 || r == 0x202F || r == 0x2009
}
