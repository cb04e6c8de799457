package sqlstore

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// The ways round a company column that a GORM plugin made by hand leaves open,
// each tried from one company on the rows of another.
func TestGuard_EveryWayRoundIsClosed(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	before := rowsOf(t, s)
	stolen := func() *alertRow { return &alertRow{ID: ofGlobex, Title: "stolen", Source: "x", SourceRef: "x"} }
	var anything []map[string]any
	var ids []string
	for name, try := range map[string]func(db *gorm.DB) error{
		"1 table without model": func(db *gorm.DB) error { return db.Table("alerts").Find(&anything).Error },
		"1 table, pluck":        func(db *gorm.DB) error { return db.Table("alerts").Pluck("id", &ids).Error },
		"1 table, update": func(db *gorm.DB) error {
			return db.Table("alerts").Where("id = ?", ofGlobex).Update("title", "x").Error
		},
		"1 table, delete":          func(db *gorm.DB) error { return db.Table("alerts").Where("id = ?", ofGlobex).Delete(nil).Error },
		"1 table of another model": func(db *gorm.DB) error { return db.Model(&alertRow{}).Table("incidents").Find(&anything).Error },
		"1 table with alias": func(db *gorm.DB) error {
			return db.Model(&alertRow{}).Table("alerts AS a, alerts").Find(&anything).Error
		},
		"1 struct of one's own": func(db *gorm.DB) error {
			type alerts struct{ ID string }
			return db.Find(&[]alerts{}).Error
		},
		"2 raw":      func(db *gorm.DB) error { return db.Raw("SELECT * FROM alerts").Scan(&anything).Error },
		"2 raw find": func(db *gorm.DB) error { return db.Raw("SELECT * FROM alerts").Find(&[]alertRow{}).Error },
		"2 raw rows": func(db *gorm.DB) error {
			rows, err := db.Raw("SELECT * FROM alerts").Rows()
			if err != nil {
				return err
			}
			defer func() { require.NoError(t, rows.Close()) }()
			return rows.Err()
		},
		"2 exec": func(db *gorm.DB) error { return db.Exec("UPDATE alerts SET title = 'stolen'").Error },
		"2 raw subquery": func(db *gorm.DB) error {
			return db.Where("id IN (?)", db.Session(&gorm.Session{NewDB: true}).Raw("SELECT id FROM alerts")).Find(&[]alertRow{}).Error
		},
		"2 subquery as text": func(db *gorm.DB) error {
			return db.Where("title IN (Select title FROM alerts)").Find(&[]alertRow{}).Error
		},
		"3 join": func(db *gorm.DB) error {
			return db.Joins("JOIN alerts AS b ON b.title <> alerts.title").Find(&[]alertRow{}).Error
		},
		"3 join by clause": func(db *gorm.DB) error {
			return db.Clauses(clause.From{Tables: []clause.Table{{Name: "alerts"}, {Name: "incidents"}}}).Find(&[]alertRow{}).Error
		},
		"4 save":         func(db *gorm.DB) error { return db.Save(stolen()).Error },
		"4 save of many": func(db *gorm.DB) error { return db.Save([]*alertRow{stolen()}).Error },
		"5 update all":   func(db *gorm.DB) error { return db.Clauses(clause.OnConflict{UpdateAll: true}).Create(stolen()).Error },
		"5 update a few": func(db *gorm.DB) error { return db.Clauses(onConflict("id", "title")).Create(stolen()).Error },
		"5 take the row": func(db *gorm.DB) error { return db.Clauses(onConflict("id", "company_id")).Create(stolen()).Error },
		"6 by column":    func(db *gorm.DB) error { return db.Model(&alertRow{ID: ofAcme}).Update("company_id", globex).Error },
		"6 by field":     func(db *gorm.DB) error { return db.Model(&alertRow{ID: ofAcme}).Update("Company", globex).Error },
		"6 by case":      func(db *gorm.DB) error { return db.Model(&alertRow{ID: ofAcme}).Update("COMPANY_ID", globex).Error },
		"6 by table": func(db *gorm.DB) error {
			return db.Model(&alertRow{ID: ofAcme}).Update("alerts.company_id", globex).Error
		},
		"6 without hooks": func(db *gorm.DB) error {
			return db.Model(&alertRow{ID: ofAcme}).UpdateColumn("company_id", globex).Error
		},
		"6 by clause": func(db *gorm.DB) error {
			set := clause.Set{{Column: clause.Column{Name: "company_id"}, Value: globex}}
			return db.Model(&alertRow{ID: ofAcme}).Clauses(set).Updates(map[string]any{"title": "x"}).Error
		},
		"unscoped": func(db *gorm.DB) error { return db.Unscoped().Find(&[]alertRow{}).Error },
	} {
		inside(t, s, tenant.Of(acme), func(_ *unit, db *gorm.DB) {
			require.Error(t, try(db.Session(&gorm.Session{})), name)
		})
		require.Equal(t, before, rowsOf(t, s), name)
	}
	require.Empty(t, anything)
	require.Empty(t, ids)
}

func onConflict(target, column string) clause.OnConflict {
	return clause.OnConflict{Columns: []clause.Column{{Name: target}}, DoUpdates: clause.AssignmentColumns([]string{column})}
}

// A struct cannot move a row either: the field is not updatable.
func TestGuard_StructLeavesTheCompanyAlone(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	inside(t, s, tenant.Of(acme), func(_ *unit, db *gorm.DB) {
		require.NoError(t, db.Model(&alertRow{ID: ofAcme}).Select("*").Omit("id", "source_ref").
			Updates(&alertRow{Company: globex, Title: "moved"}).Error)
	})
	require.Equal(t, acme+" moved", rowsOf(t, s)[ofAcme])
}

func TestGuard_ReviewedStatementNamesItsCompany(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	var count int
	inside(t, s, tenant.Of(acme), func(u *unit, _ *gorm.DB) {
		ctx := t.Context()
		const sql = "SELECT count(*) FROM alerts WHERE company_id = ?"
		require.NoError(t, u.reviewed(ctx, sql, companyID(acme)).Scan(&count).Error)
		require.Equal(t, 2, count)
		require.Error(t, u.reviewed(ctx, sql, companyID(globex)).Scan(&count).Error)
		require.Error(t, u.reviewed(ctx, "SELECT count(*) FROM alerts").Scan(&count).Error)
		hidden := u.in(ctx).Raw("SELECT 1 FROM alerts")
		require.Error(t, u.reviewed(ctx, "SELECT count(*) FROM (?) AS bounded", hidden).Scan(&count).Error)
	})
	inside(t, s, tenant.All(), func(u *unit, _ *gorm.DB) {
		require.NoError(t, u.reviewed(t.Context(), "SELECT count(*) FROM alerts").Scan(&count).Error)
		require.Equal(t, 3, count)
	})
}
