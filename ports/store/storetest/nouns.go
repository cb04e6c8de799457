package storetest

import (
	"context"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// A noun is what the suite knows of a kind of thing, to put it through what
// holds for all of them. Functions that are nil are things the port lacks.
type noun[S any] struct {
	// plain is an ordinary state, with every optional field empty; full has
	// every field set but for those that unset names.
	plain, full func(t *testing.T, w *world, company tenant.ID) S
	unset       []string
	// ignore names fields that the store gives, not the caller.
	ignore  []string
	id      func(S) string
	version func(*S) *int
	add     func(context.Context, txn.Tx, S) error
	// changed is the full state with every field changed that a Save may change.
	changed func(S) S
	save    func(context.Context, txn.Tx, S) error
	find    func(context.Context, readers, string) (S, error)
	list    func(context.Context, readers, page.Request) (page.Result[S], error)
}

// keeps runs the tests that hold for every noun.
func (n noun[S]) keeps(t *testing.T, w *world) {
	t.Helper()
	t.Run("every field comes back", func(t *testing.T) {
		company := w.company(t)
		s := n.full(t, w, company)
		requireFull(t, s, append(n.unset, n.ignore...))
		n.put(t, w, company, s)
		n.requireStored(t, w, company, s)
	})
	t.Run("empty fields come back empty", func(t *testing.T) {
		company := w.company(t)
		s := n.plain(t, w, company)
		n.put(t, w, company, s)
		n.requireStored(t, w, company, s)
	})
	t.Run("what is absent is not found", func(t *testing.T) {
		company := w.company(t)
		w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
			for _, id := range []string{w.ids.New(), "nonsense", ""} {
				_, err := n.find(ctx, r, id)
				requireNotFound(t, err)
			}
			return nil
		})
	})
	t.Run("an id is given once", func(t *testing.T) {
		company := w.company(t)
		s := n.full(t, w, company)
		n.put(t, w, company, s)
		require.Error(t, w.try(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error { return n.add(ctx, tx, s) }))
		n.requireStored(t, w, company, s)
	})
	if n.save != nil {
		n.saves(t, w)
	}
}

func (n noun[S]) saves(t *testing.T, w *world) {
	t.Helper()
	t.Run("every field can be saved", func(t *testing.T) {
		company := w.company(t)
		s := n.full(t, w, company)
		n.put(t, w, company, s)
		s = n.changed(s)
		w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error { return n.save(ctx, tx, s) })
		if n.version != nil {
			*n.version(&s)++
		}
		n.requireStored(t, w, company, s)
	})
	t.Run("saving what is absent is refused", func(t *testing.T) {
		company := w.company(t)
		s := n.full(t, w, company)
		require.Error(t, w.try(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error { return n.save(ctx, tx, s) }))
		w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
			_, err := n.find(ctx, r, n.id(s))
			requireNotFound(t, err)
			return nil
		})
	})
	if n.version == nil {
		return
	}
	t.Run("saving a stale version is refused", func(t *testing.T) {
		company := w.company(t)
		s := n.full(t, w, company)
		n.put(t, w, company, s)
		for _, off := range []int{-1, 1} {
			stale := n.changed(s)
			*n.version(&stale) += off
			err := w.try(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error { return n.save(ctx, tx, stale) })
			require.True(t, isStale(err), "%v", err)
		}
		n.requireStored(t, w, company, s)
	})
	t.Run("of twenty writers one wins", func(t *testing.T) {
		company := w.company(t)
		s := n.full(t, w, company)
		n.put(t, w, company, s)
		errs := together(20, func(int) error {
			return w.try(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error { return n.save(ctx, tx, n.changed(s)) })
		})
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			require.True(t, isStale(err), "%v", err)
		}
		require.Equal(t, 1, won)
		s = n.changed(s)
		*n.version(&s)++
		n.requireStored(t, w, company, s)
	})
}

func (n noun[S]) put(t *testing.T, w *world, company tenant.ID, s S) {
	t.Helper()
	w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error { return n.add(ctx, tx, s) })
}

// requireStored reads s in every way there is.
func (n noun[S]) requireStored(t *testing.T, w *world, company tenant.ID, s S) {
	t.Helper()
	var opts []cmp.Option
	if len(n.ignore) > 0 {
		opts = append(opts, cmpopts.IgnoreFields(s, n.ignore...))
	}
	w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
		got, err := n.find(ctx, r, n.id(s))
		require.NoError(t, err)
		requireSame(t, s, got, opts...)
		if n.list == nil {
			return nil
		}
		all, err := n.list(ctx, r, page.Request{Size: page.MaxSize})
		require.NoError(t, err)
		for _, one := range all.Items {
			if n.id(one) == n.id(s) {
				requireSame(t, got, one)
				return nil
			}
		}
		t.Fatal("the list leaves it out")
		return nil
	})
}

// together calls fn n times at once and returns the errors in the order of the
// calls.
func together(n int, fn func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() {
			<-start
			errs[i] = fn(i)
		})
	}
	close(start)
	wait.Wait()
	return errs
}
