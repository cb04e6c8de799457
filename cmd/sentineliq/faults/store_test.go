package faults_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// stored is what the database keeps, read past the program: the second ledger.
type stored struct {
	tenants    map[string]string // id -> name
	alerts     map[string]alertRow
	incidents  map[string]incidentRow
	links      []link
	deliveries map[string]deliveryRow
	outbox     int // events that still owe something
}

type alertRow struct {
	tenant, ref, title, status string
	occurrences                int
}

type incidentRow struct {
	tenant, status string
	alerts         int
}

// link ties an alert to an incident.
type link struct{ tenant, alert, incident string }

type deliveryRow struct {
	tenant, rule, channel, recipient string
	event, entity                    string // the name of the event and what it is about
	status                           string
	attempts                         int
	delivered                        time.Time // zero: it was not
}

// entry is one line of the audit log: the third ledger.
type entry struct {
	sequence int64
	tenant   string // empty: the platform's
	actor    string // its type
	action   string
	kind     string // of the entity
	entity   string
	request  string
	outcome  string
	status   *[2]string // the change of a status; "" for none
	title    *[2]string
	named    []string // ids in the metadata: of alerts in a batch, of deliveries
	accepted []string // those of a batch that were new
}

// openDatabase connects to the database of the cluster past the program.
func (c *cluster) openDatabase(t testing.TB) *sql.DB {
	t.Helper()
	driver, dsn := "pgx", c.database
	if c.embedded {
		driver, dsn = "sqlite", "file:"+(&url.URL{Path: c.database}).EscapedPath()+"?_pragma=busy_timeout(5000)&_pragma=query_only(1)"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// number asks the database for a number.
func (c *cluster) number(t testing.TB, query string) (int, error) {
	t.Helper()
	db := c.openDatabase(t)
	var n int
	err := db.QueryRowContext(t.Context(), query).Scan(&n)
	return n, errors.Join(err, db.Close())
}

func closes(t testing.TB, db *sql.DB) {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

const unsettled = "'pending', 'sending', 'failed'"

// rests waits until nothing is owed any more and nobody holds anything.
func (c *cluster) rests(t testing.TB, within time.Duration) {
	t.Helper()
	db := c.openDatabase(t)
	defer closes(t, db)
	var events, deliveries int
	eventually(t, within, "everything owed is settled", func() (bool, string) {
		err := db.QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM outbox), `+
			`(SELECT count(*) FROM deliveries WHERE status IN (`+unsettled+`))`).Scan(&events, &deliveries)
		return err == nil && events == 0 && deliveries == 0,
			fmt.Sprintf("%d events and %d deliveries are not over (%v)", events, deliveries, err)
	})
}

// reads takes both ledgers out of the database.
func (c *cluster) reads(t testing.TB) (stored, []entry) {
	t.Helper()
	db := c.openDatabase(t)
	defer closes(t, db)
	s := stored{
		tenants: map[string]string{}, alerts: map[string]alertRow{}, incidents: map[string]incidentRow{}, deliveries: map[string]deliveryRow{},
	}
	var id string
	each(t, db, "SELECT id, name FROM companies", func(scan func(...any) error) error {
		var name string
		err := scan(&id, &name)
		s.tenants[id] = name
		return err
	})
	each(t, db, "SELECT company_id, id, source_ref, title, status, occurrences FROM alerts", func(scan func(...any) error) error {
		var r alertRow
		err := scan(&r.tenant, &id, &r.ref, &r.title, &r.status, &r.occurrences)
		r.tenant = s.tenants[r.tenant]
		s.alerts[id] = r
		return err
	})
	each(t, db, "SELECT company_id, id, status, alert_count FROM incidents", func(scan func(...any) error) error {
		var r incidentRow
		err := scan(&r.tenant, &id, &r.status, &r.alerts)
		r.tenant = s.tenants[r.tenant]
		s.incidents[id] = r
		return err
	})
	each(t, db, "SELECT company_id, alert_id, incident_id FROM incident_alerts", func(scan func(...any) error) error {
		var l link
		err := scan(&l.tenant, &l.alert, &l.incident)
		l.tenant = s.tenants[l.tenant]
		s.links = append(s.links, l)
		return err
	})
	s.readDeliveries(t, c, db)
	each(t, db, "SELECT count(*) FROM outbox", func(scan func(...any) error) error { return scan(&s.outbox) })
	return s, readLog(t, db, s.tenants)
}

func (s *stored) readDeliveries(t testing.TB, c *cluster, db *sql.DB) {
	t.Helper()
	seconds := "EXTRACT(EPOCH FROM d.delivered_at)::double precision"
	if c.embedded {
		seconds = "unixepoch(d.delivered_at, 'subsec')"
	}
	each(t, db, `SELECT d.company_id, d.id, COALESCE(r.name, ''), d.channel_type, d.recipient, n.event_name, n.related_id, d.status, d.attempts, `+
		seconds+` FROM deliveries d JOIN notices n ON n.id = d.notice_id LEFT JOIN rules r ON r.id = d.rule_id`, func(scan func(...any) error) error {
		var r deliveryRow
		var id string
		var at sql.NullFloat64
		err := scan(&r.tenant, &id, &r.rule, &r.channel, &r.recipient, &r.event, &r.entity, &r.status, &r.attempts, &at)
		r.tenant = s.tenants[r.tenant]
		if at.Valid {
			r.delivered = time.UnixMicro(int64(at.Float64 * 1e6))
		}
		s.deliveries[id] = r
		return err
	})
}

func each(t testing.TB, db *sql.DB, query string, row func(scan func(...any) error) error) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%v: %s", err, query)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			t.Fatalf("%v: %s", err, query)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%v: %s", err, query)
	}
}

func readLog(t testing.TB, db *sql.DB, tenants map[string]string) []entry {
	t.Helper()
	var log []entry
	each(t, db, `SELECT sequence, COALESCE(company_id, ''), actor_type, action, entity_type, entity_id, request_id, outcome, `+
		`COALESCE(changes, ''), COALESCE(metadata, '') FROM audit_entries ORDER BY sequence`, func(scan func(...any) error) error {
		var e entry
		var changes, metadata string
		err := scan(&e.sequence, &e.tenant, &e.actor, &e.action, &e.kind, &e.entity, &e.request, &e.outcome, &changes, &metadata)
		e.tenant = tenants[e.tenant]
		log = append(log, e)
		return errors.Join(err, log[len(log)-1].understands(changes, metadata))
	})
	return log
}

// understands takes what the oracle needs out of an entry's documents.
func (e *entry) understands(changes, metadata string) error {
	var changed map[string][2]any
	if changes != "" {
		if err := json.Unmarshal([]byte(changes), &changed); err != nil {
			return err
		}
	}
	pair := func(name string) *[2]string {
		values, ok := changed[name]
		if !ok {
			return nil
		}
		var out [2]string
		for i, v := range values {
			if text, ok := v.(string); ok {
				out[i] = text
			}
		}
		return &out
	}
	e.status, e.title = pair("status"), pair("title")
	var more struct {
		Items []struct{ ID, Outcome string }
		Made  []struct{ ID string } `json:"deliveries"`
	}
	if metadata != "" {
		if err := json.Unmarshal([]byte(metadata), &more); err != nil {
			return err
		}
	}
	for _, i := range more.Items {
		e.named = append(e.named, i.ID)
		if i.Outcome == "accepted" {
			e.accepted = append(e.accepted, i.ID)
		}
	}
	for _, d := range more.Made {
		e.named = append(e.named, d.ID)
	}
	return nil
}
