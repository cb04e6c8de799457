package sqlstore

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// companyID is the column that says whose a row is. Like GORM's DeletedAt it
// adds its own clause to every query, update and delete, and it stamps every
// insert. Without a scope in the statement's context it fails.
type companyID string

// ownerID is a companyID that may be empty: such rows are the platform's own,
// and exist in the scope of all companies only.
type ownerID string

type scopeKey struct{}

// confined returns a context whose statements reach no further than s.
func confined(ctx context.Context, s tenant.Scope) context.Context {
	return context.WithValue(ctx, scopeKey{}, s)
}

func scopeOf(ctx context.Context) (tenant.Scope, error) {
	s, ok := ctx.Value(scopeKey{}).(tenant.Scope)
	if !ok || s.IsZero() {
		return tenant.Scope{}, errors.New("the statement has no scope")
	}
	return s, nil
}

// Value implements driver.Valuer: no company is NULL.
func (c companyID) Value() (driver.Value, error) { return textOrNull(string(c)) }

// Scan implements sql.Scanner.
func (c *companyID) Scan(src any) error { return scanText((*string)(c), src) }

// QueryClauses implements schema.QueryClausesInterface.
func (companyID) QueryClauses(f *schema.Field) []clause.Interface { return confine(f, false) }

// UpdateClauses implements schema.UpdateClausesInterface.
func (companyID) UpdateClauses(f *schema.Field) []clause.Interface { return confine(f, true) }

// DeleteClauses implements schema.DeleteClausesInterface.
func (companyID) DeleteClauses(f *schema.Field) []clause.Interface { return confine(f, true) }

// CreateClauses implements schema.CreateClausesInterface.
func (companyID) CreateClauses(f *schema.Field) []clause.Interface {
	return []clause.Interface{stamped{field: f}}
}

// Value implements driver.Valuer: no company is NULL.
func (c ownerID) Value() (driver.Value, error) { return textOrNull(string(c)) }

// Scan implements sql.Scanner.
func (c *ownerID) Scan(src any) error { return scanText((*string)(c), src) }

// QueryClauses implements schema.QueryClausesInterface.
func (ownerID) QueryClauses(f *schema.Field) []clause.Interface { return confine(f, false) }

// UpdateClauses implements schema.UpdateClausesInterface.
func (ownerID) UpdateClauses(f *schema.Field) []clause.Interface { return confine(f, true) }

// DeleteClauses implements schema.DeleteClausesInterface.
func (ownerID) DeleteClauses(f *schema.Field) []clause.Interface { return confine(f, true) }

// CreateClauses implements schema.CreateClausesInterface.
func (ownerID) CreateClauses(f *schema.Field) []clause.Interface {
	return []clause.Interface{stamped{field: f, platform: true}}
}

// bystander is a clause that writes nothing and changes the statement instead.
type bystander struct{}

func (bystander) Name() string               { return "" }
func (bystander) Build(clause.Builder)       {}
func (bystander) MergeClause(*clause.Clause) {}

// within is the clause that confines a statement to one company.
type within struct {
	bystander
	field   *schema.Field
	changes bool // it is an update or a delete
}

func confine(f *schema.Field, changes bool) []clause.Interface {
	return []clause.Interface{within{field: f, changes: changes}}
}

// ModifyStatement puts the company in front of whatever else is asked for, and
// that in parentheses: no OR in it, however written, can reach past it.
func (w within) ModifyStatement(stmt *gorm.Statement) {
	if stmt.SQL.Len() > 0 {
		return // written by hand: the guard has looked at it
	}
	scope, err := scopeOf(stmt.Context)
	if err != nil {
		refuse(stmt, err)
		return
	}
	company, one := scope.Company()
	if !one {
		return
	}
	conditions := []clause.Expression{clause.Eq{
		Column: clause.Column{Table: clause.CurrentTable, Name: w.field.DBName}, Value: string(company),
	}}
	if where, ok := stmt.Clauses["WHERE"].Expression.(clause.Where); ok && len(where.Exprs) > 0 {
		conditions = append(conditions, grouped(where))
	}
	stmt.Clauses["WHERE"] = clause.Clause{Name: "WHERE", Expression: clause.Where{Exprs: conditions}}
	if w.changes {
		// GORM refuses to change a whole table, and takes our condition for one.
		// Under this mark, which is that of its soft deletes, it asks for a second.
		stmt.Clauses["soft_delete_enabled"] = clause.Clause{}
	}
}

// grouped is conditions in parentheses.
type grouped clause.Where

// Build implements clause.Expression.
func (g grouped) Build(b clause.Builder) {
	write := func(c byte) {
		if err := b.WriteByte(c); err != nil {
			b.AddError(err) //nolint:errcheck // it returns what it was given
		}
	}
	write('(')
	clause.Where(g).Build(b)
	write(')')
}

// stamped is the clause that sees to the company of new rows.
type stamped struct {
	bystander
	field    *schema.Field
	platform bool // rows may be the platform's
}

// ModifyStatement stamps rows that name no company with that of the scope, and
// refuses those of another.
func (s stamped) ModifyStatement(stmt *gorm.Statement) {
	scope, err := scopeOf(stmt.Context)
	if err != nil {
		refuse(stmt, err)
		return
	}
	rows := reflect.Indirect(stmt.ReflectValue)
	switch rows.Kind() {
	case reflect.Struct:
		err = s.stamp(stmt.Context, rows, scope)
	case reflect.Slice, reflect.Array:
		for i := 0; i < rows.Len() && err == nil; i++ {
			err = s.stamp(stmt.Context, reflect.Indirect(rows.Index(i)), scope)
		}
	default:
		err = fmt.Errorf("rows of %s are not inserted from a %s", s.field.Schema.Table, rows.Kind())
	}
	if err != nil {
		refuse(stmt, err)
	}
}

func (s stamped) stamp(ctx context.Context, row reflect.Value, scope tenant.Scope) error {
	value, empty := s.field.ValueOf(ctx, row)
	company, one := scope.Company()
	switch {
	case empty && one && !s.platform:
		return s.field.Set(ctx, row, string(company))
	case empty && !s.platform:
		return fmt.Errorf("a row of %s has no company", s.field.Schema.Table)
	case one && fmt.Sprint(value) != string(company):
		return fault.New(fault.NotFound, "it belongs to another company")
	default:
		return nil
	}
}

// refuse fails a statement. GORM drops the errors of subqueries, but builds none
// that has one.
func refuse(stmt *gorm.Statement, err error) {
	stmt.AddError(err) //nolint:errcheck // it returns what it was given
}
