package sqlstore

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/sqlstore/pgtest"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
)

func TestStart_SaysWhatToDo(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), Options{URL: secret.New(pgtest.Database(t))})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.ErrorContains(t, s.Start(t.Context(), false), "run sentineliq migrate up, or start with AUTO_MIGRATE=true")
	require.NoError(t, s.Start(t.Context(), true))
	require.NoError(t, s.Start(t.Context(), false))
	_, err = s.MigrateDown(t.Context())
	require.NoError(t, err)
	steps, err := s.MigrationStatus(t.Context())
	require.NoError(t, err)
	require.ErrorContains(t, s.Start(t.Context(), false),
		fmt.Sprintf("the schema is at version %d, not %d; run sentineliq migrate up", len(steps)-1, len(steps)))
	require.NoError(t, fresh(t).Start(t.Context(), false), "the embedded database always migrates")
}

// Several programs that start at once migrate once.
func TestStart_AtOnce(t *testing.T) {
	t.Parallel()
	address := secret.New(pgtest.Database(t))
	done := make(chan error)
	for range 3 {
		go func() {
			s, err := Open(t.Context(), Options{URL: address})
			if err == nil {
				err = s.Start(t.Context(), true)
			}
			if closed := s.Close(); err == nil {
				err = closed
			}
			done <- err
		}()
	}
	for range 3 {
		require.NoError(t, <-done)
	}
}

func TestStart_RefusesSettingsThatLoseChanges(t *testing.T) {
	t.Parallel()
	address := pgtest.Database(t)
	openedPostgres(t, Options{URL: secret.New(address)})
	s, err := Open(t.Context(), Options{URL: secret.New(pgtest.With(t, address, func(u *url.URL) { u.RawQuery += "&synchronous_commit=off" }))})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.ErrorContains(t, s.Start(t.Context(), false), "synchronous_commit is off")

	good := standing{Version: 150_000, Encoding: "UTF8", Fsync: "on", FullPageWrites: "on", SynchronousCommit: "on", Role: "r"}
	require.NoError(t, good.refusal())
	for says, spoil := range map[string]func(*standing){
		"set fsync = on":            func(s *standing) { s.Fsync = "off" },
		"set full_page_writes = on": func(s *standing) { s.FullPageWrites = "off" },
		"r is a superuser":          func(s *standing) { s.Super = true },
		"NOBYPASSRLS":               func(s *standing) { s.Bypass = true },
		"owns 2 tables":             func(s *standing) { s.Owned = 2 },
		"FORCE ROW LEVEL SECURITY":  func(s *standing) { s.Open = 1 },
		"REVOKE UPDATE":             func(s *standing) { s.Rewrites = true },
		"upgrade":                   func(s *standing) { s.Version = 140_010 },
		"ENCODING 'UTF8'":           func(s *standing) { s.Encoding = "SQL_ASCII" },
	} {
		bad := good
		spoil(&bad)
		require.ErrorContains(t, bad.refusal(), says)
	}
}

// One address is enough when its role may make roles; its connections serve as
// another one.
func TestRoles_OneAddress(t *testing.T) {
	t.Parallel()
	owner := pgtest.Role(t, "CREATEROLE")
	address := pgtest.As(t, owned(t, owner), owner)
	s := openedPostgres(t, Options{URL: secret.New(address)})
	require.NoError(t, s.Start(t.Context(), false))
	require.Equal(t, serviceRoleName, whoServes(t, s))
}

// Two addresses: the owner migrates, the other role serves as what it is.
func TestRoles_TwoAddresses(t *testing.T) {
	t.Parallel()
	owner, service := pgtest.Role(t, "CREATEROLE"), pgtest.Role(t, "")
	address := owned(t, owner)
	o := Options{URL: secret.New(pgtest.As(t, address, service)), MigrationURL: secret.New(pgtest.As(t, address, owner))}
	s := openedPostgres(t, o)
	require.NoError(t, s.Start(t.Context(), false))
	require.Equal(t, service, whoServes(t, s))
	settle(t, s)
	require.Len(t, rowsOf(t, s), 3)
	_, err := s.pools[0].ExecContext(t.Context(), "SET ROLE "+owner)
	require.Equal(t, insufficientPrivilege, postgresCode(err))

	// A process that only serves needs no address of the owner.
	alone, err := Open(t.Context(), Options{URL: o.URL})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, alone.Close()) })
	require.NoError(t, alone.Start(t.Context(), false))
	require.Equal(t, serviceRoleName, whoServes(t, alone))

	for _, o := range []Options{
		{URL: o.MigrationURL, MigrationURL: o.MigrationURL},
		{URL: secret.New(address), MigrationURL: o.MigrationURL},
	} {
		refused, err := Open(t.Context(), o)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, refused.Close()) })
		require.ErrorContains(t, refused.Start(t.Context(), false), "take down the walls")
	}
}

// owned is an empty database that belongs to a role, for the administrator.
func owned(t *testing.T, owner string) string {
	t.Helper()
	address := pgtest.Database(t)
	u, err := url.Parse(address)
	require.NoError(t, err)
	pgtest.Exec(t, address, "ALTER DATABASE "+strings.Trim(u.Path, "/")+" OWNER TO "+owner)
	return address
}

func whoServes(t *testing.T, s *Store) (role string) {
	t.Helper()
	require.NoError(t, s.View(t.Context(), tenant.All(), func(context.Context, store.View) error { return nil }))
	require.NoError(t, s.pools[0].QueryRowContext(t.Context(), "SELECT current_user").Scan(&role))
	return role
}

func TestOpen_BadAddressIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{
		{URL: secret.New("postgres://u:hunter2@h:x/d")},
		{URL: secret.New("postgres://u:hunter2@h/d?pool_max_conns=none")},
		{URL: secret.New("postgres://u@h/d"), MigrationURL: secret.New("postgres://u:hunter2@h:x/d")},
		{URL: secret.New("postgres://u:hunter2@127.0.0.1:1/d?connect_timeout=1")},
	} {
		_, err := Open(t.Context(), o)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "hunter2")
	}
}
