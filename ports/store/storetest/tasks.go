package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/task"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func (w *world) newTask(i incident.State, edits ...func(*task.State)) task.State {
	id, now := w.ids.New(), w.clock.Now()
	return edited(task.State{
		ID: task.ID(id), Company: i.Company, Incident: i.ID, Title: "Task " + id, Status: task.Open, Priority: task.Medium,
		Order: 1, CreatedAt: now, UpdatedAt: now,
	}, edits)
}

func (w *world) addTask(t *testing.T, i incident.State, edits ...func(*task.State)) task.State {
	t.Helper()
	s := w.newTask(i, edits...)
	w.update(t, tenant.Of(i.Company), func(ctx context.Context, tx txn.Tx) error {
		return tx.Tasks().Add(ctx, task.Restore(s))
	})
	return s
}

func taskNoun() noun[task.State] {
	return noun[task.State]{
		plain: func(t *testing.T, w *world, company tenant.ID) task.State {
			t.Helper()
			return w.newTask(w.addIncident(t, company))
		},
		full: func(t *testing.T, w *world, company tenant.ID) task.State {
			t.Helper()
			u := w.addUser(t, company)
			k := w.addKey(t, u)
			return w.newTask(w.addIncident(t, company), func(s *task.State) {
				at := s.CreatedAt
				s.Description, s.Notes, s.Status, s.Priority = "Cut it off 🦉", "Done by phone", task.Completed, task.Critical
				s.DueDate, s.CompletedAt, s.UpdatedAt = at.Add(time.Hour), at.Add(time.Minute), at.Add(time.Minute)
				s.Order, s.Version, s.Assignee, s.CreatedBy, s.CreatedByKey = 7, 5, u.ID, u.ID, k.ID
			})
		},
		id:      func(s task.State) string { return string(s.ID) },
		version: func(s *task.State) *int { return &s.Version },
		changed: func(s task.State) task.State {
			s.Title, s.Description, s.Notes, s.Status, s.Priority = "Other", "", "None", task.Canceled, task.Low
			s.DueDate, s.CompletedAt, s.UpdatedAt = time.Time{}, time.Time{}, s.UpdatedAt.Add(time.Hour)
			s.Order, s.Assignee = 1, ""
			return s
		},
		add: func(ctx context.Context, tx txn.Tx, s task.State) error { return tx.Tasks().Add(ctx, task.Restore(s)) },
		save: func(ctx context.Context, tx txn.Tx, s task.State) error {
			return tx.Tasks().Save(ctx, task.Restore(s))
		},
		find: func(ctx context.Context, r readers, id string) (task.State, error) {
			found, err := r.Tasks.Find(ctx, task.ID(id))
			return stateOf(found, err, (*task.Task).State)
		},
		list: func(ctx context.Context, r readers, p page.Request) (page.Result[task.State], error) {
			list, err := r.Tasks.List(ctx, task.Query{}, p)
			return page.Map(list, (*task.Task).State), err
		},
	}
}

func tasks(t *testing.T, w *world) {
	t.Helper()
	taskNoun().keeps(t, w)
	t.Run("the incident must be there, and of the company", func(t *testing.T) {
		i, foreign := w.addIncident(t, w.company(t)), w.addIncident(t, w.company(t))
		for _, home := range []incident.ID{incident.ID(w.ids.New()), foreign.ID} {
			s := w.newTask(i, func(s *task.State) { s.Incident = home })
			requireNotFound(t, w.try(t, tenant.Of(i.Company), func(ctx context.Context, tx txn.Tx) error {
				return tx.Tasks().Add(ctx, task.Restore(s))
			}))
		}
	})
	t.Run("it can move to another incident", func(t *testing.T) {
		company := w.company(t)
		s, next := w.addTask(t, w.addIncident(t, company)), w.addIncident(t, company)
		s.Incident = next.ID
		w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			return tx.Tasks().Save(ctx, task.Restore(s))
		})
		s.Version++
		taskNoun().requireStored(t, w, company, s)
	})
	t.Run("removing", func(t *testing.T) { taskRemoval(t, w) })
	t.Run("an incident counts its own", func(t *testing.T) { taskTally(t, w) })
	t.Run("moving all of an incident", func(t *testing.T) { taskMove(t, w) })
	t.Run("filters", func(t *testing.T) { taskFilters(t, w) })
}

func taskRemoval(t *testing.T, w *world) {
	t.Helper()
	s := w.addTask(t, w.addIncident(t, w.company(t)))
	remove := func(s task.State) error {
		return w.try(t, tenant.Of(s.Company), func(ctx context.Context, tx txn.Tx) error {
			return tx.Tasks().Remove(ctx, task.Restore(s))
		})
	}
	stale := s
	stale.Version++
	require.True(t, isStale(remove(stale)))
	require.NoError(t, remove(s))
	requireNotFound(t, remove(s))
	w.view(t, tenant.Of(s.Company), func(ctx context.Context, r readers) error {
		_, err := r.Tasks.Find(ctx, s.ID)
		requireNotFound(t, err)
		return nil
	})
}

func (w *world) tally(t *testing.T, i incident.State) (count task.Tally) {
	t.Helper()
	w.view(t, tenant.Of(i.Company), func(ctx context.Context, r readers) error {
		var err error
		count, err = r.Tasks.Tally(ctx, i.ID)
		return err
	})
	return count
}

func taskTally(t *testing.T, w *world) {
	t.Helper()
	company := w.company(t)
	i, empty := w.addIncident(t, company), w.addIncident(t, company)
	for n, status := range task.Statuses() {
		w.addTask(t, i, func(s *task.State) { s.Status, s.Order = status, 10-n })
	}
	require.Equal(t, task.Tally{All: 4, Open: 2, Last: 10}, w.tally(t, i))
	require.Equal(t, task.Tally{}, w.tally(t, empty))
}

func taskMove(t *testing.T, w *world) {
	t.Helper()
	company := w.company(t)
	from, to, stranger := w.addIncident(t, company), w.addIncident(t, company), w.addIncident(t, w.company(t))
	first := w.addTask(t, from)
	second := w.addTask(t, from, func(s *task.State) { s.Order, s.Version = 2, 3 })
	there := w.addTask(t, to, func(s *task.State) { s.Order = 5 })
	w.clock.Advance(time.Hour)
	move := func(scope tenant.Scope, from, to incident.ID) error {
		return w.try(t, scope, func(ctx context.Context, tx txn.Tx) error { return tx.Tasks().Move(ctx, from, to) })
	}
	require.NoError(t, move(tenant.Of(company), from.ID, to.ID))
	require.Equal(t, task.Tally{}, w.tally(t, from))
	require.Equal(t, task.Tally{All: 3, Open: 3, Last: 7}, w.tally(t, to))
	for s, order := range map[*task.State]int{&first: 6, &second: 7} {
		s.Incident, s.Order, s.UpdatedAt = to.ID, order, w.clock.Now()
		s.Version++
		taskNoun().requireStored(t, w, company, *s)
	}
	taskNoun().requireStored(t, w, company, there)
	requireNotFound(t, move(tenant.Of(company), to.ID, incident.ID(w.ids.New())))
	requireNotFound(t, move(tenant.All(), to.ID, stranger.ID))
	require.Equal(t, task.Tally{All: 3, Open: 3, Last: 7}, w.tally(t, to))
}

func taskFilters(t *testing.T, w *world) {
	t.Helper()
	company, base := w.company(t), w.clock.Now()
	ana, i, other := w.analyst(t, company), w.addIncident(t, company), w.addIncident(t, company)
	add := func(title string, of incident.State, edit func(*task.State)) {
		w.addTask(t, of, func(s *task.State) { s.Title = title; edit(s) })
	}
	add("late", i, func(s *task.State) {
		s.DueDate, s.Priority, s.Assignee, s.Description = base.Add(-time.Hour), task.High, ana, "50%_off"
	})
	add("soon", i, func(s *task.State) {
		s.DueDate, s.Status, s.CreatedAt = base.Add(time.Hour), task.InProgress, base.Add(time.Second)
	})
	add("done", other, func(s *task.State) { s.DueDate, s.Status, s.Notes = base.Add(-time.Hour), task.Completed, "LATE" })
	add("whenever", other, func(s *task.State) { s.Priority = task.Low })
	type q = task.Query
	all := []string{"late", "soon", "done", "whenever"}
	for name, c := range map[string]struct {
		query q
		want  []string
	}{
		"none":               {q{}, all},
		"status":             {q{Statuses: []task.Status{task.Open, task.Canceled}}, []string{"late", "whenever"}},
		"priority":           {q{Priorities: []task.Priority{task.Low, task.High}}, []string{"late", "whenever"}},
		"incident":           {q{Incident: i.ID}, []string{"late", "soon"}},
		"no incident":        {q{Incident: "nonsense"}, nil},
		"assignee":           {q{Assignees: []identity.UserID{ana}}, []string{"late"}},
		"unassigned":         {q{Unassigned: true}, []string{"soon", "done", "whenever"}},
		"assignee or nobody": {q{Assignees: []identity.UserID{ana}, Unassigned: true}, all},
		"overdue":            {q{Overdue: ref(true)}, []string{"late"}},
		"not overdue":        {q{Overdue: ref(false)}, []string{"soon", "done", "whenever"}},
		"due after":          {q{DueAfter: base.Add(-time.Hour)}, []string{"soon"}},
		"due before":         {q{DueBefore: base}, []string{"late", "done"}},
		"due between":        {q{DueAfter: base.Add(-2 * time.Hour), DueBefore: base}, []string{"late", "done"}},
		"due ever":           {q{DueBefore: task.NoDueDate()}, []string{"late", "soon", "done"}},
		"created after":      {q{CreatedAfter: base}, []string{"soon"}},
		"created before":     {q{CreatedBefore: base.Add(time.Second)}, []string{"late", "done", "whenever"}},
		"company":            {q{Company: company}, all},
		"search":             {q{Search: "late"}, []string{"late", "done"}},
		"literal":            {q{Search: "%_O"}, []string{"late"}},
		"combined":           {q{Search: "late", Incident: i.ID, Overdue: ref(true)}, []string{"late"}},
	} {
		t.Run(name, func(t *testing.T) {
			w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
				got, err := r.Tasks.List(ctx, c.query, page.Request{})
				require.NoError(t, err)
				require.ElementsMatch(t, c.want, pick(got.Items, func(t *task.Task) string { return t.State().Title }))
				require.Equal(t, len(c.want), got.Count)
				return nil
			})
		})
	}
}
