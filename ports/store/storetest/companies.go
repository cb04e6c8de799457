package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func companies(t *testing.T, w *world) {
	t.Helper()
	t.Run("every field comes back, and can be saved", func(t *testing.T) {
		s := w.addCompany(t, func(s *identity.CompanyState) {
			s.Version, s.UpdatedAt = 7, s.CreatedAt.Add(time.Second)
		})
		requireFull(t, s, []string{"UserCount"})
		requireCompany(t, w, s)
		s.Name, s.IsActive, s.UpdatedAt = "Renamed "+s.Name, false, s.UpdatedAt.Add(time.Hour)
		require.NoError(t, w.saveCompany(t, s))
		require.True(t, isStale(w.saveCompany(t, s)))
		s.Version++
		requireCompany(t, w, s)
	})
	t.Run("of twenty writers one wins", func(t *testing.T) {
		s := w.addCompany(t)
		won := 0
		for _, err := range together(20, func(int) error { return w.saveCompany(t, s) }) {
			if err == nil {
				won++
				continue
			}
			require.True(t, isStale(err), "%v", err)
		}
		require.Equal(t, 1, won)
	})
	t.Run("a name is given once", func(t *testing.T) {
		first, second := w.addCompany(t), w.addCompany(t)
		err := w.try(t, tenant.All(), func(ctx context.Context, tx txn.Tx) error {
			return tx.Companies().Add(ctx, identity.RestoreCompany(w.newCompany(func(s *identity.CompanyState) { s.Name = first.Name })))
		})
		requireFault(t, err, fault.Conflict, "duplicate_name")
		second.Name = first.Name
		requireFault(t, w.saveCompany(t, second), fault.Conflict, "duplicate_name")
	})
	t.Run("users are counted, those who were deleted are not", func(t *testing.T) {
		s := w.addCompany(t)
		w.addUser(t, s.ID)
		w.addUser(t, s.ID, func(u *identity.UserState) { u.IsActive = false })
		w.addUser(t, s.ID, func(u *identity.UserState) { u.DeletedAt = w.clock.Now() })
		s.UserCount = 2
		requireCompany(t, w, s)
	})
	t.Run("one that still has users stays", func(t *testing.T) {
		s := w.addCompany(t)
		w.addUser(t, s.ID)
		requireFault(t, w.removeCompany(t, s), fault.Conflict, "company_has_users")
		s.UserCount = 1
		requireCompany(t, w, s)
	})
	t.Run("removing takes all but the log", func(t *testing.T) { companyRemoval(t, w) })
	t.Run("filters", func(t *testing.T) { companyFilters(t, w.fresh(t)) })
}

func companyRemoval(t *testing.T, w *world) {
	t.Helper()
	s := w.addCompany(t)
	w.addUser(t, s.ID, func(u *identity.UserState) { u.DeletedAt = w.clock.Now() })
	a := w.addAlert(t, s.ID)
	i := w.addIncident(t, s.ID)
	w.link(t, i, a)
	w.addTask(t, i)
	w.update(t, tenant.Of(s.ID), func(ctx context.Context, tx txn.Tx) error {
		return tx.Incidents().Tell(ctx, []incident.Entry{w.newStory(i)})
	})
	c := w.addChannel(t, s.ID)
	w.addRule(t, c)
	w.addDelivery(t, c)
	e := w.emit(t, s.ID)

	require.NoError(t, w.removeCompany(t, s))
	w.view(t, tenant.All(), func(ctx context.Context, r readers) error {
		_, err := r.Companies.Find(ctx, s.ID)
		requireNotFound(t, err)
		_, err = r.Alerts.Find(ctx, a.ID)
		requireNotFound(t, err)
		_, err = r.Incidents.Find(ctx, i.ID)
		requireNotFound(t, err)
		_, err = r.Channels.Find(ctx, c.ID)
		requireNotFound(t, err)
		return nil
	})
	require.Empty(t, w.waiting(t, tenant.All(), e.ID))
	left := w.everything(t, s.ID)
	require.NotEmpty(t, left["log"])
	delete(left, "log")
	require.Empty(t, left)
}

func companyFilters(t *testing.T, w *world) {
	t.Helper()
	start := w.clock.Now()
	acme := w.addCompany(t, func(s *identity.CompanyState) { s.Name = "Acme" })
	umbrella := w.addCompany(t, func(s *identity.CompanyState) {
		s.Name, s.CreatedAt = "Umbrella of Acme", start.Add(time.Hour)
	})
	for name, c := range map[string]struct {
		query identity.CompanyQuery
		want  []tenant.ID
	}{
		"none":       {identity.CompanyQuery{}, []tenant.ID{acme.ID, umbrella.ID}},
		"name":       {identity.CompanyQuery{Name: "Acme"}, []tenant.ID{acme.ID}},
		"after":      {identity.CompanyQuery{CreatedAfter: start.Add(time.Minute)}, []tenant.ID{umbrella.ID}},
		"before":     {identity.CompanyQuery{CreatedBefore: start.Add(time.Minute)}, []tenant.ID{acme.ID}},
		"search":     {identity.CompanyQuery{Search: "aCMe"}, []tenant.ID{acme.ID, umbrella.ID}},
		"both":       {identity.CompanyQuery{Search: "acme", CreatedAfter: start.Add(time.Minute)}, []tenant.ID{umbrella.ID}},
		"no such":    {identity.CompanyQuery{Name: "acme inc"}, nil},
		"percent":    {identity.CompanyQuery{Search: "%"}, nil},
		"underscore": {identity.CompanyQuery{Search: "A_me"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w.view(t, tenant.All(), func(ctx context.Context, r readers) error {
				got, err := r.Companies.List(ctx, c.query, page.Request{})
				require.NoError(t, err)
				require.ElementsMatch(t, c.want, pick(got.Items, (*identity.Company).ID))
				require.Equal(t, len(c.want), got.Count)
				return nil
			})
		})
	}
}

func requireCompany(t *testing.T, w *world, s identity.CompanyState) {
	t.Helper()
	for _, scope := range []tenant.Scope{tenant.All(), tenant.Of(s.ID)} {
		w.view(t, scope, func(ctx context.Context, r readers) error {
			got, err := r.Companies.Find(ctx, s.ID)
			require.NoError(t, err)
			requireSame(t, s, got.State())
			all, err := r.Companies.List(ctx, identity.CompanyQuery{Name: s.Name}, page.Request{})
			require.NoError(t, err)
			require.Len(t, all.Items, 1)
			requireSame(t, s, all.Items[0].State())
			return nil
		})
	}
}

func (w *world) saveCompany(t *testing.T, s identity.CompanyState) error {
	t.Helper()
	return w.try(t, tenant.Of(s.ID), func(ctx context.Context, tx txn.Tx) error {
		return tx.Companies().Save(ctx, identity.RestoreCompany(s))
	})
}

func (w *world) removeCompany(t *testing.T, s identity.CompanyState) error {
	t.Helper()
	return w.try(t, tenant.All(), func(ctx context.Context, tx txn.Tx) error {
		if err := tx.Journal().Append(ctx, w.newEntry(s.ID)); err != nil {
			return err
		}
		return tx.Companies().Remove(ctx, identity.RestoreCompany(s))
	})
}
