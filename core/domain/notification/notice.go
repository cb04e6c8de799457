package notification

import (
	"fmt"
	"strings"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// ID identifies a notification.
type ID string

// Notice is what there is to say about one event under one rule; deliveries
// carry it to the channels. It is written once and never changes.
type Notice struct {
	ID          ID
	Company     tenant.ID
	Event       string // id of the event; stays the same over every repeat
	EventName   event.Name
	Rule        RuleID // empty for a test message
	Title       string // plain text
	Body        string // plain text
	Category    string // alert, incident, task, report or system
	Severity    severity.Level
	RelatedType string
	RelatedID   string
	Facts       map[string]map[string]any // as the event had them
	EventTime   time.Time
	CreatedAt   time.Time
}

// Default templates, for rules that have none of their own.
const (
	defaultAlertTitle    = "[{{ alert.severity }}] {{ alert.title }}"
	defaultAlertBody     = "{{ alert.description }}"
	defaultIncidentTitle = "[{{ incident.severity }}] Incident: {{ incident.title }}"
	defaultIncidentBody  = "{{ incident.description }}"
	defaultTaskTitle     = "[{{ task.priority }}] Task: {{ task.title }}"
	defaultTaskBody      = "{{ task.description }}"
)

// Compose writes the notice of an event under a rule.
func Compose(id ID, r *Rule, e event.Event, now time.Time) (*Notice, error) {
	title, body := r.is.Title, r.is.Body
	defaultTitle, defaultBody := defaultAlertTitle, defaultAlertBody
	switch e.Entity {
	case "incident":
		defaultTitle, defaultBody = defaultIncidentTitle, defaultIncidentBody
	case "task":
		defaultTitle, defaultBody = defaultTaskTitle, defaultTaskBody
	}
	if title == "" {
		title = defaultTitle
	}
	if body == "" {
		body = defaultBody
	}
	shownTitle, err := Render(title, e.Facts, maxTitle)
	if err == nil && strings.TrimSpace(shownTitle) == "" { // it names only what this event lacks
		shownTitle, err = Render(defaultTitle, e.Facts, maxTitle)
	}
	if err != nil {
		return nil, fmt.Errorf("title of rule %s: %w", r.is.ID, err)
	}
	shownBody, err := Render(body, e.Facts, maxBody)
	if err != nil {
		return nil, fmt.Errorf("body of rule %s: %w", r.is.ID, err)
	}
	return &Notice{
		ID: id, Company: e.Company, Event: e.ID, EventName: e.Name, Rule: r.is.ID,
		Title: shownTitle, Body: shownBody, Category: e.Entity, Severity: severityOf(e),
		RelatedType: e.Entity, RelatedID: e.EntityID, Facts: e.Facts, EventTime: e.At, CreatedAt: now,
	}, nil
}

// TestEvent is the event name of messages that only try a channel out.
const TestEvent event.Name = "channel.test"

// ComposeTest writes the notice of a channel test. The event id is of its own.
// A message that says nothing is replaced by one that does.
func ComposeTest(id ID, eventID string, c *Channel, message string, now time.Time) *Notice {
	message = strings.ReplaceAll(strings.ToValidUTF8(message, "\uFFFD"), "\x00", "")
	if strings.TrimSpace(message) == "" {
		message = "This is a test message. If you can read it, the channel works."
	}
	return &Notice{
		ID: id, Company: c.is.Company, Event: eventID, EventName: TestEvent,
		Title: "Test of channel " + c.is.Name, Body: shorten(message, maxBody), Category: "system",
		Severity: severity.Info, RelatedType: "channel", RelatedID: string(c.is.ID), EventTime: now, CreatedAt: now,
	}
}

// severityOf is how much an event matters; of a task its priority says so.
func severityOf(e event.Event) severity.Level {
	fact := "severity"
	if e.Entity == "task" {
		fact = "priority"
	}
	name, _ := e.Facts[e.Entity][fact].(string) //nolint:errcheck // a fact that is missing or no text has no level
	level, err := severity.Parse(name)
	if err != nil {
		return severity.Medium
	}
	return level
}

// Labels returns the facts worth showing beside the text, as pairs of a name
// and a value, in a fixed order. Empty ones are left out, and so is the
// severity, which every channel shows in its own way.
func (n *Notice) Labels() [][2]string {
	facts := n.Facts[n.RelatedType]
	candidates := [][2]string{
		{"Status", show(facts["status"])},
		{"Due", showField("due_date", facts["due_date"])},
		{"Source", show(facts["source"])},
		{"Reference", show(facts["source_ref"])},
		{"Occurrences", show(facts["occurrences"])},
		{"Impact", show(facts["impact_score"])},
		{"TLP", show(facts["tlp"])},
		{"Tags", show(facts["tags"])},
		{"Observables", show(facts["observable_data"])},
	}
	var labels [][2]string
	for _, label := range candidates {
		if label[1] != "" {
			labels = append(labels, [2]string{label[0], shorten(label[1], maxLabel)})
		}
	}
	return labels
}

// maxLabel is how much of a fact is shown beside the text, in characters.
const maxLabel = 300
