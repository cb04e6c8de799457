package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/observable"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func incidentNoun() noun[incident.State] {
	return noun[incident.State]{
		plain: func(_ *testing.T, w *world, company tenant.ID) incident.State { return w.newIncident(company) },
		full: func(t *testing.T, w *world, company tenant.ID) incident.State {
			t.Helper()
			u := w.addUser(t, company)
			k := w.addKey(t, u)
			return w.newIncident(company, func(s *incident.State) {
				at := s.CreatedAt
				s.Description, s.Summary, s.Tags, s.Status = "A long story", "In short", []string{"vip"}, incident.Closed
				s.CustomFields = map[string]any{
					"cost": 12.5, "text": "ü🦉", "yes": true, "nothing": nil,
					"list": []any{"a", 1.0, false}, "deep": map[string]any{"n": 1.0},
				}
				s.StartDate, s.EndDate, s.UpdatedAt = at.Add(-time.Hour), at.Add(time.Hour), at.Add(2*time.Hour)
				s.AlertCount, s.ObservableCount, s.TaskCount, s.OpenTaskCount, s.Version = 1, 2, 3, 4, 5
				s.Impact = ref(71)
				s.Assignee, s.CreatedBy, s.CreatedByKey = u.ID, u.ID, k.ID
			})
		},
		id:      func(s incident.State) string { return string(s.ID) },
		version: func(s *incident.State) *int { return &s.Version },
		changed: func(s incident.State) incident.State {
			s.Title, s.Description, s.Summary, s.Tags = "Other", "Another story", "Shorter", []string{"seen", "twice"}
			s.Severity, s.Status, s.TLP, s.PAP = severity.Low, incident.InProgress, sharing.Red, sharing.PAPRed
			s.Assignee, s.CustomFields = "", map[string]any{"cost": 1.0}
			s.StartDate, s.EndDate, s.UpdatedAt = s.StartDate.Add(time.Second), time.Time{}, s.UpdatedAt.Add(time.Second)
			s.AlertCount, s.ObservableCount, s.Impact = 10, 20, nil
			return s
		},
		add: func(ctx context.Context, tx txn.Tx, s incident.State) error {
			return tx.Incidents().Add(ctx, incident.Restore(s))
		},
		save: func(ctx context.Context, tx txn.Tx, s incident.State) error {
			return tx.Incidents().Save(ctx, incident.Restore(s))
		},
		find: func(ctx context.Context, r readers, id string) (incident.State, error) {
			i, err := r.Incidents.Find(ctx, incident.ID(id))
			return stateOf(i, err, (*incident.Incident).State)
		},
		list: func(ctx context.Context, r readers, p page.Request) (page.Result[incident.State], error) {
			list, err := r.Incidents.List(ctx, incident.Query{}, p)
			return page.Map(list, (*incident.Incident).State), err
		},
	}
}

func incidents(t *testing.T, w *world) {
	t.Helper()
	incidentNoun().keeps(t, w)
	t.Run("links show on both sides", func(t *testing.T) {
		company := w.company(t)
		a, b, c := w.addAlert(t, company), w.addAlert(t, company), w.addAlert(t, company)
		i, j := w.addIncident(t, company), w.addIncident(t, company)
		w.link(t, i, a, b)
		w.link(t, j, b)
		w.link(t, i, b)
		require.Equal(t, []string{string(i.ID)}, w.findAlert(t, a).Incidents)
		require.ElementsMatch(t, []string{string(i.ID), string(j.ID)}, w.findAlert(t, b).Incidents)
		require.Empty(t, w.findAlert(t, c).Incidents)
		found := map[alert.ID]alert.State{a.ID: w.findAlert(t, a), b.ID: w.findAlert(t, b), c.ID: w.findAlert(t, c)}
		w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
			list, err := r.Alerts.List(ctx, alert.Query{}, page.Request{})
			require.NoError(t, err)
			require.Len(t, list.Items, len(found))
			for _, one := range list.Items {
				requireSame(t, found[one.ID()], one.State())
			}
			linked, err := r.Incidents.Alerts(ctx, i.ID)
			require.NoError(t, err)
			require.ElementsMatch(t, []alert.ID{a.ID, b.ID}, pick(linked, (*alert.Alert).ID))
			for _, one := range linked {
				requireSame(t, found[one.ID()], one.State())
			}
			return nil
		})
	})
	t.Run("linking counts distinct observables, and linking again none more", func(t *testing.T) {
		company := w.company(t)
		a, b, i := w.addAlert(t, company), w.addAlert(t, company), w.addIncident(t, company)
		w.sight(t, company, w.sighting(a, observable.IP, "198.51.100.1"), w.sighting(a, observable.Domain, "bad.example"),
			w.sighting(b, observable.IP, "198.51.100.1"), w.sighting(b, observable.Other, "198.51.100.1"))
		require.Equal(t, 2, w.link(t, i, a))
		require.Equal(t, 2, w.link(t, i, a))
		require.Equal(t, 3, w.link(t, i, a, b))
		require.Equal(t, 0, w.link(t, w.addIncident(t, company), w.addAlert(t, company)))
	})
	t.Run("linking what is absent changes nothing", func(t *testing.T) {
		company := w.company(t)
		a, i := w.addAlert(t, company), w.addIncident(t, company)
		for _, c := range []struct {
			incident incident.ID
			alert    alert.ID
		}{{i.ID, alert.ID(w.ids.New())}, {incident.ID(w.ids.New()), a.ID}} {
			err := w.try(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
				_, err := tx.Incidents().Link(ctx, c.incident, []alert.ID{a.ID, c.alert})
				return err
			})
			requireNotFound(t, err)
		}
		require.Empty(t, w.findAlert(t, a).Incidents)
	})
	t.Run("links come undone", func(t *testing.T) { incidentUnlinking(t, w) })
	t.Run("removing", func(t *testing.T) { incidentRemoval(t, w) })
	t.Run("the impact is filtered by as it shows", func(t *testing.T) { incidentImpact(t, w) })
	t.Run("timeline", func(t *testing.T) { timeline(t, w) })
	t.Run("filters", func(t *testing.T) { incidentFilters(t, w) })
}

func (w *world) newStory(i incident.State, edits ...func(*incident.Entry)) incident.Entry {
	return edited(incident.Entry{
		ID: w.ids.New(), Incident: i.ID, Type: incident.Note, Title: "Something was found",
		At: w.clock.Now(), AddedAt: w.clock.Now(),
	}, edits)
}

func timeline(t *testing.T, w *world) {
	t.Helper()
	company := w.company(t)
	i, quiet := w.addIncident(t, company), w.addIncident(t, company)
	author, now := w.analyst(t, company), w.clock.Now()
	full := w.newStory(i, func(e *incident.Entry) {
		e.Type, e.Content, e.Author = incident.Action, "Evidence 🦉", author
		e.Field, e.Old, e.New, e.At = "severity", "low", "high", now.Add(-time.Hour)
	})
	requireFull(t, full, nil)
	first := w.newStory(i)
	second := w.newStory(i)
	early := w.newStory(i, func(e *incident.Entry) { e.At = now.Add(-2 * time.Hour) })
	w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
		return tx.Incidents().Tell(ctx, []incident.Entry{first, second, full})
	})
	w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
		return tx.Incidents().Tell(ctx, []incident.Entry{early})
	})
	w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
		return tx.Incidents().Tell(ctx, nil)
	})
	w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
		got, err := r.Incidents.Timeline(ctx, i.ID, page.Request{})
		require.NoError(t, err)
		requireSame(t, []incident.Entry{early, full, first, second}, got.Items)
		require.Equal(t, 4, got.Count)
		other, err := r.Incidents.Timeline(ctx, quiet.ID, page.Request{})
		require.NoError(t, err)
		require.Empty(t, other.Items)
		return nil
	})
}

func incidentFilters(t *testing.T, w *world) {
	t.Helper()
	company, base := w.company(t), w.clock.Now()
	ana := w.analyst(t, company)
	w.addIncident(t, company, func(s *incident.State) {
		s.Title, s.Severity, s.Status, s.TLP, s.PAP = "a", severity.Critical, incident.Open, sharing.Red, sharing.PAPRed
		s.Tags, s.Assignee, s.Description = []string{"vip", "mail"}, ana, "A long_story"
	})
	w.addIncident(t, company, func(s *incident.State) {
		s.Title, s.Severity, s.Status, s.TLP, s.PAP = "b", severity.Low, incident.Closed, sharing.Green, sharing.PAPRed
		s.Tags, s.Summary, s.CreatedAt = []string{"vip,mail"}, `100% "LONG"`, base.Add(time.Second)
		s.UpdatedAt, s.AlertCount = base.Add(time.Minute), 3
	})
	type q = incident.Query
	for name, c := range map[string]struct {
		query q
		want  []string
	}{
		"none":               {q{}, []string{"a", "b"}},
		"severity":           {q{Severities: []severity.Level{severity.Low, severity.Info}}, []string{"b"}},
		"status":             {q{Statuses: []incident.Status{incident.Open, incident.Resolved}}, []string{"a"}},
		"tlp":                {q{TLPs: []sharing.TLP{sharing.Green}}, []string{"b"}},
		"pap":                {q{PAPs: []sharing.PAP{sharing.PAPRed}}, []string{"a", "b"}},
		"tag":                {q{Tags: []string{"vip"}}, []string{"a"}},
		"assignee":           {q{Assignees: []identity.UserID{ana}}, []string{"a"}},
		"unassigned":         {q{Unassigned: true}, []string{"b"}},
		"assignee or nobody": {q{Assignees: []identity.UserID{ana}, Unassigned: true}, []string{"a", "b"}},
		"company":            {q{Company: company}, []string{"a", "b"}},
		"with alerts":        {q{HasAlerts: ref(true)}, []string{"b"}},
		"without alerts":     {q{HasAlerts: ref(false)}, []string{"a"}},
		"impact":             {q{MinImpact: ref(12)}, []string{"a"}},
		"any impact":         {q{MinImpact: ref(0)}, []string{"a", "b"}},
		"created after":      {q{CreatedAfter: base}, []string{"b"}},
		"created before":     {q{CreatedBefore: base.Add(time.Second)}, []string{"a"}},
		"updated after":      {q{UpdatedAfter: base.Add(time.Second)}, []string{"b"}},
		"updated before":     {q{UpdatedBefore: base.Add(time.Second)}, []string{"a"}},
		"description":        {q{Search: "G_S"}, []string{"a"}},
		"summary":            {q{Search: `% "long`}, []string{"b"}},
		"several":            {q{Search: "long"}, []string{"a", "b"}},
		"title":              {q{Search: "A"}, []string{"a"}},
		"combined":           {q{Search: "long", PAPs: []sharing.PAP{sharing.PAPRed}, Unassigned: true}, []string{"b"}},
	} {
		t.Run(name, func(t *testing.T) {
			w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
				got, err := r.Incidents.List(ctx, c.query, page.Request{})
				require.NoError(t, err)
				require.ElementsMatch(t, c.want, pick(got.Items, func(i *incident.Incident) string { return i.State().Title }))
				require.Equal(t, len(c.want), got.Count)
				return nil
			})
		})
	}
}
