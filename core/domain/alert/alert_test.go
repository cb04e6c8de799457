package alert_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/severity"
)

var (
	dawn = time.Date(2026, 5, 1, 6, 0, 0, 0, time.UTC)
	noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
)

// stored returns an alert as a store gives it back, with the change applied.
func stored(change func(*alert.State)) *alert.Alert {
	s := alert.State{
		ID: "a1", Company: "acme", Title: "Beaconing", Description: "every 60 s", Severity: severity.High,
		Status: alert.New, Source: "suricata", SourceRef: "7", Tags: []string{"c2"}, TLP: "amber", PAP: "amber",
		EventTime: dawn, FirstSeen: dawn, LastSeen: dawn, Occurrences: 1,
		Observables: map[string][]string{"ip": {"192.0.2.1"}}, RawPayload: json.RawMessage(`{"a":1}`),
		CreatedAt: dawn, UpdatedAt: dawn, Version: 3,
	}
	if change != nil {
		change(&s)
	}
	return alert.Restore(s)
}

// in returns an alert that came to a status in the ordinary way.
func in(status alert.Status) *alert.Alert {
	return stored(func(s *alert.State) {
		s.Status = status
		switch status {
		case alert.Resolved:
			s.ResolvedAt, s.Resolution, s.ResolutionNotes = dawn, alert.Benign, "a test"
		case alert.Escalated:
			s.Incidents = []string{"i1"}
		case alert.New, alert.InProgress:
		}
	})
}

func user(change func(*identity.UserState)) *identity.User {
	s := identity.UserState{ID: "u1", Username: "ana", Role: actor.Analyst, Company: "acme", IsActive: true}
	if change != nil {
		change(&s)
	}
	return identity.RestoreUser(s)
}

func code(err error) string {
	var e *fault.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func told(a *alert.Alert) []event.Name {
	var names []event.Name
	for _, e := range a.Events() {
		names = append(names, e.Name)
	}
	return names
}

func verbs() map[string]func(*alert.Alert) error {
	patch := func(to alert.Status) func(*alert.Alert) error {
		return func(a *alert.Alert) error { return a.Apply(alert.Patch{Status: new(string(to))}, noon) }
	}
	return map[string]func(*alert.Alert) error{
		"acknowledge":       func(a *alert.Alert) error { return a.Acknowledge("u1", noon) },
		"assign":            func(a *alert.Alert) error { return a.AssignTo(user(nil), noon) },
		"resolve":           func(a *alert.Alert) error { return a.Resolve("true_positive", "n", noon) },
		"escalate":          func(a *alert.Alert) error { return a.Escalate("i2", noon) },
		"settle":            func(a *alert.Alert) error { a.SettleWithIncident(noon); return nil },
		"patch new":         patch(alert.New),
		"patch in_progress": patch(alert.InProgress),
		"patch resolved":    patch(alert.Resolved),
		"patch escalated":   patch(alert.Escalated),
	}
}

// Every status under every verb: where the alert stands afterwards, or the code
// of the conflict.
func TestAlert_StatusTable(t *testing.T) {
	t.Parallel()
	const no = "invalid_transition"
	table := map[alert.Status]map[string]string{
		alert.New: {
			"acknowledge": "in_progress", "assign": "new", "resolve": "resolved", "escalate": "escalated", "settle": "resolved",
			"patch new": "new", "patch in_progress": "in_progress", "patch resolved": "resolved", "patch escalated": no,
		},
		alert.InProgress: {
			"acknowledge": "in_progress", "assign": "in_progress", "resolve": "resolved", "escalate": "escalated", "settle": "resolved",
			"patch new": "new", "patch in_progress": "in_progress", "patch resolved": "resolved", "patch escalated": no,
		},
		alert.Resolved: {
			"acknowledge": no, "assign": "resolved", "resolve": no, "escalate": no, "settle": "resolved",
			"patch new": "new", "patch in_progress": "in_progress", "patch resolved": "resolved", "patch escalated": no,
		},
		alert.Escalated: {
			"acknowledge": no, "assign": "escalated", "resolve": no, "escalate": "already_escalated", "settle": "resolved",
			"patch new": no, "patch in_progress": no, "patch resolved": no, "patch escalated": "escalated",
		},
	}
	require.Len(t, table, len(alert.Statuses()))
	for _, from := range alert.Statuses() {
		require.Len(t, table[from], len(verbs()))
		for verb, do := range verbs() {
			t.Run(string(from)+" "+verb, func(t *testing.T) {
				t.Parallel()
				a, want := in(from), table[from][verb]
				before := a.State()
				err := do(a)
				if err == nil {
					require.Equal(t, want, string(a.State().Status))
					return
				}
				require.True(t, fault.Is(err, fault.Conflict), "%v", err)
				require.Equal(t, want, code(err))
				require.Empty(t, cmp.Diff(before, a.State()), "what is refused changes nothing")
				require.True(t, a.Unchanged())
				require.Empty(t, a.Events())
			})
		}
	}
}

func TestAlert_EscalatedIsMovedByItsIncidentOnly(t *testing.T) {
	t.Parallel()
	a := in(alert.New)
	require.NoError(t, a.Escalate("i1", noon))
	require.Equal(t, []string{"i1"}, a.State().Incidents)
	for _, to := range []alert.Status{alert.New, alert.InProgress, alert.Resolved} {
		require.True(t, fault.Is(a.Apply(alert.Patch{Status: new(string(to))}, noon), fault.Conflict))
	}
	a.SettleWithIncident(noon)
	require.Equal(t, alert.Resolved, a.State().Status)
	require.Equal(t, noon, a.State().ResolvedAt)
	require.Equal(t, []event.Name{event.AlertEscalated, event.AlertResolved}, told(a))
}

func TestAlert_EscalatedTwiceNamesTheFirstIncident(t *testing.T) {
	t.Parallel()
	var e *fault.Error
	require.ErrorAs(t, in(alert.Escalated).Escalate("i2", noon), &e)
	require.Equal(t, "i1", e.ExistingID)
	orphan := stored(func(s *alert.State) { s.Status = alert.Escalated })
	require.ErrorAs(t, orphan.Escalate("i2", noon), &e)
	require.Empty(t, e.ExistingID)
}

func TestAlert_EscalateLinksAnIncidentOnce(t *testing.T) {
	t.Parallel()
	a := stored(func(s *alert.State) { s.Incidents = []string{"i0", "i1"} })
	require.NoError(t, a.Escalate("i1", noon))
	require.Equal(t, []string{"i0", "i1"}, a.State().Incidents)
}

func TestAlert_AcknowledgeKeepsTheFirstWhoLooked(t *testing.T) {
	t.Parallel()
	a := in(alert.New)
	require.NoError(t, a.Acknowledge("u1", dawn))
	require.NoError(t, a.Acknowledge("u2", noon))
	require.Equal(t, []event.Name{event.AlertAcknowledged}, told(a), "a second time changes nothing")
	require.Equal(t, identity.UserID("u1"), a.State().AcknowledgedBy)
	require.Equal(t, dawn, a.State().AcknowledgedAt)

	require.NoError(t, a.Apply(alert.Patch{Status: new("new")}, noon))
	require.NoError(t, a.Acknowledge("u2", noon))
	require.Equal(t, alert.InProgress, a.State().Status)
	require.Equal(t, identity.UserID("u1"), a.State().AcknowledgedBy)
}

func TestAlert_AcknowledgeMarksOneThatIsInProgressUnseen(t *testing.T) {
	t.Parallel()
	a := in(alert.InProgress)
	require.NoError(t, a.Acknowledge("u1", noon))
	require.Equal(t, noon, a.State().AcknowledgedAt)
	require.Contains(t, a.AuditChanges(), "acknowledged_at")
}

func TestAlert_AssigneeIsAnActiveUserOfTheCompany(t *testing.T) {
	t.Parallel()
	strangers := map[string]*identity.User{
		"of another company": user(func(s *identity.UserState) { s.Company = "globex" }),
		"superuser":          user(func(s *identity.UserState) { s.Company, s.Role = "", actor.Superuser }),
		"inactive":           user(func(s *identity.UserState) { s.IsActive = false }),
		"deleted":            user(func(s *identity.UserState) { s.DeletedAt = dawn }),
	}
	for name, u := range strangers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := in(alert.New)
			err := a.AssignTo(u, noon)
			require.Equal(t, identity.NotAssignable(), err)
			require.Equal(t, "assignee", fault.ViolationsOf(err)[0].Field)
			require.True(t, a.Unchanged())
		})
	}
	a := in(alert.New)
	require.NoError(t, a.AssignTo(nil, noon))
	require.Empty(t, a.Events(), "nobody had it before either")
	require.NoError(t, a.AssignTo(user(nil), noon))
	require.NoError(t, a.AssignTo(user(nil), noon))
	require.Equal(t, []event.Name{event.AlertAssigned}, told(a))
	require.Equal(t, noon, a.State().UpdatedAt)
	require.NoError(t, a.AssignTo(nil, noon))
	require.Empty(t, a.State().Assignee)
}

func TestAlert_ResolveWantsAResolutionThatExists(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "required", "fixed": "invalid", "Benign": "invalid"} {
		a := in(alert.Resolved) // validation comes before the state
		err := a.Resolve(text, "\x00", noon)
		require.Len(t, fault.ViolationsOf(err), 2, text)
		require.Equal(t, want, fault.ViolationsOf(err)[0].Code)
	}
	for _, resolution := range alert.Resolutions() {
		a := in(alert.InProgress)
		require.NoError(t, a.Resolve(string(resolution), "notes", noon))
		s := a.State()
		require.Equal(t, resolution, s.Resolution)
		require.Equal(t, "notes", s.ResolutionNotes)
		require.Equal(t, noon, s.ResolvedAt)
		require.Equal(t, []event.Name{event.AlertResolved}, told(a))
	}
}

func TestAlert_SettlingAResolvedOneChangesNothing(t *testing.T) {
	t.Parallel()
	a := in(alert.Resolved)
	a.SettleWithIncident(noon)
	require.True(t, a.Unchanged())
	require.Empty(t, a.Events())
	require.Equal(t, dawn, a.State().ResolvedAt)
}

func TestAlert_StateIsACopy(t *testing.T) {
	t.Parallel()
	a := in(alert.Escalated)
	before := a.State()
	s := a.State()
	s.Tags[0], s.Incidents[0], s.RawPayload[0] = "x", "x", 'x'
	s.Observables["ip"][0] = "x"
	s.Observables["url"] = []string{"x"}
	require.Empty(t, cmp.Diff(before, a.State()))
	require.True(t, a.Unchanged())
	empty := alert.Restore(alert.State{}).State()
	require.Nil(t, empty.Observables)
	require.Nil(t, empty.Tags)
}

func TestAlert_AuditNamesTheAlertAndItsSeverity(t *testing.T) {
	t.Parallel()
	a := in(alert.New)
	require.Equal(t, audit.Ref{Type: "alert", ID: "a1", Name: "Beaconing", Company: "acme"}, a.AuditRef())
	require.NoError(t, a.Apply(alert.Patch{Severity: new("critical")}, noon))
	require.Equal(t, audit.Changes{"severity": {"high", "critical"}}, a.AuditChanges())
}

func TestSaved_IsTheNextVersionAndNoChange(t *testing.T) {
	t.Parallel()
	a := in(alert.New)
	a.Saved()
	require.Equal(t, 4, a.State().Version)
	require.True(t, a.Unchanged())
}
