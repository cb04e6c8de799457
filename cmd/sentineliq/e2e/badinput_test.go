package e2e_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// bad is a request that is wrong in one way, and what must be said of it.
type bad struct {
	name   string
	ask    ask
	status int
	code   string   // of the problem
	fields []string // that it must blame
}

func post(path string, body string) ask {
	return ask{method: http.MethodPost, path: path, body: []byte(body)}
}

func get(path string) ask { return ask{method: http.MethodGet, path: path} }

// brokenBodies are wrong before anybody looks for fields in them.
func brokenBodies() []bad {
	alert := `{"title": "t", "source": "s", "source_ref": "r"`
	return []bad{
		{name: "malformed JSON", ask: post("/alerts/", `{"title": "t",}`), status: 400, code: "malformed_json"},
		{name: "two documents", ask: post("/alerts/", alert+`} {}`), status: 400, code: "malformed_json"},
		{name: "an empty body", ask: post("/alerts/", ``), status: 400, code: "malformed_json"},
		{name: "not UTF-8", ask: post("/alerts/", alert+", \"description\": \"\xff\"}"), status: 400, code: "malformed_json"},
		{name: "nested too deeply", ask: post("/alerts/", alert+`, "raw_payload": `+strings.Repeat("[", 200)+strings.Repeat("]", 200)+`}`), status: 400, code: "malformed_json"},
		{name: "a list for an object", ask: post("/alerts/", `[]`), status: 400, code: "malformed_json"},
		{name: "an unknown field", ask: post("/alerts/", alert+`, "sevrity": "high"}`), status: 400, code: "validation_failed", fields: []string{"sevrity"}},
		{name: "another case of a name", ask: post("/alerts/", alert+`, "Severity": "high"}`), status: 400, code: "validation_failed", fields: []string{"Severity"}},
		{name: "a read-only field", ask: post("/alerts/", alert+`, "occurrences": 9}`), status: 400, code: "validation_failed", fields: []string{"occurrences"}},
		{name: "a name twice", ask: post("/alerts/", alert+`, "title": "u"}`), status: 400, code: "validation_failed", fields: []string{"title"}},
		{name: "a NUL", ask: post("/alerts/", alert+`, "description": "a\u0000b"}`), status: 400, code: "validation_failed", fields: []string{"description"}},
		{name: "half a character", ask: post("/alerts/", alert+`, "description": "\ud800"}`), status: 400, code: "validation_failed", fields: []string{"description"}},
		{
			name: "everything at once", status: 400, code: "validation_failed",
			ask:    post("/alerts/", `{"title": "", "severity": "urgent", "tlp": "purple", "tags": ["", 7], "event_time": "now", "x": 1}`),
			fields: []string{"title", "source", "severity", "tlp", "tags[1]", "event_time", "x"},
		},
		{name: "no body type", ask: ask{method: http.MethodPost, path: "/alerts/", body: []byte(alert + `}`), kind: "none"}, status: 415},
		{name: "a form", ask: ask{method: http.MethodPost, path: "/alerts/", body: []byte("title=t"), kind: "application/x-www-form-urlencoded"}, status: 415},
		{name: "another charset", ask: ask{method: http.MethodPost, path: "/alerts/", body: []byte(alert + `}`), kind: "application/json; charset=latin1"}, status: 415},
		{name: "too large", ask: post("/alerts/", alert+`, "description": "`+strings.Repeat("x", 1<<20)+`"}`), status: 413, code: "too_large"},
		{
			name: "too large without a length", status: 413, code: "too_large",
			ask: ask{method: http.MethodPost, path: "/alerts/", reader: onlyReader{bytes.NewReader(bytes.Repeat([]byte(" "), 2<<20))}},
		},
		{name: "too large a batch", ask: post("/alerts/ingest/batch/", strings.Repeat(" ", maxBytes+1)), status: 413, code: "too_large"},
		{name: "too long a batch", ask: post("/alerts/ingest/batch/", "["+strings.Repeat("{},", maxItems)+"{}]"), status: 400, code: "batch_size"},
		{name: "an empty batch", ask: post("/alerts/ingest/batch/", "[]"), status: 400, code: "batch_size"},
		{name: "a batch that is none", ask: post("/alerts/ingest/batch/", alert+`}`), status: 400, code: "malformed_json"},
	}
}

// onlyReader hides how much there is to read.
type onlyReader struct{ io.Reader }

// wrongValues are well-formed and make no sense.
func wrongValues(alert, incident, slack string) []bad {
	long := strings.Repeat("a", 256)
	return []bad{
		{name: "ingest without a reference", ask: post("/alerts/ingest/", `{"title": "t", "source": "s"}`), status: 400, fields: []string{"source_ref"}},
		{name: "a wrong type", ask: post("/alerts/", `{"title": 7, "source": "s"}`), status: 400, fields: []string{"title"}},
		{name: "an unknown observable", ask: post("/alerts/", `{"title": "t", "source": "s", "observable_data": {"smell": ["burnt"]}}`), status: 400, fields: []string{"observable_data.smell"}},
		{name: "a status that escalates", ask: ask{method: http.MethodPatch, path: "/alerts/" + alert + "/", body: []byte(`{"status": "escalated"}`)}, status: 409},
		{name: "an assignee who is nobody", ask: post("/alerts/"+alert+"/assign/", `{"assignee": "`+nowhere+`"}`), status: 400, fields: []string{"assignee"}},
		{name: "no assignee at all", ask: post("/alerts/"+alert+"/assign/", `{}`), status: 400, fields: []string{"assignee"}},
		{name: "no resolution", ask: post("/alerts/"+alert+"/resolve/", `{}`), status: 400, fields: []string{"resolution"}},
		{name: "an entry without a title", ask: post("/incidents/"+incident+"/timeline/", `{"content": "c", "type": "rumour"}`), status: 400, fields: []string{"title", "type"}},
		{name: "a company's name", ask: post("/companies/", `{"name": "`+long+`", "admin_user": {"password": "short"}}`), status: 400, fields: []string{"name", "admin_user.email", "admin_user.password"}},
		{name: "a common password", ask: post("/users/", `{"username": "u", "email": "no address", "password": "password123", "role": "boss"}`), status: 400, fields: []string{"email", "password", "role"}},
		{name: "a taken username", ask: post("/users/", `{"username": "ADMIN-acme", "email": "other@acme.example", "password": "`+password+`"}`), status: 409, code: "duplicate_username"},
		{name: "a key of no role", ask: post("/api-keys/", `{"name": "", "role": "boss"}`), status: 400, fields: []string{"name", "role"}},
		{name: "a channel of no type", ask: post("/notifications/channels/", `{"name": "n", "channel_type": "pigeon", "config": {}}`), status: 400, fields: []string{"channel_type"}},
		{name: "an inner address", ask: post("/notifications/channels/", `{"name": "n", "channel_type": "webhook", "config": {"url": "http://169.254.169.254/latest"}}`), status: 400, fields: []string{"config.url"}},
		{name: "an unknown setting", ask: post("/notifications/channels/", `{"name": "n", "channel_type": "webhook", "config": {"url": "https://example.com/", "colour": "red"}}`), status: 400, fields: []string{"config.colour"}},
		{name: "a taken channel name", ask: post("/notifications/channels/", `{"name": "soc", "channel_type": "webhook", "config": {"url": "https://example.com/"}}`), status: 409, code: "duplicate_name"},
		{
			name: "a rule of mistakes", status: 400, fields: []string{"event_types[0]", "condition", "template.title"},
			ask: post("/notifications/rules/", `{"name": "n", "event_types": ["alert.sneezed"], "condition": "alert.severity = 1", "channels": ["`+nowhere+`"], "template": {"title": "{{ alert.smell }}"}}`),
		},
		{name: "a channel that is nowhere", ask: post("/notifications/rules/", `{"name": "n", "event_types": ["alert.created"], "channels": ["`+slack+`", "`+nowhere+`"]}`), status: 400, fields: []string{"channels[1]"}},
		{name: "a recipient who is nobody", ask: post("/notifications/rules/", `{"name": "n", "event_types": ["alert.created"], "channels": ["`+slack+`"], "recipients": ["`+nowhere+`"]}`), status: 400, fields: []string{"recipients[0]"}},
		{name: "a test without a channel", ask: post("/notifications/test/", `{}`), status: 400, fields: []string{"channel"}},
		{name: "a login without a password", ask: post("/token/", `{"username": "u"}`), status: 400, fields: []string{"password"}},
	}
}

// wrongQuestions are requests whose address or headers are wrong.
func wrongQuestions(alert string) []bad {
	return []bad{
		{name: "a cursor that is none", ask: get("/alerts/?cursor=abc"), status: 400, fields: []string{"cursor"}},
		{name: "an unknown parameter", ask: get("/alerts/?sevrity=high"), status: 400, fields: []string{"sevrity"}},
		{name: "a parameter twice", ask: get("/alerts/?severity=high&severity=low"), status: 400, fields: []string{"severity"}},
		{name: "an unknown severity", ask: get("/alerts/?severity=urgent"), status: 400, fields: []string{"severity"}},
		{name: "an unknown order", ask: get("/alerts/?ordering=smell"), status: 400, fields: []string{"ordering"}},
		{name: "too large a page", ask: get("/alerts/?page_size=1001"), status: 400, fields: []string{"page_size"}},
		{name: "no time", ask: get("/alerts/?created_after=yesterday"), status: 400, fields: []string{"created_after"}},
		{name: "no day", ask: get("/dashboard/summary/?start_date=2026-02-30&end_date=2026-03-01"), status: 400, fields: []string{"start_date"}},
		{name: "too many days", ask: get("/dashboard/summary/?days=366"), status: 400, fields: []string{"days"}},
		{name: "an unknown outcome", ask: get("/audit-logs/?outcome=maybe"), status: 400, fields: []string{"outcome"}},
		{name: "no such route", ask: get("/alarms/"), status: 404},
		{name: "no id", ask: get("/alerts/7/"), status: 404},
		{name: "no such alert", ask: get("/alerts/" + nowhere + "/"), status: 404},
		{name: "no such method", ask: ask{method: http.MethodDelete, path: "/alerts/"}, status: 405},
		{name: "changing the log", ask: ask{method: http.MethodDelete, path: "/audit-logs/" + nowhere + "/"}, status: 405},
		{
			name: "a stale tag", status: 412,
			ask: ask{method: http.MethodPatch, path: "/alerts/" + alert + "/", body: []byte(`{"title": "u"}`), header: map[string]string{"If-Match": `"999"`}},
		},
		{
			name: "a tag that is none", status: 400,
			ask: ask{method: http.MethodPatch, path: "/alerts/" + alert + "/", body: []byte(`{"title": "u"}`), header: map[string]string{"If-Match": `seven`}},
		},
		{
			name: "too long a key", status: 400,
			ask: ask{method: http.MethodPost, path: "/alerts/", body: []byte(`{"title": "t", "source": "s"}`), key: strings.Repeat("k", 256)},
		},
	}
}

// Bad input of each kind gets its problem document, and changes nothing.
func TestBadInput(t *testing.T) {
	t.Parallel()
	a := start(t)
	acme := a.company(t, "acme")
	ana := acme.analyst(t, "ana")
	slack := acme.slack(t, "soc", "http://127.0.0.1:9/services/T/B/x")
	alert := ana.post("/alerts/", map[string]any{"title": "quiet", "source": "ids"}).made(t)
	var escalated struct {
		ID string `json:"incident_id"`
	}
	other := ana.post("/alerts/", map[string]any{"title": "loud", "source": "ids"}).made(t)
	ana.post("/alerts/"+other+"/escalate/", nil).want(t, http.StatusCreated).into(t, &escalated)

	before := counts(t, a, acme)
	for _, list := range [][]bad{brokenBodies(), wrongValues(alert, escalated.ID, slack), wrongQuestions(alert)} {
		for _, b := range list {
			t.Run(b.name, func(t *testing.T) { b.isTold(t, a, acme.admin) })
		}
	}
	sameBag(t, "counts", counts(t, a, acme), before)
	if got := ana.alert(t, alert); got.Title != "quiet" || got.Status != "new" {
		t.Errorf("bad input changed the alert: %+v", got)
	}
}

func (b bad) isTold(t *testing.T, a *app, admin *person) {
	t.Helper()
	who := admin
	switch {
	case strings.HasPrefix(b.ask.path, "/token/"):
		who = a.stranger()
	case b.ask.method == http.MethodPost && strings.HasPrefix(b.ask.path, "/companies/"):
		who = a.root
	}
	got := who.do(b.ask)
	p := got.problem(t, b.status)
	if b.code != "" && p.Code != b.code {
		t.Errorf("the code is %q, want %q: %s", p.Code, b.code, clip(got.body))
	}
	for _, field := range b.fields {
		if !p.blames(field, "") {
			t.Errorf("%q is not blamed: %s", field, clip(got.body))
		}
	}
	if b.status == http.StatusMethodNotAllowed && got.header.Get("Allow") == "" {
		t.Error("no Allow")
	}
	for _, word := range []string{"panic", "goroutine", "sql", ".go:", "SELECT", "gorm", "unmarshal"} {
		if strings.Contains(string(got.body), word) {
			t.Errorf("the answer tells of the inside: %s", clip(got.body))
		}
	}
}

// counts is how many there are of everything that bad input could have made.
func counts(t *testing.T, a *app, c *company) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, path := range []string{"/companies/", "/users/", "/api-keys/", "/alerts/", "/incidents/", "/notifications/channels/", "/notifications/rules/", "/notifications/deliveries/"} {
		out[path] = count(t, a.root, path)
	}
	out["successful entries"] = count(t, a.root, "/audit-logs/?outcome=success")
	for _, i := range list[incidentRow](t, c.admin, "/incidents/") {
		out[fmt.Sprint("timeline of ", i.Title)] = count(t, c.admin, "/incidents/"+i.ID+"/timeline/")
	}
	return out
}
