package sqlstore

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/observable"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// observableRow is an observable.
type observableRow struct {
	ID         string    `gorm:"primaryKey"`
	Company    companyID `gorm:"column:company_id;<-:create"`
	Type       string
	Value      string
	TLP        string
	Confidence int
	Sightings  int
	FirstSeen  moment
	LastSeen   moment
	CreatedAt  moment
	SearchText string `gorm:"->:false;<-"`
}

// TableName implements schema.Tabler.
func (observableRow) TableName() string { return "observables" }

// alertObservableRow ties an observable to an alert that showed it.
type alertObservableRow struct {
	Company      companyID `gorm:"column:company_id;primaryKey;<-:create"`
	AlertID      string    `gorm:"primaryKey"`
	ObservableID string    `gorm:"primaryKey"`
}

// TableName implements schema.Tabler.
func (alertObservableRow) TableName() string { return "alert_observables" }

func toObservable(r observableRow) observable.State {
	return observable.State{
		ID: observable.ID(r.ID), Company: tenant.ID(r.Company), Type: observable.Type(r.Type), Value: r.Value,
		TLP: sharing.TLP(r.TLP), Confidence: r.Confidence, Sightings: r.Sightings,
		FirstSeen: r.FirstSeen.Time, LastSeen: r.LastSeen.Time, CreatedAt: r.CreatedAt.Time,
	}
}

type observables struct{ u *unit }

func (o observables) OfAlert(ctx context.Context, id alert.ID) ([]observable.State, error) {
	links := o.u.in(ctx).Model(&alertObservableRow{}).Select("observable_id").
		Where("company_id = (?) AND alert_id = ?", o.u.owner(ctx, &alertRow{}, string(id)), string(id))
	rows, err := all[observableRow](o.u, o.u.in(ctx).Where("id IN (?)", links).Order("type").Order("value"))
	if err != nil {
		return nil, err
	}
	return each(toObservable)(ctx, rows)
}

// onSight counts a known observable again. Its conflict target begins with the
// company, so it can only meet rows of the company that is inserted.
const onSight = ` DO UPDATE SET sightings = observables.sightings + excluded.sightings,
	first_seen = CASE WHEN excluded.first_seen < observables.first_seen THEN excluded.first_seen ELSE observables.first_seen END,
	last_seen = CASE WHEN excluded.last_seen > observables.last_seen THEN excluded.last_seen ELSE observables.last_seen END
RETURNING id, company_id, type, value`

// trace is what makes two sightings show the same observable.
type trace struct {
	company     companyID
	kind, value string
}

func (o observables) Sight(ctx context.Context, next func() string, sightings []observable.Sighting) error {
	if len(sightings) == 0 {
		return nil
	}
	ids := make([]string, len(sightings))
	for i, s := range sightings {
		ids[i] = s.Alert
	}
	company, err := owners(ctx, o.u, &alertRow{}, "alert", ids)
	if err != nil {
		return err
	}
	known, err := o.upsert(ctx, o.merged(next, sightings, company))
	if err != nil {
		return err
	}
	links := make([]alertObservableRow, len(sightings))
	for i, s := range sightings {
		at := trace{company[s.Alert], string(s.Type), s.Value}
		links[i] = alertObservableRow{Company: at.company, AlertID: s.Alert, ObservableID: known[at]}
	}
	for part := range parts(links, o.u.dialect.maxVars()/4) {
		if err := o.u.in(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&part).Error; err != nil {
			return o.u.known(err)
		}
	}
	return nil
}

// merged makes one row of all sightings of an observable, because one statement
// can touch a row only once.
func (o observables) merged(next func() string, sightings []observable.Sighting, company map[string]companyID) []observableRow {
	place := make(map[trace]int, len(sightings))
	var rows []observableRow
	for _, s := range sightings {
		key := trace{company[s.Alert], string(s.Type), s.Value}
		at, seen := place[key]
		if !seen {
			at, place[key] = len(rows), len(rows)
			rows = append(rows, observableRow{
				ID: next(), Company: key.company, Type: key.kind, Value: key.value, TLP: string(s.TLP),
				Confidence: observable.DefaultConfidence, FirstSeen: moment{s.At}, LastSeen: moment{s.At},
				CreatedAt:  moment{o.u.now},
				SearchText: strings.ToLower(s.Value),
			})
		}
		row := &rows[at]
		row.Sightings++
		if s.At.Before(row.FirstSeen.Time) {
			row.FirstSeen = moment{s.At}
		}
		if s.At.After(row.LastSeen.Time) {
			row.LastSeen = moment{s.At}
		}
	}
	return rows
}

// upsert writes the rows and returns the ids under which they are known.
func (o observables) upsert(ctx context.Context, rows []observableRow) (map[trace]string, error) {
	size, err := batchSize[observableRow](o.u)
	if err != nil {
		return nil, err
	}
	target := " ON CONFLICT (company_id, type, " + o.u.dialect.valueKey() + ")"
	// Two batches at once must not hold what the other waits for.
	slices.SortFunc(rows, func(a, b observableRow) int {
		return cmp.Or(cmp.Compare(a.Company, b.Company), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Value, b.Value))
	})
	ids := make(map[trace]string, len(rows))
	for part := range parts(rows, size) {
		sql, values, err := valued(ctx, o.u, part)
		if err != nil {
			return nil, err
		}
		var known []struct{ ID, CompanyID, Type, Value string }
		if err := o.u.reviewed(ctx, sql+target+onSight, values...).Scan(&known).Error; err != nil {
			return nil, o.u.known(err)
		}
		for _, row := range known {
			ids[trace{companyID(row.CompanyID), row.Type, row.Value}] = row.ID
		}
	}
	return ids, nil
}
