package sqlstore

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/dashboard"
	"github.com/sentineliq/sentineliq/core/domain/observable"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// traced calls note with every statement that runs over db.
func traced(t *testing.T, db *gorm.DB, note func(sql string, vars []any)) {
	t.Helper()
	seen := func(db *gorm.DB) {
		if !db.DryRun { // a subquery is part of its statement
			note(db.Statement.SQL.String(), db.Statement.Vars)
		}
	}
	on := db.Callback()
	require.NoError(t, on.Query().After("gorm:after_query").Register("traced", seen))
	require.NoError(t, on.Row().After("gorm:row").Register("traced", seen))
	require.NoError(t, on.Create().After("gorm:after_create").Register("traced", seen))
	require.NoError(t, on.Update().After("gorm:after_update").Register("traced", seen))
	require.NoError(t, on.Delete().After("gorm:after_delete").Register("traced", seen))
	require.NoError(t, on.Raw().After("gorm:raw").Register("traced", seen))
}

// many makes reports; those of another run repeat them under new ids.
func many(t testing.TB, run, n int, now time.Time) []*alert.Alert {
	t.Helper()
	batch := make([]*alert.Alert, n)
	for i := range batch {
		a, err := alert.Create(alert.ID(fmt.Sprintf("01900000-0000-7000-%04x-%012x", 0x9000+run, i)), acme, alert.Draft{
			Title: fmt.Sprint("Alert ", i), Source: fmt.Sprint("source ", i%5), SourceRef: fmt.Sprint("ref ", i),
			Severity: []string{"low", "high", "critical"}[i%3], Tags: []string{"vip", fmt.Sprint("tag ", i%20)},
		}, alert.Reporter{}, now.Add(time.Duration(i)*time.Second))
		require.NoError(t, err)
		batch[i] = a
	}
	return batch
}

// However many rows an operation touches, it asks a fixed number of questions.
func TestQueries_AreFewWhateverTheSize(t *testing.T) {
	t.Parallel()
	count := func(n int) map[string]int {
		s := twoCompanies(t)
		statements := 0
		traced(t, s.ordinary.writer, func(string, []any) { statements++ })
		traced(t, s.ordinary.reader, func(sql string, _ []any) {
			statements++
			require.NotContains(t, sql, "`alerts`.`search_text`", "columns that are only written are not read")
		})
		counts := map[string]int{}
		measured := func(name string, do func() error) {
			statements = 0
			require.NoError(t, do(), name)
			counts[name] = statements
		}
		now, made := s.clock.Now(), 0
		require.NoError(t, s.Update(t.Context(), tenant.Of(acme), func(ctx context.Context, tx txn.Tx) error {
			batch := many(t, 0, n, now)
			measured("ingest", func() error { _, err := tx.Alerts().Ingest(ctx, batch); return err })
			measured("repeats", func() error { _, err := tx.Alerts().Ingest(ctx, many(t, 1, n, now)); return err })
			var seen []observable.Sighting
			for i, a := range batch {
				seen = append(seen, observable.Sighting{Alert: string(a.ID()), Type: "ip", Value: fmt.Sprint(i), At: now})
			}
			measured("sight", func() error {
				return tx.Observables().Sight(ctx, func() string { made++; return fmt.Sprint("id ", made) }, seen)
			})
			return nil
		}))
		require.NoError(t, s.View(t.Context(), tenant.Of(acme), func(ctx context.Context, v store.View) error {
			measured("list", func() error {
				_, err := v.Alerts().List(ctx, alert.Query{Tags: []string{"vip"}, Search: "alert"}, page.Request{Size: n})
				return err
			})
			w, err := dashboard.LastDays(7, time.UTC, now)
			require.NoError(t, err)
			measured("summary", func() error { _, err := v.Dashboard().Summary(ctx, w); return err })
			return nil
		}))
		return counts
	}
	few, lots := count(2), count(500)
	require.Equal(t, few, lots)
	require.Equal(t, map[string]int{"ingest": 2, "repeats": 1, "sight": 3, "list": 3, "summary": 9}, few)
}

// Every order that is offered is an index walked, from either end and from the
// middle, with nothing to sort.
func TestQueries_EveryOrderOfAlertsIsAnIndex(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	require.NoError(t, s.Update(t.Context(), tenant.Of(acme), func(ctx context.Context, tx txn.Tx) error {
		_, err := tx.Alerts().Ingest(ctx, many(t, 0, 200, tx.Now()))
		return err
	}))
	indexes := map[string]string{
		"created_at": "alerts_created", "updated_at": "alerts_updated", "event_time": "alerts_event",
		"severity": "alerts_severity", "status": "alerts_status", "last_seen": "alerts_seen",
	}
	for name, index := range indexes {
		for _, desc := range []bool{false, true} {
			for title, plan := range plansOf(t, s, tenant.Of(acme), page.Key{Name: name, Desc: desc}) {
				require.Contains(t, plan, index, title)
				require.NotContains(t, plan, "TEMP B-TREE", title)
				require.NotContains(t, plan, "SCAN alerts", title)
			}
		}
	}
	for title, plan := range plansOf(t, s, tenant.All(), page.Key{Name: "created_at", Desc: true}) {
		require.Contains(t, plan, "alerts_all_created", title)
		require.NotContains(t, plan, "TEMP B-TREE", title)
	}
}

// plansOf lists alerts page by page, forward and back, and returns how each
// statement over alerts is carried out.
func plansOf(t *testing.T, s *Store, scope tenant.Scope, key page.Key) map[string]string {
	t.Helper()
	type statement struct {
		sql  string
		vars []any
	}
	var seen []statement
	quiet := *s
	reader, err := quiet.open(sqliteDSN(fileOf(t, s), reading), 1)
	require.NoError(t, err)
	quiet.ordinary.reader = reader
	t.Cleanup(func() { require.NoError(t, quiet.pools[len(quiet.pools)-1].Close()) })
	traced(t, reader, func(sql string, vars []any) { seen = append(seen, statement{sql, vars}) })
	require.NoError(t, quiet.View(t.Context(), scope, func(ctx context.Context, v store.View) error {
		p := page.Request{Size: 10, Order: []page.Key{key}, NoCount: true}
		one, err := v.Alerts().List(ctx, alert.Query{}, p)
		require.NoError(t, err)
		p.Cursor = one.Next
		two, err := v.Alerts().List(ctx, alert.Query{}, p)
		require.NoError(t, err)
		p.Cursor = two.Prev
		back, err := v.Alerts().List(ctx, alert.Query{}, p)
		require.NoError(t, err)
		require.Equal(t, one.Items[0].ID(), back.Items[0].ID())
		return nil
	}))
	plans := map[string]string{}
	for i, one := range seen {
		if !strings.Contains(one.sql, "FROM `alerts`") {
			continue
		}
		plans[fmt.Sprint(i, " ", key, " ", one.sql)] = planOf(t, s, one.sql, one.vars)
	}
	require.NotEmpty(t, plans)
	return plans
}

func planOf(t *testing.T, s *Store, sql string, vars []any) string {
	t.Helper()
	rows, err := s.pools[0].QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+sql, vars...)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &detail))
		plan = append(plan, detail)
	}
	require.NoError(t, rows.Err())
	return strings.Join(plan, "; ")
}
