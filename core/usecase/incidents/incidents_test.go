package incidents_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/gate/gatetest"
	"github.com/sentineliq/sentineliq/core/usecase/alerts"
	"github.com/sentineliq/sentineliq/core/usecase/incidents"
	"github.com/sentineliq/sentineliq/ports/store"
)

type room struct {
	*gatetest.House
	incidents *incidents.Service
	id        incident.ID
	alert     alert.ID
}

// open returns a room with one incident, escalated from one alert of Acme.
func open(t *testing.T) room {
	t.Helper()
	h := gatetest.Open(t)
	desk := alerts.New(h.Gate, h.IDs, h.Clock, gatetest.Meter{})
	ctx := h.As(t, actor.Analyst)
	a, err := desk.Create(ctx, alert.Draft{Title: "Beacon", Source: "edr", Severity: "critical"})
	require.NoError(t, err)
	done, err := desk.Escalate(ctx, a.ID())
	require.NoError(t, err)
	return room{House: h, incidents: incidents.New(h.Gate, h.IDs), id: done.Incident.ID(), alert: a.ID()}
}

func (r room) story(t *testing.T) []string {
	t.Helper()
	found, err := r.incidents.Timeline(r.As(t, actor.ReadOnly), r.id, page.Request{Size: page.MaxSize})
	require.NoError(t, err)
	var titles []string
	for _, e := range found.Items {
		titles = append(titles, e.Title)
	}
	return titles
}

func TestAssign_IsTold(t *testing.T) {
	t.Parallel()
	r := open(t)
	ctx := r.As(t, actor.Analyst)
	ana := r.User(t, actor.Analyst, r.Acme)
	i, err := r.incidents.Assign(ctx, r.id, ana.ID())
	require.NoError(t, err)
	require.Equal(t, ana.ID(), i.State().Assignee)
	require.Contains(t, r.story(t), "Assigned to "+ana.State().Username)
	require.Equal(t, "assign", r.LastEntry(t).Action)

	for _, to := range []identity.UserID{r.User(t, actor.Analyst, r.Zeta).ID(), "01900000-0000-7000-8000-0000000000ff"} {
		_, err := r.incidents.Assign(ctx, r.id, to)
		require.True(t, fault.Is(err, fault.Invalid))
	}
	_, err = r.incidents.Assign(ctx, r.id, "")
	require.NoError(t, err)
	require.Contains(t, r.story(t), "Assignment removed")
}

func TestClose_EndsItAndItsAlerts(t *testing.T) {
	t.Parallel()
	r := open(t)
	_, err := r.incidents.Close(r.As(t, actor.Analyst), r.id, "")
	require.True(t, fault.Is(err, fault.Forbidden))
	ctx := r.As(t, actor.Admin)
	done, err := r.incidents.Close(ctx, r.id, "Host reimaged.")
	require.NoError(t, err)
	require.Len(t, done.Resolved, 1)
	require.Equal(t, incident.Closed, done.Incident.State().Status)
	require.Equal(t, r.Clock.Now(), done.Incident.State().EndDate)
	require.Contains(t, r.story(t), "Incident closed")
	r.View(t, func(ctx context.Context, v store.View) error {
		a, err := v.Alerts().Find(ctx, r.alert)
		require.Equal(t, alert.Resolved, a.State().Status)
		return err
	})
	require.Equal(t, []any{string(r.alert)}, r.LastEntry(t).Metadata["resolved_alerts"])

	_, err = r.incidents.Close(ctx, r.id, "")
	require.True(t, fault.Is(err, fault.Conflict))
	_, err = r.incidents.Assign(ctx, r.id, "")
	require.True(t, fault.Is(err, fault.Conflict))
}

func TestTell_AddsToTheStory(t *testing.T) {
	t.Parallel()
	r := open(t)
	ctx := r.As(t, actor.Analyst)
	told, err := r.incidents.Tell(ctx, r.id, incident.EntryDraft{Title: "Called the user", Type: "communication"})
	require.NoError(t, err)
	require.Equal(t, actor.From(ctx).ID, string(told.Entry.Author))
	require.Contains(t, r.story(t), "Called the user")
	require.Equal(t, "add_timeline", r.LastEntry(t).Action)
	_, err = r.incidents.Tell(ctx, r.id, incident.EntryDraft{Type: "gossip"})
	require.Len(t, fault.ViolationsOf(err), 2)
	_, err = r.incidents.Tell(r.As(t, actor.ReadOnly), r.id, incident.EntryDraft{Title: "x"})
	require.True(t, fault.Is(err, fault.Forbidden))
}

func TestIncidents_AnotherCompanysDoNotExist(t *testing.T) {
	t.Parallel()
	r := open(t)
	ctx := r.ActAs(t, r.User(t, actor.Admin, r.Zeta))
	for name, ask := range map[string]func() error{
		"find":     func() error { _, err := r.incidents.Find(ctx, r.id); return err },
		"assign":   func() error { _, err := r.incidents.Assign(ctx, r.id, ""); return err },
		"close":    func() error { _, err := r.incidents.Close(ctx, r.id, ""); return err },
		"timeline": func() error { _, err := r.incidents.Timeline(ctx, r.id, page.Request{}); return err },
		"tell":     func() error { _, err := r.incidents.Tell(ctx, r.id, incident.EntryDraft{Title: "x"}); return err },
	} {
		require.True(t, fault.Is(ask(), fault.NotFound), name)
	}
	found, err := r.incidents.List(ctx, incident.Query{}, page.Request{})
	require.NoError(t, err)
	require.Empty(t, found.Items)
	mine, err := r.incidents.List(r.As(t, actor.ReadOnly), incident.Query{}, page.Request{})
	require.NoError(t, err)
	require.Len(t, mine.Items, 1)
	i, err := r.incidents.Find(r.As(t, actor.ReadOnly), r.id)
	require.NoError(t, err)
	require.Equal(t, 85, i.State().ImpactScore())
}
