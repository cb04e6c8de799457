package sqlstore

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/sentineliq/sentineliq/core/domain/page"
)

// ordered is how the rows of a table can be sorted.
type ordered struct {
	sorts    []page.Sort
	fallback page.Key
	columns  map[string]string // of the sorts that are not named like their column
}

func (o ordered) column(name string) string {
	if column, ok := o.columns[name]; ok {
		return column
	}
	return name
}

func newest(name string) page.Key { return page.Key{Name: name, Desc: true} }

// namedOrTimed is the order of things that are listed by name or by age.
func namedOrTimed(fallback page.Key) ordered {
	return ordered{
		sorts:    []page.Sort{{Name: "name", Kind: page.Text}, {Name: "created_at", Kind: page.Time}},
		fallback: fallback,
	}
}

// keyset finds rows by their place in an order instead of by counting.
type keyset struct {
	columns page.Columns
	names   []string // the SQL columns
}

func (o ordered) keyset(p page.Request) (keyset, error) {
	columns, err := p.Columns(o.sorts, o.fallback)
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = o.column(c.Name)
	}
	return keyset{columns: columns, names: names}, err
}

// order sorts, from the end when back is set.
func (k keyset) order(back bool) clause.OrderBy {
	var by clause.OrderBy
	for i, name := range k.names {
		column := clause.OrderByColumn{Column: clause.Column{Name: name}, Desc: k.columns[i].Desc != back}
		by.Columns = append(by.Columns, column)
	}
	return by
}

// beyond is the condition of lying behind a place, or before it when back is
// set. One direction for all columns makes one comparison that an index serves.
func (k keyset) beyond(at []any, back bool) (string, []any) {
	signs := make([]string, len(k.columns))
	for i, c := range k.columns {
		signs[i] = ">"
		if c.Desc != back {
			signs[i] = "<"
		}
	}
	if !slices.ContainsFunc(signs, func(s string) bool { return s != signs[0] }) {
		marks := strings.TrimSuffix(strings.Repeat("?, ", len(at)), ", ")
		return "(" + strings.Join(k.names, ", ") + ") " + signs[0] + " (" + marks + ")", at
	}
	var terms []string
	var values []any
	for i := range k.names {
		var same strings.Builder
		for n := range i {
			same.WriteString(k.names[n] + " = ? AND ")
		}
		terms = append(terms, "("+same.String()+k.names[i]+" "+signs[i]+" ?)")
		values = append(values, at[:i+1]...)
	}
	return "(" + strings.Join(terms, " OR ") + ")", values
}

// place is where a row stands.
func (k keyset) place(ctx context.Context, q *gorm.DB, row any) ([]any, error) {
	stmt := &gorm.Statement{DB: q}
	if err := stmt.Parse(row); err != nil {
		return nil, err
	}
	at := make([]any, len(k.names))
	for i, name := range k.names {
		value, _ := stmt.Schema.FieldsByDBName[name].ValueOf(ctx, reflect.ValueOf(row).Elem())
		at[i] = sortable(value)
	}
	return at, nil
}

func sortable(value any) any {
	switch v := value.(type) {
	case moment:
		return v.Time
	case int:
		return int64(v)
	case int64, string, time.Time:
		return v
	default:
		return fmt.Sprint(v)
	}
}

// leaf is a page of rows, before they are made into what they stand for.
type leaf[R any] struct {
	rows       []R
	prev, next bool // there are more
}

// list cuts a page out of the rows of q. Restore makes a whole page of rows into
// what they stand for, so that it can read what belongs to them in one go.
func list[R, T any](ctx context.Context, u *unit, q *gorm.DB, o ordered, p page.Request,
	restore func(context.Context, []R) ([]T, error),
) (page.Result[T], error) {
	var result page.Result[T]
	p = p.Normal()
	k, err := o.keyset(p)
	if err != nil {
		return result, err
	}
	q = q.Session(&gorm.Session{}) // what is added below is added to copies
	found, err := turn[R](ctx, u, q, k, p)
	if err != nil {
		return result, err
	}
	if !p.NoCount {
		if result.Count, result.CountCapped, err = u.count(ctx, q); err != nil {
			return result, err
		}
	}
	for _, end := range []struct {
		more bool
		at   int
		to   **page.Cursor
	}{{found.prev, 0, &result.Prev}, {found.next, len(found.rows) - 1, &result.Next}} {
		if !end.more {
			continue
		}
		at, err := k.place(ctx, u.db, &found.rows[end.at])
		if err != nil {
			return result, err
		}
		*end.to = k.columns.Cursor(at, end.at == 0 && end.to == &result.Prev)
	}
	result.Items, err = restore(ctx, found.rows)
	return result, err
}

// turn reads the rows of a page and looks whether there are more on either side.
func turn[R any](ctx context.Context, u *unit, q *gorm.DB, k keyset, p page.Request) (leaf[R], error) {
	var out leaf[R]
	back := p.Cursor != nil && p.Cursor.Before
	rest := q
	if p.Cursor != nil {
		at, err := k.columns.Values(*p.Cursor)
		if err != nil {
			return out, err
		}
		text, values := k.beyond(at, back)
		rest = q.Where(text, values...)
	}
	rows, err := all[R](u, rest.Clauses(k.order(back)).Limit(p.Size+1))
	if err != nil {
		return out, err
	}
	more := len(rows) > p.Size
	rows = rows[:min(len(rows), p.Size)]
	behind := false
	if p.Cursor != nil && len(rows) > 0 {
		if behind, err = exists(ctx, u, q, k, &rows[0], !back); err != nil {
			return out, err
		}
	}
	if back {
		slices.Reverse(rows)
		return leaf[R]{rows: rows, prev: more, next: behind}, nil
	}
	return leaf[R]{rows: rows, prev: behind, next: more}, nil
}

// exists reports whether a row lies behind another, or before it.
func exists(ctx context.Context, u *unit, q *gorm.DB, k keyset, row any, back bool) (bool, error) {
	at, err := k.place(ctx, u.db, row)
	if err != nil {
		return false, err
	}
	text, values := k.beyond(at, back)
	var ids []string
	err = q.Where(text, values...).Clauses(k.order(back)).Limit(1).Pluck("id", &ids).Error
	return len(ids) > 0, u.known(err)
}

// count counts the rows of q and stops where nobody wants to know more.
func (u *unit) count(ctx context.Context, q *gorm.DB) (count int, capped bool, err error) {
	some := q.Select("1").Limit(page.MaxCount + 1)
	err = u.reviewed(ctx, "SELECT count(*) FROM (?) AS counted", some).Scan(&count).Error
	return min(count, page.MaxCount), count > page.MaxCount, u.known(err)
}
