package task

import (
	"time"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// Query selects tasks. Zero fields do not filter; lists mean any of; times are
// exclusive bounds, and a task without a due date lies within none.
type Query struct {
	Statuses                    []Status
	Priorities                  []Priority
	Incident                    incident.ID
	Assignees                   []identity.UserID
	Unassigned                  bool  // also, or only, those without an assignee
	Overdue                     *bool // by the time of the unit of work that asks
	Company                     tenant.ID
	DueAfter, DueBefore         time.Time
	CreatedAfter, CreatedBefore time.Time
	Search                      string // part of title, description or notes
}

// SortNames lists the keys a list of tasks can be ordered by; status and
// priority sort by rank, and tasks without a due date come after those with.
func SortNames() []string {
	return []string{"order", "due_date", "priority", "status", "created_at", "updated_at"}
}

// NoDueDate is the moment that stands for the due date of a task without one,
// where it is compared with others: later than any date that can be set.
func NoDueDate() time.Time { return time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC) }

// Tally is how many tasks an incident has, how many of them wait to be done, and
// the last place that one of them has: 0 when there is none.
type Tally struct {
	All, Open, Last int
}
