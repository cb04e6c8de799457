package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
)

func (p *person) alert(t testing.TB, id string) row {
	t.Helper()
	var r row
	p.get("/alerts/"+id+"/").want(t, http.StatusOK).into(t, &r)
	return r
}

func is(p *string, want string) bool { return p != nil && *p == want }

// again is the line that repeats an alert.
func again(t testing.TB, a *counted) []byte {
	t.Helper()
	line, err := json.Marshal(map[string]any{
		"title": a.Title, "source": a.Source, "source_ref": a.SourceRef, "severity": a.Severity,
	})
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// analystsTriage acknowledges, assigns, changes and resolves an alert, and
// reports it anew.
func (s *story) analystsTriage(t *testing.T) {
	a := s.census.of("medium")[0]
	path := "/alerts/" + a.id + "/"
	var got row
	s.ana.post(path+"acknowledge/", nil).want(t, http.StatusOK).into(t, &got)
	if got.Status != "in_progress" || !is(got.AcknowledgedBy, s.ana.id) || got.AcknowledgedAt == nil {
		t.Errorf("acknowledged: %+v", got)
	}
	s.ana.post(path+"assign/", map[string]any{"assignee": s.abe.id}).want(t, http.StatusOK).into(t, &got)
	if !is(got.Assignee, s.abe.id) {
		t.Errorf("assigned: %+v", got)
	}
	s.owe("assigned", s.abe.email, "alert.assigned", a.id)
	s.editsCollide(t, path)
	if p := s.abe.post(path+"resolve/", map[string]any{"resolution": "boring"}).problem(t, http.StatusBadRequest); !p.blames("resolution", "") {
		t.Errorf("a resolution that is none: %+v", p)
	}
	s.abe.post(path+"resolve/", map[string]any{"resolution": "benign", "notes": "a drill"}).want(t, http.StatusOK).into(t, &got)
	if got.Status != "resolved" || got.ResolvedAt == nil || !is(got.Resolution, "benign") {
		t.Errorf("resolved: %+v", got)
	}
	s.abe.post(path+"escalate/", nil).problem(t, http.StatusConflict)
	s.census.settled(a)
	fresh := s.single(t, again(t, a), http.StatusCreated)
	if fresh.id == a.id {
		t.Error("a report about a resolved alert went to it")
	}
	for filter, want := range map[string]string{"assignee=" + s.abe.id: a.id, "status=resolved": a.id, "tag=reviewed-by-abe": a.id} {
		if found := list[row](t, s.ria, "/alerts/?"+filter); len(found) != 1 || found[0].ID != want {
			t.Errorf("%s finds %d alerts, want the one", filter, len(found))
		}
	}
}

// editsCollide changes an alert under a version that has passed, and under the
// one that is there.
func (s *story) editsCollide(t *testing.T, path string) {
	t.Helper()
	old := s.ana.get(path).want(t, http.StatusOK).header.Get("Etag")
	tag := func(who *person, tag string) answer {
		return who.do(ask{
			method: http.MethodPatch, path: path, body: map[string]any{"tags": []string{"reviewed-by-" + who.name[:3]}},
			header: map[string]string{"If-Match": tag},
		})
	}
	tag(s.ana, old).want(t, http.StatusOK)
	tag(s.abe, old).problem(t, http.StatusPreconditionFailed)
	tag(s.abe, s.abe.get(path).header.Get("Etag")).want(t, http.StatusOK)
}

// incidentRow is an incident as the API shows it.
type incidentRow struct {
	ID              string   `json:"id"`
	Company         string   `json:"company"`
	Title           string   `json:"title"`
	Severity        string   `json:"severity"`
	Status          string   `json:"status"`
	Tags            []string `json:"tags"`
	Assignee        *string  `json:"assignee"`
	ImpactScore     int      `json:"impact_score"`
	AlertCount      int      `json:"alert_count"`
	ObservableCount int      `json:"observable_count"`
	EndDate         *string  `json:"end_date"`
	CreatedBy       *string  `json:"created_by"`
	CreatedAt       string   `json:"created_at"`
}

// alertEscalates takes an alert through its incident to the end.
func (s *story) alertEscalates(t *testing.T) {
	a := s.census.of("critical")[0]
	s.ids["alert"] = a.id
	var made struct {
		ID string `json:"incident_id"`
	}
	escalate := s.ana.post("/alerts/"+a.id+"/escalate/", map[string]any{}).want(t, http.StatusCreated).into(t, &made)
	if escalate.header.Get("Location") == "" {
		t.Error("escalating names no location")
	}
	s.owe("escalated", hookPath, "alert.escalated", a.id)
	s.ids["incident"] = made.ID
	if p := s.abe.post("/alerts/"+a.id+"/escalate/", nil).problem(t, http.StatusConflict); p.ExistingID != made.ID {
		t.Errorf("the second escalation is told %+v", p)
	}
	s.takesOver(t, a, made.ID)
	s.single(t, again(t, a), http.StatusOK) // it still counts repeats
	s.acme.admin.delete("/alerts/"+a.id+"/").problem(t, http.StatusConflict)
	s.isWorkedOn(t, made.ID)
	s.isClosed(t, a, made.ID)
	s.census.settled(a)
	s.oweNew(s.single(t, again(t, a), http.StatusCreated))
	s.messagesArrive(t)
}

// takesOver checks that the incident says what its alert did.
func (s *story) takesOver(t *testing.T, a *counted, id string) {
	t.Helper()
	var i incidentRow
	s.ria.get("/incidents/"+id+"/").want(t, http.StatusOK).into(t, &i)
	if i.Company != s.acme.id || i.Title != a.Title || i.Severity != a.Severity || i.Status != "open" ||
		i.AlertCount != 1 || !is(i.CreatedBy, s.ana.id) || fmt.Sprint(i.Tags) != fmt.Sprint(s.ria.alert(t, a.id).Tags) {
		t.Errorf("the incident is %+v", i)
	}
	if want := int(min(85+0.5+0.25*float64(min(i.ObservableCount, 20)), 100)); i.ImpactScore != want {
		t.Errorf("with %d observables the impact is %d, want %d", i.ObservableCount, i.ImpactScore, want)
	}
	got := s.ria.alert(t, a.id)
	if got.Status != "escalated" || len(got.Incidents) != 1 || got.Incidents[0] != id {
		t.Errorf("the alert is %+v", got)
	}
	if found := list[row](t, s.ria, "/alerts/?incident="+id); len(found) != 1 || found[0].ID != a.id {
		t.Errorf("the incident has %d alerts", len(found))
	}
}

func (s *story) isWorkedOn(t *testing.T, id string) {
	t.Helper()
	path := "/incidents/" + id + "/"
	var i incidentRow
	s.ana.post(path+"assign/", map[string]any{"assignee": s.abe.id}).want(t, http.StatusOK).into(t, &i)
	if !is(i.Assignee, s.abe.id) {
		t.Errorf("assigned: %+v", i)
	}
	s.abe.post(path+"timeline/", map[string]any{"title": "Host isolated", "content": "by hand", "type": "evidence"}).made(t)
	s.abe.post(path+"close/", map[string]any{}).problem(t, http.StatusForbidden)
}

// isClosed closes the incident and reads its story.
func (s *story) isClosed(t *testing.T, a *counted, id string) {
	t.Helper()
	path := "/incidents/" + id + "/"
	var closed struct {
		ID       string `json:"incident_id"`
		Resolved int    `json:"resolved_alerts_count"`
	}
	s.acme.admin.post(path+"close/", map[string]any{"notes": "Cleaned up"}).want(t, http.StatusOK).into(t, &closed)
	if closed.ID != id || closed.Resolved != 1 {
		t.Errorf("closed: %+v", closed)
	}
	s.owe("closed", s.slackPath(), "incident.closed", id)
	s.acme.admin.post(path+"close/", nil).problem(t, http.StatusConflict)
	if got := s.ria.alert(t, a.id); got.Status != "resolved" || got.ResolvedAt == nil {
		t.Errorf("the alert of the closed incident is %+v", got)
	}
	var i incidentRow
	s.ria.get(path).want(t, http.StatusOK).into(t, &i)
	if i.Status != "closed" || i.EndDate == nil {
		t.Errorf("the closed incident is %+v", i)
	}
	s.isTold(t, id, a)
}

// isTold checks the timeline: an entry for every change, with who, what was and
// what is.
func (s *story) isTold(t *testing.T, id string, a *counted) {
	t.Helper()
	type line struct {
		Type, Title, Content string
		Author               *string
		Field                *string
		Old                  *string `json:"old_value"`
		New                  *string `json:"new_value"`
		Timestamp            string
	}
	lines := list[line](t, s.ria, "/incidents/"+id+"/timeline/")
	found := map[string]int{}
	for n, l := range lines {
		if n > 0 && l.Timestamp < lines[n-1].Timestamp {
			t.Errorf("%q stands after what came later", l.Title)
		}
		switch {
		case l.Field == nil && l.Type == "action" && is(l.Author, s.ana.id):
			found["opened"]++
		case is(l.Field, "alerts") && is(l.New, a.id) && is(l.Author, s.ana.id):
			found["linked"]++
		case is(l.Field, "assignee") && l.Old == nil && is(l.New, s.abe.id) && is(l.Author, s.ana.id):
			found["assigned"]++
		case l.Type == "evidence" && l.Title == "Host isolated" && l.Content == "by hand" && is(l.Author, s.abe.id):
			found["evidence"]++
		case is(l.Field, "status") && is(l.Old, "open") && is(l.New, "closed") && l.Content == "Cleaned up" && is(l.Author, s.acme.admin.id):
			found["closed"]++
		default:
			found["unexpected "+l.Title]++
		}
	}
	sameBag(t, "timeline", found, map[string]int{"opened": 1, "linked": 1, "assigned": 1, "evidence": 1, "closed": 1})
}
