package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

const lease = time.Minute

// Each test of the outbox and the queue has a world of its own: they see all
// companies.
func outbox(t *testing.T, w *world) {
	t.Helper()
	t.Run("claimed the oldest first, up to the share", func(t *testing.T) {
		w := w.fresh(t)
		acme := w.company(t)
		young := w.emit(t, acme, func(e *event.Event) { e.At = e.At.Add(time.Second) })
		old, middle := w.emit(t, acme), w.emit(t, acme)
		require.Equal(t, []store.Waiting{{ID: old.ID, Company: acme}, {ID: middle.ID, Company: acme}}, w.claim(t, 2))
		require.Equal(t, []store.Waiting{{ID: young.ID, Company: acme}}, w.claim(t, 2))
		require.Empty(t, w.claim(t, 2))
	})
	t.Run("two claims at once never share an event", func(t *testing.T) {
		w := w.fresh(t)
		const events, workers = 40, 8
		a, b := w.company(t), w.company(t)
		for i := range events {
			w.emit(t, []tenant.ID{a, b}[i%2])
		}
		claims := make([][]store.Waiting, workers)
		for _, err := range together(workers, func(i int) error {
			return w.run.Upkeep(t.Context(), func(ctx context.Context, u store.Upkeep) (err error) {
				claims[i], err = u.Outbox().Claim(ctx, 1, events/workers, lease)
				return err
			})
		}) {
			require.NoError(t, err)
		}
		taken := map[string]bool{}
		for _, claim := range append(claims, w.claim(t, events)) {
			for _, one := range claim {
				require.False(t, taken[one.ID], "claimed twice")
				taken[one.ID] = true
			}
		}
		require.Len(t, taken, events)
	})
	t.Run("a claim ends with its lease", func(t *testing.T) {
		w := w.fresh(t)
		e := w.emit(t, w.company(t))
		require.Len(t, w.claim(t, 1), 1)
		w.clock.Advance(lease - time.Microsecond)
		require.Empty(t, w.claim(t, 1))
		w.clock.Advance(time.Microsecond)
		require.Equal(t, e.ID, w.claim(t, 1)[0].ID)
	})
	t.Run("a claim that fails claims nothing", func(t *testing.T) {
		w := w.fresh(t)
		w.emit(t, w.company(t))
		require.ErrorIs(t, w.run.Upkeep(t.Context(), func(ctx context.Context, u store.Upkeep) error {
			got, err := u.Outbox().Claim(ctx, 1, 1, lease)
			require.NoError(t, err)
			require.Len(t, got, 1)
			return errLeftOut{}
		}), errLeftOut{})
		require.Len(t, w.claim(t, 1), 1)
	})
	t.Run("released events wait again at once", func(t *testing.T) {
		w := w.fresh(t)
		company := w.company(t)
		a, b := w.emit(t, company), w.emit(t, company)
		require.Len(t, w.claim(t, 2), 2)
		w.upkeep(t, func(ctx context.Context, u store.Upkeep) error {
			require.NoError(t, u.Outbox().Release(ctx, nil))
			return u.Outbox().Release(ctx, []string{b.ID, w.ids.New()})
		})
		require.Equal(t, []store.Waiting{{ID: b.ID, Company: company}}, w.claim(t, 2))
		require.Equal(t, []string{a.ID, b.ID}, pick(w.waiting(t, tenant.Of(company), a.ID, b.ID), eventID), "claimed events are still owed")
	})
	t.Run("settled events never come back", func(t *testing.T) {
		w := w.fresh(t)
		company := w.company(t)
		a, b, c := w.emit(t, company), w.emit(t, company), w.emit(t, company)
		require.Len(t, w.claim(t, 2), 2)
		w.upkeep(t, func(ctx context.Context, u store.Upkeep) error { return u.Outbox().Settle(ctx, []string{a.ID}) })
		w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error { return tx.Events().Settle(ctx, []string{b.ID}) })
		w.clock.Advance(time.Hour)
		require.Equal(t, []store.Waiting{{ID: c.ID, Company: company}}, w.claim(t, 9))
	})
	t.Run("depth", func(t *testing.T) {
		w := w.fresh(t)
		company, since := w.company(t), w.clock.Now()
		requireDepth(t, w, 0, time.Time{})
		a := w.emit(t, company)
		w.clock.Advance(time.Minute)
		b := w.emit(t, company)
		requireDepth(t, w, 2, since)
		require.Len(t, w.claim(t, 1), 1)
		requireDepth(t, w, 2, since) // what is on its way is still owed
		w.upkeep(t, func(ctx context.Context, u store.Upkeep) error { return u.Outbox().Settle(ctx, []string{a.ID}) })
		requireDepth(t, w, 1, b.At)
	})
	t.Run("peek looks at claimed ones too", func(t *testing.T) {
		w := w.fresh(t)
		company := w.company(t)
		a, b := w.emit(t, company), w.emit(t, w.company(t))
		require.Len(t, w.claimOf(t, 1, 1), 1)
		w.upkeep(t, func(ctx context.Context, u store.Upkeep) error {
			got, err := u.Outbox().Peek(ctx, []string{a.ID, b.ID, w.ids.New()})
			require.NoError(t, err)
			require.ElementsMatch(t, []string{a.ID, b.ID}, pick(got, eventID))
			return nil
		})
	})
}

// claim takes a share of each of many companies.
func (w *world) claim(t *testing.T, share int) (got []store.Waiting) {
	t.Helper()
	return w.claimOf(t, 1_000, share)
}

func (w *world) claimOf(t *testing.T, companies, share int) (got []store.Waiting) {
	t.Helper()
	w.upkeep(t, func(ctx context.Context, u store.Upkeep) (err error) {
		got, err = u.Outbox().Claim(ctx, companies, share, lease)
		return err
	})
	return got
}

func requireDepth(t *testing.T, w *world, want int, since time.Time) {
	t.Helper()
	w.upkeep(t, func(ctx context.Context, u store.Upkeep) error {
		n, oldest, err := u.Outbox().Depth(ctx)
		require.NoError(t, err)
		require.Equal(t, want, n)
		require.True(t, since.Equal(oldest), "waiting since %v, not %v", oldest, since)
		return nil
	})
}

func upkeep(t *testing.T, w *world) {
	t.Helper()
	t.Run("keys note their last use, never an earlier one", func(t *testing.T) {
		u := w.addUser(t, w.company(t))
		k, other, at := w.addKey(t, u), w.addKey(t, u), w.clock.Now().Truncate(time.Minute)
		touch := func(used map[identity.KeyID]time.Time) {
			w.upkeep(t, func(ctx context.Context, u store.Upkeep) error { return u.Keys().Touch(ctx, used) })
		}
		touch(nil)
		touch(map[identity.KeyID]time.Time{k.ID: at, identity.KeyID(w.ids.New()): at})
		k.LastUsedAt = at
		keyNoun().requireStored(t, w, u.Company, k)
		touch(map[identity.KeyID]time.Time{k.ID: at.Add(-time.Hour), other.ID: at.Add(time.Minute)})
		other.LastUsedAt = at.Add(time.Minute)
		keyNoun().requireStored(t, w, u.Company, k)
		keyNoun().requireStored(t, w, u.Company, other)
	})
	t.Run("what is over is forgotten, so much at a time", func(t *testing.T) { forgetting(t, w.fresh(t)) })
}

func forgetting(t *testing.T, w *world) {
	t.Helper()
	u := w.addUser(t, w.company(t))
	key := func(k string) txn.Key { return txn.Key{Company: u.Company, Actor: "user:1", Key: k} }
	kept := &txn.Answer{Request: "digest", Status: 200}
	start := w.clock.Now()
	require.Nil(t, w.recall(t, key("old"), kept))
	w.addSession(t, u, func(s *identity.SessionState) { s.ExpiresAt = start })
	w.addSession(t, u, func(s *identity.SessionState) { s.RevokedAt = start })
	w.addSession(t, u, func(s *identity.SessionState) { s.ExpiresAt = start.Add(-time.Hour) })
	alive := w.addSession(t, u)
	cut := w.clock.Advance(time.Hour)
	w.addSession(t, u, func(s *identity.SessionState) { s.RevokedAt = cut.Add(time.Second) })
	require.Nil(t, w.recall(t, key("new"), kept))

	forget := func(limit int) (gone int) {
		w.upkeep(t, func(ctx context.Context, u store.Upkeep) (err error) {
			gone, err = u.Forget(ctx, cut, limit)
			return err
		})
		return gone
	}
	require.Equal(t, 3, forget(3))
	require.Equal(t, 1, forget(3))
	require.Equal(t, 0, forget(3))
	require.Nil(t, w.recall(t, key("old"), nil))
	require.NotNil(t, w.recall(t, key("new"), nil))
	sessionNoun().requireStored(t, w, u.Company, alive)
}
