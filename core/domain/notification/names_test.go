package notification_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/task"
)

func anAlert() *alert.Alert {
	return alert.Restore(alert.State{
		ID: "a1", Company: "acme", Title: "Beaconing", Description: "every 60 s", Severity: severity.High, Status: alert.Resolved,
		Source: "suricata", SourceRef: "7", Tags: []string{"c2", "vip"}, TLP: "amber", PAP: "green", EventTime: noon, FirstSeen: noon,
		LastSeen: noon.Add(1500), Occurrences: 12_345_678, Observables: map[string][]string{"url": {"http://x"}, "ip": {"::1", "::2"}},
		Assignee: "u1", Incidents: []string{"i1"}, Resolution: alert.Benign, CreatedAt: noon,
	})
}

func anIncident() *incident.Incident {
	return incident.Restore(incident.State{
		ID: "i1", Company: "acme", Title: "Intrusion", Description: "d", Summary: "s", Severity: severity.Critical,
		Status: incident.Open, Tags: []string{"c2"}, TLP: "red", PAP: "red", Assignee: "u1", StartDate: noon, AlertCount: 3,
		ObservableCount: 1_000_000, CreatedAt: noon,
	})
}

func aTask() *task.Task {
	return task.Restore(task.State{
		ID: "t1", Company: "acme", Incident: "i1", Title: "Isolate the host", Description: "d", Status: task.Completed,
		Priority: task.High, DueDate: noon, Assignee: "u1", Order: 2, Notes: "n", CompletedAt: noon, CreatedAt: noon,
	})
}

func entities() facts {
	return facts{"alert": anAlert().Facts(), "incident": anIncident().Facts(), "task": aTask().Facts()}
}

// A name that events lack would be accepted in a rule and never show anything;
// a fact without a name could not be shown.
func TestNames_AreWhatEventsCarry(t *testing.T) {
	t.Parallel()
	for noun, carried := range entities() {
		names := notification.Names()[noun]
		slices.Sort(names)
		require.Equal(t, slices.Sorted(maps.Keys(carried)), names, noun)
	}
	for noun, names := range notification.Names() {
		require.Len(t, slices.Compact(slices.Sorted(slices.Values(names))), len(names), noun)
	}
}

func TestNames_EveryFieldReadsTheSameAfterJSON(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(entities())
	require.NoError(t, err)
	var back facts
	require.NoError(t, json.Unmarshal(text, &back))
	for noun, carried := range entities() {
		for name := range carried {
			source := fmt.Sprintf("{{ %s.%s }}", noun, name)
			before, err := notification.Render(source, entities(), 1_000)
			require.NoError(t, err)
			after, err := notification.Render(source, back, 1_000)
			require.NoError(t, err)
			require.Equal(t, before, after, source)
			require.NotEmpty(t, before, source)
		}
	}
}

func TestNames_ListIsTheCallersOwn(t *testing.T) {
	t.Parallel()
	notification.Names()["alert"][0] = "x"
	require.NotContains(t, notification.Names()["alert"], "x")
}
