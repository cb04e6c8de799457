package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func TestPostgres_ALostConnectionIsNobodysFault(t *testing.T) {
	t.Parallel()
	for _, lost := range []error{driver.ErrBadConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed} {
		require.True(t, fault.Is(known(postgresDialect{}, fmt.Errorf("asking: %w", lost)), fault.Unavailable), "%v", lost)
	}
}

func TestPostgres_AScopeThatReachesNothingIsToldAsNothing(t *testing.T) {
	t.Parallel()
	require.Equal(t, "one", reach(tenant.Of(acme)))
	require.Equal(t, "all", reach(tenant.All()))
	require.Empty(t, reach(tenant.Scope{}))
	require.Empty(t, reach(tenant.Of("")))
}

// Who waits for a lock waits for about four seconds in all, not for as long
// with every try.
func TestPostgres_WaitsForALockOnlySoLong(t *testing.T) {
	t.Parallel()
	s, address := twoOnPostgres(t)
	owner, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer func() { require.NoError(t, owner.Close(t.Context())) }()
	_, err = owner.Exec(t.Context(), "BEGIN; LOCK TABLE alerts")
	require.NoError(t, err)
	runs := 0
	err = s.Update(t.Context(), tenant.Of(acme), func(ctx context.Context, tx txn.Tx) error {
		runs++
		_, err := tx.Alerts().Find(ctx, ofAcme)
		return err
	})
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	require.Equal(t, 2, runs)
}
