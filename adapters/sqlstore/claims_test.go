package sqlstore

import (
	"context"
	"database/sql"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/sentineliq/sentineliq/adapters/sqlstore/pgtest"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
)

// series is a table of the numbers from 1 to its value, in either database.
const series = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "

// besieged fills a store with 200 companies that all wait for something, one of
// them for 20,000 times as much, and with 20,000 deliveries that are over.
func besieged(t *testing.T, s *Store) {
	t.Helper()
	const (
		company  = "'company ' || (i % 200)"
		channel  = "'channel ' || (i % 200)"
		past     = "'2026-03-02 08:00:00+00:00'"
		never    = "'0001-01-01 00:00:00+00:00'"
		event    = "INSERT INTO outbox " + series + "SELECT "
		delivery = "INSERT INTO deliveries " + series + "SELECT "
	)
	inside(t, s, tenant.All(), func(_ *unit, db *gorm.DB) {
		db = db.Set(reviewedKey, true).Session(&gorm.Session{})
		for _, fill := range []struct {
			sql string
			n   int
		}{
			{"INSERT INTO companies " + series + "SELECT " + company + ", " + company + ", " + company + ", true, " + past + ", " + past + ", 0 FROM n", 200},
			{"INSERT INTO notices " + series + "SELECT 'notice ' || (i % 200), " + company +
				", '', '', '', '', '', '', 1, '', '', NULL, " + past + ", " + past + " FROM n", 200},
			{event + "'storm ' || i, 'company 1', '', 1, " + past + ", '', '', NULL, " + past + " FROM n", 20_000},
			{event + "'event ' || i, " + company + ", '', 1, " + past + ", '', '', NULL, " + past + " FROM n", 600},
			{delivery + "'over ' || i, " + company + ", 'notice ' || (i % 200), 'over ' || i, '', " + channel + `, 'webhook', '',
				'delivered', 3, 1, ` + never + ", " + never + ", " + never + ", '', 200, " + past + ", " + past + ", 0 FROM n", 20_000},
			{delivery + `'storm ' || i, 'company 1', 'notice 1', 'storm ' || i, '', 'channel 1', 'webhook', '',
				'pending', 0, 0, ` + past + ", " + never + ", " + past + ", '', 0, " + past + ", NULL, 0 FROM n", 20_000},
			{delivery + "'due ' || i, " + company + ", 'notice ' || (i % 200), 'due ' || i, '', " + channel + `, 'webhook', '',
				'failed', 2, 1, ` + past + ", " + never + ", " + past + ", '', 503, " + past + ", NULL, 0 FROM n", 600},
		} {
			require.NoError(t, db.Exec(fill.sql, fill.n).Error)
		}
	})
}

type statement struct {
	sql  string
	vars []any
}

// claims is what the service asks itself many times a second.
func claims() map[string]func(context.Context, store.Upkeep) error {
	return map[string]func(context.Context, store.Upkeep) error{
		"outbox": func(ctx context.Context, u store.Upkeep) error {
			_, err := u.Outbox().Claim(ctx, 16, 25, time.Minute)
			return err
		},
		"queue": func(ctx context.Context, u store.Upkeep) error {
			_, err := u.Queue().Claim(ctx, "webhook", store.Room{Free: 32, PerChannel: 2, PerCompany: 8}, time.Minute)
			return err
		},
	}
}

// statementsOf claims twice, and returns what the second claim asked.
func statementsOf(t *testing.T, s *Store, seen *[]statement, claim func(context.Context, store.Upkeep) error) []statement {
	t.Helper()
	for range 2 {
		*seen = nil
		require.NoError(t, s.Upkeep(t.Context(), claim))
	}
	return *seen
}

func traceStatements(t *testing.T, s *Store) *[]statement {
	t.Helper()
	var seen []statement
	traced(t, s.ordinary.writer, func(sql string, vars []any) { seen = append(seen, statement{sql, vars}) })
	return &seen
}

// A claim asks the same few questions however much waits, and answers them by
// seeks in indexes.
func TestClaims_WalkIndexesOnSQLite(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	seen := traceStatements(t, s)
	for name, claim := range claims() {
		require.LessOrEqual(t, len(statementsOf(t, s, seen, claim)), 2, name)
	}
	besieged(t, s)
	for name, claim := range claims() {
		asked := statementsOf(t, s, seen, claim)
		require.Len(t, asked, 2, name)
		plan := planOf(t, s, asked[0].sql, asked[0].vars)
		require.Contains(t, plan, map[string]string{"outbox": "INDEX outbox_turns", "queue": "INDEX deliveries_lanes"}[name])
		require.NotRegexp(t, `SCAN (outbox|deliveries|turns|found)`, plan, name)
		if name == "queue" {
			require.Contains(t, plan, "COVERING INDEX deliveries_under_way (channel_type=? AND due_at>?)")
		}
	}
}

func TestClaims_LookAtFewRowsOnPostgreSQL(t *testing.T) {
	t.Parallel()
	s, address := freshPostgres(t)
	seen := traceStatements(t, s)
	for _, table := range []string{"companies", "notices", "deliveries"} {
		pgtest.Exec(t, address, "ALTER TABLE "+table+" DISABLE TRIGGER USER") // there are no entries about all this
	}
	besieged(t, s)
	pgtest.Exec(t, address, "ANALYZE")
	for name, claim := range claims() {
		asked := statementsOf(t, s, seen, claim)
		require.Len(t, asked, 3, "%s: the turn, the claim, the turns", name)
		plan := explained(t, s, asked[0], asked[1])
		require.NotRegexp(t, `Seq Scan on (outbox|deliveries)`, plan, name)
		most := 0
		for _, node := range regexp.MustCompile(`actual rows=(\d+) loops=(\d+)`).FindAllStringSubmatch(plan, -1) {
			most = max(most, number(t, node[1])*number(t, node[2]))
		}
		for _, node := range regexp.MustCompile(`Rows Removed by [\w ]+: (\d+)`).FindAllStringSubmatch(plan, -1) {
			most = max(most, number(t, node[1]))
		}
		require.Positive(t, most)
		require.Less(t, most, 2_000, "%s\n%s", name, plan)
	}
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

// explained runs a claim again and tells how it was carried out.
func explained(t *testing.T, s *Store, turn, claim statement) string {
	t.Helper()
	var plan []string
	require.NoError(t, serving(t, s, map[string]string{"app.scope": "all"}, func(tx *sql.Tx) {
		_, err := tx.ExecContext(t.Context(), turn.sql, turn.vars...)
		require.NoError(t, err)
		rows, err := tx.QueryContext(t.Context(), "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) "+claim.sql, claim.vars...)
		require.NoError(t, err)
		defer func() { require.NoError(t, rows.Close()) }()
		for rows.Next() {
			var line string
			require.NoError(t, rows.Scan(&line))
			plan = append(plan, line)
		}
		require.NoError(t, rows.Err())
	}))
	return strings.Join(plan, "\n")
}
