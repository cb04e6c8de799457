// Package task is a piece of work on an incident: something that somebody has to
// do, perhaps until a date.
package task

import (
	"time"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// ID identifies a task.
type ID string

// Task is one piece of work. It tells its incident what becomes of it.
type Task struct {
	was, is State
	told    []event.Name
	around  map[string]any // the facts of its incident, once that was told
}

// State is a task as stores and edges see it.
type State struct {
	ID           ID
	Company      tenant.ID
	Incident     incident.ID     `audit:"incident"`
	Title        string          `audit:"title"`
	Description  string          `audit:"description"`
	Status       Status          `audit:"status"`
	Priority     Priority        `audit:"priority"`
	DueDate      time.Time       `audit:"due_date"` // zero: whenever
	Assignee     identity.UserID `audit:"assignee"`
	Order        int             `audit:"order"` // its place among the tasks of its incident
	Notes        string          `audit:"notes"`
	CompletedAt  time.Time       `audit:"completed_at"` // zero unless completed
	CreatedBy    identity.UserID // empty when an API key made it
	CreatedByKey identity.KeyID
	CreatedAt    time.Time
	UpdatedAt    time.Time
	Version      int
}

// Restore rebuilds a stored task.
func Restore(s State) *Task { return &Task{was: s, is: s} }

// State returns the task's present state.
func (t *Task) State() State { return t.is }

// ID returns the task's id.
func (t *Task) ID() ID { return t.is.ID }

// Saved notes that a store has kept the present state as its next version.
func (t *Task) Saved() { t.is.Version++ }

// Overdue reports whether the task should have been done by now.
func (s State) Overdue(now time.Time) bool {
	return s.Status.Pending() && !s.DueDate.IsZero() && s.DueDate.Before(now)
}

// AssignTo hands the task to an active user of its own company, or to nobody
// when to is nil.
func (t *Task) AssignTo(to *identity.User, now time.Time) error {
	assignee, err := identity.Assignable(to, t.is.Company)
	if err != nil || assignee == t.is.Assignee {
		return err
	}
	t.is.Assignee, t.is.UpdatedAt = assignee, now
	if to != nil {
		t.told = append(t.told, event.TaskAssigned)
	}
	return nil
}

// Complete says that the work is done. A task that is completed already stays as
// it is.
func (t *Task) Complete(now time.Time) { t.become(Completed, now) }

// become moves the task to a status, which it may be in already.
func (t *Task) become(status Status, now time.Time) {
	if status == t.is.Status {
		return
	}
	t.is.CompletedAt = time.Time{}
	if status == Completed {
		t.is.CompletedAt = now
		t.told = append(t.told, event.TaskCompleted)
	}
	t.is.Status, t.is.UpdatedAt = status, now
}

// Tell tells the incident of the task what became of it since it was read. The
// incident is told of a new task as well, and of one that moved there.
func (t *Task) Tell(i *incident.Incident, now time.Time) {
	work := incident.Work{ID: string(t.is.ID), Title: t.is.Title}
	switch {
	case t.was.Incident != t.is.Incident:
		i.TaskAdded(work, now)
	case t.was.Status != t.is.Status:
		i.TaskMoved(work, string(t.was.Status), string(t.is.Status), now)
	}
	t.around = i.Facts()
}

// Leave tells the incident that the task was read from that the task is gone
// from there.
func (t *Task) Leave(i *incident.Incident, now time.Time) {
	i.TaskGone(incident.Work{ID: string(t.is.ID), Title: t.was.Title}, now)
}

// Moved reports whether the task left the incident that it was read from, and
// which that was.
func (t *Task) Moved() (from incident.ID, moved bool) {
	return t.was.Incident, t.was.Incident != "" && t.was.Incident != t.is.Incident
}

// AuditRef names the task.
func (t *Task) AuditRef() audit.Ref {
	return audit.Ref{Type: "task", ID: string(t.is.ID), Name: t.is.Title, Company: t.is.Company}
}

// AuditChanges returns what changed since the task was read.
func (t *Task) AuditChanges() audit.Changes { return audit.Diff(t.was, t.is) }

// AuditSnapshot returns all that the task says.
func (t *Task) AuditSnapshot() audit.Changes { return audit.Diff(State{}, t.is) }

// Unchanged reports whether nothing did.
func (t *Task) Unchanged() bool { return len(t.AuditChanges()) == 0 }

// Events tells what happened to the task since it was read.
func (t *Task) Events() []event.Event {
	list := make([]event.Event, 0, len(t.told))
	for _, name := range t.told {
		facts := map[string]map[string]any{"task": t.Facts()}
		if t.around != nil {
			facts["incident"] = t.around
		}
		list = append(list, event.Event{
			Name: name, Company: t.is.Company, Entity: "task", EntityID: string(t.is.ID), Facts: facts,
		})
	}
	return list
}

// Facts returns the task for conditions and templates, with the field names of
// the API.
func (t *Task) Facts() map[string]any {
	s := t.is
	return map[string]any{
		"id": string(s.ID), "incident": string(s.Incident), "title": s.Title, "description": s.Description,
		"status": string(s.Status), "priority": string(s.Priority), "due_date": s.DueDate, "assignee": string(s.Assignee),
		"order": s.Order, "notes": s.Notes, "completed_at": s.CompletedAt, "created_at": s.CreatedAt,
	}
}
