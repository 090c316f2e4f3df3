package watch

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/unicode"

	"entente"
)

// hash is the name of original bytes: lower-case hex SHA-256.
func hash(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// kinds of source, as media types.
const (
	mediaText = "text/plain"
	mediaHTML = "text/html"
	mediaFeed = "feed"
)

// mediaOf finds what a source is: from its media type when that is telling, else from its first bytes.
func mediaOf(s Source) (media, charsetName string) {
	m, params, err := mime.ParseMediaType(s.Media)
	if err == nil {
		charsetName = params["charset"]
	}
	switch {
	case strings.Contains(m, "rss"), strings.Contains(m, "atom"), m == "application/feed+json":
		return mediaFeed, charsetName
	case m == mediaHTML, m == "application/xhtml+xml":
		return mediaHTML, charsetName
	case m == mediaText:
		return mediaText, charsetName
	}
	return sniff(s.Bytes), charsetName
}

func sniff(b []byte) string {
	head := b[:min(len(b), 2048)]
	head = bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	has := func(s string) bool { return bytes.Contains(head, []byte(s)) }
	switch {
	case bytes.HasPrefix(head, []byte("<?xml")), bytes.HasPrefix(head, []byte("<rss")), bytes.HasPrefix(head, []byte("<feed")), bytes.HasPrefix(head, []byte("<rdf")):
		if has("<html") && !has("<rss") && !has("<feed") {
			return mediaHTML
		}
		return mediaFeed
	case bytes.HasPrefix(head, []byte("{")) && has("jsonfeed.org/version"):
		return mediaFeed
	case bytes.HasPrefix(head, []byte("<!doctype html")), bytes.HasPrefix(head, []byte("<html")), has("<body"), has("<article"), bytes.HasPrefix(head, []byte("<p")), bytes.HasPrefix(head, []byte("<div")):
		return mediaHTML
	}
	return mediaText
}

// decodeText turns plain-text bytes into UTF-8. Undeclared text must be UTF-8 or carry a byte order mark: an encoding
// is never guessed, as a wrong guess makes wrong names.
func decodeText(name string, b []byte, label string) (text, enc string, err error) {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		out, derr := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(b)
		if derr != nil {
			return "", "", &entente.Error{Kind: entente.Malformed, Source: name, Reason: "broken UTF-16: " + derr.Error(), Next: "fetch the text again"}
		}
		return checked(name, string(out), "utf-16")
	case label == "" || strings.EqualFold(label, "utf-8") || strings.EqualFold(label, "us-ascii"):
		return checked(name, string(b), "utf-8")
	}
	e, canonical := charset.Lookup(label)
	if e == nil {
		return "", "", &entente.Error{Kind: entente.Unsupported, Source: name, Offset: -1, Reason: fmt.Sprintf("encoding %q is not known", label), Next: "convert the text to UTF-8"}
	}
	out, derr := e.NewDecoder().Bytes(b)
	if derr != nil {
		return "", "", &entente.Error{Kind: entente.Malformed, Source: name, Reason: "not " + canonical + ": " + derr.Error(), Next: "check the declared encoding"}
	}
	return checked(name, string(out), canonical)
}

func checked(name, s, enc string) (string, string, error) {
	if k := strings.IndexByte(s, 0); k >= 0 {
		return "", "", &entente.Error{Kind: entente.Malformed, Source: name, Offset: int64(k), Reason: "a zero byte: this is not text", Next: "save the report as text or HTML"}
	}
	if !utf8.ValidString(s) {
		k := 0
		for k < len(s) {
			r, n := utf8.DecodeRuneInString(s[k:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			k += n
		}
		return "", "", &entente.Error{Kind: entente.Malformed, Source: name, Offset: int64(k), Reason: "not UTF-8, and no other encoding is declared", Next: `declare it in the media type, as in "text/plain; charset=windows-1251"`}
	}
	return s, enc, nil
}

func tooLarge(name, what string, limit int) *entente.Error {
	return &entente.Error{Kind: entente.TooLarge, Source: name, Offset: int64(limit), Reason: fmt.Sprintf("%s is over the limit of %d", what, limit), Next: "split it, or read only the part that matters"}
}
