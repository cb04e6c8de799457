package ntfy

import (
	"strings"
	"unicode/utf8"

	"github.com/sentineliq/sentineliq/adapters/channel/present"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/ports/channel"
)

// Limits of a notification. A text longer than maxText bytes would arrive as an
// attached file, or not at all.
const (
	maxTitle = 200
	maxFact  = 200
	maxText  = 4096
)

// notification is what ntfy takes as JSON. From version 2.16 on, one with the
// same sequence id as another replaces it on the phone, so that an attempt that
// is repeated does not show twice.
type notification struct {
	Topic      string   `json:"topic"`
	SequenceID string   `json:"sequence_id"`
	Title      string   `json:"title"`
	Message    string   `json:"message"`
	Priority   int      `json:"priority"`
	Tags       []string `json:"tags"`
	Click      string   `json:"click,omitempty"`
}

func render(topic string, m channel.Message) notification {
	n := notification{
		Topic: topic, SequenceID: m.ID, Message: text(m), Click: present.Link(m.Link),
		Title: present.Line(m.Title, maxTitle), Priority: 3, Tags: []string{m.Event},
	}
	if n.Title == "" {
		n.Title = m.Event
	}
	switch m.Severity {
	case severity.Critical:
		n.Priority, n.Tags = 5, append(n.Tags, "rotating_light")
	case severity.High:
		n.Priority, n.Tags = 4, append(n.Tags, "warning")
	case severity.Low, severity.Info:
		n.Priority = 2
	default: // medium, or nothing to be said of it
	}
	return n
}

// text is the body, then a line for each fact. It is never empty: ntfy would
// fill in a word of its own.
func text(m channel.Message) string {
	var facts []string
	for _, label := range m.Labels {
		if value := present.Line(label.Value, maxFact); value != "" {
			facts = append(facts, present.Line(label.Name, maxFact)+": "+value)
		}
	}
	foot := m.EventTime.UTC().Format("2006-01-02 15:04:05 UTC")
	if company := present.Line(m.Company, maxFact); company != "" {
		foot = company + ", " + foot
	}
	text := strings.Join(append(facts, foot), "\n")
	if body := strings.TrimSpace(present.Text(m.Body)); body != "" {
		text = body + "\n\n" + text
	}
	return cut(text, maxText)
}

// cut returns text of at most limit bytes, without half characters.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	end := limit - len(present.Cut)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + present.Cut
}
