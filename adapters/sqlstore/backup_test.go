package sqlstore

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// A copy that is made while others write holds a moment of their work: all that
// was committed before, and no half of anything.
func TestBackup_IsOneMomentOfABusyDatabase(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	busy, stop := context.WithCancel(t.Context())
	var writing sync.WaitGroup
	begun := make(chan struct{})
	const together = 5 // alerts in each unit of work
	writing.Go(func() {
		for run := 0; busy.Err() == nil; run++ {
			err := s.Update(t.Context(), tenant.Of(acme), func(ctx context.Context, tx txn.Tx) error {
				batch := many(t, 0, together, tx.Now())
				for i, a := range batch {
					state := a.State()
					state.ID = alert.ID(fmt.Sprintf("01900000-0000-7000-8000-%012x", 1_000_000+run*together+i))
					state.SourceRef = string(state.ID)
					batch[i] = alert.Restore(state)
				}
				_, err := tx.Alerts().Ingest(ctx, batch)
				return err
			})
			if err != nil {
				t.Error(err)
			}
			if run == 10 {
				close(begun)
			}
		}
	})
	<-begun
	outside, err := Open(t.Context(), Options{Path: fileOf(t, s), Clock: s.clock, MustExist: true})
	require.NoError(t, err)
	copies := make([]string, 5)
	for i := range copies {
		copies[i] = filepath.Join(t.TempDir(), "copy of it?.db")
		require.NoError(t, outside.Backup(t.Context(), copies[i]))
	}
	stop()
	writing.Wait()
	require.NoError(t, outside.Close())
	last := 0
	for _, path := range copies {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		restored, err := Open(t.Context(), Options{Path: path, Clock: s.clock, MustExist: true})
		require.NoError(t, err)
		require.NoError(t, restored.Start(t.Context(), false))
		inOrder(t, restored, "pages and indexes", "references", "schema")
		var n int
		require.NoError(t, restored.pools[0].QueryRowContext(t.Context(), "SELECT count(*) FROM alerts WHERE source_ref LIKE '01900000%'").Scan(&n))
		require.Zero(t, n%together, "half of a unit of work")
		require.GreaterOrEqual(t, n, max(last, 10*together), "what was committed is there")
		last = n
		require.NoError(t, restored.View(t.Context(), tenant.Of(acme), func(ctx context.Context, v store.View) error {
			_, err := v.Alerts().Find(ctx, ofAcme)
			return err
		}))
		require.NoError(t, restored.Close())
	}
}

func TestBackup_OverwritesNothingAndLeavesNothingHalf(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	dir := t.TempDir()
	to := filepath.Join(dir, "copy.db")
	require.NoError(t, os.WriteFile(to, []byte("precious"), 0o600))
	require.ErrorContains(t, s.Backup(t.Context(), to), "nothing is overwritten")
	kept, err := os.ReadFile(to)
	require.NoError(t, err)
	require.Equal(t, "precious", string(kept))

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, s.Backup(ended, filepath.Join(dir, "cancelled.db")))
	require.Error(t, s.Backup(t.Context(), filepath.Join(dir, "nowhere", "copy.db")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "other.db.partial"), nil, 0o600))
	require.ErrorContains(t, s.Backup(t.Context(), filepath.Join(dir, "other.db")), "was interrupted")
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.ElementsMatch(t, []string{to, filepath.Join(dir, "other.db.partial")}, left)
}

func TestBackup_OnPostgresSaysHow(t *testing.T) {
	t.Parallel()
	s, _ := freshPostgres(t)
	require.ErrorContains(t, s.Backup(t.Context(), filepath.Join(t.TempDir(), "x")), "pg_dump --enable-row-security")
}

func TestOpen_WhatMustExistIsNotMade(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sentineliq.db")
	_, err := Open(t.Context(), Options{Path: path, Clock: twoCompanies(t).clock, MustExist: true})
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoFileExists(t, path)
}
