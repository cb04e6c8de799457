package e2e_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sentineliq/sentineliq/adapters/rabbitmq/rabbitmqtest"
)

// broker returns the settings of a program that has a broker, if this run of
// the tests wants one.
func broker(t testing.TB) []string {
	t.Helper()
	if os.Getenv("E2E_BUS") != "rabbitmq" {
		return nil
	}
	return []string{"AMQP_URL=" + rabbitmqtest.VirtualHost(t).Reveal()}
}

// Messages go over the broker while it is there, are delivered without it while
// it is not, and go over it again when it is back. Nobody is told twice.
func TestBroker_ComesAndGoes(t *testing.T) {
	t.Parallel()
	rabbit := rabbitmqtest.Private(t)
	url := rabbit.VirtualHost(t).Reveal()
	d := &downtime{
		other: newSink(t), secret: newSecret(t), app: start(t, "AMQP_URL="+url), owed: map[string]int{},
	}
	d.acme = d.app.company(t, "acme")
	d.sensor = d.acme.key(t, "sensor")
	d.acme.wants(t, rule{name: "all", channels: []string{d.acme.webhook(t, "soar", d.other.url(hookPath), d.secret)}})
	d.app.becomes(t, "ok")
	rabbit.Settle(t)
	d.report(t)
	d.arrives(t, d.other, hookPath)
	if failures, _, err := d.app.metric("sentineliq_bus_publish_failures_total"); err != nil || failures != 0 {
		t.Errorf("%v messages did not go over the broker (%v)", failures, err)
	}

	for range 2 {
		rabbit.Kill()
		d.app.becomes(t, "degraded")
		before, _, err := d.app.metric("sentineliq_bus_publish_failures_total")
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			d.report(t)
		}
		d.arrives(t, d.other, hookPath)
		if after, _, err := d.app.metric("sentineliq_bus_publish_failures_total"); err != nil || after <= before {
			t.Errorf("the broker was dead, and took messages (%v)", err)
		}
		rabbit.Restart(t)
		back := time.Now()
		d.app.becomes(t, "ok")
		t.Logf("connected again %s after the broker's return", time.Since(back).Round(time.Millisecond))
		d.report(t)
		d.arrives(t, d.other, hookPath)
	}
	d.app.stop(t)
	if _, logged := d.app.logs(t); strings.Contains(logged, "guest:guest") {
		t.Error("the log shows the password of the broker")
	}
}

// becomes waits for a word of readiness, which never means that requests should
// go elsewhere.
func (a *app) becomes(t *testing.T, status string) {
	t.Helper()
	eventually(t, 30*time.Second, "it is "+status, func() (bool, string) {
		res, err := a.client.Get(a.url() + "/readyz")
		if err != nil {
			return false, err.Error()
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			return false, err.Error()
		}
		if res.StatusCode != http.StatusOK {
			t.Errorf("not ready: %s", text)
		}
		return strings.Contains(string(text), fmt.Sprintf(`"status":"%s"`, status)), string(text)
	})
}
