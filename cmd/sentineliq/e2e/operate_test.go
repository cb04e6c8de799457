package e2e_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rabbitmq/amqp091-go"

	"github.com/sentineliq/sentineliq/adapters/rabbitmq/rabbitmqtest"
)

// runs runs a command over the program's data, and returns what it says and
// whether it succeeded.
func (a *app) runs(t testing.TB, extra []string, args ...string) (said string, ok bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), a.binary, args...)
	cmd.Dir = a.dir
	cmd.Env = append(append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + a.dir, "TMPDIR=" + a.dir, "DATA_DIR=" + a.dir}, a.settings...), extra...)
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// does runs a command that must succeed and say something.
func (a *app) does(t testing.TB, extra []string, want string, args ...string) {
	t.Helper()
	if said, ok := a.runs(t, extra, args...); !ok || !strings.Contains(said, want) {
		t.Fatalf("%v: want %q, got (success: %v)\n%s", args, want, ok, said)
	}
}

// refuses runs a command that must fail and say why.
func (a *app) refuses(t testing.TB, extra []string, want string, args ...string) {
	t.Helper()
	if said, ok := a.runs(t, extra, args...); ok || !strings.Contains(said, want) {
		t.Errorf("%v: want a refusal with %q, got (success: %v)\n%s", args, want, ok, said)
	}
}

// reporting is a program with a webhook that hears of every alert.
func reporting(t *testing.T, settings ...string) *downtime {
	t.Helper()
	d := &downtime{other: newSink(t), secret: newSecret(t), app: start(t, settings...), owed: map[string]int{}}
	d.acme = d.app.company(t, "acme")
	d.sensor = d.acme.key(t, "sensor")
	d.acme.wants(t, rule{name: "all", channels: []string{d.acme.webhook(t, "soar", d.other.url(hookPath), d.secret)}})
	d.report(t)
	d.arrives(t, d.other, hookPath)
	return d
}

// The database is copied while it is used; the copy, with the keys, is the service
// as it was.
func TestOperate_BackupAndRestore(t *testing.T) {
	t.Parallel()
	d := reporting(t, "DATABASE_URL=")
	to := filepath.Join(t.TempDir(), "copy.db")
	d.app.does(t, nil, "complete copy", "backup", to)
	d.app.refuses(t, nil, "nothing is overwritten", "backup", to)
	d.app.refuses(t, nil, "usage:", "backup")
	d.app.does(t, nil, "well     pages and indexes", "check")
	known := len(list[row](t, d.acme.admin, "/alerts/"))
	d.report(t)
	d.arrives(t, d.other, hookPath)
	d.app.stop(t)

	for _, name := range []string{"sentineliq.db", "sentineliq.db-wal", "sentineliq.db-shm"} {
		if err := os.Remove(filepath.Join(d.app.dir, name)); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	d.app.refuses(t, nil, "sentineliq.db", "check")
	whole, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.app.dir, "sentineliq.db"), whole, 0o600); err != nil {
		t.Fatal(err)
	}
	d.app.live(t)
	if n := len(list[row](t, d.acme.admin, "/alerts/")); n != known {
		t.Errorf("%d alerts are in the copy, %d were there when it was made", n, known)
	}
	before := len(d.other.taken(hookPath))
	d.report(t)
	eventually(t, startWithin, "the restored channel works", func() (bool, string) {
		return len(d.other.taken(hookPath)) >= before+3, ""
	})
	d.app.stop(t)

	for i := len(whole) / 3; i < len(whole)/2; i++ {
		whole[i] ^= 0x55
	}
	if err := os.WriteFile(filepath.Join(d.app.dir, "sentineliq.db"), whole, 0o600); err != nil {
		t.Fatal(err)
	}
	d.app.refuses(t, nil, ".recover", "check")
	d.app.refuses(t, nil, "is damaged", "serve")
}

// Both keys are changed while the service runs, and nobody notices: messages
// arrive, whoever is logged in stays so, and in the end nothing needs the old keys.
func TestOperate_KeysRotate(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]func(testing.TB) []string{
		"embedded": func(testing.TB) []string { return []string{"DATABASE_URL=", "JWT_SECRET_KEY=", "ENCRYPTION_KEY="} }, "postgres": onPostgres,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := reporting(t, settings(t)...)
			d.app.refuses(t, nil, "ENCRYPTION_KEY_PREVIOUS", "keys", "rotate")
			d.app.stop(t)
			both, present := d.newKeys(t)
			d.app.live(t, both...)
			d.acme.admin.get("/users/me/").want(t, 200)
			d.report(t)
			d.arrives(t, d.other, hookPath)
			d.app.does(t, both, "1 channels encrypted anew, 0 were already\n0 channels are left", "keys", "rotate")
			d.app.does(t, both, "0 channels encrypted anew, 1 were already\n", "keys", "rotate")
			rows := list[auditRow](t, d.acme.admin, "/audit-logs/?action=reseal")
			if len(rows) != 1 || rows[0].Actor.Name != "keys rotate" || rows[0].EntityName != "soar" {
				t.Errorf("the audit log says %+v", rows)
			}
			d.app.stop(t)
			d.forget(t)
			d.app.live(t, present...)
			d.acme.admin.get("/users/me/").want(t, 401)
			d.report(t)
			d.arrives(t, d.other, hookPath)
		})
	}
}

// newKeys puts new keys in the place of the present ones, and returns the settings
// with both and those with the new ones alone.
func (d *downtime) newKeys(t *testing.T) (both, present []string) {
	t.Helper()
	for _, name := range []string{"jwt.key", "encryption.key"} {
		path := filepath.Join(d.app.dir, name)
		if _, err := os.Stat(path); err == nil {
			if err := os.Rename(path, path+".previous"); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, setting := range d.app.settings {
		name, old, _ := strings.Cut(setting, "=")
		if old != "" && (name == "JWT_SECRET_KEY" || name == "ENCRYPTION_KEY") {
			present = append(present, name+"="+newSecret(t))
			both = append(both, name+"_PREVIOUS="+old)
		}
	}
	return append(both, present...), present
}

// forget removes the files of the previous keys.
func (d *downtime) forget(t *testing.T) {
	t.Helper()
	old, err := filepath.Glob(filepath.Join(d.app.dir, "*.previous"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range old {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOperate_CheckAndBackupOnPostgres(t *testing.T) {
	t.Parallel()
	a := start(t, onPostgres(t)...)
	a.does(t, nil, "well     server, role and walls", "check")
	a.refuses(t, nil, "pg_dump --enable-row-security", "backup", filepath.Join(t.TempDir(), "copy.db"))
	a.stop(t)
	a.does(t, nil, "pending", "migrate", "down")
	a.refuses(t, nil, "schema: the schema is at version", "check")
}

// What died in the broker is shown, and lives again.
func TestOperate_Bus(t *testing.T) {
	t.Parallel()
	url := rabbitmqtest.VirtualHost(t).Reveal()
	d := reporting(t, "AMQP_URL="+url)
	d.app.refuses(t, []string{"AMQP_URL="}, "there is no broker", "bus", "status")
	d.app.does(t, nil, "sentineliq.dead      0 messages", "bus", "status")

	conn, err := amqp091.Dial(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}()
	ch, err := conn.Channel()
	if err != nil {
		t.Fatal(err)
	}
	err = ch.PublishWithContext(context.WithoutCancel(t.Context()), "sentineliq", "events", false, false, amqp091.Publishing{Body: []byte("nobody can read this")})
	if err != nil {
		t.Fatal(err)
	}
	shows := func(line string) {
		t.Helper()
		eventually(t, startWithin, line, func() (bool, string) {
			said, ok := d.app.runs(t, nil, "bus", "status")
			return ok && strings.Contains(said, line), said
		})
	}
	shows("sentineliq.dead      1 messages")
	d.app.does(t, nil, "1 messages are tried again", "bus", "replay") // nobody can read it the second time either
	eventually(t, startWithin, "it died twice", func() (bool, string) {
		dead, _, err := d.app.metric("sentineliq_bus_dead_total")
		return err == nil && dead == 2, fmt.Sprint(dead, err)
	})
}
