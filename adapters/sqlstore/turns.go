package sqlstore

import (
	"context"
	"slices"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// turnRow is when a company was served last in a queue of companies.
type turnRow struct {
	Queue    string    `gorm:"primaryKey"`
	Company  companyID `gorm:"column:company_id;primaryKey;<-:create"`
	ServedAt moment
}

// TableName implements schema.Tabler.
func (turnRow) TableName() string { return "turns" }

// outboxTurns is the queue in front of the bus; each type of channel has one of
// its own.
const outboxTurns = "outbox"

// served notes that the companies have had their turn in a queue.
func (u *unit) served(ctx context.Context, queue string, companies []tenant.ID) error {
	slices.Sort(companies)
	var rows []turnRow
	for _, company := range slices.Compact(companies) {
		rows = append(rows, turnRow{Queue: queue, Company: companyID(company), ServedAt: moment{u.now}})
	}
	if len(rows) == 0 {
		return nil
	}
	sql, values, err := valued(ctx, u, rows)
	if err != nil {
		return err
	}
	sql += " ON CONFLICT (queue, company_id) DO UPDATE SET served_at = excluded.served_at"
	return u.known(u.in(ctx).Set(reviewedKey, true).Exec(sql, values...).Error)
}
