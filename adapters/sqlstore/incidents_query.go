package sqlstore

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/page"
)

type incidents struct{ u *unit }

func (i incidents) row(ctx context.Context, id incident.ID) (incidentRow, error) {
	return one[incidentRow](i.u, i.u.held(i.u.in(ctx).Where("id = ?", string(id))), "incident")
}

func (i incidents) Find(ctx context.Context, id incident.ID) (*incident.Incident, error) {
	row, err := i.row(ctx, id)
	if err != nil {
		return nil, err
	}
	return toIncident(row), nil
}

func (i incidents) List(ctx context.Context, q incident.Query, p page.Request) (page.Result[*incident.Incident], error) {
	f := &filter{i.u.in(ctx).Model(&incidentRow{})}
	f.company(q.Company)
	ranks(f, "severity", q.Severities, levelRank)
	ranks(f, "status_rank", q.Statuses, incidentRank)
	among(f, "tlp", texts(q.TLPs))
	among(f, "pap", texts(q.PAPs))
	assigned(f, q.Assignees, q.Unassigned)
	if len(q.Tags) > 0 {
		f.where("id IN (?)", i.u.in(ctx).Model(&incidentTagRow{}).Select("incident_id").Where("tag IN ?", q.Tags))
	}
	switch {
	case q.HasAlerts == nil:
	case *q.HasAlerts:
		f.where("alert_count > 0")
	default:
		f.where("alert_count = 0")
	}
	if q.MinImpact != nil {
		f.where("impact_score >= ?", *q.MinImpact)
	}
	f.between("created_at", q.CreatedAfter, q.CreatedBefore)
	f.between("updated_at", q.UpdatedAfter, q.UpdatedBefore)
	f.searched("search_text", searchable(q.Search))
	return list(ctx, i.u, f.q, ordered{
		sorts: []page.Sort{
			{Name: "created_at", Kind: page.Time},
			{Name: "updated_at", Kind: page.Time},
			{Name: "start_date", Kind: page.Time},
			{Name: "end_date", Kind: page.Time},
			{Name: "severity", Kind: page.Rank},
			{Name: "status", Kind: page.Rank},
			{Name: "impact_score", Kind: page.Rank},
		},
		fallback: newest("created_at"), columns: map[string]string{"status": "status_rank", "end_date": "end_order"},
	}, p, each(toIncident))
}

func (i incidents) Alerts(ctx context.Context, id incident.ID) ([]*alert.Alert, error) {
	rows, err := all[alertRow](i.u, i.u.in(ctx).Where("id IN (?)", alerts(i).linkedTo(ctx, string(id))).Order("created_at").Order("id"))
	if err != nil {
		return nil, err
	}
	return alerts(i).restore(ctx, rows)
}

func (i incidents) Timeline(ctx context.Context, id incident.ID, p page.Request) (page.Result[incident.Entry], error) {
	q := i.u.in(ctx).Model(&entryRow{}).
		Where("company_id = (?) AND incident_id = ?", i.u.owner(ctx, &incidentRow{}, string(id)), string(id))
	return list(ctx, i.u, q, ordered{
		sorts:    []page.Sort{{Name: "timestamp", Kind: page.Time}},
		fallback: page.Key{Name: "timestamp"}, columns: map[string]string{"timestamp": "at"},
	}, p, each(toEntry))
}
