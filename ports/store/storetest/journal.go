package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func journal(t *testing.T, w *world) {
	t.Helper()
	t.Run("events appear with the commit", func(t *testing.T) {
		company, boom := w.company(t), errors.New("boom")
		e := w.newEvent(company)
		err := w.try(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			require.NoError(t, tx.Journal().Emit(ctx, []event.Event{e}))
			return boom
		})
		require.ErrorIs(t, err, boom)
		require.Empty(t, w.waiting(t, tenant.Of(company), e.ID))
		w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			return tx.Journal().Emit(ctx, []event.Event{e})
		})
		require.Len(t, w.waiting(t, tenant.Of(company), e.ID), 1)
	})
	t.Run("every field of an event comes back, facts as JSON has them", func(t *testing.T) {
		company := w.company(t)
		at := w.clock.Now().Add(-time.Hour)
		e := w.newEvent(company, func(e *event.Event) {
			e.Name, e.Version, e.Entity, e.At = event.IncidentClosed, 7, "incident", at
			e.Facts = map[string]map[string]any{
				"incident": {
					"title": "🦉 <b>", "count": 3, "score": 12.5, "open": true, "none": nil, "tags": []string{"vip"},
					"created_at": at, "deep": map[string][]string{"ip": {"198.51.100.1"}},
				},
				"actor": {},
			}
		})
		requireFull(t, e, nil)
		w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			return tx.Journal().Emit(ctx, []event.Event{e})
		})
		got := w.waiting(t, tenant.Of(company), e.ID)
		require.Len(t, got, 1)
		facts := got[0].Facts["incident"]
		text, _ := facts["created_at"].(string) //nolint:errcheck // the next line checks it
		read, err := time.Parse(time.RFC3339Nano, text)
		require.NoError(t, err)
		require.True(t, at.Equal(read))
		want := e
		want.Facts = map[string]map[string]any{
			"incident": {
				"title": "🦉 <b>", "count": 3.0, "score": 12.5, "open": true, "none": nil, "tags": []any{"vip"},
				"created_at": text, "deep": map[string]any{"ip": []any{"198.51.100.1"}},
			},
			"actor": {},
		}
		requireSame(t, want, got[0])
		w.upkeep(t, func(ctx context.Context, u store.Upkeep) error {
			peeked, err := u.Outbox().Peek(ctx, []string{e.ID})
			require.NoError(t, err)
			requireSame(t, []event.Event{want}, peeked)
			return nil
		})
	})
	t.Run("named in their order, without the settled", func(t *testing.T) {
		company := w.company(t)
		a, b, c := w.emit(t, company), w.emit(t, company), w.emit(t, company)
		w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			require.NoError(t, tx.Events().Settle(ctx, nil))
			return tx.Events().Settle(ctx, []string{b.ID, w.ids.New()})
		})
		got := w.waiting(t, tenant.Of(company), a.ID, b.ID, c.ID, w.ids.New())
		require.Equal(t, []string{a.ID, c.ID}, pick(got, eventID))
		require.Empty(t, w.waiting(t, tenant.Of(company)))
	})
}

func eventID(e event.Event) string { return e.ID }

func (w *world) waiting(t *testing.T, s tenant.Scope, ids ...string) (list []event.Event) {
	t.Helper()
	w.view(t, s, func(ctx context.Context, r readers) error {
		var err error
		list, err = r.Events.Named(ctx, ids)
		return err
	})
	return list
}

func idempotency(t *testing.T, w *world) {
	t.Helper()
	answer := txn.Answer{Request: "digest", Status: 201, Body: []byte{0, 1, 255, '{', '}'}}
	t.Run("the second use is told the answer of the first", func(t *testing.T) {
		key := txn.Key{Company: w.company(t), Actor: "user:1", Key: "key 🦉"}
		require.Nil(t, w.recall(t, key, &answer))
		require.Equal(t, &answer, w.recall(t, key, nil))
		require.Equal(t, &answer, w.recall(t, key, nil))
	})
	t.Run("an empty answer is an answer", func(t *testing.T) {
		key := txn.Key{Company: w.company(t), Actor: "user:1", Key: "key"}
		require.Nil(t, w.recall(t, key, &txn.Answer{Request: "digest", Status: 204}))
		got := w.recall(t, key, nil)
		require.NotNil(t, got)
		require.Equal(t, 204, got.Status)
		require.Empty(t, got.Body)
	})
	t.Run("a unit of work that fails frees the key", func(t *testing.T) {
		company, boom := w.company(t), errors.New("boom")
		key := txn.Key{Company: company, Actor: "user:1", Key: "key"}
		err := w.try(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			_, err := tx.Journal().Recall(ctx, key)
			require.NoError(t, err)
			require.NoError(t, tx.Journal().Keep(ctx, key, answer))
			return boom
		})
		require.ErrorIs(t, err, boom)
		require.Nil(t, w.recall(t, key, &answer))
	})
	t.Run("company, actor and key make it one", func(t *testing.T) {
		acme, other := w.company(t), w.company(t)
		for i, key := range []txn.Key{
			{Company: acme, Actor: "user:1", Key: "key"},
			{Company: other, Actor: "user:1", Key: "key"},
			{Company: acme, Actor: "user:2", Key: "key"},
			{Company: acme, Actor: "user:1", Key: "KEY"},
			{Company: acme, Actor: "user:1k", Key: "ey"},
			{Actor: "user:1", Key: "key"},
		} {
			require.Nil(t, w.recall(t, key, &txn.Answer{Request: "digest", Status: 200 + i, Body: []byte("x")}))
			require.Equal(t, 200+i, w.recall(t, key, nil).Status)
		}
	})
	t.Run("the platform's keys work inside a company", func(t *testing.T) {
		company := w.company(t)
		key := txn.Key{Actor: "user:" + w.ids.New(), Key: "key"}
		for _, want := range []*txn.Answer{nil, &answer} {
			w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
				got, err := tx.Journal().Recall(ctx, key)
				require.NoError(t, err)
				require.Equal(t, want, got)
				if got != nil {
					return nil
				}
				return tx.Journal().Keep(ctx, key, answer)
			})
		}
	})
	t.Run("of uses at once one takes effect", func(t *testing.T) { onceAtOnce(t, w) })
}

// recall uses a key, and keeps an answer unless it is nil.
func (w *world) recall(t *testing.T, key txn.Key, keep *txn.Answer) (kept *txn.Answer) {
	t.Helper()
	scope := tenant.All()
	if key.Company != "" {
		scope = tenant.Of(key.Company)
	}
	w.update(t, scope, func(ctx context.Context, tx txn.Tx) error {
		var err error
		if kept, err = tx.Journal().Recall(ctx, key); err != nil || keep == nil {
			return err
		}
		return tx.Journal().Keep(ctx, key, *keep)
	})
	return kept
}

func onceAtOnce(t *testing.T, w *world) {
	t.Helper()
	company := w.company(t)
	key := txn.Key{Company: company, Actor: "user:1", Key: "key"}
	replays := 0
	replayed := errors.New("replayed")
	for i, err := range together(10, func(int) error {
		a := w.newAlert(company)
		return w.try(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			kept, err := tx.Journal().Recall(ctx, key)
			switch {
			case err != nil:
				return err
			case kept != nil && kept.Status != 201:
				return errors.New("the answer is another one's")
			case kept != nil:
				return replayed
			}
			if err := tx.Alerts().Add(ctx, alert.Restore(a)); err != nil {
				return err
			}
			return tx.Journal().Keep(ctx, key, txn.Answer{Request: "digest", Status: 201})
		})
	}) {
		if errors.Is(err, replayed) {
			replays++
			continue
		}
		require.NoError(t, err, "use %d", i)
	}
	require.Equal(t, 9, replays)
	require.Equal(t, 1, w.pageOf(t, company, page.Request{}).Count)
}
