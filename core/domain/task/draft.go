package task

import (
	"time"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/incident"
)

// Limits of a task's fields, in characters unless said otherwise.
const (
	maxTitle       = 200
	maxDescription = 100_000
	maxNotes       = 10_000
	maxOrder       = 1_000_000_000 // places
)

// Draft is a task as it is asked for; empty fields take their defaults.
type Draft struct {
	Title, Description string
	Status, Priority   string
	Notes              string
	DueDate            time.Time
	Order              int // 0: behind the last
}

// Check returns all that is wrong with the draft by itself, for those who learn
// only later which incident it is for.
func (d Draft) Check() error {
	_, err := d.read()
	return err
}

func (d Draft) read() (State, error) {
	var v fault.Violations
	v.Text("title", d.Title, maxTitle)
	v.Optional("description", d.Description, maxDescription)
	v.Optional("notes", d.Notes, maxNotes)
	place(&v, d.Order)
	s := State{
		Title: d.Title, Description: d.Description, Notes: d.Notes, Order: d.Order,
		Status:   fault.OneOf(&v, "status", d.Status, Open, Statuses()),
		Priority: fault.OneOf(&v, "priority", d.Priority, Medium, Priorities()),
		DueDate:  due(&v, d.DueDate),
	}
	return s, v.Err()
}

// due reads a due date; the zero time is none.
func due(v *fault.Violations, date time.Time) time.Time {
	date = v.Moment("due_date", date)
	if date.Equal(NoDueDate()) {
		v.Add("due_date", fault.CodeInvalid, "must lie before the last moment of the year 9999")
	}
	return date
}

func place(v *fault.Violations, order int) {
	if order < 0 || order > maxOrder {
		v.Add("order", fault.CodeInvalid, "must be between 0 and %d", maxOrder)
	}
}

// Create makes a new task for an incident whose last task has the place last.
func Create(id ID, i *incident.Incident, d Draft, by alert.Reporter, last int, now time.Time) (*Task, error) {
	s, err := d.read()
	if err != nil {
		return nil, err
	}
	s.ID, s.Company, s.Incident = id, i.State().Company, i.ID()
	s.CreatedBy, s.CreatedByKey, s.CreatedAt, s.UpdatedAt = by.User, by.Key, now, now
	t := &Task{is: s, told: []event.Name{event.TaskCreated}}
	t.is.Order = behind(s.Order, last)
	if s.Status == Completed {
		t.is.CompletedAt = now
		t.told = append(t.told, event.TaskCompleted)
	}
	return t, nil
}

// behind is the place a task asks for: 0 is behind the last one.
func behind(order, last int) int {
	if order == 0 {
		return min(last+1, maxOrder)
	}
	return order
}

// Patch changes what is not nil. A zero due date is none, order 0 is behind the
// last.
type Patch struct {
	Title, Description *string
	Status, Priority   *string
	Notes              *string
	DueDate            *time.Time
	Order              *int
}

// Apply changes the task, the last place of whose incident is last.
func (t *Task) Apply(p Patch, last int, now time.Time) error {
	next := t.is
	var v fault.Violations
	v.PatchText("title", p.Title, &next.Title, maxTitle)
	v.PatchOptional("description", p.Description, &next.Description, maxDescription)
	v.PatchOptional("notes", p.Notes, &next.Notes, maxNotes)
	next.Priority = fault.PatchChoice(&v, "priority", p.Priority, next.Priority, Priorities())
	status := fault.PatchChoice(&v, "status", p.Status, next.Status, Statuses())
	if p.DueDate != nil {
		next.DueDate = due(&v, *p.DueDate)
	}
	if p.Order != nil {
		place(&v, *p.Order)
		next.Order = behind(*p.Order, last)
	}
	if err := v.Err(); err != nil {
		return err
	}
	if len(audit.Diff(t.is, next)) > 0 {
		next.UpdatedAt = now
	}
	t.is = next
	t.become(status, now)
	return nil
}

// MoveTo makes the task one of another incident of its company, behind the last
// one there unless the same change gives it a place.
func (t *Task) MoveTo(i *incident.Incident, last int, placed bool, now time.Time) error {
	if i.State().Company != t.is.Company {
		return NoIncident()
	}
	t.is.Incident, t.is.UpdatedAt = i.ID(), now
	if !placed {
		t.is.Order = behind(0, last)
	}
	return nil
}

// NoIncident is the error for a task of an incident that is not there, or not
// the company's.
func NoIncident() error {
	return fault.Field("incident", fault.CodeInvalid, "must be an incident of the company")
}
