package slack

import (
	"strings"
	"unicode/utf16"

	"github.com/sentineliq/sentineliq/adapters/channel/present"
	"github.com/sentineliq/sentineliq/ports/channel"
)

// Slack's limits, in characters of the escaped text, and some of ours below
// them. A message never has more than six blocks of the fifty allowed.
const (
	maxFallback = 1000
	maxHeader   = 150
	maxSection  = 3000
	maxFields   = 10
	maxField    = 2000
	maxContext  = 500
	maxName     = 100
	maxValue    = 1500
	maxLink     = 3000
)

type payload struct {
	Text        string       `json:"text"`
	Username    string       `json:"username,omitempty"`
	IconEmoji   string       `json:"icon_emoji,omitempty"`
	Channel     string       `json:"channel,omitempty"`
	UnfurlLinks bool         `json:"unfurl_links"`
	UnfurlMedia bool         `json:"unfurl_media"`
	Attachments []attachment `json:"attachments"`
}

type attachment struct {
	Color    string  `json:"color"`
	Fallback string  `json:"fallback"`
	Blocks   []block `json:"blocks"`
}

type block struct {
	Type     string   `json:"type"`
	ID       string   `json:"block_id,omitempty"`
	Text     *text    `json:"text,omitempty"`
	Fields   []text   `json:"fields,omitempty"`
	Elements []button `json:"elements,omitempty"`
}

// button is a button or, in a context block, a text.
type button struct {
	Type  string `json:"type"`
	Text  any    `json:"text"`
	URL   string `json:"url,omitempty"`
	Style string `json:"style,omitempty"`
}

// text is plain where there is nothing to format: Slack then looks for neither
// mentions nor markup in it.
type text struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Verbatim bool   `json:"verbatim,omitempty"` // mrkdwn without links of Slack's own making
}

func plain(s string, limit int) *text {
	return &text{Type: "plain_text", Text: escape(s, limit)}
}

// render writes a message. Escaping happens here and only here.
func render(s settings, m channel.Message) payload {
	title := present.Line(m.Title, maxHeader)
	if title == "" {
		title = m.Event
	}
	fallback := escape(title, maxFallback)
	return payload{
		Text: fallback, Username: s.Username, IconEmoji: s.IconEmoji, Channel: s.Channel,
		Attachments: []attachment{{Color: present.Color(m.Severity), Fallback: fallback, Blocks: blocks(title, m)}},
	}
}

func blocks(title string, m channel.Message) []block {
	out := []block{{Type: "header", Text: plain(title, maxHeader)}}
	if body := strings.TrimSpace(present.Text(m.Body)); body != "" {
		out = append(out, block{Type: "section", Text: plain(body, maxSection)})
	}
	if facts := fields(m); len(facts) > 0 {
		out = append(out, block{Type: "section", Fields: facts})
	}
	if link := present.Link(m.Link); link != "" && len(link) <= maxLink {
		open := button{Type: "button", Text: plain("Open in SentinelIQ", maxName), URL: link}
		out = append(out, block{Type: "actions", Elements: []button{open}})
	}
	foot := []string{m.Event}
	if company := present.Line(m.Company, maxName); company != "" {
		foot = append(foot, company)
	}
	if !m.EventTime.IsZero() {
		foot = append(foot, m.EventTime.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	foot = append(foot, m.ID)
	note := plain(strings.Join(foot, " · "), maxContext)
	return append(out, block{Type: "context", ID: m.ID, Elements: []button{{Type: note.Type, Text: note.Text}}})
}

func fields(m channel.Message) []text {
	var out []text
	if m.Severity.Valid() {
		out = append(out, field("Severity", m.Severity.String()))
	}
	for _, label := range m.Labels {
		if len(out) == maxFields {
			break
		}
		if value := present.Line(label.Value, maxValue); value != "" {
			out = append(out, field(present.Line(label.Name, maxName), value))
		}
	}
	return out
}

func field(name, value string) text {
	head := "*" + escape(strings.ReplaceAll(name, "*", ""), maxName*len("&amp;")) + "*\n"
	return text{Type: "mrkdwn", Text: head + escape(value, maxField-size(head)), Verbatim: true}
}

// escape replaces the three characters that Slack's markup is made of, and
// shortens the result to a limit without cutting a replacement in two.
func escape(s string, limit int) string {
	escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	if whole := escaped.Replace(s); size(whole) <= limit {
		return whole
	}
	var out strings.Builder
	left := limit - size(present.Cut)
	for _, r := range s {
		piece := escaped.Replace(string(r))
		if left -= size(piece); left < 0 {
			break
		}
		out.WriteString(piece)
	}
	return out.String() + present.Cut
}

// size counts the way JavaScript does, which is never less than characters.
func size(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}
