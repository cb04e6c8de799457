package incident_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/incident"
)

func TestTell_TakesTheDefaultsAndTheTimeItIsGiven(t *testing.T) {
	t.Parallel()
	i := in(incident.Open)
	require.NoError(t, i.Tell(incident.EntryDraft{Title: "Called the bank"}, noon))
	require.NoError(t, i.Tell(incident.EntryDraft{
		Title: "Disk image", Content: "taken", Type: "evidence", At: time.Date(2026, 4, 1, 2, 0, 0, 1_999, time.FixedZone("", 7200)),
	}, noon))
	want := []incident.Entry{
		{ID: "e", Incident: "i1", Type: incident.Note, Title: "Called the bank", Author: "u9", At: noon, AddedAt: noon},
		{
			ID: "ee", Incident: "i1", Type: incident.Evidence, Title: "Disk image", Content: "taken", Author: "u9",
			At: time.Date(2026, 4, 1, 0, 0, 0, 1_000, time.UTC), AddedAt: noon,
		},
	}
	require.Empty(t, cmp.Diff(want, story(i)))
	require.Empty(t, i.Events())
}

func TestTell_AllFaultsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	i := in(incident.Open)
	err := i.Tell(incident.EntryDraft{
		Content: strings.Repeat("a", 10_001), Type: "rumour", At: time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC),
	}, noon)
	var fields []string
	for _, v := range fault.ViolationsOf(err) {
		fields = append(fields, v.Field)
	}
	require.Equal(t, []string{"title", "content", "type", "timestamp"}, fields)
	require.Empty(t, story(i))
	require.NoError(t, i.Tell(incident.EntryDraft{Title: strings.Repeat("é", 255)}, noon))
	require.Error(t, i.Tell(incident.EntryDraft{Title: strings.Repeat("é", 256)}, noon))
}

func TestTold_IsAboutTheIncident(t *testing.T) {
	t.Parallel()
	told := incident.Told{Incident: in(incident.Open), Entry: incident.Entry{ID: "e1", Type: incident.Note, Title: "n"}}
	require.Equal(t, audit.Ref{Type: "incident", ID: "i1", Name: "Intrusion", Company: "acme"}, told.AuditRef())
	require.Equal(t, audit.Changes{"timeline": {nil, "n"}}, told.AuditChanges())
	require.Equal(t, map[string]any{"entry_id": "e1", "type": "note"}, told.AuditMetadata())
}

func TestEscalation_IsDoneToTheAlertAndTellsBothSides(t *testing.T) {
	t.Parallel()
	a := reported("a1")
	i := incident.FromAlert("i1", a, alert.Reporter{}, noon)
	require.NoError(t, a.Escalate("i1", noon))
	i.Linked(a, 0, noon)
	e := incident.Escalation{Alert: a, Incident: i}
	require.Equal(t, "a1", e.AuditRef().ID)
	require.Equal(t, audit.Changes{"status": {"new", "escalated"}}, e.AuditChanges())
	require.Equal(t, "i1", e.AuditMetadata()["incident_id"])
	require.Contains(t, e.AuditMetadata()["incident"], "severity")
	var names []event.Name
	for _, one := range e.Events() {
		names = append(names, one.Name)
	}
	require.Equal(t, []event.Name{event.AlertEscalated, event.IncidentCreated}, names)
	require.Equal(t, 1, e.Events()[1].Facts["incident"]["alert_count"], "rules see the incident as it was committed")
}

func TestClosing_NamesTheAlertsItResolvedAndTellsAll(t *testing.T) {
	t.Parallel()
	i, a := in(incident.Open), reported("a1")
	require.NoError(t, i.Close("", noon))
	a.SettleWithIncident(noon)
	c := incident.Closing{Incident: i, Resolved: []*alert.Alert{a}}
	require.Equal(t, "i1", c.AuditRef().ID)
	require.Equal(t, [2]any{"open", "closed"}, c.AuditChanges()["status"])
	require.Equal(t, map[string]any{"resolved_alerts": []any{"a1"}}, c.AuditMetadata())
	events := c.Events()
	require.Len(t, events, 2)
	require.Equal(t, event.IncidentClosed, events[0].Name)
	require.Equal(t, event.AlertResolved, events[1].Name)
}
