package sqlstore

import (
	"context"

	"gorm.io/gorm"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
)

type alerts struct{ u *unit }

func (a alerts) Find(ctx context.Context, id alert.ID) (*alert.Alert, error) {
	row, err := one[alertRow](a.u, a.u.held(a.u.in(ctx).Where("id = ?", string(id))), "alert")
	if err != nil {
		return nil, err
	}
	found, err := a.restore(ctx, []alertRow{row})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

func (a alerts) Named(ctx context.Context, ids []alert.ID) ([]*alert.Alert, error) {
	// In the order of the ids, so that two at once do not hold what the other
	// waits for.
	rows, err := byID[alertRow](ctx, a.u, distinct(texts(ids)), func(ctx context.Context) *gorm.DB {
		return a.u.held(a.u.in(ctx)).Order("id")
	})
	if err != nil {
		return nil, err
	}
	return a.restore(ctx, rows)
}

func (a alerts) List(ctx context.Context, q alert.Query, p page.Request) (page.Result[*alert.Alert], error) {
	f := &filter{a.u.in(ctx).Model(&alertRow{})}
	f.company(q.Company)
	ranks(f, "severity", q.Severities, levelRank)
	ranks(f, "status_rank", q.Statuses, alertRank)
	among(f, "tlp", texts(q.TLPs))
	among(f, "pap", texts(q.PAPs))
	among(f, "source", q.Sources)
	among(f, "source_ref", q.SourceRefs)
	assigned(f, q.Assignees, q.Unassigned)
	if len(q.Tags) > 0 {
		f.where("id IN (?)", a.u.in(ctx).Model(&alertTagRow{}).Select("alert_id").Where("tag IN ?", q.Tags))
	}
	if q.Incident != "" {
		f.where("id IN (?)", a.linkedTo(ctx, q.Incident))
	}
	f.between("created_at", q.CreatedAfter, q.CreatedBefore)
	f.between("event_time", q.EventAfter, q.EventBefore)
	f.between("updated_at", q.UpdatedAfter, q.UpdatedBefore)
	if q.Search != "" && f.reasonable(q.Search) {
		pattern := containing(searchable(q.Search))
		f.where(`(search_text LIKE ? ESCAPE '\' OR id IN (?))`, pattern, a.showing(ctx, pattern))
	}
	return list(ctx, a.u, f.q, ordered{
		sorts: []page.Sort{
			{Name: "created_at", Kind: page.Time},
			{Name: "updated_at", Kind: page.Time},
			{Name: "event_time", Kind: page.Time},
			{Name: "severity", Kind: page.Rank},
			{Name: "status", Kind: page.Rank},
			{Name: "last_seen", Kind: page.Time},
		},
		fallback: newest("created_at"), columns: map[string]string{"status": "status_rank"},
	}, p, a.restore)
}

// linkedTo returns the ids of the alerts of an incident.
func (a alerts) linkedTo(ctx context.Context, incident string) *gorm.DB {
	return a.u.in(ctx).Model(&incidentAlertRow{}).Select("alert_id").
		Where("company_id = (?) AND incident_id = ?", a.u.owner(ctx, &incidentRow{}, incident), incident)
}

// showing returns the ids of alerts with an observable whose value fits.
func (a alerts) showing(ctx context.Context, pattern string) *gorm.DB {
	values := a.u.in(ctx).Model(&observableRow{}).Select("id").Where(`search_text LIKE ? ESCAPE '\'`, pattern)
	return a.u.in(ctx).Model(&alertObservableRow{}).Select("alert_id").Where("observable_id IN (?)", values)
}

// restore reads the incidents of all the alerts at once.
func (a alerts) restore(ctx context.Context, rows []alertRow) ([]*alert.Alert, error) {
	linked, err := a.incidents(ctx, rows)
	if err != nil {
		return nil, err
	}
	out := make([]*alert.Alert, len(rows))
	for i, row := range rows {
		out[i] = toAlert(row, linked[row.ID])
	}
	return out, nil
}

// incidents returns the incidents of alerts, by alert, in the order in which
// they were linked.
func (a alerts) incidents(ctx context.Context, rows []alertRow) (map[string][]string, error) {
	linked := map[string][]string{}
	for part := range parts(rows, a.u.dialect.maxVars()/4) {
		ids, companies := make([]string, len(part)), make([]string, len(part))
		for i, row := range part {
			ids[i], companies[i] = row.ID, string(row.Company)
		}
		// The company is there for the index, which begins with it.
		links, err := all[incidentAlertRow](a.u, a.u.in(ctx).Where("company_id IN ? AND alert_id IN ?", distinct(companies), ids).
			Order("linked_at").Order("incident_id"))
		if err != nil {
			return nil, err
		}
		for _, l := range links {
			linked[l.AlertID] = append(linked[l.AlertID], l.IncidentID)
		}
	}
	return linked, nil
}

// ranks filters by any of some ranked values.
func ranks[V any](f *filter, column string, wanted []V, rank func(V) int) {
	list := make([]int, len(wanted))
	for i, v := range wanted {
		list[i] = rank(v)
	}
	among(f, column, list)
}

// assigned filters by any of some assignees, among whom nobody may be too.
func assigned(f *filter, wanted []identity.UserID, nobody bool) {
	switch {
	case nobody && len(wanted) > 0:
		f.where("(assignee IS NULL OR assignee IN ?)", texts(wanted))
	case nobody:
		f.where("assignee IS NULL")
	default:
		among(f, "assignee", texts(wanted))
	}
}
