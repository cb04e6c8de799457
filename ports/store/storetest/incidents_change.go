package storetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/observable"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/task"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func incidentUnlinking(t *testing.T, w *world) {
	t.Helper()
	company := w.company(t)
	a, b, loose := w.addAlert(t, company), w.addAlert(t, company), w.addAlert(t, company)
	i, j := w.addIncident(t, company), w.addIncident(t, company)
	w.sight(t, company, w.sighting(a, observable.IP, "198.51.100.1"), w.sighting(b, observable.Domain, "bad.example"))
	w.link(t, i, a, b)
	w.link(t, j, a)
	left := -1
	w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
		var err error
		left, err = tx.Incidents().Unlink(ctx, i.ID, []alert.ID{a.ID, loose.ID, a.ID, alert.ID(w.ids.New())})
		return err
	})
	require.Equal(t, 1, left)
	require.Equal(t, []string{string(j.ID)}, w.findAlert(t, a).Incidents)
	require.Equal(t, []string{string(i.ID)}, w.findAlert(t, b).Incidents)
	requireNotFound(t, w.try(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
		_, err := tx.Incidents().Unlink(ctx, incident.ID(w.ids.New()), []alert.ID{b.ID})
		return err
	}))
	named := func(ids ...alert.ID) (found []alert.ID) {
		w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
			list, err := r.Alerts.Named(ctx, ids)
			found = pick(list, (*alert.Alert).ID)
			for _, one := range list {
				requireSame(t, w.findAlert(t, alert.State{ID: one.ID(), Company: company}), one.State())
			}
			return err
		})
		return found
	}
	require.ElementsMatch(t, []alert.ID{a.ID, b.ID}, named(b.ID, a.ID, b.ID, alert.ID(w.ids.New())))
	require.Empty(t, named())
}

func incidentRemoval(t *testing.T, w *world) {
	t.Helper()
	company := w.company(t)
	i := w.addIncident(t, company, func(s *incident.State) { s.Tags = []string{"vip"} })
	a, other := w.addAlert(t, company), w.addIncident(t, company)
	w.link(t, i, a)
	w.link(t, other, a)
	gone, kept := w.addTask(t, i), w.addTask(t, other)
	w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
		return tx.Incidents().Tell(ctx, []incident.Entry{w.newStory(i), w.newStory(other)})
	})
	remove := func(s incident.State) error {
		return w.try(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			return tx.Incidents().Remove(ctx, incident.Restore(s))
		})
	}
	stale := i
	stale.Version++
	require.True(t, isStale(remove(stale)))
	require.NoError(t, remove(i))
	requireNotFound(t, remove(i))
	require.Equal(t, []string{string(other.ID)}, w.findAlert(t, a).Incidents)
	w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
		_, err := r.Incidents.Find(ctx, i.ID)
		requireNotFound(t, err)
		_, err = r.Tasks.Find(ctx, gone.ID)
		requireNotFound(t, err)
		_, err = r.Tasks.Find(ctx, kept.ID)
		require.NoError(t, err)
		tagged, err := r.Incidents.List(ctx, incident.Query{Tags: []string{"vip"}}, page.Request{})
		require.NoError(t, err)
		require.Empty(t, tagged.Items)
		for id, entries := range map[incident.ID]int{i.ID: 0, other.ID: 1} {
			story, err := r.Incidents.Timeline(ctx, id, page.Request{})
			require.NoError(t, err)
			require.Len(t, story.Items, entries)
		}
		require.Equal(t, 1, w.tallyIn(ctx, t, r, other).All)
		return nil
	})
}

func (w *world) tallyIn(ctx context.Context, t *testing.T, r readers, i incident.State) task.Tally {
	t.Helper()
	count, err := r.Tasks.Tally(ctx, i.ID)
	require.NoError(t, err)
	return count
}

// incidentImpact holds the store's own arithmetic against that of the domain:
// every severity, by hand and by the formula, with more around than counts.
func incidentImpact(t *testing.T, w *world) {
	t.Helper()
	company := w.company(t)
	scores := map[incident.ID]int{}
	for n, level := range severity.Levels() {
		for k := range 4 {
			s := w.addIncident(t, company, func(s *incident.State) {
				s.Severity, s.AlertCount, s.ObservableCount, s.TaskCount = level, 7*k, 3*k+n, 6*k
				if k == 3 {
					s.Impact = ref(25 * n)
				}
			})
			scores[s.ID] = s.ImpactScore()
		}
	}
	for least := range 101 {
		var want []incident.ID
		for id, score := range scores {
			if score >= least {
				want = append(want, id)
			}
		}
		w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
			got, err := r.Incidents.List(ctx, incident.Query{MinImpact: &least}, page.Request{})
			require.NoError(t, err)
			require.ElementsMatch(t, want, pick(got.Items, (*incident.Incident).ID), "at least %d", least)
			return nil
		})
	}
}
