package sqlstore

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/task"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// busy gives acme some incidents, with many tasks each.
func busy(t *testing.T, s *Store) (some incident.ID) {
	t.Helper()
	require.NoError(t, s.Update(t.Context(), tenant.Of(acme), func(ctx context.Context, tx txn.Tx) error {
		for n := range 10 {
			i := incident.Restore(incident.State{
				ID: incident.ID(fmt.Sprintf("01900000-0000-7000-a000-%012x", n)), Company: acme, Title: "Incident",
				Severity: severity.High, Status: incident.Open, TLP: "amber", PAP: "amber",
				StartDate: tx.Now(), CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
			})
			if err := tx.Incidents().Add(ctx, i); err != nil {
				return err
			}
			some = i.ID()
			for k := range 20 {
				made, err := task.Create(task.ID(fmt.Sprintf("01900000-0000-7000-a%03x-%012x", n+1, k)), i, task.Draft{
					Title: fmt.Sprint("Task ", k), Priority: []string{"low", "high"}[k%2], Order: k + 1,
					Status: []string{"open", "completed", "canceled"}[k%3], DueDate: tx.Now().Add(time.Duration(k-10) * time.Hour),
				}, alert.Reporter{}, 0, tx.Now().Add(time.Duration(k)*time.Second))
				if err != nil {
					return err
				}
				if err := tx.Tasks().Add(ctx, made); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	return some
}

// asked lists tasks by a query.
func asked(q task.Query) listing {
	return func(ctx context.Context, v store.View, p page.Request) (page.Result[string], error) {
		found, err := v.Tasks().List(ctx, q, p)
		return page.Map(found, func(t *task.Task) string { return string(t.ID()) }), err
	}
}

func TestQueries_EveryOrderOfTasksIsAnIndex(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	busy(t, s)
	requireWalked(t, s, "tasks", asked(task.Query{}), map[string]string{
		"order": "tasks_position", "due_date": "tasks_due", "priority": "tasks_priority", "status": "tasks_status",
		"created_at": "tasks_created", "updated_at": "tasks_updated",
	})
}

// The questions of every day walk an index of their own, for those who see one
// company and for those who see all.
func TestQueries_TheUsualFiltersOfTasksAreIndexes(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	some, late := busy(t, s), true
	for name, c := range map[string]struct {
		query  task.Query
		order  string
		index  string
		scopes []tenant.Scope
	}{
		"of an incident": {task.Query{Incident: some}, "order", "tasks_incident", []tenant.Scope{tenant.Of(acme), tenant.All()}},
		"overdue":        {task.Query{Overdue: &late}, "due_date", "tasks_pending", []tenant.Scope{tenant.Of(acme)}},
		"nobody's":       {task.Query{Unassigned: true}, "created_at", "tasks_assignee", []tenant.Scope{tenant.Of(acme)}},
		"due":            {task.Query{DueBefore: s.clock.Now()}, "due_date", "tasks_due", []tenant.Scope{tenant.Of(acme)}},
		"somebody's": {
			task.Query{Assignees: []identity.UserID{"01900000-0000-7000-8000-0000000000ff"}},
			"created_at", "tasks_assignee",
			[]tenant.Scope{tenant.Of(acme)},
		},
	} {
		for _, scope := range c.scopes {
			plan := planOfFirst(t, s, scope, page.Key{Name: c.order}, "tasks", asked(c.query))
			require.Contains(t, plan, c.index, name)
			require.NotContains(t, plan, "TEMP B-TREE", name)
			require.NotContains(t, plan, "SCAN tasks", name)
		}
	}
}
