package sqlstore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func TestRunner_FailedCommitIsReportedAndUndone(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	err := s.write(t.Context(), tenant.All(), func(ctx context.Context, u *unit) error {
		require.NoError(t, u.in(ctx).Set(reviewedKey, true).Exec("PRAGMA defer_foreign_keys = ON").Error)
		return u.in(ctx).Create(&alertTagRow{Company: acme, AlertID: ofGlobex, Tag: "x"}).Error
	})
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)
	inside(t, s, tenant.All(), func(_ *unit, db *gorm.DB) {
		var tags []alertTagRow
		require.NoError(t, db.Find(&tags).Error)
		require.Empty(t, tags)
	})
}

func TestRunner_UnexplainedCommitHasAnUnknownOutcome(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	err := s.closed(t.Context(), errors.New("disk I/O error"))
	var known *fault.Error
	require.ErrorAs(t, err, &known)
	require.Equal(t, fault.Unavailable, known.Kind)
	require.Equal(t, "outcome_unknown", known.Code)
	require.Positive(t, known.RetryAfter)
	require.NotContains(t, known.Message, "disk")
}

// moody is a dialect in which one error asks for another try.
type moody struct {
	dialect
	again error
}

func (m moody) busy(err error) bool { return errors.Is(err, m.again) }

func TestRunner_RepeatsTheWholeUnitWhenTheDatabaseAsks(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	again := errors.New("try again")
	s.dialect = moody{s.dialect, again}
	for name, c := range map[string]struct{ failures, runs int }{"once": {1, 2}, "twice": {2, 3}, "for ever": {99, 3}} {
		runs := 0
		err := s.Update(t.Context(), tenant.Of(acme), func(ctx context.Context, tx txn.Tx) error {
			runs++
			found, err := tx.Alerts().Find(ctx, ofAcme)
			require.NoError(t, err)
			version := found.State().Version
			require.NoError(t, found.Acknowledge("", tx.Now()))
			if runs == 1 && version == 0 {
				require.NoError(t, tx.Alerts().Save(ctx, found))
			}
			if runs <= c.failures {
				return again
			}
			return nil
		})
		require.Equal(t, c.runs, runs, name)
		if c.failures >= attempts {
			require.True(t, fault.Is(err, fault.Unavailable), name)
			continue
		}
		require.NoError(t, err, name)
	}
	require.NoError(t, s.View(t.Context(), tenant.Of(acme), func(ctx context.Context, v store.View) error {
		found, err := v.Alerts().Find(ctx, ofAcme)
		require.NoError(t, err)
		require.Equal(t, alert.New, found.State().Status, "what was repeated had been undone")
		return nil
	}))
}

func TestRunner_LockedFileEndsWithTheContext(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	other, err := Open(t.Context(), Options{Path: fileOf(t, s), Clock: s.clock})
	require.NoError(t, err)
	defer func() { require.NoError(t, other.Close()) }()
	require.NoError(t, other.Update(t.Context(), tenant.Of(acme), func(context.Context, txn.Tx) error {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		err := s.Update(ctx, tenant.Of(acme), func(context.Context, txn.Tx) error { return nil })
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NoError(t, s.View(t.Context(), tenant.Of(acme), func(ctx context.Context, v store.View) error {
			_, err := v.Alerts().Find(ctx, ofAcme)
			return err
		}), "readers do not wait for writers")
		return nil
	}))
}

func fileOf(t *testing.T, s *Store) string {
	t.Helper()
	var file string
	require.NoError(t, s.pools[0].QueryRowContext(t.Context(), "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&file))
	return file
}

func TestRunner_CancelledUnitLeavesNothing(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Update(ctx, tenant.Of(acme), func(ctx context.Context, tx txn.Tx) error {
		require.NoError(t, tx.Alerts().Add(ctx, reported(t, "01900000-0000-7000-8000-0000000000ff", acme, "new", tx.Now())))
		cancel()
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, rowsOf(t, s), 3)
}

func TestRunner_ViewIsOneMoment(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	require.NoError(t, s.View(t.Context(), tenant.Of(acme), func(ctx context.Context, v store.View) error {
		before, err := v.Alerts().List(ctx, alert.Query{}, page.Request{})
		require.NoError(t, err)
		require.NoError(t, s.Update(t.Context(), tenant.Of(acme), func(ctx context.Context, tx txn.Tx) error {
			return tx.Alerts().Add(ctx, reported(t, "01900000-0000-7000-8000-0000000000ff", acme, "new", tx.Now()))
		}))
		after, err := v.Alerts().List(ctx, alert.Query{}, page.Request{})
		require.NoError(t, err)
		require.Equal(t, before.Count, after.Count)
		return nil
	}))
	require.Len(t, rowsOf(t, s), 4)
}

func TestRunner_ViewCannotWrite(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	err := s.once(t.Context(), s.ordinary.reader, true, tenant.Of(acme), func(ctx context.Context, u *unit) error {
		return u.known(u.in(ctx).Model(&alertRow{ID: ofAcme}).Update("title", "x").Error)
	})
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
}

// A statement that runs when the time is up stops at once.
func TestRunner_RunningStatementEndsWithTheContext(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := s.write(ctx, tenant.All(), func(ctx context.Context, u *unit) error {
		var n int
		return u.known(u.reviewed(ctx, `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
			SELECT count(*) FROM n`).Scan(&n).Error)
	})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	err = s.View(ctx, tenant.All(), func(context.Context, store.View) error { return nil })
	require.ErrorIs(t, err, context.DeadlineExceeded, "there is no time left to begin")
	require.Len(t, rowsOf(t, s), 3)
}

func TestOpen_FileIsPrivate(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	for _, name := range []string{fileOf(t, s), fileOf(t, s) + "-wal"} {
		info, err := os.Stat(name)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
	}
	_, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "no", "such", "folder.db"), Clock: s.clock})
	require.Error(t, err)
	_, err = Open(t.Context(), Options{Path: fileOf(t, s)})
	require.Error(t, err, "without a clock")
}
