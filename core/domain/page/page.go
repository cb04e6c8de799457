// Package page describes one page of a long list by keyset: where it starts is
// a row, not a number, so page 100,000 costs what page 1 costs.
package page

import "slices"

// Limits of a page and of counting.
const (
	DefaultSize = 50
	MaxSize     = 1000
	MaxCount    = 10_000 // counting stops here; a larger total is a lower bound
)

// Key is one sort key: a name the resource allows, and its direction.
type Key struct {
	Name string
	Desc bool
}

// Cursor is a place between two rows: the sort values of the row it touches,
// as text, in the order of the request's keys with the id last.
type Cursor struct {
	Values []string
	Before bool // the page ends before this row instead of starting after it
}

// Request asks for one page. The id is always the last, hidden key, so the
// order is total; its direction is that of the last named key.
type Request struct {
	Size   int
	Order  []Key
	Cursor *Cursor
	// NoCount skips the total, for callers that only walk.
	NoCount bool
}

// Normal returns the request with its size within the limits.
func (r Request) Normal() Request {
	if r.Size <= 0 {
		r.Size = DefaultSize
	}
	r.Size = min(r.Size, MaxSize)
	r.Order = slices.Clone(r.Order)
	return r
}

// Result is one page. Next and Prev are nil at the ends.
type Result[T any] struct {
	Items       []T
	Next, Prev  *Cursor
	Count       int
	CountCapped bool // Count is MaxCount and the list is longer
}

// Map converts the items of a page and keeps the rest.
func Map[T, U any](in Result[T], convert func(T) U) Result[U] {
	out := Result[U]{Next: in.Next, Prev: in.Prev, Count: in.Count, CountCapped: in.CountCapped}
	out.Items = make([]U, 0, len(in.Items))
	for _, item := range in.Items {
		out.Items = append(out.Items, convert(item))
	}
	return out
}
