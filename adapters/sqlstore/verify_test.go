package sqlstore

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/sqlstore/pgtest"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/system/systemtest"
)

func inOrder(t *testing.T, s *Store, names ...string) {
	t.Helper()
	var looked []string
	for _, c := range s.Verify(t.Context()) {
		require.NoError(t, c.Err, c.Name)
		looked = append(looked, c.Name)
	}
	require.Equal(t, names, looked)
}

// complaints are those of a store's checks, by name.
func complaints(t *testing.T, s *Store) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, c := range s.Verify(t.Context()) {
		if c.Err != nil {
			found[c.Name] = c.Err.Error()
		}
	}
	return found
}

// filled returns the path of an SQLite database of many pages that nobody has
// open.
func filled(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sentineliq.db")
	s, err := Open(t.Context(), Options{Path: path, Clock: systemtest.NewClock()})
	require.NoError(t, err)
	require.NoError(t, s.Start(t.Context(), false))
	settle(t, s)
	_, err = s.pools[0].ExecContext(t.Context(), `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
		INSERT INTO companies SELECT 'c' || i, 'company ' || i, 'company ' || i, 1, '2026-01-01', '2026-01-01', 0 FROM n`)
	require.NoError(t, err)
	inOrder(t, s, "pages and indexes", "references", "schema")
	require.NoError(t, s.Close())
	return path
}

// A damaged file stops the start, and the message says what can be done.
func TestStart_ADamagedFileSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(t *testing.T, whole []byte) []byte{
		"not a database": func(_ *testing.T, whole []byte) []byte {
			return []byte(strings.Repeat("this is a letter ", len(whole)/17))
		},
		"pages of noise": func(_ *testing.T, whole []byte) []byte {
			for i := 4096 * 20; i < 4096*60; i++ {
				whole[i] = byte(i * 7)
			}
			return whole
		},
		"cut short": func(_ *testing.T, whole []byte) []byte { return whole[:len(whole)/2] },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filled(t)
			whole, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Greater(t, len(whole), 4096*80)
			require.NoError(t, os.WriteFile(path, harm(t, whole), 0o600))
			s, err := Open(t.Context(), Options{Path: path, Clock: systemtest.NewClock()})
			if err == nil {
				err = s.Start(t.Context(), false)
				require.Contains(t, complaints(t, s)["pages and indexes"], "is damaged")
				require.NoError(t, s.Close())
			}
			require.ErrorContains(t, err, path+" is damaged")
			require.ErrorContains(t, err, ".recover")
		})
	}
}

func TestVerify_FindsWhatRefersToNothing(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	for _, statement := range []string{"PRAGMA foreign_keys = 0", "DELETE FROM companies WHERE id = '" + globex + "'"} {
		_, err := s.pools[0].ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	require.Contains(t, complaints(t, s)["references"], "refers to companies")
}

func TestVerify_OnPostgres(t *testing.T) {
	t.Parallel()
	s, address := twoOnPostgres(t)
	inOrder(t, s, "schema", "server, role and walls")
	pgtest.Exec(t, address, "ALTER TABLE alerts NO FORCE ROW LEVEL SECURITY")
	require.Contains(t, complaints(t, s)["server, role and walls"], "row-level security")
	_, err := s.MigrateDown(t.Context())
	require.NoError(t, err)
	require.Contains(t, complaints(t, s)["schema"], "the schema is at version")

	empty, err := Open(t.Context(), Options{URL: secret.New(pgtest.Database(t))})
	require.NoError(t, err)
	defer func() { require.NoError(t, empty.Close()) }()
	require.Contains(t, complaints(t, empty)["schema"], "no schema yet")
}
