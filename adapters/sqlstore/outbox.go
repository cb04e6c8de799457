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
	ClaimedUntil moment
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

// outbox is the outbox as its upkeep sees it.
type outbox struct{ u *unit }

// Claim never asks for what comes after the last one seen: transactions do not
// end in the order in which they made their events.
func (o outbox) Claim(ctx context.Context, limit int, lease time.Duration) ([]store.Waiting, error) {
	var rows []outboxRow
	err := o.u.reviewed(ctx, `WITH due AS MATERIALIZED (
			SELECT id FROM outbox WHERE claimed_until <= ? ORDER BY at, id LIMIT ? `+o.u.dialect.skipLocked()+`)
		UPDATE outbox SET claimed_until = ? WHERE id IN (SELECT id FROM due)
		RETURNING id, company_id, at`,
		moment{o.u.now}, limit, moment{o.u.now.Add(lease)}).Scan(&rows).Error
	if err != nil {
		return nil, o.u.known(err)
	}
	slices.SortFunc(rows, func(a, b outboxRow) int {
		return cmp.Or(a.At.Compare(b.At.Time), cmp.Compare(a.ID, b.ID))
	})
	return each(func(r outboxRow) store.Waiting { return store.Waiting{ID: r.ID, Company: tenant.ID(r.Company)} })(ctx, rows)
}

func (o outbox) Release(ctx context.Context, ids []string) error {
	for part := range parts(ids, o.u.dialect.maxVars()/2) {
		err := o.u.in(ctx).Model(&outboxRow{}).Where("id IN ?", part).Update("claimed_until", moment{}).Error
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
