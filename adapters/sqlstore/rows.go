package sqlstore

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// one reads the row that matches; none is NotFound of the noun.
func one[R any](u *unit, q *gorm.DB, noun string) (R, error) {
	var row R
	err := q.Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, missing(noun)
	}
	return row, u.known(err)
}

// all reads the rows that match.
func all[R any](u *unit, q *gorm.DB) ([]R, error) {
	var rows []R
	err := q.Find(&rows).Error
	return rows, u.known(err)
}

// reaches refuses what is not the scope's: it does not exist there.
func (u *unit) reaches(company tenant.ID, noun string) error {
	if !u.scope.Reaches(company) {
		return missing(noun)
	}
	return nil
}

// save overwrites the row of the given id and version, but for the columns to
// keep. The row carries the next version.
func save[R any](ctx context.Context, u *unit, noun, id string, version int, row *R, keep ...string) error {
	// A struct leaves its zero values out unless every column is selected.
	done := u.in(ctx).Model(new(R)).Where("id = ? AND version = ?", id, version).
		Select("*").Omit(append(keep, "id", "company_id", "created_at")...).Updates(row)
	if done.Error != nil {
		return u.known(done.Error)
	}
	if done.RowsAffected == 0 {
		return absent[R](ctx, u, noun, id)
	}
	return nil
}

// kept tells an aggregate that its state is stored, unless it is not.
func kept(saved interface{ Saved() }, err error) error {
	if err == nil {
		saved.Saved()
	}
	return err
}

// remove deletes the row of the given id and version.
func remove[R any](ctx context.Context, u *unit, noun, id string, version int) error {
	done := u.in(ctx).Where("id = ? AND version = ?", id, version).Delete(new(R))
	if rule, _ := u.dialect.broken(done.Error); rule == dangling {
		return fault.Wrap(fault.Conflict, "something refers to the "+noun, done.Error).WithCode(noun + "_in_use")
	}
	if done.Error != nil {
		return u.known(done.Error)
	}
	if done.RowsAffected == 0 {
		return absent[R](ctx, u, noun, id)
	}
	return nil
}

// unchanged reports what remove would, before what hangs on the row goes.
func unchanged[R any](ctx context.Context, u *unit, noun, id string, version int) error {
	var count int64
	err := u.in(ctx).Model(new(R)).Where("id = ? AND version = ?", id, version).Count(&count).Error
	if err == nil && count == 0 {
		return absent[R](ctx, u, noun, id)
	}
	return u.known(err)
}

// absent says why no row had the id and the version.
func absent[R any](ctx context.Context, u *unit, noun, id string) error {
	var count int64
	err := u.in(ctx).Model(new(R)).Where("id = ?", id).Count(&count).Error
	switch {
	case err != nil:
		return u.known(err)
	case count == 0:
		return missing(noun)
	default:
		return changedMeanwhile()
	}
}

// insert adds rows in as many statements as their values need.
func insert[R any](ctx context.Context, u *unit, rows []R) error {
	if len(rows) == 0 {
		return nil
	}
	size, err := batchSize[R](u)
	if err != nil {
		return err
	}
	for part := range parts(rows, size) {
		if err := u.in(ctx).Create(&part).Error; err != nil {
			return u.known(err)
		}
	}
	return nil
}

// batchSize is how many rows fit in one statement.
func batchSize[R any](u *unit) (int, error) {
	s, err := schemaOf[R](u)
	if err != nil {
		return 0, err
	}
	return u.dialect.maxVars() / len(s.DBNames), nil
}

func schemaOf[R any](u *unit) (*schema.Schema, error) {
	stmt := &gorm.Statement{DB: u.db}
	err := stmt.Parse(new(R))
	return stmt.Schema, err
}

// parts yields a list in parts of at most size.
func parts[E any](list []E, size int) func(yield func([]E) bool) {
	return func(yield func([]E) bool) {
		for len(list) > 0 {
			n := min(size, len(list))
			if !yield(list[:n:n]) {
				return
			}
			list = list[n:]
		}
	}
}

// valued returns "INSERT INTO table (columns) VALUES (...), ..." for rows of
// one model, and its values.
func valued[R any](ctx context.Context, u *unit, rows []R) (string, []any, error) {
	s, err := schemaOf[R](u)
	if err != nil {
		return "", nil, err
	}
	place := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(s.DBNames)), ", ") + ")"
	sql := "INSERT INTO " + s.Table + " (" + strings.Join(s.DBNames, ", ") + ") VALUES " +
		strings.TrimSuffix(strings.Repeat(place+", ", len(rows)), ", ")
	values := make([]any, 0, len(rows)*len(s.DBNames))
	for i := range rows {
		row := addressable(&rows[i])
		for _, name := range s.DBNames {
			value, _ := s.FieldsByDBName[name].ValueOf(ctx, row)
			values = append(values, value)
		}
	}
	return sql, values, nil
}

// addressable is the row behind a pointer, as GORM's schema reads it.
func addressable(row any) reflect.Value { return reflect.ValueOf(row).Elem() }

// each restores the rows of a page one by one.
func each[R, T any](restore func(R) T) func(context.Context, []R) ([]T, error) {
	return func(_ context.Context, rows []R) ([]T, error) {
		out := make([]T, len(rows))
		for i, row := range rows {
			out[i] = restore(row)
		}
		return out, nil
	}
}

// byID reads the rows of q that have one of the ids.
func byID[R any](ctx context.Context, u *unit, ids []string, q func(context.Context) *gorm.DB) ([]R, error) {
	var out []R
	for part := range parts(ids, u.dialect.maxVars()/2) {
		rows, err := all[R](u, q(ctx).Where("id IN ?", part))
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// owners returns the companies of rows by their ids. One that is not in scope is
// NotFound.
func owners(ctx context.Context, u *unit, model any, noun string, ids []string) (map[string]companyID, error) {
	ids = distinct(ids)
	company := make(map[string]companyID, len(ids))
	for part := range parts(ids, u.dialect.maxVars()/2) {
		var rows []struct{ ID, CompanyID string }
		err := u.in(ctx).Model(model).Select("id", "company_id").Where("id IN ?", part).Scan(&rows).Error
		if err != nil {
			return nil, u.known(err)
		}
		for _, row := range rows {
			company[row.ID] = companyID(row.CompanyID)
		}
	}
	if len(company) < len(ids) {
		return nil, missing(noun)
	}
	return company, nil
}

// owner is the company of a row as a subquery: indexes begin with the company,
// also for those who see them all.
func (u *unit) owner(ctx context.Context, model any, id string) *gorm.DB {
	return u.in(ctx).Model(model).Select("company_id").Where("id = ?", id)
}
