package memory

import (
	"slices"
	"strings"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/page"
)

// order says how the rows of a noun can be sorted.
type order[S any] struct {
	sorts    []page.Sort
	fallback page.Key
	// value returns a row's time.Time, int64 or string for a sort name, and its
	// id for page.ID.
	value func(row *S, name string) any
}

type placed[S any] struct {
	row    *S
	values []any
}

// list cuts a page out of the rows that match.
func list[S, T any](rows []*S, p page.Request, o order[S], convert func(S) T) (page.Result[T], error) {
	none := page.Result[T]{}
	p = p.Normal()
	columns, err := p.Columns(o.sorts, o.fallback)
	if err != nil {
		return none, err
	}
	all := make([]placed[S], len(rows))
	for i, row := range rows {
		all[i] = placed[S]{row: row, values: make([]any, len(columns))}
		for n, column := range columns {
			all[i].values[n] = o.value(row, column.Name)
		}
	}
	slices.SortFunc(all, func(a, b placed[S]) int { return columns.Compare(a.values, b.values) })
	from, to, err := bounds(all, p, columns)
	if err != nil {
		return none, err
	}
	result := page.Result[T]{}
	chosen := make([]*S, 0, to-from)
	for _, at := range all[from:to] {
		chosen = append(chosen, at.row)
	}
	if result.Items, err = mapped(chosen, convert); err != nil {
		return none, err
	}
	if from > 0 && from < to {
		result.Prev = columns.Cursor(all[from].values, true)
	}
	if to < len(all) && from < to {
		result.Next = columns.Cursor(all[to-1].values, false)
	}
	if !p.NoCount {
		result.Count, result.CountCapped = min(len(all), page.MaxCount), len(all) > page.MaxCount
	}
	return result, nil
}

// bounds finds where the page begins and ends.
func bounds[S any](all []placed[S], p page.Request, columns page.Columns) (from, to int, err error) {
	if p.Cursor == nil {
		return 0, min(p.Size, len(all)), nil
	}
	at, err := columns.Values(*p.Cursor)
	if err != nil {
		return 0, 0, err
	}
	place, found := slices.BinarySearchFunc(all, at, func(row placed[S], at []any) int {
		return columns.Compare(row.values, at)
	})
	if p.Cursor.Before {
		return max(0, place-p.Size), place, nil
	}
	if found {
		place++
	}
	return place, min(place+p.Size, len(all)), nil
}

func newest(name string) page.Key { return page.Key{Name: name, Desc: true} }

func timed(names ...string) []page.Sort {
	sorts := make([]page.Sort, len(names))
	for i, name := range names {
		sorts[i] = page.Sort{Name: name, Kind: page.Time}
	}
	return sorts
}

// anyOf reports whether v is wanted; an empty list wants everything.
func anyOf[V comparable](wanted []V, v V) bool { return len(wanted) == 0 || slices.Contains(wanted, v) }

// is reports whether v is wanted; the zero value wants everything.
func is[V comparable](wanted, v V) bool {
	var everything V
	return wanted == everything || wanted == v
}

// within reports whether t lies between two exclusive bounds, each of which may
// be zero.
func within(t, after, before time.Time) bool {
	return (after.IsZero() || t.After(after)) && (before.IsZero() || t.Before(before))
}

// mentions reports whether a text contains the search in any case.
func mentions(search string, texts ...string) bool {
	search = strings.ToLower(search)
	return search == "" || slices.ContainsFunc(texts, func(text string) bool {
		return strings.Contains(strings.ToLower(text), search)
	})
}
