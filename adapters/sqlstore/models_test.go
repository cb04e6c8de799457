package sqlstore

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// models lists every model.
func models() []any {
	return []any{
		&companyRow{}, &userRow{}, &sessionRow{}, &keyRow{},
		&alertRow{}, &alertTagRow{}, &observableRow{}, &alertObservableRow{},
		&incidentRow{}, &incidentTagRow{}, &incidentAlertRow{}, &incidentObservableRow{}, &entryRow{}, &taskRow{},
		&channelRow{}, &ruleRow{}, &ruleChannelRow{}, &noticeRow{}, &deliveryRow{},
		&outboxRow{}, &turnRow{}, &answerRow{}, &auditRow{},
	}
}

// free lists the tables without a company column, and why.
func free() map[string]string {
	return map[string]string{
		"companies":        "its id is the company, and confines it",
		"goose_db_version": "the history of the schema",
		"sqlite_sequence":  "SQLite's own",
	}
}

// shared lists the tables whose company may be missing, and whose rows are the
// platform's then.
func shared() []string { return []string{"users", "sessions", "idempotency_keys", "audit_entries"} }

// extra lists the columns without a field, and why.
func extra() map[string]string {
	return map[string]string{"audit_entries.xid": "the transaction of an entry, which PostgreSQL fills in itself"}
}

type column struct {
	Name    string
	Type    string
	Notnull int
}

// onBoth runs a test on each database.
func onBoth(t *testing.T, test func(t *testing.T, s *Store)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, fresh(t))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		s, _ := freshPostgres(t)
		test(t, s)
	})
}

const (
	tablesOfPostgres  = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()"
	columnsOfPostgres = `SELECT column_name AS name, data_type AS type, (is_nullable = 'NO')::int AS notnull
		FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position`
)

// schemaOfTables reads what the database says of itself.
func schemaOfTables(t *testing.T, s *Store) map[string][]column {
	t.Helper()
	tables := map[string][]column{}
	inside(t, s, tenant.All(), func(_ *unit, db *gorm.DB) {
		db = db.Set(reviewedKey, true).Session(&gorm.Session{})
		list, describe := "SELECT name FROM sqlite_master WHERE type = 'table'", `SELECT name, type, "notnull" FROM pragma_table_xinfo(?)`
		if _, postgres := s.dialect.(postgresDialect); postgres {
			list, describe = tablesOfPostgres, columnsOfPostgres
		}
		var names []string
		require.NoError(t, db.Raw(list).Scan(&names).Error)
		for _, name := range names {
			var columns []column
			require.NoError(t, db.Raw(describe, name).Scan(&columns).Error)
			tables[name] = columns
		}
	})
	return tables
}

func TestSchema_EveryTableBelongsToACompany(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *Store) {
		tables := schemaOfTables(t, s)
		for name, columns := range tables {
			if free()[name] != "" {
				delete(tables, name)
				continue
			}
			at := slices.IndexFunc(columns, func(c column) bool { return c.Name == "company_id" })
			require.GreaterOrEqual(t, at, 0, "%s has no company", name)
			require.Equal(t, !slices.Contains(shared(), name), columns[at].Notnull == 1, "%s: may the company be missing?", name)
		}
		require.Len(t, tables, len(models())-1, "a table without a model, or a model without a table")
	})
}

func TestSchema_ModelsAndTablesHaveTheSameColumns(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *Store) {
		tables := schemaOfTables(t, s)
		for _, model := range models() {
			stmt := &gorm.Statement{DB: s.ordinary.writer}
			require.NoError(t, stmt.Parse(model))
			require.NotNil(t, ownerField(stmt.Schema), "%s has no company", stmt.Schema.Table)
			var columns []string
			for _, c := range tables[stmt.Schema.Table] {
				if extra()[stmt.Schema.Table+"."+c.Name] == "" {
					columns = append(columns, c.Name)
				}
			}
			require.ElementsMatch(t, columns, stmt.Schema.DBNames, stmt.Schema.Table)
		}
	})
}

// Both folders tell the same history: the same steps make the same columns,
// which may be missing in the same places.
func TestSchema_DialectsAreInStep(t *testing.T) {
	t.Parallel()
	ours, theirs := fresh(t), twin(t)
	steps, err := ours.MigrationStatus(t.Context())
	require.NoError(t, err)
	same, err := theirs.MigrationStatus(t.Context())
	require.NoError(t, err)
	require.Equal(t, steps, same)
	for len(steps) > 0 {
		left, right := schemaOfTables(t, ours), schemaOfTables(t, theirs)
		for name, columns := range right {
			require.Equal(t, shape(name, left[name]), shape(name, columns), name)
		}
		delete(left, "sqlite_sequence")
		require.Len(t, right, len(left))
		steps = steps[1:]
		for _, s := range []*Store{ours, theirs} {
			_, err := s.MigrateDown(t.Context())
			require.NoError(t, err)
		}
	}
}

func twin(t *testing.T) *Store {
	t.Helper()
	s, _ := freshPostgres(t)
	return s
}

// shape lists the columns of a table, and which may be empty. Goose's table is
// its own affair.
func shape(table string, columns []column) []string {
	var out []string
	for _, c := range columns {
		if extra()[table+"."+c.Name] == "" && table != "goose_db_version" {
			out = append(out, fmt.Sprint(c.Name, " ", c.Notnull))
		}
	}
	slices.Sort(out)
	return out
}

// A child names its parent together with the company, so that it cannot point
// into another one.
func TestSchema_ForeignKeysCarryTheCompany(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	tables := schemaOfTables(t, s)
	inside(t, s, tenant.All(), func(_ *unit, db *gorm.DB) {
		for name := range tables {
			var keys []struct {
				ID         int
				Table, Way string
			}
			require.NoError(t, db.Set(reviewedKey, true).Raw(
				`SELECT id, "table", group_concat("from" || '>' || "to") AS way FROM pragma_foreign_key_list(?) GROUP BY id`, name).
				Scan(&keys).Error)
			for _, k := range keys {
				whole := strings.Contains(k.Way, "company_id>")
				if name == "sessions" && k.Table == "users" {
					continue // a superuser's session has no company to carry
				}
				require.True(t, whole, "%s refers to %s by %s", name, k.Table, k.Way)
			}
		}
	})
}

func TestSchema_UpDownUp(t *testing.T) {
	t.Parallel()
	s := fresh(t)
	first := schemaOfTables(t, s)
	dump := dumped(t, s)
	steps, err := s.MigrationStatus(t.Context())
	require.NoError(t, err)
	for range steps {
		_, err := s.MigrateDown(t.Context())
		require.NoError(t, err)
	}
	require.Len(t, schemaOfTables(t, s), 2, "only goose and sqlite keep something")
	applied, err := s.Migrate(t.Context())
	require.NoError(t, err)
	require.Len(t, applied, len(steps))
	require.Equal(t, first, schemaOfTables(t, s))
	require.Equal(t, dump, dumped(t, s))
	applied, err = s.Migrate(t.Context())
	require.NoError(t, err)
	require.Empty(t, applied)
	steps, err = s.MigrationStatus(t.Context())
	require.NoError(t, err)
	for _, step := range steps {
		require.True(t, step.Applied, step.Name)
	}
}

// dumped is every statement that made the schema.
func dumped(t *testing.T, s *Store) []string {
	t.Helper()
	var made []string
	inside(t, s, tenant.All(), func(_ *unit, db *gorm.DB) {
		require.NoError(t, db.Set(reviewedKey, true).
			Raw("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name").Scan(&made).Error)
	})
	return made
}

// What the database itself refuses, whatever reaches it.
func TestSchema_TriggersRefuse(t *testing.T) {
	t.Parallel()
	s := twoCompanies(t)
	seed := []string{
		`INSERT INTO audit_entries (id, company_id, at, actor_type, actor_id, actor_name, action, entity_type, entity_id, entity_name,
			entity_company, request_id, ip_address, user_agent, http_method, http_path, origin_status, response_status, outcome, search_text)
			VALUES ('e', '` + acme + `', '', '', '', '', '', '', '', '', '', '', '', '', '', '', 0, 0, '', '')`,
		`INSERT INTO incidents SELECT 'i', company_id, '', '', '', 1, 'open', 0, NULL, 'red', 'red', NULL, NULL, created_at, NULL,
			0, 0, 0, 0, NULL, NULL, created_at, created_at, 0, '', NULL FROM alerts WHERE id = '` + ofAcme + `'`,
		`INSERT INTO incident_timeline VALUES ('t', '` + acme + `', 'i', 'note', '', '', NULL, '', '', '', '', '')`,
		`INSERT INTO notices VALUES ('n', '` + acme + `', '', '', '', '', '', '', 1, '', '', NULL, '', '')`,
	}
	inside(t, s, tenant.All(), func(_ *unit, db *gorm.DB) {
		db = db.Set(reviewedKey, true).Session(&gorm.Session{})
		for _, sql := range seed {
			require.NoError(t, db.Exec(sql).Error)
		}
		for sql, says := range map[string]string{
			"UPDATE alerts SET company_id = '" + globex + "'":                                    "never changes its company",
			"UPDATE incidents SET company_id = '" + globex + "'":                                 "never changes its company",
			"UPDATE audit_entries SET action = 'x'":                                              "only ever added to",
			"DELETE FROM audit_entries":                                                          "only ever added to",
			"UPDATE incident_timeline SET title = 'x'":                                           "only ever added to",
			"DELETE FROM incident_timeline":                                                      "only ever added to",
			"UPDATE notices SET title = 'x'":                                                     "does not change",
			"INSERT INTO incident_alerts VALUES ('" + acme + "', 'i', '" + ofGlobex + "', '')":   "FOREIGN KEY",
			"INSERT INTO incident_alerts VALUES ('" + globex + "', 'i', '" + ofGlobex + "', '')": "FOREIGN KEY",
		} {
			require.ErrorContains(t, db.Exec(sql).Error, says, sql)
		}
		require.NoError(t, db.Exec("DELETE FROM incidents").Error, "the timeline goes with its incident")
	})
}
