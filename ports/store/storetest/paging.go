package storetest

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func paging(t *testing.T, w *world) {
	t.Helper()
	for _, l := range lists() {
		t.Run(l.name, func(t *testing.T) { l.pages(t, w.fresh(t)) })
	}
	t.Run("what comes and goes between pages", func(t *testing.T) { movingPages(t, w) })
	t.Run("the size is bounded", func(t *testing.T) {
		company := w.company(t)
		for range page.DefaultSize + 1 {
			w.addAlert(t, company)
		}
		for _, size := range []int{0, -1, 1, page.MaxSize + 1} {
			got := w.pageOf(t, company, page.Request{Size: size})
			require.Len(t, got.Items, min(page.Request{Size: size}.Normal().Size, page.DefaultSize+1), "size %d", size)
			require.Equal(t, page.DefaultSize+1, got.Count)
		}
	})
	t.Run("counting can be skipped", func(t *testing.T) {
		company := w.company(t)
		w.addAlert(t, company)
		got := w.pageOf(t, company, page.Request{NoCount: true})
		require.Len(t, got.Items, 1)
		require.Zero(t, got.Count)
		require.False(t, got.CountCapped)
	})
	t.Run("an empty list has no neighbours", func(t *testing.T) {
		got := w.pageOf(t, w.company(t), page.Request{})
		require.Empty(t, got.Items)
		require.Nil(t, got.Next)
		require.Nil(t, got.Prev)
		require.Zero(t, got.Count)
	})
}

// A list is a noun's list with its sort keys and the rows to sort.
type list struct {
	name string
	keys []string
	// arrange makes rows with many ties; it returns, per row, the id and the
	// sort values by key.
	arrange func(t *testing.T, w *world) []row
	read    func(ctx context.Context, r readers, p page.Request) (ids []string, got page.Result[string], err error)
	first   page.Key // the order of a request without one
}

type row struct {
	id     string
	values map[string]any // time.Time, int or string
}

func (l list) pages(t *testing.T, w *world) {
	t.Helper()
	rows := l.arrange(t, w)
	orders := [][]page.Key{nil}
	for _, key := range l.keys {
		orders = append(orders, []page.Key{{Name: key}}, []page.Key{{Name: key, Desc: true}})
		for _, other := range l.keys {
			if other != key {
				orders = append(orders, []page.Key{{Name: key}, {Name: other, Desc: true}}, []page.Key{{Name: key, Desc: true}, {Name: other}})
			}
		}
	}
	for _, order := range orders {
		want := l.sorted(rows, order)
		require.Equal(t, want, l.walk(t, w, order, len(rows)), "forward and back by %v", order)
	}
	w.view(t, tenant.All(), func(ctx context.Context, r readers) error {
		for _, bad := range [][]page.Key{{{Name: "password_hash"}}, {{Name: ""}}, {{Name: "id"}}, {{Name: l.keys[0] + " desc"}}} {
			_, _, err := l.read(ctx, r, page.Request{Order: bad})
			requireField(t, err, "ordering")
		}
		for _, bad := range [][]string{nil, {"x"}, {"x", rows[0].id}, {"1", "2", "3"}, {"2026-01-01T00:00:00Z", "1", rows[0].id}} {
			_, _, err := l.read(ctx, r, page.Request{Order: []page.Key{l.first}, Cursor: &page.Cursor{Values: bad}})
			if len(bad) == 2 && l.first.Name == "name" {
				require.NoError(t, err, "any text is a name")
				continue
			}
			requireField(t, err, "cursor")
		}
		return nil
	})
}

// sorted is the order that the rows must come in.
func (l list) sorted(rows []row, order []page.Key) []string {
	if len(order) == 0 {
		order = []page.Key{l.first}
	}
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b row) int {
		for _, key := range order {
			if n := compare(a.values[key.Name], b.values[key.Name]); n != 0 {
				return directed(n, key.Desc)
			}
		}
		return directed(cmp.Compare(a.id, b.id), order[len(order)-1].Desc)
	})
	return pick(rows, func(r row) string { return r.id })
}

func directed(n int, desc bool) int {
	if desc {
		return -n
	}
	return n
}

func compare(a, b any) int {
	switch a := a.(type) {
	case time.Time:
		return a.Compare(b.(time.Time)) //nolint:errcheck,forcetypeassert // one key has one type
	case int:
		return cmp.Compare(a, b.(int)) //nolint:errcheck,forcetypeassert // as above
	default:
		return cmp.Compare(a.(string), b.(string)) //nolint:errcheck,forcetypeassert // as above
	}
}

// walk reads every page forward, then back again, and returns the ids.
func (l list) walk(t *testing.T, w *world, order []page.Key, total int) (forward []string) {
	t.Helper()
	const size = 3
	w.view(t, tenant.All(), func(ctx context.Context, r readers) error {
		var pages [][]string
		var last page.Result[string]
		for cursor := (*page.Cursor)(nil); ; cursor = last.Next {
			ids, got, err := l.read(ctx, r, page.Request{Size: size, Order: order, Cursor: cursor})
			require.NoError(t, err)
			require.Equal(t, total, got.Count, "every page counts the whole list")
			require.Equal(t, cursor == nil, got.Prev == nil)
			require.LessOrEqual(t, len(pages), total, "it never ends")
			pages, last, forward = append(pages, ids), got, append(forward, ids...)
			if got.Next == nil {
				break
			}
			require.Len(t, ids, size)
		}
		for i := len(pages) - 2; i >= 0; i-- {
			require.NotNil(t, last.Prev)
			ids, got, err := l.read(ctx, r, page.Request{Size: size, Order: order, Cursor: last.Prev})
			require.NoError(t, err)
			require.Equal(t, pages[i], ids, "page %d read backward by %v", i, order)
			require.NotNil(t, got.Next)
			last = got
		}
		require.Nil(t, last.Prev)
		return nil
	})
	return forward
}

// movingPages adds and removes rows while somebody reads: who was there all the
// time is seen once, and nobody twice.
func movingPages(t *testing.T, w *world) {
	t.Helper()
	company := w.company(t)
	tied := func(s *alert.State) { s.Severity = severity.High }
	var staying []alert.ID
	for range 6 {
		staying = append(staying, w.addAlert(t, company, tied).ID)
	}
	request := page.Request{Size: 2, Order: []page.Key{{Name: "severity", Desc: true}, {Name: "created_at", Desc: true}}}
	var seen []alert.ID
	for {
		got := w.pageOf(t, company, request)
		seen = append(seen, pick(got.Items, (*alert.Alert).ID)...)
		if got.Next == nil {
			break
		}
		request.Cursor = got.Next
		require.Less(t, len(seen), 50, "it never ends")
		w.addAlert(t, company, tied, func(s *alert.State) { s.CreatedAt = s.CreatedAt.Add(time.Hour) })
		gone := got.Items[len(got.Items)-1]
		w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error { return tx.Alerts().Remove(ctx, gone) })
	}
	slices.Reverse(seen)
	require.Equal(t, staying, seen)
}

func (w *world) pageOf(t *testing.T, company tenant.ID, p page.Request) (got page.Result[*alert.Alert]) {
	t.Helper()
	w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
		var err error
		got, err = r.Alerts.List(ctx, alert.Query{}, p)
		return err
	})
	return got
}
