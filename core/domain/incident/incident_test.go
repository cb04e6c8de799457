package incident_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/severity"
)

var (
	dawn = time.Date(2026, 5, 1, 6, 0, 0, 0, time.UTC)
	noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
)

func in(status incident.Status) *incident.Incident {
	return incident.Restore(incident.State{
		ID: "i1", Company: "acme", Title: "Intrusion", Severity: severity.High, Status: status, Tags: []string{"c2"},
		TLP: "amber", PAP: "amber", Assignee: "u0", CustomFields: map[string]any{"ticket": "T-1"}, StartDate: dawn,
		CreatedAt: dawn, UpdatedAt: dawn,
	})
}

func user(change func(*identity.UserState)) *identity.User {
	s := identity.UserState{ID: "u1", Username: "ana", Role: actor.Analyst, Company: "acme", IsActive: true}
	if change != nil {
		change(&s)
	}
	return identity.RestoreUser(s)
}

func reported(id alert.ID) *alert.Alert {
	return alert.Restore(alert.State{
		ID: id, Company: "acme", Title: "Beaconing", Description: "every 60 s", Severity: severity.Critical,
		Status: alert.New, Tags: []string{"c2"}, TLP: "red", PAP: "green", Source: "suricata",
	})
}

func told(i *incident.Incident) []event.Name {
	var names []event.Name
	for _, e := range i.Events() {
		names = append(names, e.Name)
	}
	return names
}

// story returns what the incident told since it was read.
func story(i *incident.Incident) []incident.Entry {
	n := 0
	return i.Signed(func() string { n++; return strings.Repeat("e", n) }, "u9", noon)
}

func code(err error) string {
	var e *fault.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func TestIncident_StatusTable(t *testing.T) {
	t.Parallel()
	verbs := map[string]func(*incident.Incident) error{
		"close":  func(i *incident.Incident) error { return i.Close("done", noon) },
		"assign": func(i *incident.Incident) error { return i.AssignTo(user(nil), noon) },
		"tell":   func(i *incident.Incident) error { return i.Tell(incident.EntryDraft{Title: "n"}, noon) },
	}
	const no = "invalid_transition"
	table := map[incident.Status]map[string]string{
		incident.Open:       {"close": "closed", "assign": "open", "tell": "open"},
		incident.InProgress: {"close": "closed", "assign": "in_progress", "tell": "in_progress"},
		incident.Resolved:   {"close": "closed", "assign": "resolved", "tell": "resolved"},
		incident.Closed:     {"close": no, "assign": no, "tell": "closed"},
	}
	require.Len(t, table, len(incident.Statuses()))
	for _, from := range incident.Statuses() {
		for verb, do := range verbs {
			t.Run(string(from)+" "+verb, func(t *testing.T) {
				t.Parallel()
				i, want := in(from), table[from][verb]
				before := i.State()
				err := do(i)
				if err == nil {
					require.Equal(t, want, string(i.State().Status))
					require.Len(t, story(i), 1)
					return
				}
				require.True(t, fault.Is(err, fault.Conflict))
				require.Equal(t, want, code(err))
				require.Empty(t, cmp.Diff(before, i.State()))
				require.Empty(t, i.Events())
				require.Empty(t, story(i))
			})
		}
	}
}

func TestIncident_TakesOverWhatTheAlertKnows(t *testing.T) {
	t.Parallel()
	a := reported("a1")
	i := incident.FromAlert("i1", a, alert.Reporter{User: "u1", Key: "k1"}, noon)
	want := incident.State{
		ID: "i1", Company: "acme", Title: "Beaconing", Description: "every 60 s", Severity: severity.Critical,
		Status: incident.Open, Tags: []string{"c2"}, TLP: "red", PAP: "green", StartDate: noon, CreatedBy: "u1",
		CreatedByKey: "k1", CreatedAt: noon, UpdatedAt: noon,
	}
	require.Empty(t, cmp.Diff(want, i.State()))
	require.Equal(t, incident.ID("i1"), i.ID())
	require.Equal(t, []event.Name{event.IncidentCreated}, told(i))
	require.Equal(t, "Incident opened", story(i)[0].Title)
	require.Contains(t, i.AuditChanges(), "severity")
}

func TestIncident_LinkedCountsTheAlertAndTellsIt(t *testing.T) {
	t.Parallel()
	i := in(incident.Open)
	i.Linked(reported("a1"), 4, noon)
	s := i.State()
	require.Equal(t, 1, s.AlertCount)
	require.Equal(t, 4, s.ObservableCount)
	require.Equal(t, noon, s.UpdatedAt)
	want := incident.Entry{
		ID: "e", Incident: "i1", Type: incident.Action, Title: "Alert linked", Content: "Beaconing", Author: "u9",
		Field: "alerts", New: "a1", At: noon, AddedAt: noon,
	}
	require.Empty(t, cmp.Diff([]incident.Entry{want}, story(i)))
	require.Equal(t, audit.Changes{"alert_count": {0, 1}}, i.AuditChanges())
}

func TestIncident_AssigneeIsAnActiveUserOfTheCompany(t *testing.T) {
	t.Parallel()
	for name, u := range map[string]*identity.User{
		"of another company": user(func(s *identity.UserState) { s.Company = "globex" }),
		"inactive":           user(func(s *identity.UserState) { s.IsActive = false }),
	} {
		i := in(incident.Open)
		require.Equal(t, identity.NotAssignable(), i.AssignTo(u, noon), name)
		require.True(t, i.Unchanged())
	}
}

func TestIncident_AssigningTellsOldAndNew(t *testing.T) {
	t.Parallel()
	i := in(incident.Open)
	require.NoError(t, i.AssignTo(user(func(s *identity.UserState) { s.FirstName, s.LastName = "Ana", "Bo" }), noon))
	require.NoError(t, i.AssignTo(user(nil), noon.Add(time.Hour)), "a second time changes nothing")
	require.NoError(t, i.AssignTo(nil, noon))
	entries := story(i)
	require.Len(t, entries, 2)
	require.Equal(t, []string{"Assigned to Ana Bo", "assignee", "u0", "u1"}, []string{entries[0].Title, entries[0].Field, entries[0].Old, entries[0].New})
	require.Equal(t, []string{"Assignment removed", "assignee", "u1", ""}, []string{entries[1].Title, entries[1].Field, entries[1].Old, entries[1].New})
	require.Equal(t, []event.Name{event.IncidentAssigned, event.IncidentAssigned}, told(i))
	require.Empty(t, i.State().Assignee)
}

// First and last name have 150 characters each; a title has 255.
func TestIncident_TheLongestNameFitsTheTimeline(t *testing.T) {
	t.Parallel()
	i := in(incident.Open)
	long := strings.Repeat("é", 150)
	require.NoError(t, i.AssignTo(user(func(s *identity.UserState) { s.FirstName, s.LastName = long, long }), noon))
	title := story(i)[0].Title
	require.Equal(t, 255, utf8.RuneCountInString(title))
	require.True(t, strings.HasSuffix(title, "…"))
}

func TestIncident_ClosingEndsItAndKeepsTheNotes(t *testing.T) {
	t.Parallel()
	i := in(incident.InProgress)
	require.NoError(t, i.Close("contained", noon))
	require.Equal(t, noon, i.State().EndDate)
	require.Equal(t, []event.Name{event.IncidentClosed}, told(i))
	entry := story(i)[0]
	require.Equal(t, []string{"contained", "status", "in_progress", "closed"}, []string{entry.Content, entry.Field, entry.Old, entry.New})
	require.Equal(t, audit.Changes{"status": {"in_progress", "closed"}, "end_date": {nil, "2026-05-01T12:00:00.000000Z"}}, i.AuditChanges())

	err := in(incident.Open).Close(strings.Repeat("a", 10_001), noon)
	require.Equal(t, "notes", fault.ViolationsOf(err)[0].Field)
}

func TestIncident_ImpactScore(t *testing.T) {
	t.Parallel()
	cases := []struct {
		level                      severity.Level
		alerts, observables, tasks int
		want                       int
	}{
		{severity.None, 0, 0, 0, 0},
		{severity.Info, 0, 0, 0, 5},
		{severity.Low, 0, 0, 0, 10},
		{severity.Medium, 0, 0, 0, 30},
		{severity.High, 0, 0, 0, 60},
		{severity.Critical, 0, 0, 0, 85},
		{severity.Info, 1, 0, 0, 5}, // 5.5, truncated
		{severity.Info, 1, 1, 0, 5}, // 5.75
		{severity.Info, 1, 2, 0, 6}, // 6
		{severity.Info, 1, 1, 1, 6}, // 6.25
		{severity.Low, 9, 0, 0, 14}, // 14.5
		{severity.Low, 10, 0, 0, 15},
		{severity.Low, 11, 0, 0, 15},
		{severity.Low, 0, 19, 0, 14}, // 14.75
		{severity.Low, 0, 20, 0, 15},
		{severity.Low, 0, 21, 0, 15},
		{severity.Low, 0, 0, 9, 14}, // 14.5
		{severity.Low, 0, 0, 10, 15},
		{severity.Low, 0, 0, 11, 15},
		{severity.High, 1_000_000, 1_000_000, 1_000_000, 75},
		{severity.Critical, 10, 20, 10, 100},
		{severity.Critical, 10, 19, 10, 99}, // 99.75
		{severity.Critical, 1_000_000, 1_000_000, 1_000_000, 100},
	}
	for _, c := range cases {
		s := incident.State{Severity: c.level, AlertCount: c.alerts, ObservableCount: c.observables, TaskCount: c.tasks}
		require.Equal(t, c.want, s.ImpactScore(), "%+v", c)
	}
}

func TestIncident_StateIsACopy(t *testing.T) {
	t.Parallel()
	i := in(incident.Open)
	before := i.State()
	s := i.State()
	s.Tags[0], s.CustomFields["ticket"] = "x", "x"
	require.Empty(t, cmp.Diff(before, i.State()))
	require.True(t, i.Unchanged())
}

func TestFacts_AreJSON(t *testing.T) {
	t.Parallel()
	for name, i := range map[string]*incident.Incident{"full": in(incident.Open), "empty": incident.Restore(incident.State{})} {
		text, err := json.Marshal(i.Facts())
		require.NoError(t, err, name)
		var back map[string]any
		require.NoError(t, json.Unmarshal(text, &back))
		require.IsType(t, []any{}, back["tags"], name)
	}
	require.Equal(t, 60, in(incident.Open).Facts()["impact_score"])
}

func TestSaved_IsTheNextVersionAndNoChange(t *testing.T) {
	t.Parallel()
	i := in(incident.Open)
	i.Saved()
	require.Equal(t, 1, i.State().Version)
	require.True(t, i.Unchanged())
}
