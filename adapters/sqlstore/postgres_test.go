package sqlstore

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/sentineliq/sentineliq/adapters/sqlstore/pgtest"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/system/systemtest"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// freshPostgres is an empty store on PostgreSQL, and the URL of its owner.
func freshPostgres(t testing.TB) (*Store, string) {
	t.Helper()
	address := pgtest.Database(t)
	return openedPostgres(t, Options{URL: secret.New(address), Clock: systemtest.NewClock()}), address
}

func openedPostgres(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	_, err = s.Migrate(t.Context())
	require.NoError(t, err)
	return s
}

func twoOnPostgres(t testing.TB) (*Store, string) {
	t.Helper()
	s, address := freshPostgres(t)
	settle(t, s)
	return s, address
}

// serving runs fn in a bare transaction of the service's role with the settings
// of a unit of work, and commits.
func serving(t *testing.T, s *Store, settings map[string]string, fn func(tx *sql.Tx)) error {
	t.Helper()
	tx, err := s.pools[0].BeginTx(t.Context(), nil)
	require.NoError(t, err)
	for name, value := range settings {
		_, err := tx.ExecContext(t.Context(), "SELECT set_config($1, $2, true)", name, value)
		require.NoError(t, err)
	}
	fn(tx)
	return tx.Commit()
}

func inCompany(id string) map[string]string {
	return map[string]string{"app.company": id, "app.scope": "one"}
}

func counted(t *testing.T, tx *sql.Tx, table string) (n int) {
	t.Helper()
	require.NoError(t, tx.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
	return n
}

// The application's own filter is taken out: its conditions and its guard see
// all companies, while the database was told of one.
func TestPostgres_ForeignRowsStayHiddenWithoutTheFilter(t *testing.T) {
	t.Parallel()
	s, _ := twoOnPostgres(t)
	mutilated := *s
	mutilated.dialect = deceived{s.dialect}
	inside(t, &mutilated, tenant.All(), func(u *unit, db *gorm.DB) {
		var rows []alertRow
		require.NoError(t, db.Find(&rows).Error)
		require.Len(t, rows, 2, "globex has one more")
		require.ErrorIs(t, db.Take(&alertRow{}, "id = ?", ofGlobex).Error, gorm.ErrRecordNotFound)
		var n int64
		require.NoError(t, u.reviewed(t.Context(), "SELECT count(*) FROM alerts, companies").Scan(&n).Error)
		require.EqualValues(t, 2, n, "two alerts, one company")
		for _, change := range []*gorm.DB{
			db.Model(&alertRow{}).Where("id = ?", ofGlobex).Update("title", "stolen"),
			db.Where("id = ?", ofGlobex).Delete(&alertRow{}),
		} {
			require.NoError(t, change.Error)
			require.Zero(t, change.RowsAffected)
		}
		require.NoError(t, u.try(t.Context(), func() error { return nil }))
		err := u.try(t.Context(), func() error {
			return db.Create(&incidentRow{ID: "i", Company: globex, Title: "planted"}).Error
		})
		require.Equal(t, insufficientPrivilege, postgresCode(err), "%v", err)
	})
	require.Equal(t, globex+" Alert one", rowsOf(t, s)[ofGlobex])
}

// deceived tells the database of acme, whatever the scope is.
type deceived struct{ dialect }

func (d deceived) enter(ctx context.Context, tx gorm.ConnPool, _ tenant.Scope) (time.Time, error) {
	return d.dialect.enter(ctx, tx, tenant.Of(acme))
}

func TestPostgres_WithoutSettingsThereAreNoRows(t *testing.T) {
	t.Parallel()
	s, address := twoOnPostgres(t)
	tables := []string{"companies", "users", "alerts", "outbox", "audit_entries", "idempotency_keys"}
	for range 3 { // connections that were used come back without their settings
		require.NoError(t, serving(t, s, inCompany(acme), func(tx *sql.Tx) { require.Equal(t, 2, counted(t, tx, "alerts")) }))
		require.NoError(t, serving(t, s, nil, func(tx *sql.Tx) {
			for _, table := range tables {
				require.Zero(t, counted(t, tx, table), table)
			}
			done, err := tx.ExecContext(t.Context(), "UPDATE alerts SET title = 'x'")
			require.NoError(t, err)
			n, err := done.RowsAffected()
			require.NoError(t, err)
			require.Zero(t, n)
		}))
	}
	owner := pgtest.Role(t, "NOBYPASSRLS")
	pgtest.Exec(t, address, "GRANT SELECT ON alerts TO "+owner)
	var n int
	require.NoError(t, pgtest.Open(t, pgtest.As(t, address, owner)).QueryRowContext(t.Context(), "SELECT count(*) FROM alerts").Scan(&n))
	require.Zero(t, n)
	pgtest.Exec(t, address, "REVOKE SELECT ON alerts FROM "+owner)
}

// What the service's role is refused, whoever put the words into its mouth.
func TestPostgres_ServiceRoleIsRefused(t *testing.T) {
	t.Parallel()
	s, _ := twoOnPostgres(t)
	for _, statement := range []string{
		"UPDATE audit_entries SET action = 'x'",
		"DELETE FROM audit_entries",
		"TRUNCATE audit_entries",
		"TRUNCATE alerts CASCADE",
		"UPDATE incident_timeline SET title = 'x'",
		"DELETE FROM incident_timeline",
		"UPDATE notices SET title = 'x'",
		"INSERT INTO audit_entries (xid) VALUES ('1')",
		"ALTER TABLE alerts DISABLE ROW LEVEL SECURITY",
		"ALTER TABLE alerts DISABLE TRIGGER ALL",
		"DROP POLICY own_company ON alerts",
		"DROP TABLE alerts",
		"CREATE TABLE x (id int)",
		"SET session_replication_role = replica",
		"UPDATE goose_db_version SET is_applied = false",
	} {
		err := serving(t, s, map[string]string{"app.scope": "all"}, func(tx *sql.Tx) {
			_, err := tx.ExecContext(t.Context(), statement)
			require.Equal(t, insufficientPrivilege, postgresCode(err), "%s: %v", statement, err)
		})
		require.Error(t, err, statement)
	}
}

// A change by SQL alone is refused at COMMIT, also when the entry is another
// company's, another transaction's, or in a table of that name.
func TestPostgres_ChangeWithoutEntryIsRefusedAtCommit(t *testing.T) {
	t.Parallel()
	s, _ := twoOnPostgres(t)
	all := map[string]string{"app.scope": "all"}
	const entry = `INSERT INTO audit_entries (id, company_id, at, actor_type, actor_id, actor_name, action, entity_type, entity_id, entity_name,
		entity_company, request_id, ip_address, user_agent, http_method, http_path, origin_status, response_status, outcome, search_text)
		VALUES (gen_random_uuid(), %, now(), '', '', '', '', '', '', '', '', '', '', '', '', '', 0, 0, '', '')`
	of := func(company string) string { return strings.Replace(entry, "%", company, 1) }
	unaudited := map[string][]string{
		"update":                   {"UPDATE alerts SET title = 'x' WHERE id = '" + ofAcme + "'"},
		"delete":                   {"DELETE FROM alerts WHERE id = '" + ofAcme + "'"},
		"insert":                   {"INSERT INTO alert_tags VALUES ('" + acme + "', '" + ofAcme + "', 'x')"},
		"company":                  {"UPDATE companies SET is_active = false WHERE id = '" + acme + "'"},
		"entry of another company": {of("'" + globex + "'"), "UPDATE alerts SET title = 'x' WHERE id = '" + ofAcme + "'"},
		"entry of the platform":    {of("NULL"), "UPDATE alerts SET title = 'x' WHERE id = '" + ofAcme + "'"},
		"two companies, one entry": {of("'" + acme + "'"), "UPDATE alerts SET title = 'x'"},
		"a log of one's own": {
			"CREATE TEMP TABLE audit_entries (xid xid8, company_id text, entity_company text)",
			"INSERT INTO pg_temp.audit_entries VALUES (pg_current_xact_id(), '" + acme + "', '')",
			"UPDATE alerts SET title = 'x' WHERE id = '" + ofAcme + "'",
		},
	}
	before := rowsOf(t, s)
	for name, statements := range unaudited {
		err := serving(t, s, all, func(tx *sql.Tx) { run(t, tx, statements...) })
		require.Equal(t, unauditedChange, postgresCode(err), "%s: %v", name, err)
		require.Equal(t, before, rowsOf(t, s), name)
	}
	require.NoError(t, serving(t, s, all, func(tx *sql.Tx) {
		run(t, tx, of("'"+acme+"'"), of("'"+globex+"'"), "UPDATE alerts SET title = 'x'")
	}))
	require.NoError(t, serving(t, s, all, func(tx *sql.Tx) { run(t, tx, "UPDATE alerts SET version = version + 1") }),
		"a version alone is no change")

	err := s.Update(t.Context(), tenant.Of(acme), func(ctx context.Context, tx txn.Tx) error {
		a, err := tx.Alerts().Find(ctx, ofAcme)
		require.NoError(t, err)
		return tx.Alerts().Remove(ctx, a)
	})
	require.Equal(t, unauditedChange, postgresCode(err))
	require.False(t, fault.Is(err, fault.Unavailable), "it did not happen, and repeating does not help")
}

func run(t *testing.T, tx *sql.Tx, statements ...string) {
	t.Helper()
	for _, one := range statements {
		_, err := tx.ExecContext(t.Context(), one)
		require.NoError(t, err, one)
	}
}

// Bookkeeping of the service needs no entry, and nothing else passes as such.
func TestPostgres_BookkeepingNeedsNoEntry(t *testing.T) {
	t.Parallel()
	s, address := twoOnPostgres(t)
	pgtest.Exec(t, pgtest.With(t, address, func(u *url.URL) { u.RawQuery += "&options=-c%20session_replication_role%3Dreplica" }),
		`INSERT INTO api_keys VALUES ('k', '`+acme+`', '', 'read_only', '', 'h', NULL, now())`,
		`INSERT INTO deliveries VALUES ('d', '`+acme+`', 'n', 'e', 'r', 'c', 'slack', '', 'pending', 0, 0, now(), now(), now(), '', 0, now(), NULL, 0)`)
	for statement, fine := range map[string]bool{
		"UPDATE api_keys SET last_used_at = now()":                              true,
		"UPDATE api_keys SET last_used_at = now(), role = 'admin_company'":      false,
		"UPDATE deliveries SET status = 'sending', attempts = 1":                true,
		"UPDATE deliveries SET status = 'failed', last_error = 'x'":             true,
		"UPDATE deliveries SET status = 'sending', recipient = 'somebody else'": false,
		"UPDATE deliveries SET status = 'dead'":                                 false,
		"DELETE FROM deliveries":                                                false,
		"DELETE FROM api_keys":                                                  false,
	} {
		err := serving(t, s, map[string]string{"app.scope": "all"}, func(tx *sql.Tx) { run(t, tx, statement) })
		if fine {
			require.NoError(t, err, statement)
			continue
		}
		require.Equal(t, unauditedChange, postgresCode(err), statement)
	}
}

func TestPostgres_ErrorsAreReadByCode(t *testing.T) {
	t.Parallel()
	d := postgresDialect{}
	for code, want := range map[string]fault.Kind{
		"40001": fault.Unavailable, "40P01": fault.Unavailable, "55P03": fault.Unavailable, "57014": fault.Unavailable,
		"57P01": fault.Unavailable, "53300": fault.Unavailable, "08006": fault.Unavailable, "25006": fault.Unavailable,
		"23505": fault.Conflict, "23503": fault.NotFound,
	} {
		err := &pgconn.PgError{Code: code}
		require.True(t, fault.Is(known(d, err), want), code)
		require.Equal(t, want != fault.Unavailable || d.busy(err), d.undone(t.Context(), err), code)
	}
}

// Who comes when all connections are taken hears so soon, and when to come again.
// Logging in and asking how the service is need connections of their own.
func TestPostgres_ExhaustedPoolAnswersSoon(t *testing.T) {
	t.Parallel()
	s := openedPostgres(t, Options{URL: secret.New(pgtest.With(t, pgtest.Database(t), func(u *url.URL) { u.RawQuery += "&pool_max_conns=1" }))})
	urgent := txn.Urgent(t.Context())
	nothing := func(context.Context, store.View) error { return nil }
	require.NoError(t, s.View(t.Context(), tenant.All(), func(_ context.Context, v store.View) error {
		require.WithinDuration(t, time.Now(), v.Now(), time.Minute, "the time is the database's")
		begun := time.Now()
		err := s.View(t.Context(), tenant.All(), nothing)
		require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
		require.Less(t, time.Since(begun), 2*acquirePatience)
		var f *fault.Error
		require.ErrorAs(t, err, &f)
		require.Positive(t, f.RetryAfter)

		require.NoError(t, s.View(urgent, tenant.All(), nothing))
		require.NoError(t, s.Update(urgent, tenant.All(), func(context.Context, txn.Tx) error { return nil }))
		require.NoError(t, s.Ping(t.Context()))
		require.NoError(t, s.Current(t.Context()))
		return nil
	}))
	require.NoError(t, s.View(urgent, tenant.All(), func(ctx context.Context, _ store.View) error {
		require.Error(t, s.View(ctx, tenant.All(), nothing), "one unit of work inside another, whoever is in a hurry")
		return nil
	}))
}
