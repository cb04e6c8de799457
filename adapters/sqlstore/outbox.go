package sqlstore

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
)

// outboxRow is an event that still owes its messages.
type outboxRow struct {
	ID           string    `gorm:"primaryKey"`
	Company      companyID `gorm:"column:company_id;<-:create"`
	Name         string
	Version      int
	At           moment
	Entity       string
	EntityID     string
	Facts        document[facts]
	ClaimedUntil moment // somebody is handling it until then; since then it waits
}

// TableName implements schema.Tabler.
func (outboxRow) TableName() string { return "outbox" }

func fromEvent(e event.Event) outboxRow {
	return outboxRow{
		ID: e.ID, Company: companyID(e.Company), Name: string(e.Name), Version: e.Version, At: moment{e.At},
		Entity: e.Entity, EntityID: e.EntityID, Facts: documentOf(e.Facts),
	}
}

func toEvent(r outboxRow) event.Event {
	return event.Event{
		ID: r.ID, Company: tenant.ID(r.Company), Name: event.Name(r.Name), Version: r.Version, At: r.At.Time,
		Entity: r.Entity, EntityID: r.EntityID, Facts: r.Facts.is,
	}
}

// events is the outbox as the core sees it.
type events struct{ u *unit }

func (e events) Named(ctx context.Context, ids []string) ([]event.Event, error) {
	rows, err := byID[outboxRow](ctx, e.u, ids, e.u.in)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b outboxRow) int {
		return cmp.Or(a.At.Compare(b.At.Time), cmp.Compare(a.ID, b.ID))
	})
	return each(toEvent)(ctx, rows)
}

func (e events) Settle(ctx context.Context, ids []string) error {
	for part := range parts(ids, e.u.dialect.maxVars()/2) {
		if err := e.u.in(ctx).Where("id IN ?", part).Delete(&outboxRow{}).Error; err != nil {
			return e.u.known(err)
		}
	}
	return nil
}

// The two states of an event in the outbox.
const (
	waits   = "(outbox.claimed_until <= @now OR outbox.claimed_until > @until)"
	handled = "outbox.claimed_until > @now AND outbox.claimed_until <= @until"
)

// outbox is the outbox as its upkeep sees it.
type outbox struct{ u *unit }

// Claim goes from company to company by one seek in an index each, however many
// events a company has. It never asks for what comes after the last event seen:
// transactions do not end in the order in which they made their events. A lease
// longer than leases are was given before the clock was set back, and binds
// nobody.
func (o outbox) Claim(ctx context.Context, companies, share int, lease time.Duration) ([]store.Waiting, error) {
	if err := o.u.turn(ctx, outboxTurns); err != nil {
		return nil, err
	}
	var rows []outboxRow
	err := o.u.reviewed(ctx, `WITH RECURSIVE owing (company_id) AS (
			SELECT min(company_id) FROM outbox
			UNION ALL
			SELECT (SELECT min(outbox.company_id) FROM outbox WHERE outbox.company_id > owing.company_id)
			FROM owing WHERE owing.company_id IS NOT NULL
		), next AS (
			SELECT owing.company_id,
				(SELECT served_at FROM turns WHERE turns.queue = @queue AND turns.company_id = owing.company_id) AS served
			FROM owing
			WHERE (SELECT outbox.id FROM outbox WHERE outbox.company_id = owing.company_id AND `+waits+`
				ORDER BY outbox.claimed_until LIMIT 1) IS NOT NULL
			AND (SELECT count(*) FROM outbox WHERE outbox.company_id = owing.company_id AND `+handled+`) <= @share
			ORDER BY served NULLS FIRST, owing.company_id LIMIT @companies
		), due AS MATERIALIZED (
			SELECT found.id FROM next `+o.u.dialect.lateral("outbox", `WHERE outbox.company_id = next.company_id AND `+waits+`
				ORDER BY outbox.claimed_until, outbox.at, outbox.id LIMIT @share`)+`
		)
		UPDATE outbox SET claimed_until = @until
		WHERE id IN (SELECT id FROM outbox WHERE id IN (SELECT id FROM due) `+o.u.dialect.skipLocked()+`)
		RETURNING id, company_id, at`,
		map[string]any{
			"queue": outboxTurns, "now": moment{o.u.now}, "until": moment{o.u.now.Add(lease)},
			"companies": companies, "share": share,
		}).Scan(&rows).Error
	if err != nil {
		return nil, o.u.known(err)
	}
	slices.SortFunc(rows, func(a, b outboxRow) int {
		return cmp.Or(a.At.Compare(b.At.Time), cmp.Compare(a.ID, b.ID))
	})
	claimed := make([]store.Waiting, len(rows))
	served := make([]tenant.ID, len(rows))
	for i, r := range rows {
		served[i] = tenant.ID(r.Company)
		claimed[i] = store.Waiting{ID: r.ID, Company: served[i]}
	}
	return claimed, o.u.served(ctx, outboxTurns, served)
}

func (o outbox) Release(ctx context.Context, ids []string) error {
	for part := range parts(ids, o.u.dialect.maxVars()/2) {
		err := o.u.in(ctx).Model(&outboxRow{}).Where("id IN ?", part).Update("claimed_until", moment{o.u.now}).Error
		if err != nil {
			return o.u.known(err)
		}
	}
	return nil
}

func (o outbox) Depth(ctx context.Context) (int, time.Time, error) {
	waiting := o.u.in(ctx).Model(&outboxRow{}).Session(&gorm.Session{})
	oldest, err := all[outboxRow](o.u, waiting.Order("at").Order("id").Limit(1))
	if err != nil || len(oldest) == 0 {
		return 0, time.Time{}, err
	}
	n, _, err := o.u.count(ctx, waiting)
	return n, oldest[0].At.Time, err
}

func (o outbox) Settle(ctx context.Context, ids []string) error { return events(o).Settle(ctx, ids) }

func (o outbox) Peek(ctx context.Context, ids []string) ([]event.Event, error) {
	return events(o).Named(ctx, ids)
}
