package incidents_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/core/gate/gatetest"
	"github.com/sentineliq/sentineliq/core/usecase/alerts"
	"github.com/sentineliq/sentineliq/ports/driving"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// report makes one more alert of a company.
func (r room) report(t *testing.T, company tenant.ID) alert.ID {
	t.Helper()
	desk := alerts.New(r.Gate, r.IDs, r.Clock, gatetest.Meter{})
	a, err := desk.Create(r.ActAs(t, r.User(t, actor.Analyst, company)), alert.Draft{Title: "Noise", Source: "ids"})
	require.NoError(t, err)
	return a.ID()
}

func (r room) statusOf(t *testing.T, id alert.ID) (status alert.Status, linked []string) {
	t.Helper()
	r.View(t, func(ctx context.Context, v store.View) error {
		a, err := v.Alerts().Find(ctx, id)
		status, linked = a.State().Status, a.State().Incidents
		return err
	})
	return status, linked
}

func names(list []event.Event) (out []event.Name) {
	for _, e := range list {
		out = append(out, e.Name)
	}
	return out
}

func titled(title string) driving.NewIncident {
	return driving.NewIncident{Draft: incident.Draft{Title: title}}
}

func patched(p incident.Patch) driving.IncidentPatch { return driving.IncidentPatch{Patch: p} }

func ref[T any](v T) *T { return &v }

func TestCreate_TakesItsAlertsIn(t *testing.T) {
	t.Parallel()
	r := open(t)
	ana := r.User(t, actor.Analyst, r.Acme)
	fresh := r.report(t, r.Acme)
	n := titled("Wave")
	n.Alerts, n.Assignee = []alert.ID{r.alert, fresh, fresh}, ana.ID()
	before := len(r.Log(t))
	done, err := r.incidents.Create(r.ActAs(t, ana), n)
	require.NoError(t, err)
	s := done.Incident.State()
	require.Equal(t, 2, s.AlertCount)
	require.Equal(t, 31, s.ImpactScore())
	require.Equal(t, ana.ID(), s.Assignee)
	require.ElementsMatch(t, []event.Name{event.IncidentCreated, event.IncidentAssigned, event.AlertEscalated}, names(done.Events()))
	for id, linked := range map[alert.ID][]string{fresh: {string(s.ID)}, r.alert: {string(r.id), string(s.ID)}} {
		status, incidents := r.statusOf(t, id)
		require.Equal(t, alert.Escalated, status)
		require.ElementsMatch(t, linked, incidents)
	}
	require.Len(t, r.Log(t), before+1)
	require.Equal(t, []any{string(r.alert), string(fresh)}, r.LastEntry(t).Metadata["alerts"])
	require.Equal(t, "create", r.LastEntry(t).Action)
	r.id = s.ID
	require.ElementsMatch(t, []string{"Incident opened", "Assigned to " + ana.State().Username, "Alert linked", "Alert linked"}, r.story(t))
}

func TestCreate_WhatIsNotTheCompanysIsRefusedByName(t *testing.T) {
	t.Parallel()
	r := open(t)
	n := titled("Wave")
	n.Alerts = []alert.ID{r.alert, r.report(t, r.Zeta), "01900000-0000-7000-8000-0000000000ff"}
	n.Assignee = r.User(t, actor.Analyst, r.Zeta).ID()
	before := len(r.Log(t))
	_, err := r.incidents.Create(r.As(t, actor.Analyst), n)
	require.Equal(t, []string{"assignee", "alert_ids[1]", "alert_ids[2]"}, fields(err))
	require.Len(t, r.Log(t), before)
	_, linked := r.statusOf(t, r.alert)
	require.Equal(t, []string{string(r.id)}, linked)

	_, err = r.incidents.Create(r.As(t, actor.Superuser), n)
	require.Equal(t, []string{"company"}, fields(err))
	n.Company, n.Assignee = r.Acme, ""
	_, err = r.incidents.Create(r.As(t, actor.Superuser), n)
	require.Equal(t, []string{"alert_ids[1]", "alert_ids[2]"}, fields(err))
	n.Alerts = make([]alert.ID, incident.MaxLinks+1)
	n.Title = ""
	_, err = r.incidents.Create(r.As(t, actor.Superuser), n)
	require.Equal(t, []string{"title", "alert_ids"}, fields(err))
	n = titled("Here")
	n.Company = "01900000-0000-7000-8000-0000000000ff"
	_, err = r.incidents.Create(r.As(t, actor.Superuser), n)
	require.Equal(t, []string{"company"}, fields(err))
	_, err = r.incidents.Create(r.As(t, actor.ReadOnly), titled(""))
	require.True(t, fault.Is(err, fault.Forbidden))
}

func fields(err error) (list []string) {
	for _, v := range fault.ViolationsOf(err) {
		list = append(list, v.Field)
	}
	return list
}

func TestUpdate_TellsEachChangeAndLeavesOneEntry(t *testing.T) {
	t.Parallel()
	r := open(t)
	ctx, ana := r.As(t, actor.Analyst), r.User(t, actor.Analyst, r.Acme)
	before := len(r.Log(t))
	p := patched(incident.Patch{
		Severity: ref("low"), Summary: ref("In short"), Impact: ref(70), Status: ref("in_progress"),
		CustomFields: &map[string]any{"cost": 1.0}, MergeFields: true,
	})
	p.Assignee = ref(ana.ID())
	i, err := r.incidents.Update(ctx, r.id, p, nil)
	require.NoError(t, err)
	require.Equal(t, 70, i.State().ImpactScore())
	require.ElementsMatch(t, []event.Name{event.IncidentUpdated, event.IncidentAssigned}, names(i.Events()))
	require.Subset(t, r.story(t), []string{
		"Severity changed", "Summary changed", "Impact score changed", "Custom fields changed", "Status changed", "Assigned to " + ana.State().Username,
	})
	require.Len(t, r.Log(t), before+1)
	require.Equal(t, [2]any{"critical", "low"}, r.LastEntry(t).Changes["severity"])

	told := len(r.story(t))
	i, err = r.incidents.Update(ctx, r.id, p, nil)
	require.NoError(t, err)
	require.Empty(t, i.Events())
	require.Len(t, r.Log(t), before+1, "what changes nothing leaves nothing")
	require.Len(t, r.story(t), told)

	_, err = r.incidents.Update(ctx, r.id, p, ref(99))
	require.True(t, fault.Is(err, fault.Stale))
	p.Assignee, p.Title = ref(identity.UserID("nobody")), ref("")
	_, err = r.incidents.Update(ctx, r.id, p, nil)
	require.Equal(t, []string{"assignee", "title"}, fields(err))
}

func TestUpdate_ClosedIsTheSameAsClose(t *testing.T) {
	t.Parallel()
	r := open(t)
	p := patched(incident.Patch{Status: ref("closed"), Summary: ref("Done")})
	_, err := r.incidents.Update(r.As(t, actor.Analyst), r.id, p, nil)
	require.True(t, fault.Is(err, fault.Forbidden))
	i, err := r.incidents.Update(r.As(t, actor.Admin), r.id, p, nil)
	require.NoError(t, err)
	require.Equal(t, r.Clock.Now(), i.State().EndDate)
	status, _ := r.statusOf(t, r.alert)
	require.Equal(t, alert.Resolved, status)
	entry := r.LastEntry(t)
	require.Equal(t, "close", entry.Action)
	require.Equal(t, []any{string(r.alert)}, entry.Metadata["resolved_alerts"])
	_, err = r.incidents.Update(r.As(t, actor.Admin), r.id, p, nil)
	require.True(t, fault.Is(err, fault.Conflict))
	i, err = r.incidents.Update(r.As(t, actor.Analyst), r.id, patched(incident.Patch{Summary: ref("Learned")}), nil)
	require.NoError(t, err, "what was learned is written down afterwards")
	require.Equal(t, incident.Closed, i.State().Status)
}

func TestReopen_TakesTheWorkUpAgain(t *testing.T) {
	t.Parallel()
	r := open(t)
	ctx := r.As(t, actor.Admin)
	_, err := r.incidents.Reopen(ctx, r.id)
	require.True(t, fault.Is(err, fault.Conflict))
	_, err = r.incidents.Close(ctx, r.id, "")
	require.NoError(t, err)
	_, err = r.incidents.Reopen(r.As(t, actor.Analyst), r.id)
	require.True(t, fault.Is(err, fault.Forbidden))
	i, err := r.incidents.Reopen(ctx, r.id)
	require.NoError(t, err)
	require.Equal(t, incident.InProgress, i.State().Status)
	require.True(t, i.State().EndDate.IsZero())
	require.Contains(t, r.story(t), "Incident reopened")
	require.Equal(t, "reopen", r.LastEntry(t).Action)
}

func TestRemove_ReleasesTheAlerts(t *testing.T) {
	t.Parallel()
	r := open(t)
	shared := r.report(t, r.Acme)
	n := titled("Other")
	n.Alerts = []alert.ID{shared}
	other, err := r.incidents.Create(r.As(t, actor.Analyst), n)
	require.NoError(t, err)
	_, err = r.incidents.Link(r.As(t, actor.Analyst), r.id, shared)
	require.NoError(t, err)

	require.True(t, fault.Is(r.incidents.Remove(r.As(t, actor.Analyst), r.id, nil), fault.Forbidden))
	require.True(t, fault.Is(r.incidents.Remove(r.As(t, actor.Admin), r.id, ref(99)), fault.Stale))
	require.NoError(t, r.incidents.Remove(r.As(t, actor.Admin), r.id, nil))
	entry := r.LastEntry(t)
	require.Equal(t, "delete", entry.Action)
	require.Equal(t, [2]any{"Beacon", nil}, entry.Changes["title"])
	require.Equal(t, []any{string(r.alert)}, entry.Metadata["released_alerts"])
	status, linked := r.statusOf(t, r.alert)
	require.Equal(t, alert.InProgress, status)
	require.Empty(t, linked)
	status, linked = r.statusOf(t, shared)
	require.Equal(t, alert.Escalated, status, "another incident holds it")
	require.Equal(t, []string{string(other.Incident.ID())}, linked)
	_, err = r.incidents.Find(r.As(t, actor.Admin), r.id)
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestLink_EscalatesAndUnlinkTakesItBack(t *testing.T) {
	t.Parallel()
	r := open(t)
	ctx, fresh := r.As(t, actor.Analyst), r.report(t, r.Acme)
	before := len(r.Log(t))
	done, err := r.incidents.Link(ctx, r.id, fresh)
	require.NoError(t, err)
	require.Equal(t, 2, done.Incident.State().AlertCount)
	require.ElementsMatch(t, []event.Name{event.IncidentUpdated, event.AlertEscalated}, names(done.Events()))
	status, _ := r.statusOf(t, fresh)
	require.Equal(t, alert.Escalated, status)
	require.Len(t, r.Log(t), before+1)
	require.Equal(t, string(fresh), r.LastEntry(t).Metadata["alert_id"])
	found, err := r.incidents.Linked(r.As(t, actor.ReadOnly), r.id, alert.Query{}, page.Request{})
	require.NoError(t, err)
	require.Len(t, found.Items, 2)

	_, err = r.incidents.Link(ctx, r.id, fresh)
	require.True(t, fault.Is(err, fault.Conflict))
	for _, stranger := range []alert.ID{r.report(t, r.Zeta), "nonsense"} {
		_, err = r.incidents.Link(ctx, r.id, stranger)
		require.Equal(t, []string{"alert"}, fields(err))
		require.True(t, fault.Is(r.incidents.Unlink(ctx, r.id, stranger), fault.NotFound))
	}
	_, err = r.incidents.Link(r.As(t, actor.Superuser), r.id, r.report(t, r.Zeta))
	require.Equal(t, []string{"alert"}, fields(err), "even who sees both cannot tie companies together")

	require.NoError(t, r.incidents.Unlink(ctx, r.id, fresh))
	require.True(t, fault.Is(r.incidents.Unlink(ctx, r.id, fresh), fault.NotFound))
	status, linked := r.statusOf(t, fresh)
	require.Equal(t, alert.InProgress, status)
	require.Empty(t, linked)
	require.Subset(t, r.story(t), []string{"Alert linked", "Alert unlinked"})
	i, err := r.incidents.Find(ctx, r.id)
	require.NoError(t, err)
	require.Equal(t, 1, i.State().AlertCount)
}

func TestLink_AClosedIncidentKeepsItsAlerts(t *testing.T) {
	t.Parallel()
	r := open(t)
	_, err := r.incidents.Close(r.As(t, actor.Admin), r.id, "")
	require.NoError(t, err)
	_, err = r.incidents.Link(r.As(t, actor.Admin), r.id, r.report(t, r.Acme))
	require.True(t, fault.Is(err, fault.Conflict))
	require.True(t, fault.Is(r.incidents.Unlink(r.As(t, actor.Admin), r.id, r.alert), fault.Conflict))
}

func TestCasework_AnotherCompanysDoesNotExist(t *testing.T) {
	t.Parallel()
	r := open(t)
	ctx := r.ActAs(t, r.User(t, actor.Admin, r.Zeta))
	for name, ask := range map[string]func() error{
		"update": func() error { _, err := r.incidents.Update(ctx, r.id, driving.IncidentPatch{}, nil); return err },
		"close": func() error {
			_, err := r.incidents.Update(ctx, r.id, patched(incident.Patch{Status: ref("closed")}), nil)
			return err
		},
		"remove": func() error { return r.incidents.Remove(ctx, r.id, nil) },
		"reopen": func() error { _, err := r.incidents.Reopen(ctx, r.id); return err },
		"link":   func() error { _, err := r.incidents.Link(ctx, r.id, r.alert); return err },
		"unlink": func() error { return r.incidents.Unlink(ctx, r.id, r.alert) },
		"linked": func() error { _, err := r.incidents.Linked(ctx, r.id, alert.Query{}, page.Request{}); return err },
	} {
		require.True(t, fault.Is(ask(), fault.NotFound), name)
	}
}

// A resolved alert that is linked is worked on again, and what it was resolved
// as is gone.
func TestLink_AResolvedAlertIsEscalated(t *testing.T) {
	t.Parallel()
	r := open(t)
	id := r.report(t, r.Acme)
	r.Update(t, func(ctx context.Context, tx txn.Tx) error {
		a, err := tx.Alerts().Find(ctx, id)
		require.NoError(t, err)
		require.NoError(t, a.Resolve("benign", "fine", tx.Now()))
		return tx.Alerts().Save(ctx, a)
	})
	r.Clock.Advance(time.Second)
	done, err := r.incidents.Link(r.As(t, actor.Analyst), r.id, id)
	require.NoError(t, err)
	s := done.Alert.State()
	require.Equal(t, alert.Escalated, s.Status)
	require.True(t, s.ResolvedAt.IsZero())
	require.Empty(t, s.Resolution)
}
