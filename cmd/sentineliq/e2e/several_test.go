package e2e_test

import (
	"crypto/rand"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/sentineliq/sentineliq/adapters/sqlstore/pgtest"
)

// onPostgres returns the settings of a program whose database is on PostgreSQL,
// whatever the other tests of this run use.
func onPostgres(t testing.TB) []string {
	t.Helper()
	bench.server.Do(func() {
		if os.Getenv(pgtest.ServerVariable) == "" {
			bench.faults[2] = bench.serve(t)
		}
	})
	if bench.faults[2] != nil {
		if os.Getenv(pgtest.RequireVariable) == "1" {
			t.Fatal(bench.faults[2])
		}
		t.Skipf("NOT TESTED on PostgreSQL: %v", bench.faults[2])
	}
	return []string{
		"DATABASE_URL=" + pgtest.Database(t), "AUTO_MIGRATE=true",
		"JWT_SECRET_KEY=" + rand.Text() + rand.Text(), "ENCRYPTION_KEY=" + rand.Text() + rand.Text(),
	}
}

// beside starts one more process over the same data.
func (a *app) beside(t testing.TB, command string, extra ...string) *app {
	t.Helper()
	other := &app{
		binary: a.binary, command: []string{command}, dir: t.TempDir(), ledger: a.ledger,
		settings: append(append([]string{}, a.settings...), extra...), client: a.client, root: a.root,
	}
	t.Cleanup(func() { other.end(t) })
	other.live(t)
	return other
}

// Two processes answer and two send. Each message is sent once, whoever took in
// the alert and whoever ends; a process does what it is there for, and no more.
func TestSeveral_APIAndWorkersApart(t *testing.T) {
	t.Parallel()
	first := start(t, append(onPostgres(t), "NO_WORKERS=true")...)
	second := first.beside(t, "serve")
	d := &downtime{other: newSink(t), secret: newSecret(t), app: first, owed: map[string]int{}}
	d.acme = first.company(t, "acme")
	d.sensor = d.acme.key(t, "sensor")
	d.acme.wants(t, rule{name: "all", channels: []string{d.acme.webhook(t, "soar", d.other.url(hookPath), d.secret)}})
	d.report(t)
	one, two := first.beside(t, "worker"), first.beside(t, "worker")
	d.arrives(t, d.other, hookPath)
	one.probesOnly(t)
	for _, taking := range []*app{first, second} {
		d.sensor.app = taking
		for range 20 {
			d.report(t)
		}
	}
	d.arrives(t, d.other, hookPath)
	for _, taking := range []*app{first, second} {
		if n, _, err := taking.metric("sentineliq_deliveries_total"); err != nil || n != 0 {
			t.Errorf("a process without workers sent %v messages (%v)", n, err)
		}
	}
	one.stop(t)
	first.stop(t)
	d.report(t)
	d.arrives(t, d.other, hookPath)
	second.stop(t)
	two.stop(t)
	if twice := len(d.other.arrived(hookPath)) - len(d.owed); twice != 0 {
		t.Errorf("%d messages were sent twice, though nothing went wrong", twice)
	}
}

// probesOnly checks that a process of workers answers machines, and nobody else.
func (a *app) probesOnly(t *testing.T) {
	t.Helper()
	for path, want := range map[string]int{
		"/healthz": http.StatusOK, "/readyz": http.StatusOK, "/metrics": http.StatusOK,
		"/api/v1/docs/": http.StatusNotFound, "/api/v1/alerts/": http.StatusNotFound, "/api/v1/token/": http.StatusNotFound,
	} {
		res, err := a.client.Get(a.url() + path)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil || res.StatusCode != want {
			t.Errorf("%s of a worker: %d, want %d (%v)", path, res.StatusCode, want, err)
		}
	}
	if printed := a.life.printed.String(); strings.Contains(printed, "superuser") {
		t.Errorf("a worker makes a superuser: %s", printed)
	}
}
