package alerts_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/ports/driving"
	"github.com/sentineliq/sentineliq/ports/store"
)

func pageOfAll() page.Request { return page.Request{Size: page.MaxSize} }

func (d desk) alert(ctx context.Context, t *testing.T) alert.ID {
	t.Helper()
	a, err := d.alerts.Create(ctx, report(d.IDs.New()))
	require.NoError(t, err)
	return a.ID()
}

func TestTriage_FromNewToIncident(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := d.As(t, actor.Analyst)
	me := identity.UserID(actor.From(ctx).ID)
	id := d.alert(ctx, t)

	a, err := d.alerts.Acknowledge(ctx, id)
	require.NoError(t, err)
	require.Equal(t, me, a.State().AcknowledgedBy)
	_, err = d.alerts.Assign(ctx, id, me)
	require.NoError(t, err)
	done, err := d.alerts.Escalate(ctx, id)
	require.NoError(t, err)

	require.Equal(t, alert.Escalated, done.Alert.State().Status)
	i := done.Incident.State()
	require.Equal(t, "Beacon to a known host", i.Title)
	require.Equal(t, 1, i.AlertCount)
	require.Equal(t, 2, i.ObservableCount)
	require.Equal(t, []event.Name{
		event.AlertCreated, event.AlertAcknowledged, event.AlertAssigned, event.AlertEscalated, event.IncidentCreated,
	}, d.waiting(t))
	entry := d.LastEntry(t)
	require.Equal(t, "escalate", entry.Action)
	require.Equal(t, string(i.ID), entry.Metadata["incident_id"])

	var story []incident.Entry
	d.View(t, func(ctx context.Context, v store.View) error {
		found, err := v.Incidents().Timeline(ctx, i.ID, pageOfAll())
		story = found.Items
		return err
	})
	require.Len(t, story, 2)
	require.Equal(t, "Incident opened", story[0].Title)
	require.Equal(t, me, story[0].Author)
}

func TestEscalate_ManyAtATimeMakeOneIncident(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := d.As(t, actor.Analyst)
	id := d.alert(ctx, t)
	var all sync.WaitGroup
	results := make(chan error, 100)
	for range 100 {
		all.Go(func() {
			_, err := d.alerts.Escalate(ctx, id)
			results <- err
		})
	}
	all.Wait()
	close(results)
	won := 0
	for err := range results {
		if err == nil {
			won++
			continue
		}
		require.True(t, fault.Is(err, fault.Conflict), "got %v", err)
	}
	require.Equal(t, 1, won)
	d.View(t, func(ctx context.Context, v store.View) error {
		found, err := v.Incidents().List(ctx, incident.Query{}, pageOfAll())
		require.Len(t, found.Items, 1)
		return err
	})
}

func TestAssign_OneAnswerForEverybodyWhoMayNotHaveIt(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := d.As(t, actor.Analyst)
	id := d.alert(ctx, t)
	stranger := d.User(t, actor.Analyst, d.Zeta).ID()
	var messages []string
	for _, to := range []identity.UserID{stranger, "01900000-0000-7000-8000-0000000000ff"} {
		_, err := d.alerts.Assign(ctx, id, to)
		require.True(t, fault.Is(err, fault.Invalid))
		messages = append(messages, fault.ViolationsOf(err)[0].Message)
	}
	require.Equal(t, messages[0], messages[1])
}

func TestUpdate_PatchesAndHandsOver(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := d.As(t, actor.Analyst)
	me := identity.UserID(actor.From(ctx).ID)
	id := d.alert(ctx, t)
	title, version := "A better title", 99
	_, err := d.alerts.Update(ctx, id, driving.AlertPatch{Patch: alert.Patch{Title: &title}}, &version)
	require.True(t, fault.Is(err, fault.Stale))

	a, err := d.alerts.Update(ctx, id, driving.AlertPatch{Patch: alert.Patch{Title: &title}, Assignee: &me}, nil)
	require.NoError(t, err)
	require.Equal(t, me, a.State().Assignee)
	stored, err := d.alerts.Find(ctx, id)
	require.NoError(t, err)
	require.Equal(t, stored.State().Version, a.State().Version, "an answer carries the version it made")
	entry := d.LastEntry(t)
	require.Contains(t, entry.Changes, "title")
	require.Contains(t, entry.Changes, "assignee")

	before := len(d.Log(t))
	_, err = d.alerts.Update(ctx, id, driving.AlertPatch{Patch: alert.Patch{Title: &title}}, nil)
	require.NoError(t, err)
	require.Len(t, d.Log(t), before, "what changes nothing leaves no entry")
}

func TestRemove_NotWhileAnIncidentHoldsIt(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := d.As(t, actor.Admin)
	held, free := d.alert(ctx, t), d.alert(ctx, t)
	_, err := d.alerts.Escalate(ctx, held)
	require.NoError(t, err)
	require.True(t, fault.Is(d.alerts.Remove(ctx, held, nil), fault.Conflict))
	stale := 99
	require.True(t, fault.Is(d.alerts.Remove(ctx, free, &stale), fault.Stale))
	require.NoError(t, d.alerts.Remove(ctx, free, nil))
	_, err = d.alerts.Find(ctx, free)
	require.True(t, fault.Is(err, fault.NotFound))
	entry := d.LastEntry(t)
	require.Equal(t, "delete", entry.Action)
	require.Equal(t, [2]any{"Beacon to a known host", nil}, entry.Changes["title"], "the log keeps what is gone")
}

func TestAlerts_AnotherCompanysDoNotExist(t *testing.T) {
	t.Parallel()
	d := open(t)
	id := d.alert(d.As(t, actor.Analyst), t)
	ctx := d.ActAs(t, d.User(t, actor.Admin, d.Zeta))
	title := "mine now"
	for name, ask := range map[string]func() error{
		"find": func() error { _, err := d.alerts.Find(ctx, id); return err },
		"update": func() error {
			_, err := d.alerts.Update(ctx, id, driving.AlertPatch{Patch: alert.Patch{Title: &title}}, nil)
			return err
		},
		"acknowledge": func() error { _, err := d.alerts.Acknowledge(ctx, id); return err },
		"assign":      func() error { _, err := d.alerts.Assign(ctx, id, ""); return err },
		"resolve":     func() error { _, err := d.alerts.Resolve(ctx, id, "benign", ""); return err },
		"escalate":    func() error { _, err := d.alerts.Escalate(ctx, id); return err },
		"remove":      func() error { return d.alerts.Remove(ctx, id, nil) },
	} {
		require.True(t, fault.Is(ask(), fault.NotFound), name)
	}
	found, err := d.alerts.List(ctx, alert.Query{}, pageOfAll())
	require.NoError(t, err)
	require.Empty(t, found.Items)
}
