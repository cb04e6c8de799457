package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/sqlstore/pgtest"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/store/storetest"
	"github.com/sentineliq/sentineliq/ports/system"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// ownerless are the tables that belong to no company.
var ownerless = []string{"goose_db_version"}

// bookkeeping is what the service changes without an entry: tables, or columns
// of tables.
var bookkeeping = []string{
	"outbox", "turns", "idempotency_keys", "goose_db_version", "sessions",
	"api_keys.last_used_at",
	"deliveries.status_rank", "deliveries.attempts", "deliveries.due_at", "deliveries.next_attempt_at", "deliveries.lease_until",
	"deliveries.last_error",
	"deliveries.response_status", "deliveries.delivered_at",
}

// unfilled are the tables that no method of the store fills yet.
var unfilled = []string{"incident_observables"}

// A field is a column that a change by SQL could touch.
type field struct{ table, name, kind string }

// furnished is a PostgreSQL store with one of everything for two companies.
func furnished(t *testing.T) (*Store, string, string) {
	t.Helper()
	run, one, other := storetest.Furnish(t, func(t *testing.T, clock system.Clock) txn.Runner {
		t.Helper()
		return openedPostgres(t, Options{URL: secret.New(pgtest.Database(t)), Clock: clock})
	})
	s, ok := run.(*Store)
	require.True(t, ok)
	return s, string(one), string(other)
}

// columns lists, from the database's own catalogue, every table with the
// columns that can be written.
func columns(t *testing.T, s *Store) (list []field, tables []string) {
	t.Helper()
	rows, err := s.schema.pool.QueryContext(t.Context(), `SELECT table_name, column_name, data_type FROM information_schema.columns
		JOIN information_schema.tables USING (table_schema, table_name)
		WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'
		ORDER BY table_name, ordinal_position`)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	for rows.Next() {
		var c field
		require.NoError(t, rows.Scan(&c.table, &c.name, &c.kind))
		if list = append(list, c); !slices.Contains(tables, c.table) {
			tables = append(tables, c.table)
		}
	}
	require.NoError(t, rows.Err())
	return list, tables
}

// other is an expression whose value differs from the column's, also where that
// is NULL.
func (f field) other() string {
	sum, empty := " + 1", "0"
	switch f.kind {
	case "text", "character varying":
		sum, empty = " || 'x'", "''"
	case "boolean":
		return "NOT COALESCE(" + f.name + ", false)"
	case "timestamp with time zone":
		sum, empty = " + interval '1 second'", "now()"
	case "date":
		empty = "current_date"
	case "bytea":
		sum, empty = ` || '\x00'`, "''"
	case "jsonb":
		return `'{"x": 1}'`
	}
	return "COALESCE(" + f.name + ", " + empty + ")" + sum
}

// Every table of a company has its wall, the next one too.
func TestWalls_NoTableStandsOpen(t *testing.T) {
	t.Parallel()
	s, one, other := furnished(t)
	_, tables := columns(t, s)
	require.Greater(t, len(tables), 15)
	for _, table := range tables {
		if slices.Contains(ownerless, table) {
			continue
		}
		var forced bool
		var policies int
		require.NoError(t, s.schema.pool.QueryRowContext(t.Context(), `SELECT relrowsecurity AND relforcerowsecurity,
			(SELECT count(*) FROM pg_policy WHERE polrelid = pg_class.oid) FROM pg_class WHERE oid = $1::regclass`, table).Scan(&forced, &policies))
		require.True(t, forced, "%s has no row-level security that binds its owner too: CALL enclose('%[1]s', …) in its migration", table)
		require.Positive(t, policies, "%s has no policy", table)
		seen := map[string]int{}
		for _, company := range []string{one, other, "", acme} {
			require.NoError(t, serving(t, s, inCompany(company), func(tx *sql.Tx) { seen[company] = counted(t, tx, table) }))
		}
		require.NoError(t, serving(t, s, nil, func(tx *sql.Tx) { seen["nobody"] = counted(t, tx, table) }))
		require.NoError(t, serving(t, s, map[string]string{"app.scope": "all"}, func(tx *sql.Tx) { seen["all"] = counted(t, tx, table) }))
		require.Zero(t, seen["nobody"], "%s: without settings", table)
		require.Zero(t, seen[acme], "%s: of a company that has nothing", table)
		require.LessOrEqual(t, seen[one]+seen[other], seen["all"], table)
	}
}

// Whatever the service's role changes by SQL alone is refused at COMMIT, in
// every table and column but those of its bookkeeping.
func TestWalls_NoChangeWithoutEntry(t *testing.T) {
	t.Parallel()
	s, _, _ := furnished(t)
	list, tables := columns(t, s)
	refused := map[string]int{}
	for _, c := range list {
		code := outcome(t, s, fmt.Sprintf("UPDATE %s SET %s = %s", c.table, c.name, c.other()))
		switch code {
		case unauditedChange, insufficientPrivilege:
			refused[c.table]++
		case "":
			assert.True(t, exempt(c), "%s.%s was changed without an entry", c.table, c.name)
		}
	}
	for _, table := range tables {
		if slices.Contains(bookkeeping, table) || slices.Contains(unfilled, table) {
			continue
		}
		require.Positive(t, refused[table], "no change of %s was refused for want of an entry", table)
		require.NoError(t, serving(t, s, map[string]string{"app.scope": "all"}, func(tx *sql.Tx) {
			require.Positive(t, counted(t, tx, table), "%s is empty, which proves nothing: put a row into the suite's estate", table)
		}))
		for _, statement := range []string{"DELETE FROM " + table, "TRUNCATE " + table + " CASCADE"} {
			require.NotEmpty(t, outcome(t, s, statement), statement)
		}
	}
}

func exempt(c field) bool {
	return c.name == "version" || slices.Contains(bookkeeping, c.table) || slices.Contains(bookkeeping, c.table+"."+c.name)
}

// outcome is the SQLSTATE with which a statement and its commit fail, or
// nothing. What it changed is put back by nobody: the next statement finds it.
func outcome(t *testing.T, s *Store, statement string) string {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	tx, err := s.pools[0].BeginTx(ctx, nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(ctx, "SELECT set_config('app.scope', 'all', true)")
	require.NoError(t, err)
	if _, err = tx.ExecContext(ctx, statement); err != nil {
		require.NoError(t, tx.Rollback())
	} else {
		err = tx.Commit()
	}
	if err != nil {
		require.NotEmpty(t, postgresCode(err), "%s: %v", statement, err)
	}
	return postgresCode(err)
}
