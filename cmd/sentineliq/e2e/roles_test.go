package e2e_test

import (
	"net/http"
	"strings"
	"testing"
)

// ranks orders the roles; each may do what the ones below may.
func ranks() map[string]int {
	return map[string]int{"nobody": 0, "read_only": 1, "analyst_company": 2, "admin_company": 3, "superuser": 4}
}

// least names the lowest role that may use each route, by the contract.
func least(r route) string {
	p := r.pattern
	switch {
	case strings.HasPrefix(p, "/token/"), strings.HasPrefix(p, "/docs/"), p == "/openapi.json/":
		return "nobody"
	case strings.HasPrefix(p, "/companies/") && r.writes():
		return "superuser"
	case strings.HasPrefix(p, "/api-keys/"), strings.HasPrefix(p, "/notifications/") && !strings.HasPrefix(p, "/notifications/deliveries/"),
		strings.HasSuffix(p, "/retry/"), strings.HasSuffix(p, "/close/"), strings.HasSuffix(p, "/reopen/"):
		return "admin_company"
	case r.String() == "DELETE /incidents/{id}/alerts/{id}/": // whoever links may unlink
		return "analyst_company"
	case r.method == http.MethodDelete, r.String() == "POST /users/":
		return "admin_company"
	case strings.HasPrefix(p, "/users/"): // everyone changes their own names; the rest is told apart further in
		return "read_only"
	case r.writes():
		return "analyst_company"
	default:
		return "read_only"
	}
}

// Every route is asked by every role. Who may not is told so before anything
// else is looked at, such as a body that makes no sense.
func TestRoles(t *testing.T) {
	t.Parallel()
	a := start(t)
	acme := a.company(t, "acme")
	people := []*person{
		{app: a, role: "nobody", kind: "user"}, acme.reader(t, "ria"), acme.analyst(t, "ana"), acme.admin, a.root, acme.key(t, "sensor"),
	}
	for _, r := range a.inventory(t) {
		if least(r) == "nobody" {
			continue
		}
		for _, who := range people {
			got := who.do(ask{method: r.method, path: r.at(nowhere), body: nonsense(r)})
			allowed := ranks()[who.role] >= ranks()[least(r)]
			switch {
			case who.role == "nobody":
				if got.problem(t, http.StatusUnauthorized); got.header.Get("WWW-Authenticate") == "" {
					t.Errorf("%s: no WWW-Authenticate", got.entry)
				}
			case !allowed:
				if p := got.problem(t, http.StatusForbidden); len(p.Errors) > 0 {
					t.Errorf("%s, as %s: a refusal tells of the body: %+v", r, who.role, p)
				}
			case got.status == http.StatusForbidden && (who.kind != "api_key" || !strings.Contains(r.pattern, "/users/")):
				t.Errorf("%s is refused to %s: %s", r, who.role, clip(got.body))
			case got.status >= http.StatusInternalServerError || got.status == 0 || got.status == http.StatusUnauthorized:
				t.Errorf("%s, as %s: %d %s", r, who.role, got.status, clip(got.body))
			}
		}
	}
	refusalsAreRecorded(t, a)
}

// nonsense is a body that nobody can do anything with, where there is to be one.
func nonsense(r route) any {
	if r.method == http.MethodGet || r.method == http.MethodDelete {
		return nil
	}
	return []byte(`{"nonsense": `)
}

// refusalsAreRecorded checks that each refusal has its one entry.
func refusalsAreRecorded(t *testing.T, a *app) {
	t.Helper()
	entries := map[string][]auditRow{}
	for _, r := range list[auditRow](t, a.root, "/audit-logs/") {
		if r.RequestID != nil {
			entries[*r.RequestID] = append(entries[*r.RequestID], r)
		}
	}
	refused := 0
	for _, e := range a.ledger.all() {
		if e.status != http.StatusUnauthorized && e.status != http.StatusForbidden {
			continue
		}
		refused++
		got := entries[e.id]
		if len(got) != 1 || got[0].Outcome != "denied" || got[0].ResponseStatus == nil || *got[0].ResponseStatus != e.status {
			t.Errorf("%s: the refusal is recorded as %+v", e, got)
			continue
		}
		if e.who.id != "" && (!is(got[0].Actor.ID, e.who.id) || got[0].Actor.Type != e.who.kind) {
			t.Errorf("%s by %s is recorded as by %+v", e, e.who.name, got[0].Actor)
		}
	}
	if refused < 50 {
		t.Errorf("only %d refusals", refused)
	}
}

// Nobody gets more than they have: not by granting themselves a role, nor by
// making somebody who has it.
func TestRolesCannotBeRaised(t *testing.T) {
	t.Parallel()
	a := start(t)
	acme := a.company(t, "acme")
	ana, ria := acme.analyst(t, "ana"), acme.reader(t, "ria")
	made := func(role string) map[string]any {
		return map[string]any{"username": "new-" + role, "email": role + "@acme.example", "password": password, "role": role}
	}
	acme.admin.post("/users/", made("superuser")).problem(t, http.StatusForbidden)
	ana.post("/users/", made("read_only")).problem(t, http.StatusForbidden)
	for _, body := range []map[string]any{
		{"role": "admin_company"}, {"role": "superuser"}, {"is_active": true, "role": "analyst_company"}, {"password": "Another-Turnip-48"},
	} {
		ria.patch("/users/"+ria.id+"/", body).problem(t, http.StatusForbidden)
	}
	acme.admin.patch("/users/"+acme.admin.id+"/", map[string]any{"role": "superuser"}).problem(t, http.StatusForbidden)
	ana.patch("/users/"+ria.id+"/", map[string]any{"first_name": "Rita"}).problem(t, http.StatusForbidden)
	ria.patch("/users/"+ria.id+"/", map[string]any{"first_name": "Rita"}).want(t, http.StatusOK)
	if p := acme.admin.post("/api-keys/", map[string]any{"name": "all", "role": "superuser"}); p.status != http.StatusForbidden && p.status != http.StatusBadRequest {
		t.Errorf("a key of a superuser: %s", p.entry)
	}
	for _, u := range list[struct{ ID, Role string }](t, a.root, "/users/") {
		if want := map[string]string{ria.id: "read_only", ana.id: "analyst_company", acme.admin.id: "admin_company", a.root.id: "superuser"}[u.ID]; u.Role != want {
			t.Errorf("user %s is %s, want %q", u.ID, u.Role, want)
		}
	}
}

// Whoever loses a role, the account or the session is out at once.
func TestAccessEndsAtOnce(t *testing.T) {
	t.Parallel()
	a := start(t)
	acme := a.company(t, "acme")
	ana, abe, key := acme.analyst(t, "ana"), acme.analyst(t, "abe"), acme.key(t, "sensor")
	acme.admin.patch("/users/"+abe.id+"/", map[string]any{"is_active": false}).want(t, http.StatusOK)
	abe.get("/users/me/").problem(t, http.StatusUnauthorized)
	login := func(p *person) map[string]any { return map[string]any{"username": p.name, "password": p.password} }
	wrong := a.stranger().post("/token/", map[string]any{"username": ana.name, "password": "wrong-password"}).problem(t, http.StatusUnauthorized)
	for what, body := range map[string]map[string]any{
		"an inactive user": login(abe), "an unknown user": {"username": "nobody-at-all", "password": password},
	} {
		if p := a.stranger().post("/token/", body).problem(t, http.StatusUnauthorized); p.Code != wrong.Code || p.Detail != wrong.Detail {
			t.Errorf("%s is told %+v, a wrong password %+v", what, p, wrong)
		}
	}
	spent := ana.refresh
	ana.refreshes(t)
	a.stranger().post("/token/refresh/", map[string]any{"refresh": spent}).problem(t, http.StatusUnauthorized)
	ana.get("/users/me/").problem(t, http.StatusUnauthorized) // two people held that token
	ana.logsIn(t)
	a.root.patch("/companies/"+acme.id+"/", map[string]any{"is_active": false}).want(t, http.StatusOK)
	for _, who := range []*person{ana, acme.admin, key} {
		who.get("/alerts/").problem(t, http.StatusUnauthorized)
	}
	a.stranger().post("/token/", login(ana)).problem(t, http.StatusUnauthorized)
}
