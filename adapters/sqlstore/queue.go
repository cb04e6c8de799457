package sqlstore

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

// unfinished is the condition of the partial index over deliveries; SQLite uses
// the index only for a condition that reads the same.
const unfinished = "status IN ('pending', 'sending', 'failed')"

// Claim numbers the due deliveries of each channel, so that a channel cannot
// have more than its share, and takes the longest waiting ones.
func (q queue) Claim(ctx context.Context, kind string, limit, perChannel int, lease time.Duration) ([]*notification.Delivery, error) {
	var rows []deliveryRow
	until := moment{q.u.now.Add(lease)}
	err := q.u.reviewed(ctx, `UPDATE deliveries
		SET status = ?, status_rank = ?, attempts = attempts + 1, lease_until = ?, due_at = ?, version = version + 1
		WHERE id IN (
			SELECT id FROM deliveries WHERE `+unfinished+` AND due_at <= ? AND id IN (
				SELECT id FROM (
					SELECT id, row_number() OVER (PARTITION BY channel_id ORDER BY next_attempt_at, id) AS place
					FROM deliveries WHERE `+unfinished+` AND channel_type = ? AND due_at <= ?
				) AS due WHERE place <= ?
			) ORDER BY next_attempt_at, id LIMIT ? `+q.u.dialect.skipLocked()+`
		) RETURNING *`,
		string(notification.Sending), slices.Index(notification.DeliveryStatuses(), notification.Sending), until, until,
		moment{q.u.now}, kind, moment{q.u.now}, perChannel, limit).Scan(&rows).Error
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
