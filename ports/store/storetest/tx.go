package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func unitOfWork(t *testing.T, w *world) {
	t.Helper()
	t.Run("has one time", func(t *testing.T) {
		company, now := w.company(t), w.clock.Now()
		w.update(t, tenant.Of(company), func(_ context.Context, tx txn.Tx) error {
			require.Equal(t, now, tx.Now())
			w.clock.Advance(time.Minute)
			require.Equal(t, now, tx.Now())
			return nil
		})
		now = w.clock.Now()
		require.NoError(t, w.run.View(t.Context(), tenant.Of(company), func(_ context.Context, v store.View) error {
			require.Equal(t, now, v.Now())
			return nil
		}))
		w.upkeep(t, func(_ context.Context, u store.Upkeep) error {
			require.Equal(t, now, u.Now())
			return nil
		})
	})
	t.Run("sees its own changes", func(t *testing.T) {
		company := w.company(t)
		a := w.newAlert(company)
		w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			require.NoError(t, tx.Alerts().Add(ctx, alert.Restore(a)))
			_, err := tx.Alerts().Find(ctx, a.ID)
			return err
		})
	})
	t.Run("that fails leaves nothing, and its error is the answer", func(t *testing.T) {
		company, boom := w.company(t), errors.New("boom")
		a := w.newAlert(company)
		err := w.run.Update(t.Context(), tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			require.NoError(t, w.changeAll(ctx, tx, a))
			return boom
		})
		require.ErrorIs(t, err, boom)
		w.requireUntouched(t, a)
	})
	t.Run("that panics leaves nothing, and goes on panicking", func(t *testing.T) {
		company := w.company(t)
		a := w.newAlert(company)
		require.PanicsWithValue(t, "boom", func() {
			err := w.run.Update(t.Context(), tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
				require.NoError(t, w.changeAll(ctx, tx, a))
				panic("boom")
			})
			t.Errorf("returned %v", err)
		})
		w.requireUntouched(t, a)
		w.addAlert(t, company, sameKey(a))
	})
	t.Run("views and upkeep may panic too", func(t *testing.T) {
		company := w.company(t)
		require.PanicsWithValue(t, "boom", func() {
			_ = w.run.View(t.Context(), tenant.Of(company), func(context.Context, store.View) error { panic("boom") }) //nolint:errcheck // it never returns
		})
		require.PanicsWithValue(t, "boom", func() {
			_ = w.run.Upkeep(t.Context(), func(context.Context, store.Upkeep) error { panic("boom") }) //nolint:errcheck // it never returns
		})
		w.addAlert(t, company)
	})
	t.Run("errors of views and upkeep are the answer", func(t *testing.T) {
		boom := errors.New("boom")
		require.ErrorIs(t, w.run.View(t.Context(), tenant.All(), func(context.Context, store.View) error { return boom }), boom)
		require.ErrorIs(t, w.run.Upkeep(t.Context(), func(context.Context, store.Upkeep) error { return boom }), boom)
	})
	t.Run("in a scope that reaches nothing is an error", func(t *testing.T) {
		for _, scope := range []tenant.Scope{{}, tenant.Of(""), tenant.Of("a").Narrow("b")} {
			require.Error(t, w.run.Update(t.Context(), scope, func(context.Context, txn.Tx) error {
				t.Error("it began")
				return nil
			}))
			require.Error(t, w.run.View(t.Context(), scope, func(context.Context, store.View) error {
				t.Error("it began")
				return nil
			}))
		}
	})
	t.Run("inside another is an error", func(t *testing.T) { noNesting(t, w) })
	t.Run("that is interrupted tells the truth about what it did", func(t *testing.T) { interrupted(t, w) })
	t.Run("a view is consistent", func(t *testing.T) { consistentView(t, w) })
}

// changeAll writes everything that a unit of work can leave behind.
func (w *world) changeAll(ctx context.Context, tx txn.Tx, a alert.State) error {
	return errors.Join(
		tx.Alerts().Add(ctx, alert.Restore(a)),
		tx.Journal().Append(ctx, w.newEntry(a.Company)),
	)
}

func (w *world) requireUntouched(t *testing.T, a alert.State) {
	t.Helper()
	w.view(t, tenant.Of(a.Company), func(ctx context.Context, r readers) error {
		_, err := r.Alerts.Find(ctx, a.ID)
		requireNotFound(t, err)
		return nil
	})
}

func noNesting(t *testing.T, w *world) {
	t.Helper()
	company := w.company(t)
	inner := func(ctx context.Context) {
		never := errors.New("it began")
		for name, err := range map[string]error{
			"update": w.run.Update(ctx, tenant.Of(company), func(context.Context, txn.Tx) error { return never }),
			"view":   w.run.View(ctx, tenant.Of(company), func(context.Context, store.View) error { return never }),
			"upkeep": w.run.Upkeep(ctx, func(context.Context, store.Upkeep) error { return never }),
		} {
			require.Error(t, err, name)
			require.NotErrorIs(t, err, never, name)
		}
	}
	w.update(t, tenant.Of(company), func(ctx context.Context, _ txn.Tx) error {
		inner(ctx)
		return nil
	})
	w.view(t, tenant.Of(company), func(ctx context.Context, _ readers) error {
		inner(ctx)
		return nil
	})
	w.upkeep(t, func(ctx context.Context, _ store.Upkeep) error {
		inner(ctx)
		return nil
	})
}

// interrupted ends the context at the last moment. A store may have committed
// by then or not; what it answers must be so.
func interrupted(t *testing.T, w *world) {
	t.Helper()
	company := w.company(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, w.run.Update(ended, tenant.Of(company), func(context.Context, txn.Tx) error { return nil }))

	for range 10 {
		ctx, cancel := context.WithCancel(t.Context())
		a := w.newAlert(company)
		err := w.run.Update(ctx, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			defer cancel()
			return w.changeAll(ctx, tx, a)
		})
		cancel()
		var f *fault.Error
		if errors.As(err, &f) && f.Code == "outcome_unknown" {
			require.Equal(t, fault.Unavailable, f.Kind)
			continue
		}
		w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
			_, missing := r.Alerts.Find(ctx, a.ID)
			require.Equal(t, err == nil, missing == nil, "update said %v, find says %v", err, missing)
			return nil
		})
	}
}

// consistentView lets a writer in while a view is open. The view does not see
// it, whether the writer gets through at once or has to wait.
func consistentView(t *testing.T, w *world) {
	t.Helper()
	company := w.company(t)
	w.addAlert(t, company)
	written := make(chan error, 1)
	w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
		before, err := r.Alerts.List(ctx, alert.Query{}, page.Request{})
		require.NoError(t, err)
		go func() { written <- w.addedAlert(t, w.newAlert(company)) }()
		select {
		case err := <-written:
			written <- err
		case <-time.After(100 * time.Millisecond):
		}
		after, err := r.Alerts.List(ctx, alert.Query{}, page.Request{})
		require.NoError(t, err)
		require.Equal(t, before.Count, after.Count)
		require.Len(t, after.Items, len(before.Items))
		return nil
	})
	require.NoError(t, <-written)
}
