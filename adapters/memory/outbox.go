package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
)

// waiting is an event that still owes its messages.
type waiting struct {
	event event.Event
	until time.Time // whoever claimed it has it until then; since then it waits
}

// owed returns the events that match, the oldest first.
func (u *unit) owed(match func(*waiting) bool) []*waiting {
	var rows []*waiting
	for _, row := range u.data.outbox.rows {
		if u.scope.Reaches(row.event.Company) && match(row) {
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, byAge)
	return rows
}

func byAge(a, b *waiting) int {
	return cmp.Or(a.event.At.Compare(b.event.At), cmp.Compare(a.event.ID, b.event.ID))
}

func (u *unit) owedUnder(ids []string) []*waiting {
	return u.owed(func(w *waiting) bool { return slices.Contains(ids, w.event.ID) })
}

func (u *unit) settle(ids []string) {
	for _, row := range u.owedUnder(ids) {
		u.data.outbox.remove(u, row.event.ID)
	}
}

func (u *unit) named(ids []string) ([]event.Event, error) {
	rows := u.owedUnder(ids)
	list := make([]*event.Event, len(rows))
	for i, row := range rows {
		list[i] = &row.event
	}
	return mapped(list, func(e event.Event) event.Event { return e })
}

// events is the outbox as the core sees it.
type events struct{ u *unit }

func (e events) Named(_ context.Context, ids []string) ([]event.Event, error) { return e.u.named(ids) }

func (e events) Settle(_ context.Context, ids []string) error {
	e.u.settle(ids)
	return nil
}

// outbox is the outbox as its upkeep sees it.
type outbox struct{ u *unit }

func (o outbox) Claim(_ context.Context, companies, share int, lease time.Duration) ([]store.Waiting, error) {
	until := o.u.now.Add(lease)
	held, free := map[tenant.ID]int{}, map[tenant.ID][]*waiting{}
	for _, row := range o.u.owed(func(*waiting) bool { return true }) {
		company := row.event.Company
		if row.until.After(o.u.now) && !row.until.After(until) {
			held[company]++
		} else {
			free[company] = append(free[company], row)
		}
	}
	next := slices.DeleteFunc(slices.Collect(maps.Keys(free)), func(c tenant.ID) bool { return held[c] > share })
	o.u.inTurn(outboxTurns, next)
	var claimed []*waiting
	for _, company := range next[:min(companies, len(next))] {
		slices.SortStableFunc(free[company], func(a, b *waiting) int { return a.until.Compare(b.until) })
		claimed = append(claimed, free[company][:min(share, len(free[company]))]...)
		o.u.served(outboxTurns, company)
	}
	slices.SortFunc(claimed, byAge)
	list := make([]store.Waiting, len(claimed))
	for i, row := range claimed {
		o.hold(row, until)
		list[i] = store.Waiting{ID: row.event.ID, Company: row.event.Company}
	}
	return list, nil
}

func (o outbox) hold(row *waiting, until time.Time) {
	o.u.data.outbox.put(o.u, row.event.ID, waiting{event: row.event, until: until})
}

func (o outbox) Release(_ context.Context, ids []string) error {
	for _, row := range o.u.owedUnder(ids) {
		o.hold(row, o.u.now)
	}
	return nil
}

func (o outbox) Depth(context.Context) (int, time.Time, error) {
	owed := o.u.owed(func(*waiting) bool { return true })
	if len(owed) == 0 {
		return 0, time.Time{}, nil
	}
	return min(len(owed), page.MaxCount), owed[0].event.At, nil
}

func (o outbox) Settle(_ context.Context, ids []string) error {
	o.u.settle(ids)
	return nil
}

func (o outbox) Peek(_ context.Context, ids []string) ([]event.Event, error) { return o.u.named(ids) }

// emitted adds events of the scope.
func (u *unit) emitted(list []event.Event) error {
	rows := shelf[event.Event]{
		u: u, rows: &table[string, event.Event]{}, noun: "event",
		company: func(e *event.Event) tenant.ID { return e.Company },
	}
	for _, e := range list {
		if _, taken := u.data.outbox.rows[e.ID]; taken || !u.scope.Reaches(e.Company) {
			return rows.missing()
		}
		kept, err := copied(e)
		if err != nil {
			return err
		}
		u.data.outbox.put(u, e.ID, waiting{event: kept, until: u.now})
	}
	return nil
}
