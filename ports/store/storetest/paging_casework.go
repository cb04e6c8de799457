package storetest

import (
	"testing"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/task"
)

func caseworkLists() []list {
	newest := page.Key{Name: "created_at", Desc: true}
	return []list{
		{
			name: "tasks", keys: task.SortNames(), first: newest,
			read: reading(taskNoun().list, taskNoun().id),
			arrange: func(t *testing.T, w *world) []row {
				t.Helper()
				i, base := w.addIncident(t, w.company(t)), w.clock.Now()
				return rows(w, func(n int) row {
					s := w.addTask(t, i, func(s *task.State) {
						s.CreatedAt, s.UpdatedAt = base.Add(time.Duration(n%3)*time.Microsecond), base.Add(-time.Duration(n%2)*time.Hour)
						s.Order, s.DueDate = n%7, tie(base, n)
						s.Status, s.Priority = task.Statuses()[n%4], task.Priorities()[n%4]
					})
					due := s.DueDate
					if due.IsZero() {
						due = task.NoDueDate()
					}
					return row{string(s.ID), map[string]any{
						"created_at": s.CreatedAt, "updated_at": s.UpdatedAt, "order": s.Order, "due_date": due,
						"status": s.Status.Rank(), "priority": s.Priority.Rank(),
					}}
				})
			},
		},
	}
}
