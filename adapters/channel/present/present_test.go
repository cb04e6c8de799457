package present_test

import (
	"strings"
	"testing"

	"github.com/sentineliq/sentineliq/adapters/channel/present"
	"github.com/sentineliq/sentineliq/core/domain/severity"
)

func TestText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a\r\nb\rc\nd":                "a\nb\nc\nd",
		"a\u2028b\u2029c":             "a\nb\nc",
		"tab\tstays":                  "tab\tstays",
		"NUL\x00 BEL\a DEL\x7f":       "NUL\ufffd BEL DEL",
		"\u202eexe.gpj\u2066x":        "exe.gpjx",
		"👩\u200d👩\u200d👧 is one sign": "👩\u200d👩\u200d👧 is one sign",
		"broken\xffbytes":             "broken\ufffdbytes",
	} {
		if got := present.Text(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestLine(t *testing.T) {
	t.Parallel()
	if got := present.Line("  a\r\nBcc: b\t\x00 c ", 100); got != "a Bcc: b \ufffd c" {
		t.Errorf("got %q", got)
	}
	if got := present.Line(strings.Repeat("ä", 20), 5); got != "ääää…" {
		t.Errorf("got %q", got)
	}
}

func TestLink(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://siq.example.com/a?b=c": "https://siq.example.com/a?b=c",
		"http://localhost:8080/":        "http://localhost:8080/",
		"":                              "",
		"/relative":                     "",
		"javascript:alert(1)":           "",
		"data:text/html,x":              "",
		"https://%zz":                   "",
	} {
		if got := present.Link(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestColor_DiffersByLevel(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, level := range append(severity.Levels(), severity.None) {
		if c := present.Color(level); len(c) != 7 || c[0] != '#' || seen[c] {
			t.Errorf("%s has colour %q", level, c)
		} else {
			seen[c] = true
		}
	}
}
