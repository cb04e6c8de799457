package sqlstore

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
)

// queue is the deliveries of all companies whose time has come.
type queue struct{ u *unit }

// unfinished is the condition of the partial index over deliveries; SQLite uses
// the index only for a condition that reads the same.
const unfinished = "status IN ('pending', 'sending', 'failed')"

// Claim leaves out the channels that have their share of attempts under way and
// takes the longest waiting deliveries of the others. It looks at a few rows
// only, however many are due.
func (q queue) Claim(ctx context.Context, kind string, limit, perChannel int, lease time.Duration) ([]*notification.Delivery, error) {
	if err := q.u.turn(ctx, "deliveries by "+kind); err != nil {
		return nil, err
	}
	over, err := q.held(ctx, kind)
	if err != nil {
		return nil, err
	}
	var ids []string
	for len(ids) < limit {
		due, err := q.due(ctx, kind, full(over, perChannel), ids, limit-len(ids))
		if err != nil {
			return nil, err
		}
		if len(due) == 0 {
			break
		}
		for _, d := range due {
			if over[d.ChannelID] < perChannel {
				over[d.ChannelID]++
				ids = append(ids, d.ID)
			}
		}
	}
	return q.take(ctx, ids, lease)
}

// held counts the attempts that are under way, by channel.
func (q queue) held(ctx context.Context, kind string) (map[string]int, error) {
	var counts []struct {
		ChannelID string
		Held      int
	}
	err := q.u.in(ctx).Model(&deliveryRow{}).Select("channel_id", "count(*) AS held").
		Where(unfinished).Where("channel_type = ? AND due_at > ? AND status = ?", kind, moment{q.u.now}, string(notification.Sending)).
		Group("channel_id").Scan(&counts).Error
	over := make(map[string]int, len(counts))
	for _, c := range counts {
		over[c.ChannelID] = c.Held
	}
	return over, q.u.known(err)
}

// full lists the channels that have their share.
func full(over map[string]int, perChannel int) []string {
	list := []string{}
	for id, n := range over {
		if n >= perChannel {
			list = append(list, id)
		}
	}
	return list
}

// due finds deliveries whose time has come, the longest waiting first.
func (q queue) due(ctx context.Context, kind string, full, taken []string, limit int) ([]deliveryRow, error) {
	query := q.u.in(ctx).Model(&deliveryRow{}).Select("id", "channel_id").
		Where(unfinished).Where("channel_type = ? AND due_at <= ?", kind, moment{q.u.now})
	if len(full) > 0 {
		query = query.Where("channel_id NOT IN ?", full)
	}
	if len(taken) > 0 {
		query = query.Where("id NOT IN ?", taken)
	}
	if q.u.dialect.skipLocked() != "" {
		query = query.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked})
	}
	var rows []deliveryRow
	err := query.Order("due_at").Order("id").Limit(limit).Find(&rows).Error
	return rows, q.u.known(err)
}

// take counts an attempt on each delivery and holds it for lease.
func (q queue) take(ctx context.Context, ids []string, lease time.Duration) ([]*notification.Delivery, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	until := moment{q.u.now.Add(lease)}
	var rows []deliveryRow
	err := q.u.reviewed(ctx, `UPDATE deliveries
		SET status = ?, status_rank = ?, attempts = attempts + 1, lease_until = ?, due_at = ?, version = version + 1
		WHERE id IN ? RETURNING *`,
		string(notification.Sending), slices.Index(notification.DeliveryStatuses(), notification.Sending), until, until, ids).
		Scan(&rows).Error
	if err != nil {
		return nil, q.u.known(err)
	}
	slices.SortFunc(rows, func(a, b deliveryRow) int {
		return cmp.Or(a.NextAttemptAt.Compare(b.NextAttemptAt.Time), cmp.Compare(a.ID, b.ID))
	})
	return each(toDelivery)(ctx, rows)
}

func (q queue) Postpone(ctx context.Context, d *notification.Delivery) error {
	return deliveries(q).Save(ctx, d)
}

func (q queue) Depth(ctx context.Context) (map[string]int, error) {
	var counts []struct {
		ChannelType string
		Waiting     int
	}
	err := q.u.in(ctx).Model(&deliveryRow{}).Select("channel_type", "count(*) AS waiting").
		Where(unfinished).Group("channel_type").Scan(&counts).Error
	depth := make(map[string]int, len(counts))
	for _, c := range counts {
		depth[c.ChannelType] = min(c.Waiting, page.MaxCount)
	}
	return depth, q.u.known(err)
}
