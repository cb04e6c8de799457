package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func keyNoun() noun[identity.KeyState] {
	return noun[identity.KeyState]{
		plain: func(t *testing.T, w *world, company tenant.ID) identity.KeyState {
			t.Helper()
			return w.newKey(w.addUser(t, company))
		},
		full: func(t *testing.T, w *world, company tenant.ID) identity.KeyState {
			t.Helper()
			return w.newKey(w.addUser(t, company), func(s *identity.KeyState) {
				s.ExpiresAt, s.LastUsedAt = s.CreatedAt.Add(time.Hour), s.CreatedAt.Add(time.Minute)
			})
		},
		unset: []string{"RevokedAt"}, // what is revoked is not found
		id:    func(s identity.KeyState) string { return string(s.ID) },
		changed: func(s identity.KeyState) identity.KeyState {
			s.Name, s.Role, s.ExpiresAt = "renamed", actor.ReadOnly, s.ExpiresAt.Add(time.Hour)
			return s
		},
		add: func(ctx context.Context, tx txn.Tx, s identity.KeyState) error {
			return tx.APIKeys().Add(ctx, identity.RestoreAPIKey(s))
		},
		save: func(ctx context.Context, tx txn.Tx, s identity.KeyState) error {
			return tx.APIKeys().Save(ctx, identity.RestoreAPIKey(s))
		},
		find: func(ctx context.Context, r readers, id string) (identity.KeyState, error) {
			k, err := r.APIKeys.Find(ctx, identity.KeyID(id))
			return stateOf(k, err, (*identity.APIKey).State)
		},
		list: func(ctx context.Context, r readers, p page.Request) (page.Result[identity.KeyState], error) {
			list, err := r.APIKeys.List(ctx, "", p)
			return page.Map(list, (*identity.APIKey).State), err
		},
	}
}

func keyID(k *identity.APIKey) identity.KeyID { return k.State().ID }

func apiKeys(t *testing.T, w *world) {
	t.Helper()
	keyNoun().keeps(t, w)
	t.Run("found by the hash alone", func(t *testing.T) {
		k := w.addKey(t, w.addUser(t, w.company(t)))
		w.view(t, tenant.All(), func(ctx context.Context, r readers) error {
			got, err := r.APIKeys.ByHash(ctx, k.Hash)
			require.NoError(t, err)
			requireSame(t, k, got.State())
			for _, hash := range []string{"", "hash-%", k.Hash[:10]} {
				_, err = r.APIKeys.ByHash(ctx, hash)
				requireNotFound(t, err)
			}
			return nil
		})
	})
	t.Run("what is revoked is found by nobody", func(t *testing.T) {
		u := w.addUser(t, w.company(t))
		k, other := w.addKey(t, u), w.addKey(t, u)
		revoked := identity.RestoreAPIKey(k)
		revoked.Revoke(w.clock.Now())
		w.update(t, tenant.Of(u.Company), func(ctx context.Context, tx txn.Tx) error { return tx.APIKeys().Save(ctx, revoked) })
		w.view(t, tenant.All(), func(ctx context.Context, r readers) error {
			_, err := r.APIKeys.Find(ctx, k.ID)
			requireNotFound(t, err)
			_, err = r.APIKeys.ByHash(ctx, k.Hash)
			requireNotFound(t, err)
			list, err := r.APIKeys.List(ctx, u.Company, page.Request{})
			require.NoError(t, err)
			require.Equal(t, []identity.KeyID{other.ID}, pick(list.Items, keyID))
			require.Equal(t, 1, list.Count)
			return nil
		})
	})
	t.Run("listed by company", func(t *testing.T) {
		first, second := w.addKey(t, w.addUser(t, w.company(t))), w.addKey(t, w.addUser(t, w.company(t)))
		w.view(t, tenant.All(), func(ctx context.Context, r readers) error {
			list, err := r.APIKeys.List(ctx, first.Company, page.Request{})
			require.NoError(t, err)
			require.Equal(t, []identity.KeyID{first.ID}, pick(list.Items, keyID))
			list, err = r.APIKeys.List(ctx, "", page.Request{Size: page.MaxSize})
			require.NoError(t, err)
			require.Subset(t, pick(list.Items, keyID), []identity.KeyID{first.ID, second.ID})
			return nil
		})
	})
}
