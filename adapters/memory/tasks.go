package memory

import (
	"cmp"
	"context"
	"slices"

	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/task"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

type tasks struct{ u *unit }

func (t tasks) shelf() shelf[task.State] {
	return shelf[task.State]{
		u: t.u, rows: &t.u.data.tasks, noun: "task",
		company: func(s *task.State) tenant.ID { return s.Company },
		version: func(s *task.State) *int { return &s.Version },
	}
}

func (t tasks) Find(_ context.Context, id task.ID) (*task.Task, error) {
	s, err := t.shelf().find(string(id))
	if err != nil {
		return nil, err
	}
	return task.Restore(s), nil
}

func (t tasks) List(_ context.Context, q task.Query, p page.Request) (page.Result[*task.Task], error) {
	rows := t.shelf().matching(func(s *task.State) bool { return t.matches(s, q) })
	return list(rows, p, order[task.State]{
		sorts: []page.Sort{
			{Name: "order", Kind: page.Rank},
			{Name: "due_date", Kind: page.Time},
			{Name: "priority", Kind: page.Rank},
			{Name: "status", Kind: page.Rank},
			{Name: "created_at", Kind: page.Time},
			{Name: "updated_at", Kind: page.Time},
		},
		fallback: newest("created_at"),
		value: func(s *task.State, name string) any {
			switch name {
			case "order":
				return int64(s.Order)
			case "due_date":
				if s.DueDate.IsZero() {
					return task.NoDueDate()
				}
				return s.DueDate
			case "priority":
				return int64(s.Priority.Rank())
			case "status":
				return int64(s.Status.Rank())
			case "created_at":
				return s.CreatedAt
			case "updated_at":
				return s.UpdatedAt
			default:
				return string(s.ID)
			}
		},
	}, task.Restore)
}

func (t tasks) matches(s *task.State, q task.Query) bool {
	bounded := !q.DueAfter.IsZero() || !q.DueBefore.IsZero()
	return anyOf(q.Statuses, s.Status) && anyOf(q.Priorities, s.Priority) &&
		assigned(q.Assignees, q.Unassigned, s.Assignee) && is(q.Incident, s.Incident) && is(q.Company, s.Company) &&
		(q.Overdue == nil || *q.Overdue == s.Overdue(t.u.now)) &&
		(!bounded || !s.DueDate.IsZero() && within(s.DueDate, q.DueAfter, q.DueBefore)) &&
		within(s.CreatedAt, q.CreatedAfter, q.CreatedBefore) &&
		mentions(q.Search, s.Title, s.Description, s.Notes)
}

func (t tasks) of(id incident.ID) []*task.State {
	return t.shelf().matching(func(s *task.State) bool { return s.Incident == id })
}

func (t tasks) Tally(_ context.Context, of incident.ID) (task.Tally, error) {
	var count task.Tally
	for _, s := range t.of(of) {
		count.All++
		if s.Status.Pending() {
			count.Open++
		}
		count.Last = max(count.Last, s.Order)
	}
	return count, nil
}

func (t tasks) Add(_ context.Context, added *task.Task) error {
	s := added.State()
	if err := t.reachable(s); err != nil {
		return err
	}
	return t.shelf().add(string(s.ID), s)
}

func (t tasks) Save(_ context.Context, saved *task.Task) error {
	s := saved.State()
	if err := t.reachable(s); err != nil {
		return err
	}
	return kept(saved, t.shelf().save(string(s.ID), s, nil))
}

func (t tasks) Remove(_ context.Context, removed *task.Task) error {
	s := removed.State()
	return t.shelf().drop(string(s.ID), s)
}

func (t tasks) Move(ctx context.Context, from, to incident.ID) error {
	source, err := incidents(t).home(from)
	if err != nil {
		return err
	}
	target, err := incidents(t).home(to)
	if err != nil {
		return err
	}
	if source != target {
		return incidents(t).shelf().missing()
	}
	behind, err := t.Tally(ctx, to)
	if err != nil {
		return err
	}
	moving := t.of(from)
	slices.SortFunc(moving, func(a, b *task.State) int { return cmp.Compare(a.ID, b.ID) })
	for _, s := range moving {
		next := *s
		next.Incident, next.Order, next.UpdatedAt = to, behind.Last+s.Order, t.u.now
		next.Version++
		if err := t.shelf().put(string(s.ID), next); err != nil {
			return err
		}
	}
	return nil
}

// reachable refuses a task of an incident of another company, or of none.
func (t tasks) reachable(s task.State) error {
	company, err := incidents(t).home(s.Incident)
	if err == nil && company != s.Company {
		return incidents(t).shelf().missing()
	}
	return err
}
