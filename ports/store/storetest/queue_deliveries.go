package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func queue(t *testing.T, w *world) {
	t.Helper()
	t.Run("claimed as they are due, the longest waiting first", func(t *testing.T) {
		w := w.fresh(t)
		c, now := w.addChannel(t, w.company(t)), w.clock.Now()
		other := w.addChannel(t, w.company(t))
		due := func(d time.Duration) func(*notification.DeliveryState) {
			return func(s *notification.DeliveryState) { s.NextAttemptAt = now.Add(d) }
		}
		w.addDelivery(t, c, due(time.Microsecond))
		third, first, second := w.addDelivery(t, c, due(0)), w.addDelivery(t, other, due(-time.Hour)), w.addDelivery(t, c, due(-time.Minute),
			func(s *notification.DeliveryState) { s.Status, s.Attempts = notification.Failed, 2 })
		got := w.claimed(t, "webhook", 2, 9)
		require.Equal(t, []notification.DeliveryID{first.ID, second.ID}, pick(got, deliveryID))
		want := second
		want.Status, want.Attempts, want.LeaseUntil, want.Version = notification.Sending, 3, now.Add(lease), 1
		requireClaimed(t, w, want, got[1])
		require.Equal(t, []notification.DeliveryID{third.ID}, pick(w.claimed(t, "webhook", 9, 9), deliveryID))
		require.Empty(t, w.claimed(t, "webhook", 9, 9))
	})
	t.Run("of one type", func(t *testing.T) {
		w := w.fresh(t)
		company := w.company(t)
		slack := w.addDelivery(t, w.addChannel(t, company, func(s *notification.ChannelState) { s.Type = "slack" }))
		w.addDelivery(t, w.addChannel(t, company))
		require.Equal(t, []notification.DeliveryID{slack.ID}, pick(w.claimed(t, "slack", 9, 9), deliveryID))
		require.Empty(t, w.claimed(t, "email", 9, 9))
	})
	t.Run("not more than so many over one channel", func(t *testing.T) {
		w := w.fresh(t)
		company := w.company(t)
		busy, calm := w.addChannel(t, company), w.addChannel(t, company)
		for range 5 {
			w.addDelivery(t, busy)
		}
		w.clock.Advance(time.Second)
		late := w.addDelivery(t, calm)
		got := w.claimed(t, "webhook", 3, 2)
		require.Len(t, got, 3)
		require.Equal(t, late.ID, deliveryID(got[2]))
		require.Empty(t, w.claimed(t, "webhook", 9, 2), "the channel has its share under way")
		require.Len(t, w.claimed(t, "webhook", 9, 3), 1)
		w.clock.Advance(lease)
		require.Len(t, w.claimed(t, "webhook", 9, 2), 3, "what nobody holds any more counts no longer")
	})
	t.Run("nobody's twice", func(t *testing.T) { claimedOnce(t, w.fresh(t)) })
	t.Run("those that are over are not claimed", func(t *testing.T) {
		w := w.fresh(t)
		c := w.addChannel(t, w.company(t))
		for _, status := range []notification.DeliveryStatus{notification.Delivered, notification.Dead, notification.Skipped} {
			w.addDelivery(t, c, func(s *notification.DeliveryState) { s.Status, s.NextAttemptAt = status, time.Time{} })
		}
		require.Empty(t, w.claimed(t, "webhook", 9, 9))
	})
	t.Run("a lease that ends makes it due, and shuts its owner out", func(t *testing.T) {
		w := w.fresh(t)
		d := w.addDelivery(t, w.addChannel(t, w.company(t)))
		mine := w.claimed(t, "webhook", 1, 1)[0]
		w.clock.Advance(lease - time.Microsecond)
		require.Empty(t, w.claimed(t, "webhook", 1, 1))
		w.clock.Advance(time.Microsecond)
		theirs := w.claimed(t, "webhook", 1, 1)[0]
		require.Equal(t, d.ID, deliveryID(theirs))
		require.Equal(t, 2, theirs.State().Attempts)

		mine.Succeeded(200, w.clock.Now())
		require.True(t, isStale(w.try(t, tenant.Of(d.Company), func(ctx context.Context, tx txn.Tx) error {
			return tx.Deliveries().Save(ctx, mine)
		})))
		require.True(t, isStale(w.postpone(t, mine)))
		theirs.Succeeded(204, w.clock.Now())
		w.update(t, tenant.Of(d.Company), func(ctx context.Context, tx txn.Tx) error { return tx.Deliveries().Save(ctx, theirs) })
	})
	t.Run("postponed ones come again when it is time", func(t *testing.T) {
		w := w.fresh(t)
		w.addDelivery(t, w.addChannel(t, w.company(t)))
		d := w.claimed(t, "webhook", 1, 1)[0]
		wait := time.Hour
		d.Refused("the receiver is away", 503, &wait, w.clock.Now())
		zombie := notification.RestoreDelivery(d.State())
		require.NoError(t, w.postpone(t, d))
		require.True(t, isStale(w.postpone(t, zombie)))
		want := d.State()
		deliveryNoun().requireStored(t, w, want.Company, want)
		w.clock.Advance(wait - time.Microsecond)
		require.Empty(t, w.claimed(t, "webhook", 1, 1))
		w.clock.Advance(time.Microsecond)
		require.Equal(t, 2, w.claimed(t, "webhook", 1, 1)[0].State().Attempts)
	})
	t.Run("depth by type, of those that are not over", func(t *testing.T) { queueDepth(t, w.fresh(t)) })
}

// claimed takes as many as are free, whoever's they are.
func (w *world) claimed(t *testing.T, kind string, free, perChannel int) (got []*notification.Delivery) {
	t.Helper()
	return w.claimedInto(t, kind, store.Room{Free: free, PerChannel: perChannel, PerCompany: 1_000})
}

func (w *world) claimedInto(t *testing.T, kind string, room store.Room) (got []*notification.Delivery) {
	t.Helper()
	w.upkeep(t, func(ctx context.Context, u store.Upkeep) (err error) {
		got, err = u.Queue().Claim(ctx, kind, room, lease)
		return err
	})
	return got
}

func (w *world) postpone(t *testing.T, d *notification.Delivery) error {
	t.Helper()
	return w.run.Upkeep(t.Context(), func(ctx context.Context, u store.Upkeep) error { return u.Queue().Postpone(ctx, d) })
}

func requireClaimed(t *testing.T, w *world, want notification.DeliveryState, got *notification.Delivery) {
	t.Helper()
	requireSame(t, want, got.State())
	deliveryNoun().requireStored(t, w, want.Company, want)
}

func claimedOnce(t *testing.T, w *world) {
	t.Helper()
	const workers, each = 6, 5
	company := w.company(t)
	first, second := w.addChannel(t, company), w.addChannel(t, company)
	for i := range workers * each {
		w.addDelivery(t, []notification.ChannelState{first, second}[i%2])
	}
	claims := make([][]*notification.Delivery, workers)
	for _, err := range together(workers, func(i int) error {
		return w.run.Upkeep(t.Context(), func(ctx context.Context, u store.Upkeep) (err error) {
			claims[i], err = u.Queue().Claim(ctx, "webhook", store.Room{Free: each, PerChannel: each, PerCompany: workers * each}, lease)
			return err
		})
	}) {
		require.NoError(t, err)
	}
	taken := map[notification.DeliveryID]bool{}
	for _, claim := range append(claims, w.claimed(t, "webhook", workers*each, workers*each)) {
		for _, d := range claim {
			require.False(t, taken[deliveryID(d)], "claimed twice")
			require.Equal(t, 1, d.State().Attempts)
			taken[deliveryID(d)] = true
		}
	}
	require.Len(t, taken, workers*each)
}

func queueDepth(t *testing.T, w *world) {
	t.Helper()
	company := w.company(t)
	webhook := w.addChannel(t, company)
	slack := w.addChannel(t, w.company(t), func(s *notification.ChannelState) { s.Type = "slack" })
	for _, status := range notification.DeliveryStatuses() {
		w.addDelivery(t, webhook, func(s *notification.DeliveryState) {
			s.Status, s.LeaseUntil = status, s.CreatedAt.Add(time.Hour)
		})
	}
	w.addDelivery(t, slack)
	w.upkeep(t, func(ctx context.Context, u store.Upkeep) error {
		got, err := u.Queue().Depth(ctx)
		require.NoError(t, err)
		require.Equal(t, map[string]int{"webhook": 3, "slack": 1}, got)
		return nil
	})
}
