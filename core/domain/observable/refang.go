package observable

import (
	"slices"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// People break addresses on purpose, so that nobody follows them by accident:
// hxxp://evil[.]com. Refanging undoes it.

// layers is how often a text may have been defanged over itself; without a
// bound, a text of nothing but brackets would cost the square of its length.
const layers = 4

// reach is the longest text looked at for the end of a bracketed mark.
const reach = 16

// refanged normalises a text without its defanging. It refangs until nothing
// is left to do, because the result must survive being normalised again.
func refanged(s string, normalise func(string) (string, error)) (string, error) {
	for range layers {
		next := refang(s)
		if next == s {
			return normalise(s)
		}
		s = next
	}
	return "", tooManyLayers()
}

func tooManyLayers() error {
	return fault.Newf(fault.Invalid, "is defanged more than %d times over", layers-1)
}

// refang undoes one layer of defanging.
func refang(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		out, n := mark(s)
		b.WriteString(out)
		s = s[n:]
	}
	return strings.TrimSpace(b.String())
}

// mark reads one mark of defanging, or one byte that is none, at the start of
// s, and returns what it stands for and its length.
func mark(s string) (out string, n int) {
	switch s[0] {
	case '[', '(', '{', '<':
		if out, n := bracketed(s); n > 0 {
			return out, n
		}
	case '.': // half a pair: evil.]com
		if len(s) > 1 && s[1] == ']' {
			return ".", 2
		}
	case '\\':
		if strings.HasPrefix(s, `\.`) {
			return ".", 2
		}
	case ' ':
		if out, n := spaced(s); n > 0 {
			return out, n
		}
	case 0xE3, 0xEF: // the full stops of Chinese and Japanese keyboards
		for _, dot := range []string{"。", "．", "｡"} {
			if strings.HasPrefix(s, dot) {
				return ".", len(dot)
			}
		}
	}
	return s[:1], 1
}

// bracketed reads a mark such as [.] or {dot}, and the space after it.
func bracketed(s string) (out string, n int) {
	end := strings.IndexByte(s[:min(len(s), reach)], closing(s[0]))
	if end > 0 {
		out = meaning(strings.ToLower(strings.TrimSpace(s[1:end])))
		n = end + 1
	}
	if out == "" {
		if strings.HasPrefix(s, "[.") { // half a pair: evil[.com
			return ".", 2
		}
		return "", 0
	}
	if strings.HasPrefix(s[n:], " ") {
		n++
	}
	return out, n
}

func closing(open byte) byte {
	switch open {
	case '[':
		return ']'
	case '(':
		return ')'
	case '{':
		return '}'
	}
	return '>'
}

// meaning is what stands for the inside of a pair of brackets, nothing when
// the brackets belong to the text. "::" must stay: [::] is an address.
func meaning(inside string) string {
	switch inside {
	case ".", "dot", ",", "d0t", "punto", "punkt":
		return "."
	case ":", "colon":
		return ":"
	case "@", "at":
		return "@"
	case "/", "slash":
		return "/"
	case "//", "://":
		return inside
	case "tt", "xx":
		return "tt" // h[tt]p
	}
	if tail, ok := strings.CutPrefix(inside, "."); ok && !strings.ContainsFunc(tail, notInName) {
		return inside // evil[.com]
	}
	return ""
}

// spaced reads a space that belongs to a mark: "evil [.] com", "evil dot com".
func spaced(s string) (out string, n int) {
	for _, word := range []string{" dot ", " at "} {
		if _, ok := cutFold(s, word); ok {
			return meaning(strings.TrimSpace(word[1:])), len(word)
		}
	}
	if len(s) > 1 && slices.Contains([]byte("[({<"), s[1]) {
		if out, n := bracketed(s[1:]); n > 0 {
			return out, n + 1
		}
	}
	return "", 0
}
