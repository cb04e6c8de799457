package alert_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// Whatever the status was, an incident makes it escalated, and letting go of the
// last one puts the alert in progress.
func TestLinkTo_EscalatesAndLeavingPutsInProgress(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
	for _, from := range alert.Statuses() {
		s := alert.State{ID: "a1", Company: "acme", Status: from}
		if from == alert.Escalated {
			s.Incidents = []string{"i0"}
		}
		a := alert.Restore(s)
		require.NoError(t, a.LinkTo("i1", now))
		require.Equal(t, alert.Escalated, a.State().Status)
		require.Equal(t, from == alert.Escalated, a.Unchanged(), from)
		require.True(t, fault.Is(a.LinkTo("i1", now), fault.Conflict))
		a.LeaveIncident("i1", now)
		if from == alert.Escalated {
			require.Equal(t, alert.Escalated, a.State().Status, "i0 holds it")
			continue
		}
		require.Equal(t, alert.InProgress, a.State().Status)
		require.Len(t, a.Events(), 2)
		require.Equal(t, event.AlertUpdated, a.Events()[1].Name)
	}
	done := alert.Restore(alert.State{ID: "a1", Status: alert.Resolved, Incidents: []string{"i1"}})
	done.LeaveIncident("i1", now)
	require.Equal(t, alert.Resolved, done.State().Status)
}
