package sqlstore_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/sqlstore"
	"github.com/sentineliq/sentineliq/ports/store/storetest"
	"github.com/sentineliq/sentineliq/ports/system"
	"github.com/sentineliq/sentineliq/ports/system/systemtest"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func open(t *testing.T, path string, clock system.Clock) *sqlstore.Store {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), sqlstore.Options{Path: path, Clock: clock})
	require.NoError(t, err)
	return s
}

// The suite opens many stores; they start as copies of one that is migrated.
func TestStore_KeepsTheContract(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "empty.db")
	s := open(t, path, systemtest.NewClock())
	_, err := s.Migrate(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.Close())
	empty, err := os.ReadFile(path)
	require.NoError(t, err)

	storetest.Run(t, func(t *testing.T, clock system.Clock) txn.Runner {
		t.Helper()
		path := filepath.Join(t.TempDir(), "siq.db")
		require.NoError(t, os.WriteFile(path, empty, 0o600))
		s := open(t, path, clock)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		return s
	})
}
