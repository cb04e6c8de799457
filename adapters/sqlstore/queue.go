package sqlstore

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

// unfinished is the condition of a partial index over deliveries, and the other
// one's stands in the statement: SQLite uses such an index only for a condition
// that reads the same.
const unfinished = "status IN ('pending', 'sending', 'failed')"

// Claim implements store.Queue in three statements, whatever waits.
func (q queue) Claim(ctx context.Context, kind string, room store.Room, lease time.Duration) ([]*notification.Delivery, error) {
	line := "deliveries by " + kind
	if err := q.u.turn(ctx, line); err != nil {
		return nil, err
	}
	var rows []deliveryRow
	err := q.u.reviewed(ctx, claimDeliveries(q.u.dialect), map[string]any{
		"kind": kind, "queue": line, "now": moment{q.u.now}, "until": moment{q.u.now.Add(lease)},
		"rank": slices.Index(notification.DeliveryStatuses(), notification.Sending),
		"free": room.Free, "perChannel": room.PerChannel, "perCompany": room.PerCompany,
	}).Scan(&rows).Error
	if err != nil {
		return nil, q.u.known(err)
	}
	slices.SortFunc(rows, func(a, b deliveryRow) int {
		return cmp.Or(a.NextAttemptAt.Compare(b.NextAttemptAt.Time), cmp.Compare(a.ID, b.ID))
	})
	served := make([]tenant.ID, len(rows))
	for i, r := range rows {
		served[i] = tenant.ID(r.Company)
	}
	if err := q.u.served(ctx, line, served); err != nil {
		return nil, err
	}
	return each(toDelivery)(ctx, rows)
}

// claimDeliveries goes from channel to channel by one seek in an index each,
// however many deliveries a channel has. Places are counted on from those that
// are taken: a channel's third delivery waits while two are under way, and a
// company's first comes before anybody's second.
func claimDeliveries(d dialect) string {
	return `WITH RECURSIVE lane (channel_id) AS (
			SELECT min(channel_id) FROM deliveries WHERE ` + unfinished + ` AND channel_type = @kind
			UNION ALL
			SELECT (SELECT min(deliveries.channel_id) FROM deliveries
				WHERE ` + unfinished + ` AND channel_type = @kind AND deliveries.channel_id > lane.channel_id)
			FROM lane WHERE lane.channel_id IS NOT NULL
		), taken AS MATERIALIZED (
			SELECT company_id, channel_id, count(*) AS places FROM deliveries
			WHERE status = 'sending' AND channel_type = @kind AND due_at > @now GROUP BY company_id, channel_id
		), due AS (
			SELECT found.id, found.company_id, found.due_at,
				row_number() OVER (PARTITION BY found.channel_id ORDER BY found.due_at, found.id)
				+ COALESCE((SELECT taken.places FROM taken WHERE taken.channel_id = found.channel_id), 0) AS in_channel
			FROM lane ` + d.lateral("deliveries", `WHERE `+unfinished+` AND channel_type = @kind
				AND deliveries.channel_id = lane.channel_id AND due_at <= @now ORDER BY due_at, id LIMIT @perChannel`) + `
		), fitting AS (
			SELECT due.*, row_number() OVER (PARTITION BY company_id ORDER BY in_channel, due_at, id)
				+ COALESCE((SELECT sum(taken.places) FROM taken WHERE taken.company_id = due.company_id), 0) AS in_company
			FROM due WHERE in_channel <= @perChannel
		), next AS MATERIALIZED (
			SELECT fitting.id,
				(SELECT served_at FROM turns WHERE turns.queue = @queue AND turns.company_id = fitting.company_id) AS served
			FROM fitting WHERE in_company <= @perCompany
			ORDER BY in_company, served NULLS FIRST, in_channel, due_at, fitting.id LIMIT @free
		)
		UPDATE deliveries
		SET status = 'sending', status_rank = @rank, attempts = attempts + 1, lease_until = @until, due_at = @until, version = version + 1
		WHERE id IN (SELECT id FROM deliveries WHERE id IN (SELECT id FROM next) ` + d.skipLocked() + `)
		RETURNING *`
}

func (q queue) Postpone(ctx context.Context, d *notification.Delivery) error {
	return deliveries(q).Save(ctx, d)
}

// Depth stops counting where the numbers cease to matter.
func (q queue) Depth(ctx context.Context) (map[string]int, error) {
	var counts []struct {
		ChannelType string
		Waiting     int
	}
	err := q.u.reviewed(ctx, `WITH RECURSIVE kind (channel_type) AS (
			SELECT min(channel_type) FROM deliveries WHERE `+unfinished+`
			UNION ALL
			SELECT (SELECT min(deliveries.channel_type) FROM deliveries WHERE `+unfinished+` AND deliveries.channel_type > kind.channel_type)
			FROM kind WHERE kind.channel_type IS NOT NULL
		)
		SELECT kind.channel_type, (SELECT count(*) FROM (
			SELECT 1 FROM deliveries WHERE `+unfinished+` AND deliveries.channel_type = kind.channel_type LIMIT ?) AS counted) AS waiting
		FROM kind WHERE kind.channel_type IS NOT NULL`, page.MaxCount).Scan(&counts).Error
	depth := make(map[string]int, len(counts))
	for _, c := range counts {
		depth[c.ChannelType] = c.Waiting
	}
	return depth, q.u.known(err)
}
