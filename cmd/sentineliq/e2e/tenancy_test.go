package e2e_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// nowhere is an id that nothing has.
const nowhere = "01890000-0000-7000-8000-00000000dead"

// otherCompanySeesNothing asks every route for things of acme as people of
// globex: by id, in lists, through filters and by reference.
func (s *story) otherCompanySeesNothing(t *testing.T) {
	entries := list[auditRow](t, s.acme.admin, "/audit-logs/")
	s.ids["audit"] = entries[0].ID
	before := s.census
	s.inLists(t)
	s.byID(t) // after the lists: the log of globex keeps the paths that its people tried
	s.throughFilters(t)
	s.byReference(t)
	if after := list[auditRow](t, s.acme.admin, "/audit-logs/"); len(after) != len(entries) {
		t.Errorf("strangers left %d entries in the log of acme", len(after)-len(entries))
	}
	if before != s.census {
		t.Error("the census changed hands")
	}
	for noun, path := range map[string]string{"alert": "/alerts/", "channel": "/notifications/channels/", "rule": "/notifications/rules/"} {
		got := s.acme.admin.get(path+s.ids[noun]+"/").want(t, http.StatusOK)
		if strings.Contains(string(got.body), "taken over") {
			t.Errorf("the %s of acme was taken over", noun)
		}
	}
}

// byID asks for every object of acme by its id. The answer must be the one that
// an id gets that does not exist.
func (s *story) byID(t *testing.T) {
	t.Helper()
	machine := s.globex.key(t, "globex machine")
	asked := 0
	for _, r := range s.app.inventory(t) {
		if !strings.Contains(r.pattern, "{id}") {
			continue
		}
		id := s.ids[r.noun(t)]
		if id == "" {
			t.Fatalf("%s: the story has no %s", r, r.noun(t))
		}
		for _, who := range []*person{s.globex.admin, s.gus, machine} {
			hers := who.do(ask{method: r.method, path: r.at(id), body: s.body(r)})
			none := who.do(ask{method: r.method, path: r.at(nowhere), body: s.body(r)})
			want := http.StatusNotFound
			if none.status == http.StatusForbidden && (who != s.globex.admin || r.noun(t) == "company") {
				want = http.StatusForbidden // by role, whoever's it is
			}
			a, b := hers.problem(t, want), none.problem(t, want)
			if a.Code != b.Code || a.Title != b.Title || a.Detail != b.Detail {
				t.Errorf("%s tells what exists: %+v and %+v", r, a, b)
			}
		}
		asked++
	}
	t.Logf("%d routes with an id", asked)
}

// canaries are texts that nothing of globex contains.
func (s *story) canaries() []string {
	out := []string{s.acme.id, "ana-acme", "admin-acme", "@acme.example", "edr-forwarder", s.token, "canary"}
	for _, id := range s.ids {
		out = append(out, id)
	}
	for _, a := range s.census.alerts {
		out = append(out, a.id)
	}
	return out
}

func (s *story) inLists(t *testing.T) {
	t.Helper()
	rex := s.globex.reader(t, "rex")
	lists := 0
	for _, r := range s.app.inventory(t) {
		if r.writes() || strings.Contains(r.pattern, "{id}") || strings.HasPrefix(r.pattern, "/docs") || strings.HasPrefix(r.pattern, "/openapi") {
			continue
		}
		for _, who := range []*person{s.globex.admin, s.gus, rex} {
			got := who.get(r.pattern)
			if got.status == http.StatusForbidden && who != s.globex.admin {
				continue
			}
			got.want(t, http.StatusOK)
			if strings.Contains(string(got.body), `"next":`) {
				got = who.get(r.pattern+"?page_size=1000").want(t, http.StatusOK)
			}
			for _, canary := range s.canaries() {
				if strings.Contains(string(got.body), canary) {
					t.Errorf("%s shows %s to %s", r, canary, who.name)
				}
			}
		}
		lists++
	}
	t.Logf("%d lists", lists)
}

// throughFilters asks lists of globex for what belongs to acme.
func (s *story) throughFilters(t *testing.T) {
	t.Helper()
	for _, query := range []string{
		"/alerts/?incident=" + s.ids["incident"],
		"/alerts/?assignee=" + s.abe.id,
		"/alerts/?search=" + url.QueryEscape("canary-title-acme"),
		"/notifications/deliveries/?channel=" + s.ids["channel"],
		"/audit-logs/?entity_id=" + s.ids["alert"],
		"/audit-logs/?username=ana-acme",
		"/users/?username=ana-acme",
		"/companies/?name=acme",
	} {
		if n := count(t, s.globex.admin, query); n != 0 {
			t.Errorf("%s finds %d", query, n)
		}
	}
	for _, path := range []string{"/alerts/", "/users/", "/audit-logs/", "/incidents/", "/dashboard/summary/"} {
		a := s.globex.admin.get(path + "?company=" + s.acme.id)
		if a.status == http.StatusOK && strings.Contains(string(a.body), s.acme.id) {
			t.Errorf("%s shows acme", a.entry)
		}
		if a.status == http.StatusOK && strings.Contains(string(a.body), `"count"`) && !strings.Contains(path, "dashboard") {
			if n := count(t, s.globex.admin, path+"?company="+s.acme.id); n != 0 {
				t.Errorf("%s finds %d", a.entry, n)
			}
		}
	}
	var one page[row]
	s.ana.get("/alerts/?page_size=1").want(t, http.StatusOK).into(t, &one)
	if one.Next == nil {
		t.Fatal("acme's list has no second page")
	}
	p := s.gus.get(strings.TrimPrefix(*one.Next, public)).problem(t, http.StatusBadRequest)
	if !p.blames("cursor", "") {
		t.Errorf("a cursor of acme: %+v", p)
	}
}

// byReference tries to tie things of globex to things of acme.
func (s *story) byReference(t *testing.T) {
	t.Helper()
	own := s.foreign.alerts[0].id
	if p := s.gus.post("/alerts/"+own+"/assign/", map[string]any{"assignee": s.ana.id}).problem(t, http.StatusBadRequest); !p.blames("assignee", "") {
		t.Errorf("an assignee of acme: %+v", p)
	}
	if p := s.gus.post("/incidents/", map[string]any{"title": "t", "alert_ids": []string{own, s.ids["alert"]}}).problem(t, http.StatusBadRequest); !p.blames("alert_ids[1]", "") {
		t.Errorf("an alert of acme: %+v", p)
	}
	p := s.globex.admin.post("/notifications/rules/", map[string]any{
		"name": "stolen", "event_types": []string{"alert.created"}, "channels": []string{s.ids["channel"]},
	}).problem(t, http.StatusBadRequest)
	if len(p.Errors) == 0 || !strings.HasPrefix(p.Errors[0].Field, "channels") {
		t.Errorf("a channel of acme: %+v", p)
	}
	s.globex.admin.post("/notifications/test/", map[string]any{"channel": s.ids["channel"]}).want(t, http.StatusBadRequest, http.StatusNotFound)
	for _, path := range []string{"/alerts/", "/alerts/ingest/"} {
		p := s.gus.post(path, map[string]any{"title": "t", "source": "s", "source_ref": "r", "company": s.acme.id}).problem(t, http.StatusBadRequest)
		if !p.blames("company", "") {
			t.Errorf("%s into acme: %+v", path, p)
		}
	}
	p = s.globex.admin.post("/users/", map[string]any{
		"username": "spy", "email": "spy@globex.example", "password": password, "role": "analyst_company", "company": s.acme.id,
	}).problem(t, http.StatusBadRequest)
	if !p.blames("company", "") {
		t.Errorf("a user of acme: %+v", p)
	}
	lines := fmt.Sprintf("{\"title\": \"t\", \"source\": \"s\", \"source_ref\": \"r\", \"company\": %q}\n", s.acme.id) +
		`{"title": "t", "source": "s", "source_ref": "r"}`
	var got batchAnswer
	s.gus.do(ask{method: http.MethodPost, path: "/alerts/ingest/batch/", body: []byte(lines), kind: ndjsonType}).
		want(t, http.StatusOK).into(t, &got)
	if got.Accepted != 1 || got.Rejected != 1 || len(got.Results[0].Errors) == 0 {
		t.Errorf("a batch partly into acme: %+v", got)
	}
}
