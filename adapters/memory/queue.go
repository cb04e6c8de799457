package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
)

// queue is the deliveries of all companies whose time has come.
type queue struct{ u *unit }

func (q queue) Claim(_ context.Context, kind string, limit, perChannel int, lease time.Duration) ([]*notification.Delivery, error) {
	rows := deliveries(q).shelf()
	due := rows.matching(func(s *notification.DeliveryState) bool { return s.ChannelType == kind && q.due(s) })
	slices.SortFunc(due, func(a, b *notification.DeliveryState) int {
		return cmp.Or(a.NextAttemptAt.Compare(b.NextAttemptAt), cmp.Compare(a.ID, b.ID))
	})
	var claimed []*notification.Delivery
	over := map[notification.ChannelID]int{}
	for _, held := range rows.matching(func(s *notification.DeliveryState) bool {
		return s.Status == notification.Sending && s.LeaseUntil.After(q.u.now)
	}) {
		over[held.Channel]++
	}
	for _, stored := range due {
		if len(claimed) == limit {
			break
		}
		if over[stored.Channel] >= perChannel {
			continue
		}
		over[stored.Channel]++
		s := *stored
		s.Status, s.LeaseUntil = notification.Sending, q.u.now.Add(lease)
		s.Attempts++
		s.Version++
		if err := rows.put(string(s.ID), s); err != nil {
			return nil, err
		}
		claimed = append(claimed, notification.RestoreDelivery(s))
	}
	return claimed, nil
}

// due reports whether a delivery waits for an attempt, or for another after
// whoever made one has not come back.
func (q queue) due(s *notification.DeliveryState) bool {
	switch s.Status {
	case notification.Pending, notification.Failed:
		return !s.NextAttemptAt.After(q.u.now)
	case notification.Sending:
		return !s.LeaseUntil.After(q.u.now)
	default:
		return false
	}
}

func (q queue) Postpone(ctx context.Context, d *notification.Delivery) error {
	return deliveries(q).Save(ctx, d)
}

func (q queue) Depth(context.Context) (map[string]int, error) {
	depth := map[string]int{}
	for s := range deliveries(q).shelf().all() {
		if !notification.RestoreDelivery(*s).Over() && depth[s.ChannelType] < page.MaxCount {
			depth[s.ChannelType]++
		}
	}
	return depth, nil
}
