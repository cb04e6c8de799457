package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"
)

const (
	widest      = 150 // characters of a shown line
	reportEvery = 10 * time.Second
)

// message is something that arrived at the sink.
type message struct {
	kind     string // slack, webhook or e-mail
	company  *company
	severity string
	title    string
	lines    []string
	forged   bool // its signature was not right
}

// tally counts what has happened.
type tally struct {
	reports, repeats       int
	slack, webhooks, mails int
	forged                 int
	handled, escalated     int
	troubles               int
}

// screen is what the demo shows. Many write to it at the same time.
type screen struct {
	quiet, color bool

	mu    sync.Mutex
	out   io.Writer
	count tally
}

func newScreen(out io.Writer, o options) *screen {
	return &screen{out: out, quiet: o.quiet, color: o.color}
}

// say shows a line of the demo's own.
func (s *screen) say(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintln(s.out, text)
}

// arrived shows a message.
func (s *screen) arrived(m message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch m.kind {
	case "slack":
		s.count.slack++
	case "webhook":
		s.count.webhooks++
	default:
		s.count.mails++
	}
	if m.forged {
		s.count.forged++
	}
	if s.quiet {
		return
	}
	s.line(m.kind, m.company, s.paint(m.severity), strings.TrimPrefix(m.title, "["+m.severity+"] "))
	for _, line := range m.lines {
		fmt.Fprintln(s.out, strings.Repeat(" ", 31)+"│ "+legible(line))
	}
}

// event shows something that happened in a company.
func (s *screen) event(c *company, what, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.quiet {
		s.line(what, c, "", text)
	}
}

// handled shows what an analyst did.
func (s *screen) handled(c *company, text string, escalated bool) {
	s.mu.Lock()
	s.count.handled++
	if escalated {
		s.count.escalated++
	}
	s.mu.Unlock()
	s.event(c, "triage", text)
}

func (s *screen) ingested(reports, repeats int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count.reports += reports
	s.count.repeats += repeats
}

// trouble shows what should not happen, even when quiet.
func (s *screen) trouble(c *company, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count.troubles++
	s.line("PROBLEM", c, "", err.Error())
}

// line writes what, whose and text, with a mark before it. The lock is held.
func (s *screen) line(what string, c *company, mark, text string) {
	name := "?"
	if c != nil {
		name = c.short
	}
	fmt.Fprintf(s.out, "%s  %-8s %-10s %s%s\n", time.Now().Format(time.TimeOnly), what, name, mark, legible(text))
}

// report shows the numbers now and then, for those who see nothing else.
func (s *screen) report(ctx context.Context) {
	for s.quiet && sleep(ctx, reportEvery) {
		s.say(s.total().String())
	}
}

func (s *screen) total() tally {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// String puts the numbers into words.
func (t tally) String() string {
	return fmt.Sprintf("%d reports, %d of them repeats; %d alerts handled, %d escalated; %d Slack messages, %d webhooks, %d mails",
		t.reports, t.repeats, t.handled, t.escalated, t.slack, t.webhooks, t.mails)
}

// paint marks a severity with its colour.
func (s *screen) paint(severity string) string {
	if severity == "" {
		return ""
	}
	colors := map[string]string{"critical": "1;37;41", "high": "1;31", "medium": "33", "low": "32", "info": "36"}
	mark := "[" + legible(strings.ToUpper(severity)) + "]"
	if code := colors[severity]; s.color && code != "" {
		mark = "\x1b[" + code + "m" + mark + "\x1b[0m"
	}
	return mark + " "
}

// legible makes one line of text that no terminal takes for an order.
func legible(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > widest {
		text = string(runes[:widest-1]) + "…"
	}
	return text
}
