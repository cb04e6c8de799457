// Package alert is what a detection tool reports and an analyst triages.
package alert

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// ID identifies an alert.
type ID string

// Alert is one report, however often it was repeated.
type Alert struct {
	was, is State
	told    []event.Name // what happened since it was read
}

// State is an alert as stores and edges see it.
type State struct {
	ID              ID
	Company         tenant.ID
	Title           string              `audit:"title"`
	Description     string              `audit:"description"`
	Severity        severity.Level      `audit:"severity"`
	Status          Status              `audit:"status"`
	Source          string              `audit:"source"`
	SourceRef       string              `audit:"source_ref"`
	Tags            []string            `audit:"tags"`
	TLP             sharing.TLP         `audit:"tlp"`
	PAP             sharing.PAP         `audit:"pap"`
	EventTime       time.Time           `audit:"event_time"`
	FirstSeen       time.Time           // when the first report came in
	LastSeen        time.Time           // when the latest did
	Occurrences     int                 // reports so far, 1 or more
	Observables     map[string][]string `audit:"observable_data"` // as reported, by type
	RawPayload      json.RawMessage     `audit:"raw_payload"`     // as reported; nil for none
	Assignee        identity.UserID     `audit:"assignee"`
	CreatedBy       identity.UserID     // empty when an API key reported it
	CreatedByKey    identity.KeyID
	Incidents       []string        // ids of the incidents it is linked to; kept by the links
	AcknowledgedAt  time.Time       `audit:"acknowledged_at"`
	AcknowledgedBy  identity.UserID `audit:"acknowledged_by"`
	ResolvedAt      time.Time       `audit:"resolved_at"`
	Resolution      Resolution      `audit:"resolution"`
	ResolutionNotes string          `audit:"resolution_notes"`
	CreatedAt       time.Time
	UpdatedAt       time.Time
	Version         int
}

// Restore rebuilds a stored alert. What s points to is the alert's from then on.
func Restore(s State) *Alert { return &Alert{was: s, is: s} }

// State returns the alert's present state, as a copy that shares nothing but the
// raw payload: it can be a megabyte, and nobody writes into it.
func (a *Alert) State() State { return a.is.clone() }

func (s State) clone() State {
	s.Tags, s.Incidents = slices.Clone(s.Tags), slices.Clone(s.Incidents)
	if s.Observables != nil {
		s.Observables = copied(s.Observables)
	}
	return s
}

func copied(observables map[string][]string) map[string][]string {
	out := make(map[string][]string, len(observables))
	for kind, values := range observables {
		out[kind] = slices.Clone(values)
	}
	return out
}

// ID returns the alert's id.
func (a *Alert) ID() ID { return a.is.ID }

// Saved notes that a store has kept the present state as its next version.
func (a *Alert) Saved() { a.is.Version++ }

// Acknowledge says that somebody is looking. A second time changes nothing.
func (a *Alert) Acknowledge(by identity.UserID, now time.Time) error {
	switch {
	case a.is.Status == Resolved, a.is.Status == Escalated:
		return fault.Newf(fault.Conflict, "the alert is %s", a.is.Status).WithCode("invalid_transition")
	case a.is.Status == InProgress && !a.is.AcknowledgedAt.IsZero():
		return nil
	}
	a.is.Status = InProgress
	if a.is.AcknowledgedAt.IsZero() {
		a.is.AcknowledgedAt, a.is.AcknowledgedBy = now, by
	}
	a.changed(event.AlertAcknowledged, now)
	return nil
}

// AssignTo hands the alert to an active user of its own company, or to nobody
// when to is nil.
func (a *Alert) AssignTo(to *identity.User, now time.Time) error {
	assignee, err := identity.Assignable(to, a.is.Company)
	if err != nil {
		return err
	}
	if assignee == a.is.Assignee {
		return nil
	}
	a.is.Assignee = assignee
	a.changed(event.AlertAssigned, now)
	return nil
}

// Resolve closes the alert without an incident.
func (a *Alert) Resolve(resolution, notes string, now time.Time) error {
	var v fault.Violations
	parsed := fault.OneOf(&v, "resolution", resolution, "", Resolutions())
	v.Require("resolution", resolution)
	v.Optional("notes", notes, maxNotes)
	if err := v.Err(); err != nil {
		return err
	}
	if err := a.move(Resolved, now); err != nil {
		return err
	}
	a.is.Resolution, a.is.ResolutionNotes = parsed, notes
	a.changed(event.AlertResolved, now)
	return nil
}

// Escalate hands the alert over to an incident, which moves it from then on.
func (a *Alert) Escalate(incident string, now time.Time) error {
	if a.is.Status == Escalated {
		e := fault.New(fault.Conflict, "the alert is escalated already").WithCode("already_escalated")
		if len(a.is.Incidents) > 0 {
			e = e.Existing(a.is.Incidents[0])
		}
		return e
	}
	if a.is.Status == Resolved {
		return fault.New(fault.Conflict, "the alert is resolved").WithCode("invalid_transition")
	}
	a.is.Status = Escalated
	if !slices.Contains(a.is.Incidents, incident) {
		a.is.Incidents = append(slices.Clone(a.is.Incidents), incident)
	}
	a.changed(event.AlertEscalated, now)
	return nil
}

// SettleWithIncident resolves an escalated alert because its incident closed.
func (a *Alert) SettleWithIncident(now time.Time) {
	if a.is.Status == Resolved {
		return
	}
	a.is.Status, a.is.ResolvedAt = Resolved, now
	a.changed(event.AlertResolved, now)
}

// move changes the status by the table of transitions.
func (a *Alert) move(to Status, now time.Time) error {
	if !a.is.Status.mayBecome(to) {
		return fault.Newf(fault.Conflict, "the alert is %s and cannot become %s", a.is.Status, to).
			WithCode("invalid_transition")
	}
	if a.is.Status == Resolved && to != Resolved {
		a.is.ResolvedAt, a.is.Resolution, a.is.ResolutionNotes = time.Time{}, "", ""
	}
	if to == Resolved {
		a.is.ResolvedAt = now
	}
	a.is.Status = to
	return nil
}

func (a *Alert) changed(what event.Name, now time.Time) {
	a.is.UpdatedAt = now
	a.told = append(a.told, what)
}

// AuditRef names the alert.
func (a *Alert) AuditRef() audit.Ref {
	return audit.Ref{Type: "alert", ID: string(a.is.ID), Name: a.is.Title, Company: a.is.Company}
}

// AuditChanges returns what changed since the alert was read.
func (a *Alert) AuditChanges() audit.Changes { return audit.Diff(a.was, a.is) }

// AuditSnapshot returns all that the alert says.
func (a *Alert) AuditSnapshot() audit.Changes { return audit.Diff(State{}, a.is) }

// Unchanged reports whether nothing did.
func (a *Alert) Unchanged() bool { return len(a.AuditChanges()) == 0 }

// Events tells what happened to the alert since it was read.
func (a *Alert) Events() []event.Event {
	list := make([]event.Event, 0, len(a.told))
	for _, name := range a.told {
		list = append(list, event.Event{
			Name: name, Company: a.is.Company, Entity: "alert", EntityID: string(a.is.ID),
			Facts: map[string]map[string]any{"alert": a.Facts()},
		})
	}
	return list
}

// Facts returns the alert for conditions and templates, with the field names
// of the API. The raw payload stays out: it can be a megabyte. Lists are never
// nil, so that a condition may ask for the size of an empty one.
func (a *Alert) Facts() map[string]any {
	s := a.is
	return map[string]any{
		"id": string(s.ID), "title": s.Title, "description": s.Description,
		"severity": s.Severity.String(), "status": string(s.Status), "source": s.Source, "source_ref": s.SourceRef,
		"tags": append([]string{}, s.Tags...), "tlp": string(s.TLP), "pap": string(s.PAP),
		"event_time": s.EventTime, "first_seen": s.FirstSeen, "last_seen": s.LastSeen,
		"occurrences": s.Occurrences, "observable_data": copied(s.Observables),
		"assignee": string(s.Assignee), "incidents": append([]string{}, s.Incidents...),
		"resolution": string(s.Resolution), "created_at": s.CreatedAt,
	}
}
