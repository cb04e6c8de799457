package sqlstore

import (
	"context"
	"slices"

	"gorm.io/gorm/clause"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/incident"
)

func (i incidents) Add(ctx context.Context, added *incident.Incident) error {
	if err := i.u.reaches(added.State().Company, "incident"); err != nil {
		return err
	}
	row := fromIncident(added)
	if err := i.u.in(ctx).Create(&row).Error; err != nil {
		return i.u.known(err)
	}
	return insert(ctx, i.u, incidentTags(row))
}

func (i incidents) Save(ctx context.Context, saved *incident.Incident) error {
	row := fromIncident(saved)
	row.Version++
	if err := save(ctx, i.u, "incident", row.ID, saved.State().Version, &row); err != nil {
		return err
	}
	return kept(saved, i.retag(ctx, row))
}

// retag replaces the tags by which an incident is found.
func (i incidents) retag(ctx context.Context, row incidentRow) error {
	var tags []string
	own := i.u.in(ctx).Model(&incidentTagRow{}).Where("company_id = ? AND incident_id = ?", row.Company, row.ID)
	if err := own.Order("tag").Pluck("tag", &tags).Error; err != nil {
		return i.u.known(err)
	}
	if slices.Equal(tags, distinct(row.Tags.is)) {
		return nil
	}
	gone := i.u.in(ctx).Where("company_id = ? AND incident_id = ?", row.Company, row.ID).Delete(&incidentTagRow{})
	if gone.Error != nil {
		return i.u.known(gone.Error)
	}
	return insert(ctx, i.u, incidentTags(row))
}

func (i incidents) Link(ctx context.Context, id incident.ID, linked []alert.ID) (int, error) {
	to, err := i.row(ctx, id)
	if err != nil {
		return 0, err
	}
	rows := make([]incidentAlertRow, 0, len(linked))
	for _, one := range distinct(texts(linked)) {
		rows = append(rows, incidentAlertRow{Company: to.Company, IncidentID: to.ID, AlertID: one, LinkedAt: moment{i.u.now}})
	}
	for part := range parts(rows, i.u.dialect.maxVars()/4) {
		if err := i.u.in(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&part).Error; err != nil {
			return 0, i.u.known(err)
		}
	}
	return i.observables(ctx, to)
}

func (i incidents) Unlink(ctx context.Context, id incident.ID, linked []alert.ID) (int, error) {
	from, err := i.row(ctx, id)
	if err != nil {
		return 0, err
	}
	for part := range parts(distinct(texts(linked)), i.u.dialect.maxVars()-2) {
		gone := i.u.in(ctx).Where("company_id = ? AND incident_id = ?", from.Company, from.ID).Where("alert_id IN ?", part)
		if err := gone.Delete(&incidentAlertRow{}).Error; err != nil {
			return 0, i.u.known(err)
		}
	}
	return i.observables(ctx, from)
}

func (i incidents) Remove(ctx context.Context, removed *incident.Incident) error {
	row := fromIncident(removed)
	if err := unchanged[incidentRow](ctx, i.u, "incident", row.ID, row.Version); err != nil {
		return err
	}
	for _, model := range []any{&incidentTagRow{}, &incidentAlertRow{}, &incidentObservableRow{}, &taskRow{}} {
		gone := i.u.in(ctx).Where("company_id = ? AND incident_id = ?", row.Company, row.ID).Delete(model)
		if gone.Error != nil {
			return i.u.known(gone.Error)
		}
	}
	return remove[incidentRow](ctx, i.u, "incident", row.ID, row.Version) // its story goes with it
}

// observables counts the distinct ones of all linked alerts and those linked by
// hand.
func (i incidents) observables(ctx context.Context, of incidentRow) (count int, err error) {
	err = i.u.reviewed(ctx, `SELECT count(*) FROM (
		SELECT observable_id FROM alert_observables WHERE company_id = ? AND alert_id IN (
			SELECT alert_id FROM incident_alerts WHERE company_id = ? AND incident_id = ?)
		UNION
		SELECT observable_id FROM incident_observables WHERE company_id = ? AND incident_id = ?
	) AS together`, of.Company, of.Company, of.ID, of.Company, of.ID).Scan(&count).Error
	return count, i.u.known(err)
}
