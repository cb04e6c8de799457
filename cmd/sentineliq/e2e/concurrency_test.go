package e2e_test

import (
	"bytes"
	"fmt"
	"net/http"
	"sync"
	"testing"
)

// together makes n requests at the same moment and returns their answers.
func together(n int, request func(i int) answer) []answer {
	answers := make([]answer, n)
	gun := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-gun
			answers[i] = request(i)
		})
	}
	close(gun)
	all.Wait()
	return answers
}

// statuses counts answers by status; one without an answer counts as 0.
func statuses(answers []answer) map[string]int {
	out := map[string]int{}
	for _, a := range answers {
		out[fmt.Sprint(a.status)]++
	}
	return out
}

// Whatever many people do at once has the effect of one of them doing it.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	a := start(t)
	acme := a.company(t, "acme")
	ana := acme.analyst(t, "ana")
	t.Run("identical reports make one alert", func(t *testing.T) { oneAlert(t, acme.key(t, "sensor")) })
	t.Run("escalations make one incident", func(t *testing.T) { oneIncident(t, ana) })
	t.Run("an idempotency key has one effect", func(t *testing.T) { oneEffect(t, ana) })
	t.Run("an idempotency key belongs to one request", func(t *testing.T) { oneRequest(t, ana) })
	t.Run("of two edits of one version one wins", func(t *testing.T) { oneEdit(t, ana) })
	t.Run("a name is given once", func(t *testing.T) { oneName(t, a.root) })
}

func oneAlert(t *testing.T, sensor *person) {
	body := map[string]any{"title": "storm", "source": "ids", "source_ref": "same", "severity": "high"}
	answers := together(100, func(int) answer { return sensor.post("/alerts/ingest/", body) })
	sameBag(t, "answers", statuses(answers), map[string]int{"201": 1, "200": 99})
	ids := map[string]bool{}
	for _, one := range answers {
		var got struct {
			AlertID   string `json:"alert_id"`
			Duplicate bool   `json:"duplicate"`
		}
		one.into(t, &got)
		ids[got.AlertID] = true
		if got.Duplicate != (one.status == http.StatusOK) {
			t.Errorf("%s says duplicate: %v", one.entry, got.Duplicate)
		}
	}
	rows := list[row](t, sensor, "/alerts/?source_ref=same")
	if len(ids) != 1 || len(rows) != 1 || rows[0].Occurrences != 100 || !ids[rows[0].ID] {
		t.Errorf("100 reports made %d alerts, of %d occurrences", len(rows), rows[0].Occurrences)
	}
}

func oneIncident(t *testing.T, ana *person) {
	id := ana.post("/alerts/", map[string]any{"title": "serious", "source": "ids"}).made(t)
	answers := together(100, func(int) answer { return ana.post("/alerts/"+id+"/escalate/", nil) })
	sameBag(t, "answers", statuses(answers), map[string]int{"201": 1, "409": 99})
	incidents := list[incidentRow](t, ana, "/incidents/")
	if len(incidents) != 1 || incidents[0].AlertCount != 1 {
		t.Fatalf("100 escalations made %d incidents", len(incidents))
	}
	if got := ana.alert(t, id); len(got.Incidents) != 1 || got.Incidents[0] != incidents[0].ID {
		t.Errorf("the alert belongs to %v", got.Incidents)
	}
	for _, one := range answers {
		if one.status == http.StatusConflict && one.problem(t, http.StatusConflict).ExistingID != incidents[0].ID {
			t.Errorf("%s names another incident", one.entry)
		}
	}
}

func oneEffect(t *testing.T, ana *person) {
	ask := ask{
		method: http.MethodPost, path: "/alerts/ingest/", key: "fifty-at-once",
		body: map[string]any{"title": "keyed", "source": "ids", "source_ref": "keyed"},
	}
	answers := together(50, func(int) answer { return ana.do(ask) })
	sameBag(t, "answers", statuses(answers), map[string]int{"201": 50})
	fresh := 0
	for _, one := range answers {
		if !bytes.Equal(bytes.TrimSpace(one.body), bytes.TrimSpace(answers[0].body)) {
			t.Errorf("two answers to one key: %s and %s", one.body, answers[0].body)
		}
		if !one.replayed() {
			fresh++
		}
		if one.header.Get("Location") != answers[0].header.Get("Location") {
			t.Errorf("two locations for one key")
		}
	}
	if fresh != 1 {
		t.Errorf("%d answers are not replays, want 1", fresh)
	}
	rows := list[row](t, ana, "/alerts/?source_ref=keyed")
	if len(rows) != 1 || rows[0].Occurrences != 1 {
		t.Errorf("one key made %d alerts: %+v", len(rows), rows)
	}
	entries := list[auditRow](t, ana, "/audit-logs/?entity_id="+rows[0].ID)
	if len(entries) != 1 {
		t.Errorf("one effect has %d entries", len(entries))
	}
}

func oneRequest(t *testing.T, ana *person) {
	ask := ask{
		method: http.MethodPost, path: "/alerts/", key: "one-request",
		body: map[string]any{"title": "first", "source": "ids", "source_ref": "first"},
	}
	first := ana.do(ask).want(t, http.StatusCreated)
	again := ana.do(ask).want(t, http.StatusCreated)
	if !again.replayed() || !bytes.Equal(bytes.TrimSpace(first.body), bytes.TrimSpace(again.body)) ||
		again.header.Get("Etag") != first.header.Get("Etag") {
		t.Errorf("the second answer is %s, the first %s", again.body, first.body)
	}
	ask.body = map[string]any{"title": "second", "source": "ids", "source_ref": "second"}
	ana.do(ask).problem(t, http.StatusUnprocessableEntity)
	ask.path = "/alerts/ingest/"
	ana.do(ask).problem(t, http.StatusUnprocessableEntity)
	if n := count(t, ana, "/alerts/?source_ref=second"); n != 0 {
		t.Errorf("a reused key made %d alerts", n)
	}
	ask.key = ""
	ana.do(ask).want(t, http.StatusCreated)
}

func oneEdit(t *testing.T, ana *person) {
	path := "/alerts/" + ana.post("/alerts/", map[string]any{"title": "edited", "source": "ids"}).made(t) + "/"
	tag := ana.get(path).want(t, http.StatusOK).header.Get("Etag")
	answers := together(20, func(i int) answer {
		return ana.do(ask{
			method: http.MethodPatch, path: path, body: map[string]any{"title": fmt.Sprint("edit ", i)},
			header: map[string]string{"If-Match": tag},
		})
	})
	sameBag(t, "answers", statuses(answers), map[string]int{"200": 1, "412": 19})
}

func oneName(t *testing.T, root *person) {
	answers := together(20, func(int) answer { return root.post("/companies/", map[string]any{"name": "everybody wants this"}) })
	sameBag(t, "answers", statuses(answers), map[string]int{"201": 1, "409": 19})
	if n := count(t, root, "/companies/?search=everybody"); n != 1 {
		t.Errorf("%d companies have the name", n)
	}
}
