package task_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/task"
)

var (
	dawn = time.Date(2026, 5, 1, 6, 0, 0, 0, time.UTC)
	noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
)

func in(status task.Status) *task.Task {
	s := task.State{
		ID: "t1", Company: "acme", Incident: "i1", Title: "Isolate the host", Status: status, Priority: task.High, Order: 3,
		CreatedBy: "u0", CreatedAt: dawn, UpdatedAt: dawn,
	}
	if status == task.Completed {
		s.CompletedAt = dawn
	}
	return task.Restore(s)
}

func around(id incident.ID) *incident.Incident {
	return incident.Restore(incident.State{ID: id, Company: "acme", Title: "Intrusion", Severity: severity.High, Status: incident.Open})
}

func ana() *identity.User {
	return identity.RestoreUser(identity.UserState{ID: "u1", Username: "ana", Role: actor.Analyst, Company: "acme", IsActive: true})
}

func told(t *task.Task) []event.Name {
	var names []event.Name
	for _, e := range t.Events() {
		names = append(names, e.Name)
	}
	return names
}

// story returns the titles that the incident told since it was read.
func story(i *incident.Incident) []string {
	var titles []string
	for _, e := range i.Signed(func() string { return "e" }, "", noon) {
		titles = append(titles, e.Title)
	}
	return titles
}

// Every status may become every other; only what is completed has a time of it.
func TestTask_StatusAndItsTime(t *testing.T) {
	t.Parallel()
	for _, from := range task.Statuses() {
		for _, to := range task.Statuses() {
			t.Run(fmt.Sprintf("%s to %s", from, to), func(t *testing.T) {
				t.Parallel()
				moved, text := in(from), string(to)
				require.NoError(t, moved.Apply(task.Patch{Status: &text}, 9, noon))
				s := moved.State()
				require.Equal(t, to, s.Status)
				require.Equal(t, to == task.Completed, !s.CompletedAt.IsZero())
				require.Equal(t, from == to, moved.Unchanged())
				if from == to {
					require.Equal(t, in(from).State(), s)
					require.Empty(t, moved.Events())
					return
				}
				require.Equal(t, noon, s.UpdatedAt)
				if to == task.Completed {
					require.Equal(t, noon, s.CompletedAt)
					require.Equal(t, []event.Name{event.TaskCompleted}, told(moved))
				} else {
					require.Empty(t, moved.Events())
				}
			})
		}
	}
}

func TestComplete_ASecondTimeChangesNothing(t *testing.T) {
	t.Parallel()
	for _, from := range task.Statuses() {
		done := in(from)
		done.Complete(noon)
		require.Equal(t, task.Completed, done.State().Status)
		require.Equal(t, from == task.Completed, done.Unchanged(), from)
		before := done.State()
		done.Complete(noon.Add(time.Hour))
		require.Equal(t, before, done.State())
	}
}

func TestOverdue_IsWhatIsPendingAndLate(t *testing.T) {
	t.Parallel()
	for _, status := range task.Statuses() {
		s := in(status).State()
		require.False(t, s.Overdue(noon), "without a date nothing is late")
		s.DueDate = noon
		require.False(t, s.Overdue(noon))
		require.Equal(t, status == task.Open || status == task.InProgress, s.Overdue(noon.Add(1)), status)
		require.Equal(t, s.Status.Pending(), s.Overdue(noon.Add(1)))
	}
}

func TestAssign_ToSomebodyOfTheCompany(t *testing.T) {
	t.Parallel()
	given := in(task.Open)
	require.NoError(t, given.AssignTo(ana(), noon))
	require.EqualValues(t, "u1", given.State().Assignee)
	require.Equal(t, []event.Name{event.TaskAssigned}, told(given))
	require.Equal(t, audit.Changes{"assignee": {nil, "u1"}}, given.AuditChanges())
	require.NoError(t, given.AssignTo(ana(), noon.Add(time.Hour)))
	require.Equal(t, noon, given.State().UpdatedAt, "again changes nothing")
	require.NoError(t, given.AssignTo(nil, noon))
	require.Empty(t, given.State().Assignee)
	require.Len(t, told(given), 1, "taking it away tells nobody")

	stranger := ana().State()
	stranger.Company = "zeta"
	require.True(t, fault.Is(given.AssignTo(identity.RestoreUser(stranger), noon), fault.Invalid))
}

func TestTell_TheIncidentHearsOfIt(t *testing.T) {
	t.Parallel()
	made, err := task.Create("t1", around("i1"), task.Draft{Title: "x"}, ReporterOf("u1"), 0, noon)
	require.NoError(t, err)
	i := around("i1")
	made.Tell(i, noon)
	require.Equal(t, []string{"Task added"}, story(i))
	require.Equal(t, "Intrusion", made.Events()[0].Facts["incident"]["title"])

	i, done := around("i1"), in(task.Open)
	done.Complete(noon)
	done.Tell(i, noon)
	require.Equal(t, []string{"Task completed"}, story(i))

	i, same := around("i1"), in(task.Open)
	same.Tell(i, noon)
	require.Empty(t, story(i))

	old, next, moved := around("i1"), around("i2"), in(task.Open)
	require.NoError(t, moved.MoveTo(next, 4, false, noon))
	from, left := moved.Moved()
	require.True(t, left)
	require.EqualValues(t, "i1", from)
	moved.Tell(next, noon)
	moved.Leave(old, noon)
	require.Equal(t, []string{"Task added"}, story(next))
	require.Equal(t, []string{"Task removed"}, story(old))
	_, left = in(task.Open).Moved()
	require.False(t, left)
	_, left = made.Moved()
	require.False(t, left, "a new task comes from nowhere")
}

func TestMoveTo_StaysInTheCompany(t *testing.T) {
	t.Parallel()
	moved := in(task.Open)
	require.NoError(t, moved.MoveTo(around("i2"), 7, false, noon))
	require.Equal(t, 8, moved.State().Order)
	require.NoError(t, moved.MoveTo(around("i3"), 7, true, noon))
	require.Equal(t, 8, moved.State().Order)
	other := incident.Restore(incident.State{ID: "i9", Company: "zeta"})
	require.True(t, fault.Is(moved.MoveTo(other, 0, false, noon), fault.Invalid))
}

func TestTask_IsASubject(t *testing.T) {
	t.Parallel()
	s := in(task.Open)
	require.Equal(t, audit.Ref{Type: "task", ID: "t1", Name: "Isolate the host", Company: "acme"}, s.AuditRef())
	require.True(t, s.Unchanged())
	require.Empty(t, cmp.Diff(audit.Changes{
		"incident": {nil, "i1"}, "title": {nil, "Isolate the host"}, "status": {nil, "open"}, "priority": {nil, "high"},
		"order": {0, 3},
	}, s.AuditSnapshot()))
	s.Saved()
	require.Equal(t, 1, s.State().Version)
}

func TestEvents_CarryWhatTheAPICarries(t *testing.T) {
	t.Parallel()
	done := in(task.Open)
	done.Complete(noon)
	e := done.Events()[0]
	require.Equal(t, "task", e.Entity)
	require.Equal(t, "t1", e.EntityID)
	require.EqualValues(t, "acme", e.Company)
	require.NotContains(t, e.Facts, "incident", "nobody told it of its incident")
	_, err := json.Marshal(e.Facts)
	require.NoError(t, err)
	require.Equal(t, "completed", e.Facts["task"]["status"])
}
