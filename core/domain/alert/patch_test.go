package alert_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/severity"
)

func TestApply_ChangesWhatIsGivenAndNothingElse(t *testing.T) {
	t.Parallel()
	a := in(alert.New)
	want := a.State()
	p := alert.Patch{
		Title: new("T"), Description: new(""), Severity: new("low"), Status: new("in_progress"), Source: new("zeek"),
		SourceRef: new(" "), Tags: &[]string{"b", "b"}, TLP: new("red"), PAP: new("clear"), EventTime: new(noon.Add(time.Nanosecond)),
		RawPayload: new(json.RawMessage(`[]`)),
	}
	require.NoError(t, a.Apply(p, noon))
	want.Title, want.Description, want.Severity, want.Status = "T", "", severity.Low, alert.InProgress
	want.Source, want.SourceRef, want.Tags, want.TLP, want.PAP = "zeek", "", []string{"b"}, "red", "clear"
	want.EventTime, want.RawPayload, want.UpdatedAt = noon, json.RawMessage(`[]`), noon
	require.Empty(t, cmp.Diff(want, a.State()))
	require.Equal(t, []event.Name{event.AlertUpdated}, told(a))
}

func TestApply_WhatIsThereAlreadyChangesNothing(t *testing.T) {
	t.Parallel()
	a := in(alert.Resolved)
	s := a.State()
	p := alert.Patch{
		Title: &s.Title, Severity: new(s.Severity.String()), Status: new(string(s.Status)), Tags: &s.Tags, TLP: new("amber"),
		EventTime: &s.EventTime, RawPayload: &s.RawPayload, Resolution: new("benign"), ResolutionNotes: &s.ResolutionNotes,
	}
	for _, patch := range []alert.Patch{{}, p} {
		require.NoError(t, a.Apply(patch, noon))
		require.True(t, a.Unchanged())
		require.Empty(t, a.Events())
		require.Equal(t, dawn, a.State().UpdatedAt)
	}
}

// A change that the log does not see would be committed without an entry.
func TestApply_TheRawPayloadAloneIsAChange(t *testing.T) {
	t.Parallel()
	a := in(alert.New)
	payload := json.RawMessage(`{"a":2}`)
	require.NoError(t, a.Apply(alert.Patch{RawPayload: &payload}, noon))
	require.False(t, a.Unchanged())
	require.Equal(t, []event.Name{event.AlertUpdated}, told(a))
	changes := a.AuditChanges()
	require.Contains(t, changes, "raw_payload")
	require.Contains(t, changes["raw_payload"][1], "7 bytes, SHA-256 ")
	payload[0] = 'x'
	require.JSONEq(t, `{"a":2}`, string(a.State().RawPayload), "the alert keeps a copy of its own")
}

func TestApply_ASecondPatchWithoutEffectTellsNothing(t *testing.T) {
	t.Parallel()
	a := in(alert.New)
	require.NoError(t, a.Acknowledge("u1", noon))
	require.NoError(t, a.Apply(alert.Patch{Title: new("Beaconing")}, noon.Add(time.Hour)))
	require.Equal(t, []event.Name{event.AlertAcknowledged}, told(a))
	require.Equal(t, noon, a.State().UpdatedAt)
}

func TestApply_AllFaultsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	a := in(alert.New)
	err := a.Apply(alert.Patch{
		Title: new(""), Source: new(" "), Severity: new(""), Status: new("closed"), TLP: new(""), PAP: new("white"),
		Tags: &[]string{""}, EventTime: new(time.Time{}), Resolution: new(""), ResolutionNotes: new("\x00"),
		Description: new("\xff"), SourceRef: new(strings.Repeat("r", 256)),
	}, noon)
	require.Equal(t, []string{
		"title required", "description invalid", "source required", "source_ref too_long", "resolution_notes invalid",
		"severity required", "tags[0] required", "tlp required", "pap invalid", "resolution required", "status invalid",
		"event_time required",
	}, broken(err))
	require.True(t, a.Unchanged())
	require.Equal(t, []string{"event_time invalid"}, broken(a.Apply(alert.Patch{EventTime: new(time.Unix(-1, 0))}, noon)))
}

func TestApply_ResolvesAndSaysHowInOneGo(t *testing.T) {
	t.Parallel()
	a := in(alert.New)
	require.NoError(t, a.Apply(alert.Patch{
		Status: new("resolved"), Resolution: new("false_positive"), ResolutionNotes: new("scanner"), Title: new("Scan"),
	}, noon))
	s := a.State()
	require.Equal(t, alert.FalsePositive, s.Resolution)
	require.Equal(t, "scanner", s.ResolutionNotes)
	require.Equal(t, noon, s.ResolvedAt)
	require.Equal(t, []event.Name{event.AlertResolved}, told(a), "one patch is one event")
}

func TestApply_ResolutionBelongsToResolvedAlerts(t *testing.T) {
	t.Parallel()
	for _, status := range []alert.Status{alert.New, alert.InProgress, alert.Escalated} {
		for _, p := range []alert.Patch{
			{Resolution: new("benign"), Title: new("x")}, {ResolutionNotes: new("n"), Title: new("x")},
		} {
			a := in(status)
			err := a.Apply(p, noon)
			require.True(t, fault.Is(err, fault.Conflict), status)
			require.True(t, a.Unchanged(), status)
		}
	}
	a := in(alert.Resolved)
	require.NoError(t, a.Apply(alert.Patch{Resolution: new("duplicate")}, noon))
	require.Equal(t, audit.Changes{"resolution": {"benign", "duplicate"}}, a.AuditChanges())
	require.Equal(t, dawn, a.State().ResolvedAt, "saying it better is not resolving it again")
	require.Equal(t, []event.Name{event.AlertUpdated}, told(a))
}

func TestApply_LeavingResolvedClearsItsFieldsAndHistoryKeepsThem(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"new", "in_progress"} {
		a := in(alert.Resolved)
		require.NoError(t, a.Apply(alert.Patch{Status: &to}, noon))
		s := a.State()
		require.True(t, s.ResolvedAt.IsZero())
		require.Empty(t, s.Resolution)
		require.Empty(t, s.ResolutionNotes)
		require.Equal(t, audit.Changes{
			"status": {"resolved", to}, "resolution": {"benign", nil}, "resolution_notes": {"a test", nil},
			"resolved_at": {"2026-05-01T06:00:00.000000Z", nil},
		}, a.AuditChanges())
	}
	a := in(alert.Resolved)
	err := a.Apply(alert.Patch{Status: new("new"), Resolution: new("duplicate")}, noon)
	require.True(t, fault.Is(err, fault.Conflict), "one cannot reopen and resolve in one breath")
	require.True(t, a.Unchanged())
}

func TestApply_FieldsOfAnEscalatedAlertMayChange(t *testing.T) {
	t.Parallel()
	a := in(alert.Escalated)
	require.NoError(t, a.Apply(alert.Patch{Title: new("x"), Status: new("escalated")}, noon))
	require.Equal(t, "x", a.State().Title)
}
