package sqlstore_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/sqlstore"
	"github.com/sentineliq/sentineliq/adapters/sqlstore/pgtest"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/store/storetest"
	"github.com/sentineliq/sentineliq/ports/system"
	"github.com/sentineliq/sentineliq/ports/system/systemtest"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func open(t *testing.T, o sqlstore.Options) *sqlstore.Store {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// The suite opens many stores; on SQLite they start as copies of one that is
// migrated.
func TestStore_KeepsTheContract(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		empty := emptySQLite(t)
		storetest.Run(t, func(t *testing.T, clock system.Clock) txn.Runner {
			path := filepath.Join(t.TempDir(), "siq.db")
			require.NoError(t, os.WriteFile(path, empty, 0o600))
			return open(t, sqlstore.Options{Path: path, Clock: clock})
		})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		storetest.Run(t, func(t *testing.T, clock system.Clock) txn.Runner {
			s := open(t, sqlstore.Options{URL: secret.New(pgtest.Database(t)), Clock: clock})
			_, err := s.Migrate(t.Context())
			require.NoError(t, err)
			return s
		})
	})
}

// emptySQLite returns the file of a migrated database.
func emptySQLite(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "empty.db")
	s, err := sqlstore.Open(t.Context(), sqlstore.Options{Path: path, Clock: systemtest.NewClock()})
	require.NoError(t, err)
	_, err = s.Migrate(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.Close())
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	return file
}
