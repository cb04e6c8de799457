package sqlstore

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/task"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// taskRow is a task.
type taskRow struct {
	ID           string    `gorm:"primaryKey"`
	Company      companyID `gorm:"column:company_id;<-:create"`
	IncidentID   string
	Title        string
	Description  string
	Status       string
	StatusRank   int
	PriorityRank int
	DueAt        moment // the last moment of all for a task without a due date, so that it sorts last
	Assignee     link
	Position     int
	Notes        string
	CompletedAt  maybe
	CreatedBy    link
	CreatedByKey link
	CreatedAt    moment
	UpdatedAt    moment
	Version      int
	SearchText   string `gorm:"->:false;<-"`
}

// TableName implements schema.Tabler.
func (taskRow) TableName() string { return "tasks" }

func fromTask(t *task.Task) taskRow {
	s := t.State()
	row := taskRow{
		ID: string(s.ID), Company: companyID(s.Company), IncidentID: string(s.Incident), Title: s.Title,
		Description: s.Description, Status: string(s.Status), StatusRank: s.Status.Rank(), PriorityRank: s.Priority.Rank(),
		DueAt: moment{s.DueDate}, Assignee: link(s.Assignee), Position: s.Order, Notes: s.Notes,
		CompletedAt: maybe{s.CompletedAt}, CreatedBy: link(s.CreatedBy), CreatedByKey: link(s.CreatedByKey),
		CreatedAt: moment{s.CreatedAt}, UpdatedAt: moment{s.UpdatedAt}, Version: s.Version,
		SearchText: searchable(s.Title, s.Description, s.Notes),
	}
	if s.DueDate.IsZero() {
		row.DueAt = moment{task.NoDueDate()}
	}
	return row
}

func toTask(r taskRow) *task.Task {
	s := task.State{
		ID: task.ID(r.ID), Company: tenant.ID(r.Company), Incident: incident.ID(r.IncidentID), Title: r.Title,
		Description: r.Description, Status: task.Status(r.Status), Priority: task.Priorities()[r.PriorityRank],
		DueDate: r.DueAt.Time, Assignee: identity.UserID(r.Assignee), Order: r.Position, Notes: r.Notes,
		CompletedAt: r.CompletedAt.Time, CreatedBy: identity.UserID(r.CreatedBy), CreatedByKey: identity.KeyID(r.CreatedByKey),
		CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time, Version: r.Version,
	}
	if s.DueDate.Equal(task.NoDueDate()) {
		s.DueDate = time.Time{}
	}
	return task.Restore(s)
}

type tasks struct{ u *unit }

func (t tasks) Find(ctx context.Context, id task.ID) (*task.Task, error) {
	row, err := one[taskRow](t.u, t.u.held(t.u.in(ctx).Where("id = ?", string(id))), "task")
	if err != nil {
		return nil, err
	}
	return toTask(row), nil
}

func (t tasks) List(ctx context.Context, q task.Query, p page.Request) (page.Result[*task.Task], error) {
	f := &filter{t.u.in(ctx).Model(&taskRow{})}
	f.company(q.Company)
	ranks(f, "status_rank", q.Statuses, task.Status.Rank)
	ranks(f, "priority_rank", q.Priorities, task.Priority.Rank)
	if q.Incident != "" {
		f.where("company_id = (?) AND incident_id = ?", t.u.owner(ctx, &incidentRow{}, string(q.Incident)), string(q.Incident))
	}
	assigned(f, q.Assignees, q.Unassigned)
	if q.Overdue != nil {
		t.overdue(f, *q.Overdue)
	}
	f.between("due_at", q.DueAfter, q.DueBefore)
	if !q.DueAfter.IsZero() {
		f.where("due_at < ?", moment{task.NoDueDate()})
	}
	f.between("created_at", q.CreatedAfter, q.CreatedBefore)
	f.searched("search_text", searchable(q.Search))
	return list(ctx, t.u, f.q, ordered{
		sorts: []page.Sort{
			{Name: "order", Kind: page.Rank},
			{Name: "due_date", Kind: page.Time},
			{Name: "priority", Kind: page.Rank},
			{Name: "status", Kind: page.Rank},
			{Name: "created_at", Kind: page.Time},
			{Name: "updated_at", Kind: page.Time},
		},
		fallback: newest("created_at"),
		columns:  map[string]string{"order": "position", "due_date": "due_at", "priority": "priority_rank", "status": "status_rank"},
	}, p, each(toTask))
}

// overdue keeps what should have been done by now, or what need not. The rank is
// written out because the index of what is pending has it in its condition.
func (t tasks) overdue(f *filter, late bool) {
	if late {
		f.where("status_rank < 2 AND due_at < ?", moment{t.u.now})
		return
	}
	f.where("(status_rank >= 2 OR due_at >= ?)", moment{t.u.now})
}

func (t tasks) of(ctx context.Context, id incident.ID) *gorm.DB {
	return t.u.in(ctx).Model(&taskRow{}).
		Where("company_id = (?) AND incident_id = ?", t.u.owner(ctx, &incidentRow{}, string(id)), string(id))
}

func (t tasks) Tally(ctx context.Context, of incident.ID) (task.Tally, error) {
	var count struct{ Every, Pending, Last int }
	err := t.of(ctx, of).Select("count(*) AS every, count(CASE WHEN status_rank < 2 THEN 1 END) AS pending, " +
		"COALESCE(max(position), 0) AS last").Scan(&count).Error
	return task.Tally{All: count.Every, Open: count.Pending, Last: count.Last}, t.u.known(err)
}

func (t tasks) Add(ctx context.Context, added *task.Task) error {
	if err := t.u.reaches(added.State().Company, "task"); err != nil {
		return err
	}
	row := fromTask(added)
	return t.u.known(t.u.in(ctx).Create(&row).Error)
}

func (t tasks) Save(ctx context.Context, saved *task.Task) error {
	row := fromTask(saved)
	row.Version++
	return kept(saved, save(ctx, t.u, "task", row.ID, saved.State().Version, &row))
}

func (t tasks) Remove(ctx context.Context, removed *task.Task) error {
	s := removed.State()
	return remove[taskRow](ctx, t.u, "task", string(s.ID), s.Version)
}

func (t tasks) Move(ctx context.Context, from, to incident.ID) error {
	company, err := owners(ctx, t.u, &incidentRow{}, "incident", []string{string(from), string(to)})
	if err != nil {
		return err
	}
	if company[string(from)] != company[string(to)] {
		return missing("incident")
	}
	behind, err := t.Tally(ctx, to)
	if err != nil {
		return err
	}
	return t.u.known(t.of(ctx, from).Updates(map[string]any{
		"incident_id": string(to), "position": gorm.Expr("position + ?", behind.Last),
		"updated_at": moment{t.u.now}, "version": gorm.Expr("version + 1"),
	}).Error)
}
