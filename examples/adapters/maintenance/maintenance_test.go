package maintenance_test

import (
	"context"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/sentineliq-adapters/maintenance"

	"github.com/sentineliq/sentineliq/adapters/memory"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/store/storetest"
	"github.com/sentineliq/sentineliq/ports/system"
	"github.com/sentineliq/sentineliq/ports/system/systemtest"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func TestRunner_IsAStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(_ *testing.T, clock system.Clock) txn.Runner {
		return maintenance.Runner{Runner: memory.New(clock), On: func() bool { return false }}
	})
}

// house is a store with a company in it, and its switch.
func house(t *testing.T) (r maintenance.Runner, on *atomic.Bool, company *identity.Company) {
	t.Helper()
	on = &atomic.Bool{}
	clock := systemtest.NewClock()
	r = maintenance.Runner{Runner: memory.New(clock), On: on.Load}
	company, err := identity.NewCompany("acme", "Acme", clock.Now())
	require.NoError(t, err)
	require.NoError(t, r.Update(t.Context(), tenant.All(), func(ctx context.Context, tx txn.Tx) error {
		return tx.Companies().Add(ctx, company)
	}))
	return r, on, company
}

func requireRefused(t *testing.T, err error) {
	t.Helper()
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Equal(t, fault.Unavailable, f.Kind)
	require.Equal(t, "maintenance", f.Code)
	require.Positive(t, f.RetryAfter)
}

func TestRunner_ChangesNothingWhileItIsMaintained(t *testing.T) {
	t.Parallel()
	r, on, company := house(t)
	on.Store(true)
	requireRefused(t, r.Update(t.Context(), tenant.All(), func(context.Context, txn.Tx) error {
		t.Error("it began")
		return nil
	}))
	requireRefused(t, r.Upkeep(t.Context(), func(context.Context, store.Upkeep) error {
		t.Error("it began")
		return nil
	}))
	require.NoError(t, r.View(t.Context(), tenant.Of(company.ID()), func(ctx context.Context, v store.View) error {
		found, err := v.Companies().Find(ctx, company.ID())
		require.NoError(t, err)
		require.Equal(t, "Acme", found.State().Name)
		return nil
	}))
	on.Store(false)
	require.NoError(t, r.Update(t.Context(), tenant.All(), func(ctx context.Context, tx txn.Tx) error {
		return tx.Companies().Remove(ctx, company)
	}))
	require.NoError(t, r.Upkeep(t.Context(), func(context.Context, store.Upkeep) error { return nil }))
}

func TestRunner_WhatHasBegunEnds(t *testing.T) {
	t.Parallel()
	r, on, company := house(t)
	require.NoError(t, r.Update(t.Context(), tenant.All(), func(ctx context.Context, tx txn.Tx) error {
		on.Store(true)
		return tx.Companies().Remove(ctx, company)
	}))
	require.NoError(t, r.View(t.Context(), tenant.All(), func(ctx context.Context, v store.View) error {
		_, err := v.Companies().Find(ctx, company.ID())
		require.True(t, fault.Is(err, fault.NotFound))
		return nil
	}))
}

func TestFile_IsOnWhileItIsThere(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "maintenance")
	on := maintenance.File(path)
	require.False(t, on())
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.True(t, on())
	require.NoError(t, os.Remove(path))
	require.False(t, on())
}

// A switch that nobody can read might be on.
func TestFile_IsOnWhenNobodyCanTell(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	below := filepath.Join(file, "maintenance")
	_, err := os.Stat(below)
	require.NotErrorIs(t, err, os.ErrNotExist, "the system says something else")
	require.True(t, maintenance.File(below)())
}
