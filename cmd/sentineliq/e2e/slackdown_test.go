package e2e_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// outage is how long Slack is down: seconds, or with E2E_LONG=1 the minute.
func outage() time.Duration {
	if os.Getenv("E2E_LONG") != "" {
		return time.Minute
	}
	return 5 * time.Second
}

// patience makes a schedule that outlasts the outage by far, with early
// attempts close together and later ones a second apart.
func patience(outage time.Duration) string {
	waits := []string{"100ms", "200ms", "400ms", "800ms"}
	for range int(outage/time.Second)*2 + 30 {
		waits = append(waits, "1s")
	}
	return "RETRY_SCHEDULE=" + strings.Join(waits, ",")
}

// While Slack is down, alerts come in as ever and other channels go on; when it
// is back, all that it missed is delivered, and the delivery log tells the story.
func TestSlackDown(t *testing.T) {
	t.Parallel()
	d := &downtime{
		slack: newSink(t), other: newSink(t), secret: newSecret(t), app: start(t, patience(outage())),
		owed: map[string]int{}, first: map[string]bool{},
	}
	d.acme = d.app.company(t, "acme")
	d.sensor = d.acme.key(t, "sensor")
	slack := d.acme.slack(t, "soc", d.slack.url("/services/T/B/soc"))
	hook := d.acme.webhook(t, "soar", d.other.url(hookPath), d.secret)
	d.acme.wants(t, rule{name: "all", channels: []string{slack, hook}})
	d.channel = slack

	d.report(t)
	d.report(t)
	d.arrives(t, d.slack, "/services/T/B/soc")
	d.slack.down(t)
	began := time.Now()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for time.Since(began) < outage() {
		d.report(t)
		<-tick.C
	}
	d.arrives(t, d.other, hookPath) // nobody waits for Slack
	d.tellsTrouble(t)
	d.slack.up(t)
	d.arrives(t, d.slack, "/services/T/B/soc")
	d.tellsStory(t)
	t.Logf("%d alerts, %d of them while Slack was down for %s", len(d.owed), len(d.owed)-2, time.Since(began).Round(time.Second))
}

// downtime is one outage.
type downtime struct {
	app     *app
	slack   *sink
	other   *sink
	acme    *company
	sensor  *person
	secret  string
	channel string         // Slack's
	owed    map[string]int // alert -> 1
	first   map[string]bool
}

// report sends one alert alone and two in a batch.
func (d *downtime) report(t *testing.T) {
	t.Helper()
	line := func(n int) string {
		return fmt.Sprintf(`{"title": "alert %d", "source": "ids", "source_ref": "ref-%d", "severity": "high"}`, n, n)
	}
	var one struct {
		AlertID string `json:"alert_id"`
	}
	d.sensor.post("/alerts/ingest/", []byte(line(len(d.owed)))).want(t, http.StatusCreated).into(t, &one)
	d.owed[one.AlertID]++
	lines := line(len(d.owed)) + "\n" + line(len(d.owed)+1)
	var batch batchAnswer
	d.sensor.do(ask{method: http.MethodPost, path: "/alerts/ingest/batch/", body: []byte(lines), kind: ndjsonType}).
		want(t, http.StatusOK).into(t, &batch)
	for _, r := range batch.Results {
		d.owed[r.AlertID]++
	}
}

// arrives waits until a sink has exactly what is owed.
func (d *downtime) arrives(t *testing.T, s *sink, path string) {
	t.Helper()
	eventually(t, time.Minute, "everything arrives at "+path, func() (bool, string) {
		return len(s.taken(path)) >= len(d.owed), fmt.Sprintf("%d of %d", len(s.taken(path)), len(d.owed))
	})
	got := map[string]int{}
	for _, m := range s.taken(path) {
		n, err := m.notice()
		if err != nil {
			t.Fatal(err)
		}
		got[n.entity]++
	}
	sameBag(t, path, got, d.owed)
}

// tellsTrouble reads the delivery log while Slack is down.
func (d *downtime) tellsTrouble(t *testing.T) {
	t.Helper()
	waiting := list[delivery](t, d.acme.admin, "/notifications/deliveries/?status=failed&channel="+d.channel)
	if len(waiting) < (len(d.owed)-6)/2 {
		t.Errorf("%d deliveries wait, of %d alerts", len(waiting), len(d.owed))
	}
	tried := 0
	for _, w := range waiting {
		tried = max(tried, w.Attempts)
		if !strings.Contains(w.LastError, "cannot be reached") || w.NextAttemptAt == nil || w.DeliveredAt != nil || w.Attempts < 1 {
			t.Errorf("the log says of one that waits: %+v", w)
		}
		if strings.Contains(w.LastError, "/services/") || strings.Contains(w.LastError, d.slack.address) {
			t.Errorf("the log tells the secret address: %s", w.LastError)
		}
		d.first[w.ID] = true
	}
	if tried < 4 {
		t.Errorf("the most tried delivery was tried %d times", tried)
	}
}

// tellsStory reads the delivery log after Slack is back.
func (d *downtime) tellsStory(t *testing.T) {
	t.Helper()
	eventually(t, time.Minute, "the log is settled", func() (bool, string) {
		n := count(t, d.acme.admin, "/notifications/deliveries/?status="+unsettled)
		return n == 0, fmt.Sprint(n, " are not over")
	})
	all := list[delivery](t, d.acme.admin, "/notifications/deliveries/?channel="+d.channel)
	if len(all) != len(d.owed) {
		t.Errorf("the log has %d deliveries, want %d", len(all), len(d.owed))
	}
	for _, one := range all {
		if one.Status != "delivered" || one.DeliveredAt == nil || one.NextAttemptAt != nil {
			t.Errorf("in the end the log says %+v", one)
		}
		if d.first[one.ID] && one.Attempts < 2 {
			t.Errorf("a delivery that failed was delivered at attempt %d", one.Attempts)
		}
	}
}
