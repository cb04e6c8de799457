package e2e_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func (p *person) put(path string, body any) answer {
	return p.do(ask{method: http.MethodPut, path: path, body: body})
}

// administratorsTidyUp makes, changes, replaces and removes one of everything,
// so that the auditor has every kind of change to look at.
func (s *story) administratorsTidyUp(t *testing.T) {
	s.people(t)
	s.customers(t)
	s.credentials(t)
	s.alertsByHand(t)
	s.waysOut(t)
	s.rulesChange(t)
	s.deadLetter(t)
}

func (s *story) people(t *testing.T) {
	t.Helper()
	admin := s.acme.admin
	tom := s.acme.analyst(t, "tom")
	path := "/users/" + tom.id + "/"
	got := tom.patch(path, map[string]any{"first_name": "Thomas"}).want(t, http.StatusOK).fields(t)
	if got["first_name"] != "Thomas" || got["last_name"] != "of acme" {
		t.Errorf("after a patch of the first name: %v", got)
	}
	got = admin.put(path, map[string]any{"username": "tim-acme", "email": "tim@acme.example", "role": "read_only"}).
		want(t, http.StatusOK).fields(t)
	if got["username"] != "tim-acme" || got["role"] != "read_only" || got["first_name"] != "" {
		t.Errorf("after replacing: %v", got)
	}
	tom.get("/users/me/").problem(t, http.StatusUnauthorized) // another role: out at once
	admin.delete(path).want(t, http.StatusNoContent)
	admin.get(path).problem(t, http.StatusNotFound)
	for _, u := range list[struct{ ID string }](t, admin, "/users/") {
		if u.ID == tom.id {
			t.Error("a deleted user is in the list")
		}
	}
	s.ana.refreshes(t)
	s.ids["user"] = s.ana.id
}

func (s *story) customers(t *testing.T) {
	t.Helper()
	root := s.app.root
	id := root.post("/companies/", map[string]any{"name": "initech"}).made(t)
	path := "/companies/" + id + "/"
	if got := root.patch(path, map[string]any{"name": "initech two"}).want(t, http.StatusOK).fields(t); got["name"] != "initech two" {
		t.Errorf("after a patch: %v", got)
	}
	root.put(path, map[string]any{"name": "initech three", "is_active": true}).want(t, http.StatusOK)
	if p := root.post("/companies/", map[string]any{"name": "initech three"}).problem(t, http.StatusConflict); p.Code != "duplicate_name" {
		t.Errorf("the same name again: %+v", p)
	}
	root.delete(path).want(t, http.StatusNoContent)
	root.get(path).problem(t, http.StatusNotFound)
	root.delete("/companies/"+s.acme.id+"/").problem(t, http.StatusConflict)
	s.ids["company"] = s.acme.id
}

func (s *story) credentials(t *testing.T) {
	t.Helper()
	key := s.acme.key(t, "to be revoked")
	key.get("/alerts/?page_size=1").want(t, http.StatusOK)
	if shown := s.acme.admin.get("/api-keys/"+key.id+"/").want(t, http.StatusOK); strings.Contains(string(shown.body), key.access) {
		t.Error("a key is shown a second time")
	}
	s.acme.admin.delete("/api-keys/"+key.id+"/").want(t, http.StatusNoContent)
	key.get("/alerts/?page_size=1").problem(t, http.StatusUnauthorized)
	s.ids["api_key"] = s.sensor.id
}

func (s *story) alertsByHand(t *testing.T) {
	t.Helper()
	report := map[string]any{
		"title": "canary-title-acme: seen on the floor", "source": "people", "source_ref": "canary-ref-acme", "severity": "low",
		"observable_data": map[string]any{"ip": []string{"198.51.100.7"}}, "raw_payload": map[string]any{"desk": 7},
	}
	id := s.ana.post("/alerts/", report).made(t)
	if p := s.abe.post("/alerts/", report).problem(t, http.StatusConflict); p.Code != "duplicate_source_ref" || p.ExistingID != id {
		t.Errorf("the same reference by hand: %+v", p)
	}
	path := "/alerts/" + id + "/"
	s.abe.patch(path, map[string]any{"severity": "info", "tags": []string{"floor"}}).want(t, http.StatusOK)
	got := s.abe.put(path, map[string]any{"title": "canary-title-acme: a mouse", "source": "people"}).want(t, http.StatusOK).fields(t)
	if got["severity"] != "medium" || got["source_ref"] != "" || got["title"] != "canary-title-acme: a mouse" {
		t.Errorf("after replacing: %v", got)
	}
	s.abe.delete(path).problem(t, http.StatusForbidden)
	s.acme.admin.delete(path).want(t, http.StatusNoContent)
	s.ana.get(path).problem(t, http.StatusNotFound)
}

func (s *story) waysOut(t *testing.T) {
	t.Helper()
	admin, hook := s.acme.admin, s.ids["channel"]
	s.testMessage(t, hook)
	id := s.acme.webhook(t, "canary-channel-acme", s.sink.url("/canaryHookPath"), s.secret)
	path := "/notifications/channels/" + id + "/"
	shown := admin.patch(path, map[string]any{"config": map[string]any{"headers": map[string]any{"X-Token": "canaryHeaderValue"}}}).
		want(t, http.StatusOK)
	admin.put(path, map[string]any{
		"name": "canary-channel-acme-two", "config": map[string]any{"url": s.sink.url("/canaryHookPath")}, "is_enabled": false,
	}).want(t, http.StatusOK)
	for _, secret := range []string{"canaryHookPath", "canaryHeaderValue", s.secret} {
		for _, a := range []answer{shown, admin.get(path), admin.get("/notifications/channels/")} {
			if strings.Contains(string(a.want(t, http.StatusOK).body), secret) {
				t.Errorf("%s shows the secret %s", a.entry, secret)
			}
		}
	}
	if p := admin.patch(path, map[string]any{"channel_type": "slack"}).problem(t, http.StatusBadRequest); !p.blames("channel_type", "") {
		t.Errorf("another type: %+v", p)
	}
	if p := admin.delete("/notifications/channels/"+hook+"/").problem(t, http.StatusConflict); p.Code != "channel_in_use" {
		t.Errorf("deleting a channel in use: %+v", p)
	}
	admin.delete(path).want(t, http.StatusNoContent)
}

func (s *story) rulesChange(t *testing.T) {
	t.Helper()
	admin, channel := s.acme.admin, s.ids["channel"]
	id := s.acme.wants(t, rule{name: "temporary", condition: "false", channels: []string{channel}})
	path := "/notifications/rules/" + id + "/"
	admin.patch(path, map[string]any{"condition": `alert.severity == "info" && false`}).want(t, http.StatusOK)
	if p := admin.patch(path, map[string]any{"condition": "alert.severity =="}).problem(t, http.StatusBadRequest); !p.blames("condition", "") {
		t.Errorf("a condition that is none: %+v", p)
	}
	got := admin.put(path, map[string]any{
		"name": "canary-rule-acme", "event_types": []string{"incident.closed"}, "channels": []string{channel}, "is_active": false,
	}).want(t, http.StatusOK).fields(t)
	if got["condition"] != "" || got["is_active"] != false {
		t.Errorf("after replacing: %v", got)
	}
	admin.delete(path).want(t, http.StatusNoContent)
	admin.get(path).problem(t, http.StatusNotFound)
}

// deadLetter lets a message die, and has it tried again by hand.
func (s *story) deadLetter(t *testing.T) {
	t.Helper()
	const path = "/gone"
	s.sink.answers(path, func(int) reaction { return reaction{status: http.StatusGone} })
	channel := s.acme.webhook(t, "gone", s.sink.url(path), s.secret)
	admin := s.acme.admin
	var d delivery
	admin.post("/notifications/test/", map[string]any{"channel": channel}).want(t, http.StatusAccepted).into(t, &d)
	s.dies(t, &d)
	admin.post("/notifications/deliveries/"+d.ID+"/retry/", nil).want(t, http.StatusOK)
	s.dies(t, &d)
	if n := len(s.sink.arrived(path)); n != 2 {
		t.Errorf("%d attempts were made, want one and one by hand", n)
	}
	s.sink.answers(path, nil)
	admin.post("/notifications/deliveries/"+d.ID+"/retry/", nil).want(t, http.StatusOK)
	s.becomes(t, &d, "delivered")
	admin.post("/notifications/deliveries/"+d.ID+"/retry/", nil).problem(t, http.StatusConflict)
	s.ids["delivery"] = d.ID
}

func (s *story) dies(t *testing.T, d *delivery) {
	t.Helper()
	s.becomes(t, d, "dead")
	if d.Attempts != 1 || d.ResponseStatus == nil || *d.ResponseStatus != http.StatusGone || !strings.Contains(d.LastError, "410") {
		t.Errorf("a refused message is %+v", d)
	}
}

func (s *story) becomes(t *testing.T, d *delivery, status string) {
	t.Helper()
	eventually(t, 20*time.Second, "the delivery is "+status, func() (bool, string) {
		s.ana.get("/notifications/deliveries/"+d.ID+"/").want(t, http.StatusOK).into(t, d)
		return d.Status == status, d.Status
	})
}
