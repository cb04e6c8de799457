package sqlstore

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

func TestCompany_EveryStatementIsConfined(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	inside(t, s, tenant.Of(acme), func(_ *unit, db *gorm.DB) {
		var rows []alertRow
		require.NoError(t, db.Order("id").Find(&rows).Error)
		require.Len(t, rows, 2)
		require.ErrorIs(t, db.Take(&alertRow{}, "id = ?", ofGlobex).Error, gorm.ErrRecordNotFound)

		var count int64
		require.NoError(t, db.Model(&alertRow{}).Count(&count).Error)
		require.EqualValues(t, 2, count)

		done := db.Model(&alertRow{}).Where("id = ?", ofGlobex).Update("title", "stolen")
		require.NoError(t, done.Error)
		require.Zero(t, done.RowsAffected)

		done = db.Where("id = ?", ofGlobex).Delete(&alertRow{})
		require.NoError(t, done.Error)
		require.Zero(t, done.RowsAffected)
	})
	require.Equal(t, globex+" Alert one", rowsOf(t, s)[ofGlobex])
}

// However an OR is written, it stays behind the company.
func TestCompany_OrStaysInside(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	inside(t, s, tenant.Of(acme), func(u *unit, db *gorm.DB) {
		for name, q := range map[string]*gorm.DB{
			"method":        db.Where("id = ?", ofAcme).Or("id = ?", ofGlobex),
			"method first":  db.Or("id = ?", ofGlobex).Or("id = ?", ofAcme),
			"text":          db.Where("id = ? OR id = ?", ofAcme, ofGlobex),
			"odd spaces":    db.Where("id = ?\tOR\nid = ?", ofAcme, ofGlobex),
			"inline":        db.Where(clause.Expr{SQL: "id = '" + ofAcme + "'\nor 1=1"}),
			"of conditions": db.Where(clause.Or(clause.Eq{Column: "id", Value: ofGlobex}, clause.Eq{Column: "id", Value: ofAcme})),
			"subquery":      db.Where("id = ? OR id IN (?)", ofAcme, u.in(t.Context()).Model(&alertRow{}).Select("id")),
		} {
			var rows []alertRow
			require.NoError(t, q.Session(&gorm.Session{}).Find(&rows).Error, name)
			require.NotEmpty(t, rows, name)
			for _, row := range rows {
				require.Equal(t, companyID(acme), row.Company, name)
			}
		}
	})
}

func TestCompany_WithoutAScopeNothingWorks(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	inside(t, s, tenant.All(), func(u *unit, _ *gorm.DB) {
		for name, ctx := range map[string]context.Context{
			"none": t.Context(), "zero": confined(t.Context(), tenant.Scope{}), "no company": confined(t.Context(), tenant.Of("")),
		} {
			db := u.db.WithContext(ctx)
			var count int64
			require.Error(t, db.Find(&[]alertRow{}).Error, name)
			require.Error(t, db.Model(&alertRow{}).Count(&count).Error, name)
			require.Error(t, db.Create(&alertRow{ID: "x", Company: acme}).Error, name)
			require.Error(t, db.Model(&alertRow{}).Where("id = ?", ofAcme).Update("title", "x").Error, name)
			require.Error(t, db.Where("id = ?", ofAcme).Delete(&alertRow{}).Error, name)
			require.Error(t, db.Set(reviewedKey, true).Exec("DELETE FROM alerts").Error, name)
		}
	})
	require.Len(t, rowsOf(t, s), 3)
}

// GORM drops the errors of subqueries, so one without a scope must find nothing.
func TestCompany_SubqueryWithoutAScopeIsEmpty(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	inside(t, s, tenant.Of(acme), func(u *unit, db *gorm.DB) {
		for name, sub := range map[string]*gorm.DB{
			"no scope":         u.db.WithContext(t.Context()).Model(&alertRow{}).Select("source"),
			"no scope and or":  u.db.WithContext(t.Context()).Model(&alertRow{}).Select("source").Where("1 = 1").Or("1 = 1"),
			"refused by guard": u.in(t.Context()).Model(&alertRow{}).Select("alerts.source").Joins("JOIN alerts AS b ON 1 = 1"),
			"no model":         u.in(t.Context()).Table("alerts").Select("source"),
		} {
			var rows []alertRow
			err := db.Where("source IN (?)", sub).Find(&rows).Error
			require.Empty(t, rows, "%s: %v", name, err)
		}
	})
}

func TestCompany_InsertsAreStampedAndChecked(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	link := func(id string, c companyID) incidentRow { return incidentRow{ID: id, Company: c, Title: "t"} }
	inside(t, s, tenant.Of(acme), func(_ *unit, db *gorm.DB) {
		row := link("stamped", "")
		require.NoError(t, db.Create(&row).Error)
		require.Equal(t, companyID(acme), row.Company)

		row = link("foreign", globex)
		require.True(t, fault.Is(db.Create(&row).Error, fault.NotFound))
		require.Error(t, db.Create(&[]incidentRow{link("own", acme), link("foreign", globex)}).Error)
		require.Error(t, db.Create([]*incidentRow{{ID: "foreign", Company: globex}}).Error)
		require.Error(t, db.CreateInBatches([]incidentRow{link("foreign", globex)}, 1).Error)
		require.Error(t, db.Model(&incidentRow{}).Create(map[string]any{"id": "map", "company_id": globex}).Error)
		require.Error(t, db.Create(&userRow{ID: "superuser"}).Error, "the platform's rows are out of scope")
	})
	inside(t, s, tenant.All(), func(_ *unit, db *gorm.DB) {
		row := link("nobody's", "")
		require.Error(t, db.Create(&row).Error)
		row = link("named", globex)
		require.NoError(t, db.Create(&row).Error)
	})
}

// A tenant clause is a WHERE, which GORM would take for a reason to go ahead.
func TestCompany_WholeCompanyIsNeverChangedAtOnce(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	for name, scope := range map[string]tenant.Scope{"one": tenant.Of(acme), "all": tenant.All()} {
		inside(t, s, scope, func(_ *unit, db *gorm.DB) {
			require.ErrorIs(t, db.Delete(&alertRow{}).Error, gorm.ErrMissingWhereClause, name)
			require.ErrorIs(t, db.Model(&alertRow{}).Update("title", "x").Error, gorm.ErrMissingWhereClause, name)
			require.Error(t, db.Session(&gorm.Session{AllowGlobalUpdate: true}).Delete(&alertRow{}).Error, name)
			require.NoError(t, db.Delete(&alertRow{ID: "no such row"}).Error, "a primary key is a condition")
		})
	}
	require.Len(t, rowsOf(t, s), 3)
}

func TestCompany_PlatformRowsAreInvisibleToCompanies(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	inside(t, s, tenant.All(), func(_ *unit, db *gorm.DB) {
		root := userRow{ID: "root", Role: "superuser", Username: "root", Email: "root", UsernameKey: "root", EmailKey: "root"}
		require.NoError(t, db.Create(&root).Error)
		require.NoError(t, db.Take(&userRow{}, "id = ?", "root").Error)
	})
	inside(t, s, tenant.Of(acme), func(_ *unit, db *gorm.DB) {
		require.ErrorIs(t, db.Take(&userRow{}, "id = ?", "root").Error, gorm.ErrRecordNotFound)
	})
}
