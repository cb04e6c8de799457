package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// job is one thing that a client wants done, once, however often it has to ask.
type job struct {
	kind     string // "single", "batch" or "escalation"
	who      *person
	ask      ask
	refs     []string // of the alerts that it reports
	target   string   // the alert that it escalates
	attempts []answer
	done     bool // a 2xx came back

	alerts   []string // ids, once done
	incident string   // id, once done
}

func (c *crash) single(name string) *job {
	return &job{kind: "single", who: c.sensor, refs: []string{name}, ask: ask{
		method: http.MethodPost, path: "/alerts/ingest/", key: name, body: []byte(reported(name)),
	}}
}

func (c *crash) batch(name string) *job {
	j := &job{kind: "batch", who: c.sensor}
	var lines []string
	for n := range 5 {
		ref := fmt.Sprintf("%s-%d", name, n)
		j.refs = append(j.refs, ref)
		lines = append(lines, reported(ref))
	}
	j.ask = ask{
		method: http.MethodPost, path: "/alerts/ingest/batch/", key: name,
		body: []byte("[" + strings.Join(lines, ",") + "]"),
	}
	return j
}

func (c *crash) escalation(name, alert string) *job {
	return &job{kind: "escalation", who: c.ana, target: alert, ask: ask{
		method: http.MethodPost, path: "/alerts/" + alert + "/escalate/", key: name,
	}}
}

func reported(ref string) string {
	return fmt.Sprintf(`{"title": "report %s", "source": "ids", "source_ref": %q, "severity": "high",`+
		` "observable_data": {"ip": ["198.51.100.7"], "account": [%q]}}`, ref, ref, ref)
}

// try asks once. Without an answer nobody knows what became of the job.
func (j *job) try() {
	a := j.who.do(j.ask)
	j.attempts = append(j.attempts, a)
	j.done = a.err == nil && a.succeeded()
	if !j.done {
		return
	}
	j.alerts, j.incident = nil, ""
	var got struct {
		AlertID    string `json:"alert_id"`
		IncidentID string `json:"incident_id"`
		Results    []struct {
			AlertID string `json:"alert_id"`
		}
	}
	if err := jsonInto(a.body, &got); err != nil {
		j.done = false
		return
	}
	j.incident = got.IncidentID
	if got.AlertID != "" {
		j.alerts = []string{got.AlertID}
	}
	for _, r := range got.Results {
		j.alerts = append(j.alerts, r.AlertID)
	}
}

// acknowledgedIsThere looks at the store before anybody asks again: what was
// acknowledged is there once; of what was not, all or nothing.
func (c *crash) acknowledgedIsThere(t *testing.T) (lost []string) {
	t.Helper()
	there := map[string]row{}
	for _, r := range list[row](t, c.ana, "/alerts/") {
		if _, twice := there[r.SourceRef]; twice || r.Occurrences != 1 {
			t.Errorf("the report %s was stored more than once: %+v", r.SourceRef, r)
		}
		there[r.SourceRef] = r
	}
	for _, j := range c.jobs {
		if j.kind == "escalation" {
			continue
		}
		found := 0
		for i, ref := range j.refs {
			r, ok := there[ref]
			if ok {
				found++
			}
			if j.done && (!ok || r.ID != j.alerts[i]) {
				lost = append(lost, "alert "+ref)
			}
		}
		if found != 0 && found != len(j.refs) {
			t.Errorf("of one batch %d of %d reports were stored", found, len(j.refs))
		}
	}
	for _, j := range c.jobs {
		if j.kind == "escalation" && j.done {
			if got := c.ana.alert(t, j.target); len(got.Incidents) != 1 || got.Incidents[0] != j.incident {
				lost = append(lost, "escalation of "+j.target)
			}
		}
	}
	return lost
}

// retry asks again for all that was not answered, under the same keys.
func (c *crash) retry(t *testing.T) {
	t.Helper()
	for _, j := range c.jobs {
		for len(j.attempts) < 4 && !j.done {
			j.try()
		}
		if last := j.attempts[len(j.attempts)-1]; !j.done {
			t.Fatalf("asked again, %s: %v %s", last.entry, last.err, clip(last.body))
		}
	}
}

// isExact holds the store against the jobs: each was done exactly once.
func (c *crash) isExact(t *testing.T) {
	t.Helper()
	got, want := map[string]int{}, map[string]int{}
	for _, r := range list[row](t, c.ana, "/alerts/") {
		got["report "+r.SourceRef+" "+r.ID] += r.Occurrences
		for _, id := range r.Incidents {
			got["escalation of "+r.ID+" to "+id]++
		}
	}
	for _, i := range list[incidentRow](t, c.ana, "/incidents/") {
		got["incident "+i.ID] += i.AlertCount
	}
	for _, j := range c.jobs {
		for i, ref := range j.refs {
			want["report "+ref+" "+j.alerts[i]]++
		}
		if j.kind == "escalation" {
			want["escalation of "+j.target+" to "+j.incident]++
			want["incident "+j.incident]++
		}
	}
	sameBag(t, "store", got, want)
}

// isRecorded holds the log against the jobs: each has exactly one entry, in
// whichever attempt it was done, and nobody else has any.
func (c *crash) isRecorded(t *testing.T) {
	t.Helper()
	asked := map[string]bool{}
	for _, e := range c.app.ledger.all() {
		asked[e.id] = true
	}
	rows := list[auditRow](t, c.app.root, "/audit-logs/?ordering=timestamp")
	entries := map[string]int{}
	for _, r := range rows {
		if r.RequestID == nil {
			continue
		}
		entries[*r.RequestID]++
		if !asked[*r.RequestID] {
			t.Errorf("the log has request %s, which nobody made", *r.RequestID)
		}
	}
	for _, j := range c.jobs {
		n := 0
		for _, a := range j.attempts {
			n += entries[a.id]
		}
		if n != 1 {
			t.Errorf("a %s that was asked for %d times has %d entries", j.kind, len(j.attempts), n)
		}
	}
	dispatched, ended := ownDoing(rows)
	for _, d := range list[delivery](t, c.app.root, "/notifications/deliveries/") {
		if dispatched[d.ID] != 1 || ended[d.ID] != 1 {
			t.Errorf("delivery %s was made in %d entries and ended in %d", d.ID, dispatched[d.ID], ended[d.ID])
		}
		delete(dispatched, d.ID)
	}
	for id := range dispatched {
		t.Errorf("the log made delivery %s, which is not there", id)
	}
}
