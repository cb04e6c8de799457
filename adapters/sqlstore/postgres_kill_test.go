package sqlstore

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/sqlstore/pgtest"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
)

// A server that dies takes nothing along that was committed, and the store
// serves again without being opened anew.
func TestPostgres_ServerIsKilledAndComesBack(t *testing.T) {
	t.Parallel()
	server, err := pgtest.NewServer(t.Context())
	if err != nil {
		if os.Getenv(pgtest.RequireVariable) == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	t.Cleanup(func() { require.NoError(t, server.Remove(context.WithoutCancel(t.Context()))) })
	s := openedPostgres(t, Options{URL: secret.New(server.URL)})
	settle(t, s)
	look := func() error {
		return s.View(t.Context(), tenant.All(), func(ctx context.Context, v store.View) error {
			_, err := v.Alerts().Find(ctx, ofAcme)
			return err
		})
	}
	require.NoError(t, look())
	begun := make(chan struct{})
	broken := make(chan error)
	go func() {
		broken <- s.write(t.Context(), tenant.All(), func(ctx context.Context, u *unit) error {
			close(begun)
			return u.known(u.reviewed(ctx, "SELECT pg_sleep(60)").Scan(new(string)).Error)
		})
	}()
	<-begun
	require.NoError(t, server.Kill(t.Context()))
	require.True(t, fault.Is(<-broken, fault.Unavailable), "a statement in the middle")
	require.True(t, fault.Is(look(), fault.Unavailable), "a new unit of work")
	require.NoError(t, server.Start(t.Context()))
	back := time.Now()
	require.Eventually(t, func() bool { return look() == nil }, 5*time.Second, 20*time.Millisecond)
	t.Logf("serving again after %s", time.Since(back))
	require.Len(t, rowsOf(t, s), 3)
}

// A connection that ends under a reader who has read all is a database that is
// away, not an error of ours.
func TestPostgres_ConnectionEndsBeforeTheReadDoes(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	s := openedPostgres(t, Options{URL: secret.New(url)})
	settle(t, s)
	other := pgtest.Open(t, url)
	err := s.View(t.Context(), tenant.All(), func(ctx context.Context, v store.View) error {
		_, err := v.Alerts().Find(ctx, ofAcme)
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			var left int
			err := other.QueryRowContext(ctx, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "+
				"WHERE datname = current_database() AND pid <> pg_backend_pid()").Scan(&left)
			return err == nil && left == 0
		}, 5*time.Second, 10*time.Millisecond)
		return nil
	})
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
}
