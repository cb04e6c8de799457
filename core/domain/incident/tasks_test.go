package incident_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/incident"
)

func TestTallied_CountsAndRaisesTheScore(t *testing.T) {
	t.Parallel()
	i := in(incident.Open)
	score := i.State().ImpactScore()
	i.Tallied(4, 3, noon)
	s := i.State()
	require.Equal(t, []int{4, 3}, []int{s.TaskCount, s.OpenTaskCount})
	require.Equal(t, noon, s.UpdatedAt)
	require.Equal(t, score+2, s.ImpactScore())
	require.Equal(t, 3, i.Facts()["open_task_count"])
	require.Empty(t, story(i))

	i.Tallied(4, 3, noon.Add(1))
	require.Equal(t, noon, i.State().UpdatedAt, "the same counts are no change")
}

func TestTasks_AreTold(t *testing.T) {
	t.Parallel()
	i, work := in(incident.Open), incident.Work{ID: "t1", Title: "Isolate the host"}
	i.TaskAdded(work, noon)
	for _, to := range []string{"in_progress", "completed", "canceled", "open"} {
		i.TaskMoved(work, "from", to, noon)
	}
	i.TaskGone(work, noon)
	var lines [][4]string
	for _, e := range story(i) {
		require.Equal(t, incident.Action, e.Type)
		require.Equal(t, "Isolate the host", e.Content)
		require.Equal(t, noon, e.At)
		lines = append(lines, [4]string{e.Title, e.Field, e.Old, e.New})
	}
	require.Empty(t, cmp.Diff([][4]string{
		{"Task added", "tasks", "", "t1"},
		{"Task begun", "task_status", "from", "in_progress"},
		{"Task completed", "task_status", "from", "completed"},
		{"Task canceled", "task_status", "from", "canceled"},
		{"Task reopened", "task_status", "from", "open"},
		{"Task removed", "tasks", "t1", ""},
	}, lines))
}
