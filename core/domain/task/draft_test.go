package task_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/task"
)

// ReporterOf is a user who makes tasks.
func ReporterOf(id identity.UserID) alert.Reporter { return alert.Reporter{User: id} }

func fields(err error) []string {
	var list []string
	for _, v := range fault.ViolationsOf(err) {
		list = append(list, v.Field+" "+v.Code)
	}
	return list
}

func TestCreate_TakesTheDefaults(t *testing.T) {
	t.Parallel()
	made, err := task.Create("t1", around("i1"), task.Draft{Title: "Isolate"}, alert.Reporter{Key: "k1"}, 4, noon)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(task.State{
		ID: "t1", Company: "acme", Incident: "i1", Title: "Isolate", Status: task.Open, Priority: task.Medium, Order: 5,
		CreatedByKey: "k1", CreatedAt: noon, UpdatedAt: noon,
	}, made.State()))
	require.Equal(t, []event.Name{event.TaskCreated}, told(made))
}

func TestCreate_TakesWhatItIsGiven(t *testing.T) {
	t.Parallel()
	due := time.Date(2026, 6, 1, 2, 0, 0, 1_999, time.FixedZone("", 7200))
	d := task.Draft{
		Title: "Isolate", Description: "d", Status: "completed", Priority: "critical", Notes: "n", DueDate: due, Order: 2,
	}
	require.NoError(t, d.Check())
	made, err := task.Create("t1", around("i1"), d, ReporterOf("u1"), 4, noon)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(task.State{
		ID: "t1", Company: "acme", Incident: "i1", Title: "Isolate", Description: "d", Status: task.Completed,
		Priority: task.Critical, DueDate: time.Date(2026, 6, 1, 0, 0, 0, 1_000, time.UTC), Order: 2, Notes: "n",
		CompletedAt: noon, CreatedBy: "u1", CreatedAt: noon, UpdatedAt: noon,
	}, made.State()))
	require.Equal(t, []event.Name{event.TaskCreated, event.TaskCompleted}, told(made))
}

func TestCreate_AllFaultsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	bad := task.Draft{
		Title: strings.Repeat("é", 201), Description: strings.Repeat("é", 100_001), Status: "done", Priority: "info",
		Notes: strings.Repeat("é", 10_001), DueDate: time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC), Order: -1,
	}
	_, err := task.Create("t1", around("i1"), bad, ReporterOf("u1"), 0, noon)
	want := []string{
		"title too_long", "description too_long", "notes too_long", "order invalid", "status invalid", "priority invalid",
		"due_date invalid",
	}
	require.Equal(t, want, fields(err))
	require.Equal(t, want, fields(bad.Check()))
	require.Equal(t, []string{"title required", "order invalid"}, fields(task.Draft{Title: " ", Order: 1_000_000_001}.Check()))
}

func TestOrder_NeverRunsOver(t *testing.T) {
	t.Parallel()
	made, err := task.Create("t1", around("i1"), task.Draft{Title: "x"}, ReporterOf("u1"), 1_000_000_000, noon)
	require.NoError(t, err)
	require.Equal(t, 1_000_000_000, made.State().Order)
}

func TestApply_ChangesWhatIsNamed(t *testing.T) {
	t.Parallel()
	changed := in(task.Open)
	title, empty, priority, due, order := "New", "", "low", noon, 0
	require.NoError(t, changed.Apply(task.Patch{
		Title: &title, Description: &empty, Priority: &priority, Notes: &title, DueDate: &due, Order: &order,
	}, 9, noon))
	s := changed.State()
	require.Equal(t, []any{"New", "", task.Low, "New", noon, 10, noon},
		[]any{s.Title, s.Description, s.Priority, s.Notes, s.DueDate, s.Order, s.UpdatedAt})
	require.Equal(t, task.Open, s.Status)
	require.Empty(t, changed.Events())

	order = 2
	require.NoError(t, changed.Apply(task.Patch{DueDate: &time.Time{}, Order: &order}, 9, noon))
	require.True(t, changed.State().DueDate.IsZero())
	require.Equal(t, 2, changed.State().Order)
}

func TestApply_WhatChangesNothingLeavesTheTime(t *testing.T) {
	t.Parallel()
	same := in(task.Open)
	title := "Isolate the host"
	require.NoError(t, same.Apply(task.Patch{Title: &title}, 9, noon))
	require.Equal(t, in(task.Open).State(), same.State())
	require.NoError(t, same.Apply(task.Patch{}, 9, noon))
	require.True(t, same.Unchanged())
}

func TestApply_RefusesAllAtOnceAndChangesNothing(t *testing.T) {
	t.Parallel()
	bad := in(task.Open)
	empty, word, order, due := "", "soon", -1, time.Date(20_000, 1, 1, 0, 0, 0, 0, time.UTC)
	err := bad.Apply(task.Patch{Title: &empty, Status: &word, Priority: &empty, DueDate: &due, Order: &order}, 9, noon)
	require.Equal(t, []string{
		"title required", "priority required", "status invalid", "due_date invalid", "order invalid",
	}, fields(err))
	require.True(t, bad.Unchanged())
}

func TestRanks_AreInOrder(t *testing.T) {
	t.Parallel()
	for i, s := range task.Statuses() {
		require.Equal(t, i, s.Rank())
	}
	for i, p := range task.Priorities() {
		require.Equal(t, i, p.Rank())
	}
	require.Negative(t, task.Status("x").Rank())
}

func TestDueDate_IsBeforeTheMomentThatStandsForNone(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"due_date invalid"}, fields(task.Draft{Title: "x", DueDate: task.NoDueDate()}.Check()))
	require.NoError(t, task.Draft{Title: "x", DueDate: task.NoDueDate().Add(-time.Microsecond)}.Check())
}
