package storetest

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/observable"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func alertNoun() noun[alert.State] {
	return noun[alert.State]{
		plain: func(_ *testing.T, w *world, company tenant.ID) alert.State {
			return w.newAlert(company, func(s *alert.State) { s.SourceRef = "" })
		},
		full: func(t *testing.T, w *world, company tenant.ID) alert.State {
			t.Helper()
			u := w.addUser(t, company)
			k := w.addKey(t, u)
			return w.newAlert(company, func(s *alert.State) {
				at := s.CreatedAt
				s.Description, s.Tags = "A long story", []string{"vip", "größe", "a,b"}
				s.Status, s.Resolution, s.ResolutionNotes = alert.Resolved, alert.FalsePositive, "it was nothing"
				s.EventTime, s.FirstSeen, s.LastSeen = at.Add(-time.Hour), at.Add(time.Second), at.Add(2*time.Second)
				s.Occurrences, s.Version = 3, 9
				s.Observables = map[string][]string{"ip": {"198.51.100.7", "2001:db8::1"}, "domain": {"bad.example"}}
				s.RawPayload = json.RawMessage(`{"n":12345678901234567890,"list":[1,"two",null],"deep":{"ü":"🦉"}}`)
				s.Assignee, s.CreatedBy, s.CreatedByKey, s.AcknowledgedBy = u.ID, u.ID, k.ID, u.ID
				s.AcknowledgedAt, s.ResolvedAt, s.UpdatedAt = at.Add(time.Minute), at.Add(time.Hour), at.Add(2*time.Hour)
			})
		},
		unset:   []string{"Incidents"}, // the links are the incidents' to make
		id:      func(s alert.State) string { return string(s.ID) },
		version: func(s *alert.State) *int { return &s.Version },
		changed: func(s alert.State) alert.State {
			s.Title, s.Description, s.Source, s.SourceRef = "Other", "Another story", "edr", "other-"+s.SourceRef
			s.Severity, s.Status, s.TLP, s.PAP = severity.Low, alert.InProgress, sharing.Red, sharing.PAPRed
			s.Tags, s.Observables = []string{"seen"}, map[string][]string{"url": {"https://bad.example/%"}}
			s.RawPayload, s.EventTime = json.RawMessage(`[]`), s.EventTime.Add(-time.Hour)
			s.Assignee, s.AcknowledgedAt, s.AcknowledgedBy = "", s.AcknowledgedAt.Add(time.Second), ""
			s.ResolvedAt, s.Resolution, s.ResolutionNotes = time.Time{}, "", ""
			s.UpdatedAt = s.UpdatedAt.Add(time.Hour)
			return s
		},
		add: func(ctx context.Context, tx txn.Tx, s alert.State) error {
			return tx.Alerts().Add(ctx, alert.Restore(s))
		},
		save: func(ctx context.Context, tx txn.Tx, s alert.State) error {
			return tx.Alerts().Save(ctx, alert.Restore(s))
		},
		find: func(ctx context.Context, r readers, id string) (alert.State, error) {
			a, err := r.Alerts.Find(ctx, alert.ID(id))
			return stateOf(a, err, (*alert.Alert).State)
		},
		list: func(ctx context.Context, r readers, p page.Request) (page.Result[alert.State], error) {
			list, err := r.Alerts.List(ctx, alert.Query{}, p)
			return page.Map(list, (*alert.Alert).State), err
		},
	}
}

func alerts(t *testing.T, w *world) {
	t.Helper()
	alertNoun().keeps(t, w)
	t.Run("one with an active alert's key is refused, by name", func(t *testing.T) {
		company := w.company(t)
		first := w.addAlert(t, company)
		second := w.newAlert(company, sameKey(first))
		requireDuplicate(t, w.addedAlert(t, second), first.ID)
		other := w.addAlert(t, company)
		sameKey(first)(&other)
		requireDuplicate(t, w.saveAlert(t, other), first.ID)
		w.addAlert(t, w.company(t), sameKey(first))
		w.addAlert(t, company, sameKey(first), func(s *alert.State) { s.Source = "edr" })
	})
	t.Run("a resolved alert's key is free, and not for it to take back", func(t *testing.T) {
		company := w.company(t)
		resolved := w.addAlert(t, company, func(s *alert.State) { s.Status, s.ResolvedAt = alert.Resolved, w.clock.Now() })
		second := w.addAlert(t, company, sameKey(resolved))
		resolved.Status = alert.New
		requireDuplicate(t, w.saveAlert(t, resolved), second.ID)
	})
	t.Run("a blank reference never collides", func(t *testing.T) {
		company := w.company(t)
		blank := func(s *alert.State) { s.SourceRef = "" }
		first := w.addAlert(t, company, blank)
		w.addAlert(t, company, blank)
		require.NoError(t, w.saveAlert(t, first))
	})
	t.Run("a save leaves what the reports count", func(t *testing.T) {
		company := w.company(t)
		a := w.addAlert(t, company)
		i := w.addIncident(t, company)
		w.link(t, i, a)
		later := w.clock.Advance(time.Minute)
		w.ingest(t, company, w.newAlert(company, sameKey(a)))
		a.Title = "Read before the repeat"
		require.NoError(t, w.saveAlert(t, a))
		got := w.findAlert(t, a)
		require.Equal(t, 2, got.Occurrences)
		require.Equal(t, later, got.LastSeen)
		require.Equal(t, a.FirstSeen, got.FirstSeen)
		require.Equal(t, []string{string(i.ID)}, got.Incidents)
		require.Equal(t, a.Title, got.Title)
		require.Equal(t, a.Version+1, got.Version)
	})
	t.Run("removing takes the links along", func(t *testing.T) { alertRemoval(t, w) })
}

func alertRemoval(t *testing.T, w *world) {
	t.Helper()
	company := w.company(t)
	a, other, i := w.addAlert(t, company), w.addAlert(t, company), w.addIncident(t, company)
	w.sight(t, company, w.sighting(a, observable.IP, "198.51.100.9"))
	w.link(t, i, a, other)
	remove := func(s alert.State) error {
		return w.try(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			return tx.Alerts().Remove(ctx, alert.Restore(s))
		})
	}
	require.NoError(t, remove(a))
	requireNotFound(t, remove(a))
	w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
		_, err := r.Alerts.Find(ctx, a.ID)
		requireNotFound(t, err)
		left, err := r.Incidents.Alerts(ctx, i.ID)
		require.NoError(t, err)
		require.Equal(t, []alert.ID{other.ID}, pick(left, (*alert.Alert).ID))
		return nil
	})
	again := w.addAlert(t, company, func(s *alert.State) { s.ID = a.ID }, sameKey(a))
	requireSame(t, again, w.findAlert(t, a))
	require.Empty(t, w.observablesOf(t, a))
}

// sameKey makes a report that repeats the given one.
func sameKey(as alert.State) func(*alert.State) {
	return func(s *alert.State) { s.Source, s.SourceRef = as.Source, as.SourceRef }
}

func requireDuplicate(t *testing.T, err error, existing alert.ID) {
	t.Helper()
	requireFault(t, err, fault.Conflict, "duplicate_source_ref")
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Equal(t, string(existing), f.ExistingID)
}

func (w *world) addedAlert(t *testing.T, s alert.State) error {
	t.Helper()
	return w.try(t, tenant.Of(s.Company), func(ctx context.Context, tx txn.Tx) error {
		return tx.Alerts().Add(ctx, alert.Restore(s))
	})
}

func (w *world) saveAlert(t *testing.T, s alert.State) error {
	t.Helper()
	return w.try(t, tenant.Of(s.Company), func(ctx context.Context, tx txn.Tx) error {
		return tx.Alerts().Save(ctx, alert.Restore(s))
	})
}

func (w *world) findAlert(t *testing.T, a alert.State) (found alert.State) {
	t.Helper()
	w.view(t, tenant.Of(a.Company), func(ctx context.Context, r readers) error {
		got, err := r.Alerts.Find(ctx, a.ID)
		require.NoError(t, err)
		found = got.State()
		return nil
	})
	return found
}
