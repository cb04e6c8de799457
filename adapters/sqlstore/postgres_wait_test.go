package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/sqlstore/pgtest"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// Who has waited for a lock as long as anybody should is not made to wait again.
func TestPostgres_AWaitForALockIsNotRepeated(t *testing.T) {
	t.Parallel()
	s, _ := twoOnPostgres(t)
	runs := 0
	require.NoError(t, serving(t, s, inCompany(acme), func(tx *sql.Tx) {
		_, err := tx.ExecContext(t.Context(), "SELECT FROM alerts WHERE id = $1 FOR UPDATE", ofAcme)
		require.NoError(t, err)
		err = s.Update(t.Context(), tenant.Of(acme), func(ctx context.Context, tx txn.Tx) error {
			runs++
			_, err := tx.Alerts().Find(ctx, ofAcme)
			return err
		})
		require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
		require.Equal(t, lockNotAvailable, postgresCode(err))
	}))
	require.Equal(t, 1, runs)
}

// A connection that dies is nobody's mistake: whatever asks over it is told to
// come again, and not that something is wrong.
func TestPostgres_ADeadConnectionIsUnavailable(t *testing.T) {
	t.Parallel()
	s, address := twoOnPostgres(t)
	err := s.Update(t.Context(), tenant.Of(acme), func(ctx context.Context, tx txn.Tx) error {
		pgtest.Exec(t, address, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND state = 'idle in transaction'`)
		for range 3 {
			_, err := tx.Alerts().Find(ctx, ofAcme)
			require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
		}
		return nil
	})
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	for _, d := range []dialect{postgresDialect{}, sqliteDialect{}} {
		for _, cause := range []error{driver.ErrBadConn, sql.ErrConnDone} {
			require.True(t, fault.Is(known(d, fmt.Errorf("asking: %w", cause)), fault.Unavailable), "%T %v", d, cause)
		}
	}
}
