package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
)

// queue is the deliveries of all companies whose time has come.
type queue struct{ u *unit }

func (q queue) Claim(_ context.Context, kind string, room store.Room, lease time.Duration) ([]*notification.Delivery, error) {
	rows, line := deliveries(q).shelf(), "deliveries by "+kind
	due := rows.matching(func(s *notification.DeliveryState) bool { return s.ChannelType == kind && q.due(s) })
	over, of := map[notification.ChannelID]int{}, map[tenant.ID]int{}
	for _, held := range rows.matching(func(s *notification.DeliveryState) bool {
		return s.ChannelType == kind && s.Status == notification.Sending && s.LeaseUntil.After(q.u.now)
	}) {
		over[held.Channel]++
		of[held.Company]++
	}
	var claimed []*notification.Delivery
	for len(claimed) < room.Free {
		due = slices.DeleteFunc(due, func(s *notification.DeliveryState) bool {
			return over[s.Channel] >= room.PerChannel || of[s.Company] >= room.PerCompany
		})
		if len(due) == 0 {
			break
		}
		at := slices.Index(due, slices.MinFunc(due, func(a, b *notification.DeliveryState) int {
			return cmp.Or( // whose turn, and which of theirs
				cmp.Compare(of[a.Company], of[b.Company]),
				q.u.lastTurn(line, a.Company).Compare(q.u.lastTurn(line, b.Company)),
				cmp.Compare(over[a.Channel], over[b.Channel]),
				dueAt(a).Compare(dueAt(b)), cmp.Compare(a.ID, b.ID),
			)
		}))
		s := *due[at]
		due = slices.Delete(due, at, at+1)
		over[s.Channel]++
		of[s.Company]++
		s.Status, s.LeaseUntil = notification.Sending, q.u.now.Add(lease)
		s.Attempts++
		s.Version++
		if err := rows.put(string(s.ID), s); err != nil {
			return nil, err
		}
		claimed = append(claimed, notification.RestoreDelivery(s))
	}
	for _, d := range claimed {
		q.u.served(line, d.State().Company)
	}
	slices.SortFunc(claimed, func(a, b *notification.Delivery) int {
		return cmp.Or(a.State().NextAttemptAt.Compare(b.State().NextAttemptAt), cmp.Compare(a.State().ID, b.State().ID))
	})
	return claimed, nil
}

// dueAt is when the next attempt may begin: once nobody holds the delivery.
func dueAt(s *notification.DeliveryState) time.Time {
	if s.Status == notification.Sending {
		return s.LeaseUntil
	}
	return s.NextAttemptAt
}

// due reports whether a delivery waits for an attempt, or for another after
// whoever made one has not come back.
func (q queue) due(s *notification.DeliveryState) bool {
	return !notification.RestoreDelivery(*s).Over() && !dueAt(s).After(q.u.now)
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
