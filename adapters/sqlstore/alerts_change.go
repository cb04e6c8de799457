package sqlstore

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm/clause"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// Add asks the database for the conflict instead of looking first, so that two
// at once cannot both see room.
func (a alerts) Add(ctx context.Context, added *alert.Alert) error {
	if err := a.u.reaches(added.State().Company, "alert"); err != nil {
		return err
	}
	row := fromAlert(added)
	done := a.u.in(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "company_id"}, {Name: "source"}, {Name: "source_ref"}},
		TargetWhere: clause.Where{Exprs: []clause.Expression{
			clause.Expr{SQL: "active = 1 AND source_ref <> ''"},
		}},
		DoNothing: true,
	}).Create(&row)
	if done.Error != nil {
		return a.u.known(done.Error)
	}
	if done.RowsAffected == 0 {
		return a.duplicate(ctx, row, nil)
	}
	return insert(ctx, a.u, tagsOf([]alertRow{row}))
}

// duplicate is the fault of an alert whose key another active one has.
func (a alerts) duplicate(ctx context.Context, row alertRow, cause error) error {
	taken := fault.Wrap(fault.Conflict, "an active alert has this source and reference already", cause).
		WithCode("duplicate_source_ref")
	var ids []string
	err := a.u.in(ctx).Model(&alertRow{}).Where("company_id = ?", row.Company).
		Where("active = 1 AND source_ref <> '' AND source = ? AND source_ref = ?", row.Source, row.SourceRef).
		Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return taken
	}
	return taken.Existing(ids[0])
}

func (a alerts) Save(ctx context.Context, saved *alert.Alert) error {
	row := fromAlert(saved)
	row.Version++
	change := func() error {
		return save(ctx, a.u, "alert", row.ID, saved.State().Version, &row, "occurrences", "first_seen", "last_seen")
	}
	var err error
	if row.Active == 1 && row.SourceRef != "" {
		err = a.u.try(ctx, change)
	} else {
		err = change()
	}
	var broken *fault.Error
	if errors.As(err, &broken) && broken.Code == "duplicate_source_ref" {
		return a.duplicate(ctx, row, err)
	}
	if err != nil {
		return err
	}
	return kept(saved, a.retag(ctx, row))
}

// retag replaces the tags by which an alert is found.
func (a alerts) retag(ctx context.Context, row alertRow) error {
	var tags []string
	own := a.u.in(ctx).Model(&alertTagRow{}).Where("company_id = ? AND alert_id = ?", row.Company, row.ID)
	if err := own.Order("tag").Pluck("tag", &tags).Error; err != nil {
		return a.u.known(err)
	}
	if slices.Equal(tags, distinct(row.Tags.is)) {
		return nil
	}
	if err := a.unlink(ctx, &alertTagRow{}, row); err != nil {
		return err
	}
	return insert(ctx, a.u, tagsOf([]alertRow{row}))
}

func (a alerts) unlink(ctx context.Context, model any, row alertRow) error {
	return a.u.known(a.u.in(ctx).Where("company_id = ? AND alert_id = ?", row.Company, row.ID).Delete(model).Error)
}

func (a alerts) Remove(ctx context.Context, removed *alert.Alert) error {
	row := fromAlert(removed)
	err := unchanged[alertRow](ctx, a.u, "alert", row.ID, row.Version)
	for _, links := range []any{&alertTagRow{}, &alertObservableRow{}, &incidentAlertRow{}} {
		if err == nil {
			err = a.unlink(ctx, links, row)
		}
	}
	if err != nil {
		return err
	}
	return remove[alertRow](ctx, a.u, "alert", row.ID, row.Version)
}
