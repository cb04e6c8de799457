package storetest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/ports/store"
)

const (
	job      = "a job"
	patience = 10 * time.Second // with a loaded machine
	tick     = 10 * time.Millisecond
)

// workAlone tests what keeps several processes from doing the same housekeeping
// at a time.
func workAlone(t *testing.T, w *world) {
	t.Helper()
	t.Run("nobody else does the job meanwhile", func(t *testing.T) { neverTwo(t, w) })
	t.Run("asking again in the same unit of work is the same", func(t *testing.T) {
		w.upkeep(t, func(ctx context.Context, u store.Upkeep) error {
			requireAlone(ctx, t, u, job)
			requireAlone(ctx, t, u, job)
			requireAlone(ctx, t, u, "another job")
			return nil
		})
	})
	t.Run("the job is free when the unit of work ends, however it ends", func(t *testing.T) {
		boom := errors.New("boom")
		hold := func(end func() error) error {
			return w.run.Upkeep(t.Context(), func(ctx context.Context, u store.Upkeep) error {
				requireAlone(ctx, t, u, job)
				return end()
			})
		}
		require.NoError(t, hold(func() error { return nil }))
		require.ErrorIs(t, hold(func() error { return boom }), boom)
		require.Panics(t, func() {
			t.Error(hold(func() error { panic("boom") }))
		})
		ctx, cancel := context.WithCancel(t.Context())
		require.Error(t, w.run.Upkeep(ctx, func(ctx context.Context, u store.Upkeep) error {
			requireAlone(ctx, t, u, job)
			cancel()
			return nil
		}))
		require.Eventually(t, func() bool { // a transaction that was interrupted may end a little later
			alone := false
			w.upkeep(t, func(ctx context.Context, u store.Upkeep) error {
				var err error
				alone, err = u.Alone(ctx, job)
				return err
			})
			return alone
		}, patience, tick)
	})
}

func requireAlone(ctx context.Context, t *testing.T, u store.Upkeep, job string) {
	t.Helper()
	alone, err := u.Alone(ctx, job)
	require.NoError(t, err)
	require.True(t, alone)
}

// neverTwo lets many meet at a job. Those who are told that they are alone are.
func neverTwo(t *testing.T, w *world) {
	t.Helper()
	const workers, rounds = 4, 10
	var inside, did atomic.Int32
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for range rounds {
				err := w.run.Upkeep(t.Context(), func(ctx context.Context, u store.Upkeep) error {
					alone, err := u.Alone(ctx, job)
					if err != nil || !alone {
						return err
					}
					if n := inside.Add(1); n != 1 {
						t.Errorf("%d do the job at once", n)
					}
					did.Add(1)
					_, err = u.Outbox().Claim(ctx, 1, 1, lease)
					inside.Add(-1)
					return err
				})
				if err != nil && !fault.Is(err, fault.Unavailable) {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	require.Positive(t, did.Load())
}
