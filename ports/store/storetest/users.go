package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func userNoun() noun[identity.UserState] {
	return noun[identity.UserState]{
		plain: func(_ *testing.T, w *world, company tenant.ID) identity.UserState {
			return w.newUser(company, func(s *identity.UserState) { s.FirstName, s.LastName = "", "" })
		},
		full: func(_ *testing.T, w *world, company tenant.ID) identity.UserState {
			return w.newUser(company, func(s *identity.UserState) {
				s.Epoch, s.Version, s.LastLogin = 3, 5, s.JoinedAt.Add(time.Minute)
			})
		},
		unset:   []string{"DeletedAt"}, // who is deleted is not found
		id:      func(s identity.UserState) string { return string(s.ID) },
		version: func(s *identity.UserState) *int { return &s.Version },
		changed: func(s identity.UserState) identity.UserState {
			s.Username, s.Email, s.FirstName, s.LastName = "new-"+s.Username, "new-"+s.Email, "Bo", "Ss"
			s.Role, s.IsActive, s.PasswordHash = actor.Admin, false, secret.New("$argon2id$other")
			s.Epoch, s.LastLogin = s.Epoch+1, s.LastLogin.Add(time.Hour)
			return s
		},
		add: func(ctx context.Context, tx txn.Tx, s identity.UserState) error {
			return tx.Users().Add(ctx, identity.RestoreUser(s))
		},
		save: func(ctx context.Context, tx txn.Tx, s identity.UserState) error {
			return tx.Users().Save(ctx, identity.RestoreUser(s))
		},
		find: func(ctx context.Context, r readers, id string) (identity.UserState, error) {
			u, err := r.Users.Find(ctx, identity.UserID(id))
			return stateOf(u, err, (*identity.User).State)
		},
		list: func(ctx context.Context, r readers, p page.Request) (page.Result[identity.UserState], error) {
			list, err := r.Users.List(ctx, identity.UserQuery{}, p)
			return page.Map(list, (*identity.User).State), err
		},
	}
}

// stateOf returns the state of what was found, if it was.
func stateOf[T, S any](found T, err error, state func(T) S) (S, error) {
	if err != nil {
		var none S
		return none, err
	}
	return state(found), nil
}

func users(t *testing.T, w *world) {
	t.Helper()
	userNoun().keeps(t, w)
	t.Run("names and addresses are given once, in any case, in the whole store", func(t *testing.T) {
		taken := w.addUser(t, w.company(t), func(s *identity.UserState) { s.Username, s.Email = "Dora", "Dora@example.com" })
		other := w.addUser(t, w.company(t))
		for code, edit := range map[string]func(*identity.UserState){
			"duplicate_username": func(s *identity.UserState) { s.Username = "dORA" },
			"duplicate_email":    func(s *identity.UserState) { s.Email = "dora@EXAMPLE.com" },
		} {
			err := w.try(t, tenant.Of(other.Company), func(ctx context.Context, tx txn.Tx) error {
				return tx.Users().Add(ctx, identity.RestoreUser(w.newUser(other.Company, edit)))
			})
			requireFault(t, err, fault.Conflict, code)
			changed := edited(other, []func(*identity.UserState){edit})
			requireFault(t, w.saveUser(t, changed), fault.Conflict, code)
		}
		taken.Username = "DORA"
		require.NoError(t, w.saveUser(t, taken), "one's own name can change its case")
	})
	t.Run("login by name or address in any case", func(t *testing.T) {
		u := w.addUser(t, w.company(t), func(s *identity.UserState) { s.Username, s.Email = "Emil", "Emil.E@example.com" })
		w.view(t, tenant.All(), func(ctx context.Context, r readers) error {
			for _, login := range []string{"Emil", "emil", "EMIL.e@EXAMPLE.com"} {
				got, err := r.Users.ByLogin(ctx, login)
				require.NoError(t, err, login)
				require.Equal(t, u.ID, got.ID())
			}
			for _, login := range []string{"", "emi", "emil%", "e_il", "Emil "} {
				_, err := r.Users.ByLogin(ctx, login)
				requireNotFound(t, err)
			}
			return nil
		})
	})
	t.Run("who is deleted is found by nobody", func(t *testing.T) { deletedUser(t, w) })
	t.Run("superusers are in nobody's scope but that of all", func(t *testing.T) {
		company, super := w.company(t), w.addUser(t, "")
		w.view(t, tenant.All(), func(ctx context.Context, r readers) error {
			got, err := r.Users.Find(ctx, super.ID)
			require.NoError(t, err)
			requireSame(t, super, got.State())
			return nil
		})
		w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
			_, err := r.Users.Find(ctx, super.ID)
			requireNotFound(t, err)
			return nil
		})
	})
	t.Run("named", func(t *testing.T) {
		company := w.company(t)
		first, second := w.analyst(t, company), w.analyst(t, company)
		w.analyst(t, company)
		w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
			got, err := r.Users.Named(ctx, []identity.UserID{first, second, identity.UserID(w.ids.New()), "nonsense"})
			require.NoError(t, err)
			require.ElementsMatch(t, []identity.UserID{first, second}, pick(got, (*identity.User).ID))
			got, err = r.Users.Named(ctx, nil)
			require.NoError(t, err)
			require.Empty(t, got)
			return nil
		})
	})
	t.Run("filters", func(t *testing.T) { userFilters(t, w.fresh(t)) })
}

func deletedUser(t *testing.T, w *world) {
	t.Helper()
	u := w.addUser(t, w.company(t))
	gone := identity.RestoreUser(u)
	gone.Remove(w.clock.Now())
	w.update(t, tenant.Of(u.Company), func(ctx context.Context, tx txn.Tx) error { return tx.Users().Save(ctx, gone) })
	w.view(t, tenant.All(), func(ctx context.Context, r readers) error {
		_, err := r.Users.Find(ctx, u.ID)
		requireNotFound(t, err)
		for _, login := range []string{u.Username, u.Email, gone.State().Username} {
			_, err = r.Users.ByLogin(ctx, login)
			requireNotFound(t, err)
		}
		list, err := r.Users.List(ctx, identity.UserQuery{Company: u.Company}, page.Request{})
		require.NoError(t, err)
		require.Empty(t, list.Items)
		require.Zero(t, list.Count)
		some, err := r.Users.Named(ctx, []identity.UserID{u.ID})
		require.NoError(t, err)
		require.Empty(t, some)
		return nil
	})
	w.addUser(t, u.Company, func(s *identity.UserState) { s.Username, s.Email = u.Username, u.Email })
}

func userFilters(t *testing.T, w *world) {
	t.Helper()
	start, acme, other := w.clock.Now(), w.company(t), w.company(t)
	ana := w.addUser(t, acme, func(s *identity.UserState) {
		s.Username, s.Email, s.FirstName, s.LastName = "ana", "a.1@example.com", "Ana", "Lyst"
	}).ID
	bob := w.addUser(t, acme, func(s *identity.UserState) {
		s.Username, s.Email, s.FirstName, s.LastName = "bob", "b@example.com", "Bob", "O'Ana%"
		s.Role, s.JoinedAt = actor.Admin, start.Add(time.Hour)
	}).ID
	cid := w.addUser(t, other, func(s *identity.UserState) {
		s.Username, s.Email, s.FirstName, s.LastName = "cid", "c@example.com", "", ""
		s.IsActive = false
	}).ID
	type q = identity.UserQuery
	for name, c := range map[string]struct {
		query q
		want  []identity.UserID
	}{
		"none":         {q{}, []identity.UserID{ana, bob, cid}},
		"role":         {q{Roles: []actor.Role{actor.Admin, actor.Superuser}}, []identity.UserID{bob}},
		"active":       {q{IsActive: ref(true)}, []identity.UserID{ana, bob}},
		"inactive":     {q{IsActive: ref(false)}, []identity.UserID{cid}},
		"company":      {q{Company: other}, []identity.UserID{cid}},
		"username":     {q{Username: "ANA"}, []identity.UserID{ana}},
		"email":        {q{Email: "B@example.COM"}, []identity.UserID{bob}},
		"after":        {q{JoinedAfter: start.Add(time.Minute)}, []identity.UserID{bob}},
		"before":       {q{JoinedBefore: start.Add(time.Minute)}, []identity.UserID{ana, cid}},
		"name":         {q{Search: "o'ANA"}, []identity.UserID{bob}},
		"first name":   {q{Search: "ana"}, []identity.UserID{ana, bob}},
		"address":      {q{Search: ".1@"}, []identity.UserID{ana}},
		"percent":      {q{Search: "%"}, []identity.UserID{bob}},
		"underscore":   {q{Search: "a_a"}, nil},
		"combined":     {q{Search: "ana", Roles: []actor.Role{actor.Analyst}, Company: acme}, []identity.UserID{ana}},
		"contradicted": {q{Search: "ana", Company: other}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w.view(t, tenant.All(), func(ctx context.Context, r readers) error {
				got, err := r.Users.List(ctx, c.query, page.Request{})
				require.NoError(t, err)
				require.ElementsMatch(t, c.want, pick(got.Items, (*identity.User).ID))
				require.Equal(t, len(c.want), got.Count)
				return nil
			})
		})
	}
}

func (w *world) saveUser(t *testing.T, s identity.UserState) error {
	t.Helper()
	return w.try(t, tenant.Of(s.Company), func(ctx context.Context, tx txn.Tx) error {
		return tx.Users().Save(ctx, identity.RestoreUser(s))
	})
}
