// Package dispatch turns events into deliveries and deliveries into messages
// that somebody got. Nothing is sent inside a transaction, and every step can
// be repeated after a crash without doing its work twice.
package dispatch

import (
	"context"
	"fmt"

	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/failpoint"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/bus"
	"github.com/sentineliq/sentineliq/ports/channel"
	"github.com/sentineliq/sentineliq/ports/condition"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/system"
	"github.com/sentineliq/sentineliq/ports/telemetry"
)

const routerJob = "dispatcher"

// Router decides which messages events become.
type Router struct {
	gate   *gate.Gate
	types  channel.Types
	engine condition.Engine
	ids    system.IDs
	outbox bus.Bell
	bells  bus.Bells
	meter  telemetry.Meter
	log    telemetry.Log
}

// NewRouter returns a router. It rings outbox when it has made room for more of
// a company's events, and one of bells when deliveries of that type are due.
func NewRouter(g *gate.Gate, types channel.Types, engine condition.Engine, ids system.IDs, outbox bus.Bell, bells bus.Bells,
	meter telemetry.Meter, log telemetry.Log,
) *Router {
	return &Router{gate: g, types: types, engine: engine, ids: ids, outbox: outbox, bells: bells, meter: meter, log: log}
}

// Handle makes the deliveries that the events of a message owe, and settles
// them. Events that were settled before are left alone.
func (r *Router) Handle(ctx context.Context, m bus.Message) error {
	if err := failpoint.Hit(failpoint.Consumed); err != nil {
		return err
	}
	if err := r.handle(ctx, m); err != nil {
		return err
	}
	if len(m.Events) >= bus.MessageSize {
		r.outbox.Ring()
	}
	return nil
}

func (r *Router) handle(ctx context.Context, m bus.Message) error {
	ctx = gate.AsIn(ctx, routerJob, m.Company)
	book, err := r.look(ctx, m)
	if err != nil {
		return fmt.Errorf("reading what events of %s owe: %w", m.Company, err)
	}
	if len(book.events) == 0 {
		return nil
	}
	plan, err := r.plan(ctx, book)
	if err != nil {
		return err
	}
	if len(plan.deliveries) == 0 {
		return gate.Upkeep(ctx, r.gate, func(ctx context.Context, u store.Upkeep) error {
			return u.Outbox().Settle(ctx, idsOf(book.events))
		})
	}
	return r.commit(ctx, book, plan)
}

// book is all that routing needs to know, read at one moment.
type book struct {
	company  string // its name
	events   []event.Event
	rules    []*notification.Rule
	channels map[notification.ChannelID]*notification.Channel
	people   people
}

func (r *Router) look(ctx context.Context, m bus.Message) (book, error) {
	return gate.Read(ctx, r.gate, policy.NotificationSend, func(ctx context.Context, v store.View) (book, error) {
		b := book{channels: map[notification.ChannelID]*notification.Channel{}}
		var err error
		if b.events, err = v.Events().Named(ctx, m.Events); err != nil || len(b.events) == 0 {
			return b, err
		}
		company, err := v.Companies().Find(ctx, m.Company)
		if err != nil {
			return b, err
		}
		b.company = company.State().Name
		if b.rules, err = v.Rules().Active(ctx); err != nil || len(b.rules) == 0 {
			return b, err
		}
		var ids []notification.ChannelID
		for _, rule := range b.rules {
			ids = append(ids, rule.State().Channels...)
		}
		channels, err := v.Channels().Named(ctx, ids)
		if err != nil {
			return b, err
		}
		for _, c := range channels {
			if c.State().IsEnabled {
				b.channels[c.ID()] = c
			}
		}
		b.people, err = gather(ctx, v, b)
		return b, err
	})
}

// plan is what a message's events become.
type plan struct {
	notices    []*notification.Notice
	deliveries []*notification.Delivery
}

func (r *Router) plan(ctx context.Context, b book) (plan, error) {
	var p plan
	for _, e := range b.events {
		e.Facts["company"] = map[string]any{"id": string(e.Company), "name": b.company}
		for _, rule := range b.rules {
			if !rule.Wants(e.Name) {
				continue
			}
			holds, err := r.holds(ctx, rule, e)
			if err != nil {
				return p, err
			}
			if holds {
				r.add(&p, b, rule, e)
			}
		}
	}
	return p, nil
}

// holds runs the rule's condition. One that cannot be decided does not hold,
// and an operator hears of it: a broken rule must not block the others. One
// that only took too long this time is an error, so that the events come again.
func (r *Router) holds(ctx context.Context, rule *notification.Rule, e event.Event) (bool, error) {
	yes, err := r.engine.Holds(ctx, rule.State().Condition, e.Facts)
	if fault.Is(err, fault.Unavailable) {
		return false, fmt.Errorf("condition of rule %s: %w", rule.ID(), err)
	}
	if err != nil {
		r.trouble("condition of a rule could not be decided", rule, err)
		return false, nil
	}
	return yes, nil
}

func (r *Router) trouble(what string, rule *notification.Rule, err error) {
	r.meter.Count("background_errors_total", 1, "job", routerJob)
	r.log.Warn(what, "rule", string(rule.ID()), "company", string(rule.State().Company), "error", err)
}

// add composes the notice of an event under a rule, with one delivery for each
// channel that is a place and one for each recipient of the others.
func (r *Router) add(p *plan, b book, rule *notification.Rule, e event.Event) {
	n, err := notification.Compose(notification.ID(r.ids.New()), rule, e, e.At)
	if err != nil {
		r.trouble("message of a rule could not be written", rule, err)
		return
	}
	var deliveries []*notification.Delivery
	for _, id := range rule.State().Channels {
		c, usable := b.channels[id]
		if !usable {
			continue
		}
		kind, known := r.types.Named(c.State().Type)
		if !known {
			continue
		}
		to := []identity.UserID{""}
		if kind.Describe().ToPeople {
			to = b.people.of(rule, e)
		}
		for _, user := range to {
			deliveries = append(deliveries, notification.NewDelivery(notification.DeliveryID(r.ids.New()), n, c, user, e.At))
		}
	}
	if len(deliveries) > 0 {
		p.notices = append(p.notices, n)
		p.deliveries = append(p.deliveries, deliveries...)
	}
}

// commit stores the plan and settles the events, together. Events that somebody
// else settled since they were read take their part of the plan with them.
func (r *Router) commit(ctx context.Context, b book, p plan) error {
	done, err := gate.Write(ctx, r.gate, policy.NotificationSend, func(ctx context.Context, tx store.Tx) (notification.Dispatch, error) {
		ids := idsOf(b.events)
		still, err := tx.Events().Named(ctx, ids)
		if err != nil {
			return notification.Dispatch{}, err
		}
		kept := p.only(idsOf(still))
		if err := tx.Notices().Add(ctx, kept.notices); err != nil {
			return notification.Dispatch{}, err
		}
		fresh, err := tx.Deliveries().Add(ctx, kept.deliveries)
		if err != nil {
			return notification.Dispatch{}, err
		}
		return notification.Dispatch{Notices: p.notices, Deliveries: fresh, Events: ids}, tx.Events().Settle(ctx, ids)
	})
	if err != nil {
		return fmt.Errorf("storing deliveries: %w", err)
	}
	for _, d := range done.Deliveries {
		r.bells.Ring(d.State().ChannelType)
	}
	return nil
}

// only returns the part of the plan that belongs to the events.
func (p plan) only(events []string) plan {
	wanted := make(map[string]bool, len(events))
	for _, id := range events {
		wanted[id] = true
	}
	var out plan
	for _, n := range p.notices {
		if wanted[n.Event] {
			out.notices = append(out.notices, n)
		}
	}
	for _, d := range p.deliveries {
		if wanted[d.State().Event] {
			out.deliveries = append(out.deliveries, d)
		}
	}
	return out
}

func idsOf(events []event.Event) []string {
	ids := make([]string, len(events))
	for i, e := range events {
		ids[i] = e.ID
	}
	return ids
}
