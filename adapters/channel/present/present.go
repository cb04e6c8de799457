// Package present is what channels share in showing a message to people:
// colours, and text in which nothing is hidden.
package present

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sentineliq/sentineliq/core/domain/severity"
)

// Cut is the mark at the end of a text that was shortened.
const Cut = "…"

// Color returns the colour of a level as #rrggbb, grey for none.
func Color(l severity.Level) string {
	switch l {
	case severity.Critical:
		return "#b42318"
	case severity.High:
		return "#e8590c"
	case severity.Medium:
		return "#f2b705"
	case severity.Low:
		return "#2e7d32"
	case severity.Info:
		return "#1c7ed6"
	default:
		return "#868e96"
	}
}

// Line returns text as one line of at most limit characters.
func Line(text string, limit int) string {
	return Shorten(strings.Join(strings.Fields(Text(text)), " "), limit)
}

// Text returns text without what is not meant to be seen: control characters,
// marks that turn the direction of writing, and bytes that are no UTF-8. Lines
// end with a line feed.
func Text(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ToValidUTF8(text, string(utf8.RuneError))
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r' || r == '\u2028' || r == '\u2029':
			return '\n'
		case r == 0:
			return utf8.RuneError
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		default:
			return r
		}
	}, text)
}

// Shorten returns text of at most limit characters, the last of them Cut when
// some are missing.
func Shorten(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit-1]) + Cut
}

// Link returns a link that is fit to be clicked, or nothing.
func Link(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return u.String()
}
