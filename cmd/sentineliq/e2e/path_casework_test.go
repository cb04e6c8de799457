package e2e_test

import (
	"fmt"
	"net/http"
	"testing"
)

// led is an incident as far as this part of the story looks at it.
type led struct {
	ID           string         `json:"id"`
	Title        string         `json:"title"`
	Status       string         `json:"status"`
	Severity     string         `json:"severity"`
	ImpactScore  int            `json:"impact_score"`
	CustomFields map[string]any `json:"custom_fields"`
	AlertCount   int            `json:"alert_count"`
	EndDate      *string        `json:"end_date"`
}

// incidentIsLed opens an incident by hand, changes it, and takes it to its end
// in each of the ways there are.
func (s *story) incidentIsLed(t *testing.T) {
	a, b := s.census.of("low")[0], s.census.of("low")[1]
	var i led
	s.ana.post("/incidents/", map[string]any{
		"title": "By hand", "severity": "low", "alert_ids": []string{a.id}, "custom_fields": map[string]any{"case": "X-1", "cost": 12.5},
	}).want(t, http.StatusCreated).into(t, &i)
	s.owe("escalated", hookPath, "alert.escalated", a.id)
	if i.Status != "open" || i.AlertCount != 1 || s.ria.alert(t, a.id).Status != "escalated" {
		t.Errorf("opened: %+v", i)
	}
	path := "/incidents/" + i.ID + "/"
	s.isChanged(t, path)
	s.alertsComeAndGo(t, path, a, b)
	s.abe.patch(path, map[string]any{"status": "resolved"}).want(t, http.StatusOK).into(t, &i)
	if i.EndDate == nil {
		t.Errorf("resolved: %+v", i)
	}
	s.abe.post(path+"reopen/", nil).problem(t, http.StatusForbidden)
	s.acme.admin.post(path+"reopen/", nil).want(t, http.StatusOK).into(t, &i)
	if i.Status != "in_progress" || i.EndDate != nil {
		t.Errorf("reopened: %+v", i)
	}
	s.acme.admin.post(path+"reopen/", nil).problem(t, http.StatusConflict)
	s.acme.admin.delete(path).want(t, http.StatusNoContent)
	s.ria.get(path).problem(t, http.StatusNotFound)
	if got := s.ria.alert(t, a.id); got.Status != "in_progress" || len(got.Incidents) != 0 {
		t.Errorf("the alert of the deleted incident is %+v", got)
	}
	s.isClosedByPatch(t)
}

func (s *story) isChanged(t *testing.T, path string) {
	t.Helper()
	var i led
	s.ana.patch(path, map[string]any{"custom_fields": map[string]any{"case": nil, "owner": "it"}, "impact_score": 77, "severity": "high"}).
		want(t, http.StatusOK).into(t, &i)
	if fmt.Sprint(i.CustomFields) != "map[cost:12.5 owner:it]" || i.ImpactScore != 77 || i.Severity != "high" {
		t.Errorf("patched: %+v", i)
	}
	found := list[led](t, s.ria, "/incidents/?min_impact=77&has_alerts=true&search=by+hand")
	if len(found) != 1 {
		t.Errorf("the filters find %d", len(found))
	}
	type line struct {
		Field *string
		Old   *string `json:"old_value"`
		New   *string `json:"new_value"`
	}
	told := map[string]string{}
	for _, l := range list[line](t, s.ria, path+"timeline/") {
		if l.Field != nil {
			told[*l.Field] = fmt.Sprint(deref(l.Old), " to ", deref(l.New))
		}
	}
	if told["severity"] != "low to high" || told["impact_score"] != "<nil> to 77" || told["custom_fields"] == "" {
		t.Errorf("the timeline tells %v", told)
	}
	var whole led
	s.ana.do(ask{method: http.MethodPut, path: path, body: map[string]any{"title": "By other hands"}}).want(t, http.StatusOK).into(t, &whole)
	if i = whole; i.Title != "By other hands" || i.Severity != "medium" || i.ImpactScore > 40 || len(i.CustomFields) != 0 {
		t.Errorf("replaced: %+v", i)
	}
}

func (s *story) alertsComeAndGo(t *testing.T, path string, a, b *counted) {
	t.Helper()
	s.abe.post(path+"alerts/", map[string]any{"alert": b.id}).want(t, http.StatusCreated)
	s.owe("escalated", hookPath, "alert.escalated", b.id)
	if p := s.abe.post(path+"alerts/", map[string]any{"alert": b.id}).problem(t, http.StatusConflict); p.Code != "already_linked" {
		t.Errorf("linking twice: %+v", p)
	}
	if n := count(t, s.ria, path+"alerts/"); n != 2 {
		t.Errorf("the incident has %d alerts", n)
	}
	s.acme.admin.delete("/alerts/"+b.id+"/").problem(t, http.StatusConflict)
	s.abe.delete(path+"alerts/"+b.id+"/").want(t, http.StatusNoContent)
	s.abe.delete(path+"alerts/"+b.id+"/").problem(t, http.StatusNotFound)
	if got := s.ria.alert(t, b.id); got.Status != "in_progress" || len(got.Incidents) != 0 {
		t.Errorf("the alert that left is %+v", got)
	}
	if left := list[row](t, s.ria, path+"alerts/"); len(left) != 1 || left[0].ID != a.id {
		t.Errorf("%d alerts are left", len(left))
	}
}

// isClosedByPatch checks that the status does what closing does.
func (s *story) isClosedByPatch(t *testing.T) {
	t.Helper()
	var i led
	s.ana.post("/incidents/", map[string]any{"title": "Short"}).want(t, http.StatusCreated).into(t, &i)
	path := "/incidents/" + i.ID + "/"
	s.ana.patch(path, map[string]any{"status": "closed"}).problem(t, http.StatusForbidden)
	s.acme.admin.patch(path, map[string]any{"status": "closed"}).want(t, http.StatusOK).into(t, &i)
	s.owe("closed", s.slackPath(), "incident.closed", i.ID)
	if i.Status != "closed" || i.EndDate == nil {
		t.Errorf("closed: %+v", i)
	}
	s.acme.admin.patch(path, map[string]any{"status": "closed"}).problem(t, http.StatusConflict)
	s.acme.admin.post(path+"alerts/", map[string]any{"alert": s.census.of("low")[0].id}).problem(t, http.StatusConflict)
}
