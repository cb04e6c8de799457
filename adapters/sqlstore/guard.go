package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// guard is a GORM plugin that refuses what the company column cannot see:
// statements without a model, written by hand, with joins, and those that would
// turn an insert into an update or move a row to another company.
type guard struct{}

// reviewedKey marks a hand-written statement that somebody has reviewed.
const reviewedKey = "sentineliq:reviewed"

// reviewed returns a hand-written statement. It names the company itself: in
// the scope of one company, that company must be among its values, unless all
// it reads is a subquery that GORM built.
func (u *unit) reviewed(ctx context.Context, sql string, values ...any) *gorm.DB {
	db := u.in(ctx).Set(reviewedKey, true)
	company, one := u.scope.Company()
	if one && !slices.ContainsFunc(values, func(v any) bool { return names(v, company) }) {
		stmt := db.Session(&gorm.Session{})
		stmt.AddError(errors.New("the hand-written statement does not name its company")) //nolint:errcheck // it returns what it was given
		return stmt
	}
	return db.Raw(sql, values...)
}

func names(value any, company tenant.ID) bool {
	switch v := value.(type) {
	case companyID:
		return tenant.ID(v) == company
	case *gorm.DB:
		return v.Statement.SQL.Len() == 0
	default:
		return false
	}
}

// Name implements gorm.Plugin.
func (guard) Name() string { return "sentineliq:guard" }

// Initialize implements gorm.Plugin.
func (guard) Initialize(db *gorm.DB) error {
	name, on := guard{}.Name(), db.Callback()
	return errors.Join(
		on.Create().Before("gorm:before_create").Register(name, checked(created)),
		on.Query().Before("gorm:query").Register(name, checked(selected)),
		on.Query().Before("gorm:query").Register(name+":unread", unread),
		on.Row().Before("gorm:row").Register(name, checked(selected)),
		on.Update().Before("gorm:setup_reflect_value").Register(name, checked(updated)),
		on.Delete().Before("gorm:before_delete").Register(name, checked(nil)),
		on.Raw().Before("gorm:raw").Register(name, checked(nil)),
	)
}

// checked returns the callback that looks at a statement before it is built.
func checked(more func(*gorm.Statement) error) func(*gorm.DB) {
	return func(db *gorm.DB) {
		err := inspect(db.Statement)
		if err == nil && more != nil {
			err = more(db.Statement)
		}
		if err != nil {
			refuse(db.Statement, err)
		}
	}
}

func inspect(stmt *gorm.Statement) error {
	if _, err := scopeOf(stmt.Context); err != nil {
		return err
	}
	if stmt.SQL.Len() > 0 {
		if _, ok := stmt.Settings.Load(reviewedKey); !ok {
			return errors.New("a hand-written statement was not reviewed")
		}
		return nil
	}
	switch {
	case ownerField(stmt.Schema) == nil:
		return errors.New("the statement has no model with a company")
	case stmt.TableExpr != nil, stmt.Table != stmt.Schema.Table:
		return errors.New("the statement is about another table than its model")
	case stmt.Unscoped, stmt.AllowGlobalUpdate:
		return errors.New("the statement asks to be let out")
	}
	if where, ok := stmt.Clauses["WHERE"].Expression.(clause.Where); ok {
		return plain(where.Exprs)
	}
	return nil
}

// ownerField is the company column of a model, nil when it has none.
func ownerField(s *schema.Schema) *schema.Field {
	if s == nil {
		return nil
	}
	for _, f := range s.Fields {
		if t := f.IndirectFieldType; t == reflect.TypeFor[companyID]() || t == reflect.TypeFor[ownerID]() {
			return f
		}
	}
	return nil
}

// unread leaves out the columns that are only written, such as the text that
// searches look at: it repeats what the others say.
func unread(db *gorm.DB) {
	if db.Statement.Schema == nil || len(db.Statement.Selects) > 0 {
		return
	}
	for _, f := range db.Statement.Schema.Fields {
		if !f.Readable {
			db.Statement.Omits = append(db.Statement.Omits, f.DBName)
		}
	}
}

func selected(stmt *gorm.Statement) error {
	_, from := stmt.Clauses["FROM"]
	if len(stmt.Joins) > 0 || from {
		return errors.New("a join lets the rows of others decide: use a subquery over their model")
	}
	return nil
}

func created(stmt *gorm.Statement) error {
	conflict, ok := stmt.Clauses["ON CONFLICT"].Expression.(clause.OnConflict)
	if ok && !conflict.DoNothing {
		return errors.New("an insert that updates could take over the row of another company")
	}
	return nil
}

// updated refuses to change the company by a map or a SET clause. In a struct
// the field is not updatable.
func updated(stmt *gorm.Statement) error {
	if stmt.SQL.Len() > 0 {
		return nil
	}
	var columns []string
	dest := reflect.Indirect(reflect.ValueOf(stmt.Dest))
	if dest.Kind() == reflect.Map {
		for _, key := range dest.MapKeys() {
			columns = append(columns, fmt.Sprint(key))
		}
	}
	if set, ok := stmt.Clauses["SET"].Expression.(clause.Set); ok {
		for _, assignment := range set {
			columns = append(columns, assignment.Column.Name)
		}
	}
	owner := ownerField(stmt.Schema)
	for _, name := range columns {
		bare := strings.Trim(name[strings.LastIndexByte(name, '.')+1:], "`\"")
		if strings.EqualFold(bare, owner.Name) || strings.EqualFold(bare, owner.DBName) {
			return errors.New("a row never changes its company")
		}
	}
	return nil
}

// plain refuses conditions with a SELECT in their text: a subquery is built
// from a model, so that it is confined too.
func plain(conditions []clause.Expression) error {
	for _, c := range conditions {
		var text string
		var values []any
		switch c := c.(type) {
		case clause.Expr:
			text, values = c.SQL, c.Vars
		case clause.NamedExpr:
			text, values = c.SQL, c.Vars
		case clause.AndConditions:
			if err := plain(c.Exprs); err != nil {
				return err
			}
		case clause.OrConditions:
			if err := plain(c.Exprs); err != nil {
				return err
			}
		case clause.NotConditions:
			if err := plain(c.Exprs); err != nil {
				return err
			}
		case clause.IN:
			values = c.Values
		case clause.Eq:
			values = []any{c.Value}
		}
		if strings.Contains(strings.ToLower(text), "select") || slices.ContainsFunc(values, handwritten) {
			return errors.New("a condition hides a hand-written query")
		}
	}
	return nil
}

func handwritten(value any) bool {
	db, ok := value.(*gorm.DB)
	return ok && db.Statement.SQL.Len() > 0
}
