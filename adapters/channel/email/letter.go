package email

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/mail"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"github.com/sentineliq/sentineliq/adapters/channel/present"
	"github.com/sentineliq/sentineliq/ports/channel"
)

const (
	maxSubject = 200
	maxName    = 100
	maxValue   = 1000
)

// view is a message as the templates see it.
type view struct {
	Title, Body, Severity, Link, Foot string
	Color                             template.CSS
	Labels                            []channel.Label
}

// compose writes the mail. But for its date it is the same in every attempt.
func (s *sender) compose(m channel.Message, to string) ([]byte, error) {
	v := look(m)
	text := v.text()
	var html bytes.Buffer
	if err := s.page.Execute(&html, v); err != nil {
		return nil, fmt.Errorf("writing a mail: %w", err)
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary(boundary(m.ID, text)))
	msg.FromMailAddress(s.route.from)
	msg.ToMailAddress(&mail.Address{Name: present.Line(m.Recipient.Name, maxName), Address: to})
	if s.route.replyTo != nil {
		msg.ReplyToMailAddress(s.route.replyTo)
	}
	msg.Subject(present.Shorten(v.Title, maxSubject))
	msg.SetMessageIDWithValue(m.ID + "@" + domain(s.route.from.Address))
	msg.SetDateWithValue(s.options.Clock.Now())
	msg.SetUserAgent(strings.TrimSuffix("SentinelIQ/"+s.options.Version, "/"))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // nobody's holiday notice answers an alarm
	msg.SetBodyString(gomail.TypeTextPlain, text)
	msg.AddAlternativeString(gomail.TypeTextHTML, html.String())
	var out bytes.Buffer
	if _, err := msg.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("writing a mail: %w", err)
	}
	return out.Bytes(), nil
}

// boundary separates the parts. It hangs on what they say, so nobody can write
// a text that contains it.
func boundary(id, text string) string {
	sum := sha256.Sum256([]byte(id + "\x00" + text))
	return hex.EncodeToString(sum[:16])
}

func look(m channel.Message) view {
	v := view{
		Title: present.Line(m.Title, maxSubject), Body: strings.TrimSpace(present.Text(m.Body)),
		Severity: m.Severity.String(), Link: present.Link(m.Link),
		Color: template.CSS(present.Color(m.Severity)), //nolint:gosec // one of our own colours
	}
	if v.Title == "" {
		v.Title = m.Event
	}
	for _, label := range m.Labels {
		if value := present.Line(label.Value, maxValue); value != "" {
			v.Labels = append(v.Labels, channel.Label{Name: present.Line(label.Name, maxName), Value: value})
		}
	}
	foot := []string{"SentinelIQ", present.Line(m.Company, maxName), m.Event}
	if !m.EventTime.IsZero() {
		foot = append(foot, m.EventTime.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	foot = append(foot, m.ID)
	v.Foot = strings.ReplaceAll(strings.Join(foot, " · "), " ·  · ", " · ")
	return v
}

// text is the mail for those who read it without HTML.
func (v view) text() string {
	var out strings.Builder
	out.WriteString(v.Title + "\n\n")
	if v.Body != "" {
		out.WriteString(v.Body + "\n\n")
	}
	if v.Severity != "" {
		out.WriteString("Severity: " + v.Severity + "\n")
	}
	for _, label := range v.Labels {
		out.WriteString(label.Name + ": " + label.Value + "\n")
	}
	if v.Link != "" {
		out.WriteString("\n" + v.Link + "\n")
	}
	out.WriteString("\n-- \n" + v.Foot + "\n")
	return out.String()
}

// domain is the part of a mail address behind the @.
func domain(address string) string { return address[strings.LastIndex(address, "@")+1:] }
