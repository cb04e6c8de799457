// Package incident is what alerts become when they are serious: one story with
// an owner, a timeline and an end.
package incident

import (
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// ID identifies an incident.
type ID string

// Incident is one story. What happens to it adds to its timeline.
type Incident struct {
	was, is State
	told    []event.Name
	story   []Entry // timeline entries since it was read
}

// State is an incident as stores and edges see it.
type State struct {
	ID              ID
	Company         tenant.ID
	Title           string          `audit:"title"`
	Description     string          `audit:"description"`
	Summary         string          `audit:"summary"`
	Severity        severity.Level  `audit:"severity"`
	Status          Status          `audit:"status"`
	Tags            []string        `audit:"tags"`
	TLP             sharing.TLP     `audit:"tlp"`
	PAP             sharing.PAP     `audit:"pap"`
	Assignee        identity.UserID `audit:"assignee"`
	Impact          *int            `audit:"impact_score"` // set by hand, 0 to 100; nil: by the formula
	CustomFields    map[string]any  `audit:"custom_fields"`
	StartDate       time.Time       `audit:"start_date"`
	EndDate         time.Time       `audit:"end_date"` // when it was resolved or closed; zero while it goes on
	AlertCount      int             `audit:"alert_count"`
	ObservableCount int             // distinct ones, over all linked alerts
	TaskCount       int
	OpenTaskCount   int
	CreatedBy       identity.UserID // empty when an API key escalated
	CreatedByKey    identity.KeyID
	CreatedAt       time.Time
	UpdatedAt       time.Time
	Version         int
}

// Restore rebuilds a stored incident. What s points to is the incident's from
// then on.
func Restore(s State) *Incident { return &Incident{was: s, is: s} }

// FromAlert opens the incident that an alert escalates into. It takes over
// what is known: title, description, severity, tags, TLP and PAP.
func FromAlert(id ID, a *alert.Alert, by alert.Reporter, now time.Time) *Incident {
	from := a.State()
	i := &Incident{is: State{
		ID: id, Company: from.Company, Title: from.Title, Description: from.Description,
		Severity: from.Severity, Status: Open, Tags: slices.Clone(from.Tags), TLP: from.TLP, PAP: from.PAP,
		StartDate: now, CreatedBy: by.User, CreatedByKey: by.Key, CreatedAt: now, UpdatedAt: now,
	}}
	i.told = []event.Name{event.IncidentCreated}
	i.tell(Entry{Type: Action, Title: "Incident opened", Content: "Escalated from an alert: " + from.Title, At: now})
	return i
}

// State returns the incident's present state, as a copy.
func (i *Incident) State() State {
	s := i.is
	s.Tags, s.CustomFields = slices.Clone(s.Tags), maps.Clone(s.CustomFields)
	return s
}

// ID returns the incident's id.
func (i *Incident) ID() ID { return i.is.ID }

// Saved notes that a store has kept the present state as its next version.
func (i *Incident) Saved() { i.is.Version++ }

// Linked notes that an alert now belongs to the incident, and how many distinct
// observables the incident has since.
func (i *Incident) Linked(a *alert.Alert, observables int, now time.Time) {
	i.is.AlertCount++
	i.is.ObservableCount = observables
	i.updated(now)
	i.tell(Entry{
		Type: Action, Title: "Alert linked", Content: a.State().Title, At: now,
		Field: "alerts", New: string(a.ID()),
	})
}

// Unlinked notes that an alert no longer belongs to the incident, and how many
// distinct observables the incident has since.
func (i *Incident) Unlinked(a *alert.Alert, observables int, now time.Time) {
	i.is.AlertCount--
	i.is.ObservableCount = observables
	i.updated(now)
	i.tell(Entry{
		Type: Action, Title: "Alert unlinked", Content: a.State().Title, At: now,
		Field: "alerts", Old: string(a.ID()),
	})
}

// updated notes a change of an incident that was there before, once.
func (i *Incident) updated(now time.Time) {
	i.is.UpdatedAt = now
	if i.was.ID != "" && !slices.Contains(i.told, event.IncidentUpdated) {
		i.told = append(i.told, event.IncidentUpdated)
	}
}

// AssignTo hands the incident to an active user of its own company, or to
// nobody when to is nil.
func (i *Incident) AssignTo(to *identity.User, now time.Time) error {
	if i.is.Status == Closed {
		return closed()
	}
	assignee, err := identity.Assignable(to, i.is.Company)
	if err != nil {
		return err
	}
	if assignee == i.is.Assignee {
		return nil
	}
	entry := Entry{
		Type: Action, Title: "Assignment removed", At: now,
		Field: "assignee", Old: string(i.is.Assignee), New: string(assignee),
	}
	if to != nil {
		entry.Title = headline("Assigned to " + to.DisplayName())
	}
	i.is.Assignee, i.is.UpdatedAt = assignee, now
	i.told = append(i.told, event.IncidentAssigned)
	i.tell(entry)
	return nil
}

// headline cuts a title to what an entry holds: a full name alone can be longer.
func headline(text string) string {
	if utf8.RuneCountInString(text) <= maxEntryTitle {
		return text
	}
	return string([]rune(text)[:maxEntryTitle-1]) + "…"
}

// ImpactScore says how much is at stake, 0 to 100: what somebody set by hand, or
// else an estimate from the severity and from how much has gathered around the
// incident. The database computes the same for filters and orders.
func (s State) ImpactScore() int {
	if s.Impact != nil {
		return *s.Impact
	}
	base := map[severity.Level]float64{
		severity.Info: 5, severity.Low: 10, severity.Medium: 30, severity.High: 60, severity.Critical: 85,
	}[s.Severity]
	score := base + 0.5*float64(min(s.AlertCount, 10)) +
		0.25*float64(min(s.ObservableCount, 20)) + 0.5*float64(min(s.TaskCount, 10))
	return int(min(score, 100))
}

// AuditRef names the incident.
func (i *Incident) AuditRef() audit.Ref {
	return audit.Ref{Type: "incident", ID: string(i.is.ID), Name: i.is.Title, Company: i.is.Company}
}

// AuditChanges returns what changed since the incident was read.
func (i *Incident) AuditChanges() audit.Changes { return audit.Diff(i.was, i.is) }

// AuditSnapshot returns all that the incident says.
func (i *Incident) AuditSnapshot() audit.Changes { return audit.Diff(State{}, i.is) }

// Unchanged reports whether nothing did.
func (i *Incident) Unchanged() bool { return len(i.AuditChanges()) == 0 }

// Events tells what happened to the incident since it was read.
func (i *Incident) Events() []event.Event {
	list := make([]event.Event, 0, len(i.told))
	for _, name := range i.told {
		list = append(list, event.Event{
			Name: name, Company: i.is.Company, Entity: "incident", EntityID: string(i.is.ID),
			Facts: map[string]map[string]any{"incident": i.Facts()},
		})
	}
	return list
}

// Facts returns the incident for conditions and templates, with the field
// names of the API.
func (i *Incident) Facts() map[string]any {
	s := i.is
	return map[string]any{
		"id": string(s.ID), "title": s.Title, "description": s.Description, "summary": s.Summary,
		"severity": s.Severity.String(), "status": string(s.Status), "tags": append([]string{}, s.Tags...),
		"tlp": string(s.TLP), "pap": string(s.PAP), "assignee": string(s.Assignee),
		"impact_score": s.ImpactScore(), "alert_count": s.AlertCount, "observable_count": s.ObservableCount,
		"task_count": s.TaskCount, "open_task_count": s.OpenTaskCount, "start_date": s.StartDate, "created_at": s.CreatedAt,
	}
}
