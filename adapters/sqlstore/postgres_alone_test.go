package sqlstore

import (
	"context"
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
)

// Two processes meet at a job: the second is told at once, and does another.
func TestPostgres_WhoIsNotAloneIsToldAtOnce(t *testing.T) {
	t.Parallel()
	one, address := freshPostgres(t)
	two := openedPostgres(t, Options{URL: secret.New(address)})
	require.NoError(t, one.Upkeep(t.Context(), func(ctx context.Context, u store.Upkeep) error {
		alone, err := u.Alone(ctx, "tend")
		require.NoError(t, err)
		require.True(t, alone)
		return two.Upkeep(t.Context(), func(ctx context.Context, u store.Upkeep) error {
			alone, err := u.Alone(ctx, "tend")
			require.NoError(t, err)
			require.False(t, alone)
			alone, err = u.Alone(ctx, "something else")
			require.True(t, alone)
			return err
		})
	}))
}

// A scope that reaches nothing is refused before anything begins; should it get
// further one day, the database shows it nothing.
func TestPostgres_TheZeroScopeReachesNothing(t *testing.T) {
	t.Parallel()
	s, _ := twoOnPostgres(t)
	for _, scope := range []tenant.Scope{{}, tenant.Of(""), tenant.Of(acme).Narrow(globex)} {
		require.NoError(t, serving(t, s, nil, func(tx *sql.Tx) {
			_, err := s.dialect.enter(t.Context(), tx, scope)
			require.NoError(t, err)
			for _, table := range []string{"companies", "users", "alerts", "outbox", "audit_entries"} {
				require.Zero(t, counted(t, tx, table), table)
			}
			done, err := tx.ExecContext(t.Context(), "UPDATE alerts SET title = 'stolen'")
			require.NoError(t, err)
			changed, err := done.RowsAffected()
			require.NoError(t, err)
			require.Zero(t, changed)
		}))
	}
}
