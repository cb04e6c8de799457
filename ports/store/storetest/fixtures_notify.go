package storetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func (w *world) newChannel(company tenant.ID, edits ...func(*notification.ChannelState)) notification.ChannelState {
	id, now := w.ids.New(), w.clock.Now()
	return edited(notification.ChannelState{
		ID: notification.ChannelID(id), Company: company, Name: "Channel " + id, Type: "webhook",
		Shown: map[string]any{"url": "https://example.com"}, Sealed: secret.New("sealed-" + id),
		IsEnabled: true, CreatedAt: now, UpdatedAt: now,
	}, edits)
}

func (w *world) addChannel(t *testing.T, company tenant.ID, edits ...func(*notification.ChannelState)) notification.ChannelState {
	t.Helper()
	s := w.newChannel(company, edits...)
	w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
		return tx.Channels().Add(ctx, notification.RestoreChannel(s))
	})
	return s
}

func (w *world) newRule(c notification.ChannelState, edits ...func(*notification.RuleState)) notification.RuleState {
	id, now := w.ids.New(), w.clock.Now()
	return edited(notification.RuleState{
		ID: notification.RuleID(id), Company: c.Company, Name: "Rule " + id, EventTypes: []event.Name{event.AlertCreated},
		Channels: []notification.ChannelID{c.ID}, IsActive: true, CreatedAt: now, UpdatedAt: now,
	}, edits)
}

func (w *world) addRule(t *testing.T, c notification.ChannelState, edits ...func(*notification.RuleState)) notification.RuleState {
	t.Helper()
	s := w.newRule(c, edits...)
	w.update(t, tenant.Of(c.Company), func(ctx context.Context, tx txn.Tx) error {
		return tx.Rules().Add(ctx, notification.RestoreRule(s))
	})
	return s
}

// newNotice is a notice under a rule; the zero rule of a company is that of a
// test message.
func (w *world) newNotice(r notification.RuleState, edits ...func(*notification.Notice)) notification.Notice {
	now := w.clock.Now()
	return edited(notification.Notice{
		ID: notification.ID(w.ids.New()), Company: r.Company, Event: w.ids.New(), EventName: event.AlertCreated, Rule: r.ID,
		Title: "Something happened", Body: "Somewhere", Category: "alert", Severity: severity.High,
		RelatedType: "alert", RelatedID: w.ids.New(), EventTime: now, CreatedAt: now,
	}, edits)
}

func (w *world) addNotice(t *testing.T, r notification.RuleState, edits ...func(*notification.Notice)) notification.Notice {
	t.Helper()
	n := w.newNotice(r, edits...)
	w.update(t, tenant.Of(r.Company), func(ctx context.Context, tx txn.Tx) error {
		return tx.Notices().Add(ctx, []*notification.Notice{&n})
	})
	return n
}

func (w *world) newDelivery(n notification.Notice, c notification.ChannelState, edits ...func(*notification.DeliveryState)) notification.DeliveryState {
	now := w.clock.Now()
	return edited(notification.DeliveryState{
		ID: notification.DeliveryID(w.ids.New()), Company: n.Company, Notice: n.ID, Event: n.Event, Rule: n.Rule,
		Channel: c.ID, ChannelType: c.Type, Status: notification.Pending, NextAttemptAt: now, CreatedAt: now,
	}, edits)
}

// addDelivery stores a delivery of a notice of its own.
func (w *world) addDelivery(t *testing.T, c notification.ChannelState, edits ...func(*notification.DeliveryState)) notification.DeliveryState {
	t.Helper()
	n := w.addNotice(t, notification.RuleState{Company: c.Company})
	s := w.newDelivery(n, c, edits...)
	w.update(t, tenant.Of(c.Company), func(ctx context.Context, tx txn.Tx) error {
		_, err := tx.Deliveries().Add(ctx, []*notification.Delivery{notification.RestoreDelivery(s)})
		return err
	})
	return s
}

// addDeliveries stores n deliveries of one notice, over the channels in turn.
func (w *world) addDeliveries(t *testing.T, n int, channels ...notification.ChannelState) {
	t.Helper()
	company := channels[0].Company
	notice := w.addNotice(t, notification.RuleState{Company: company})
	list := make([]*notification.Delivery, n)
	for i := range list {
		list[i] = notification.RestoreDelivery(w.newDelivery(notice, channels[i%len(channels)], func(s *notification.DeliveryState) {
			s.Recipient = identity.UserID(w.ids.New())
		}))
	}
	w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
		added, err := tx.Deliveries().Add(ctx, list)
		require.Len(t, added, n)
		return err
	})
}

// end delivers.
func (w *world) end(t *testing.T, d *notification.Delivery) {
	t.Helper()
	d.Succeeded(200, w.clock.Now())
	w.update(t, tenant.Of(d.State().Company), func(ctx context.Context, tx txn.Tx) error { return tx.Deliveries().Save(ctx, d) })
}

func (w *world) newEvent(company tenant.ID, edits ...func(*event.Event)) event.Event {
	return edited(event.Event{
		ID: w.ids.New(), Name: event.AlertCreated, Version: event.Version, Company: company, At: w.clock.Now(),
		Entity: "alert", EntityID: w.ids.New(), Facts: map[string]map[string]any{"alert": {"title": "Something happened"}},
	}, edits)
}

// emit puts a new event into the outbox.
func (w *world) emit(t *testing.T, company tenant.ID, edits ...func(*event.Event)) event.Event {
	t.Helper()
	e := w.newEvent(company, edits...)
	w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
		return tx.Journal().Emit(ctx, []event.Event{e})
	})
	return e
}

// emitMany puts n new events into the outbox at once.
func (w *world) emitMany(t *testing.T, company tenant.ID, n int) {
	t.Helper()
	list := make([]event.Event, n)
	for i := range list {
		list[i] = w.newEvent(company)
	}
	w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error { return tx.Journal().Emit(ctx, list) })
}

// settle takes claimed events out.
func (w *world) settle(t *testing.T, claimed []store.Waiting) {
	t.Helper()
	w.upkeep(t, func(ctx context.Context, u store.Upkeep) error {
		return u.Outbox().Settle(ctx, pick(claimed, func(one store.Waiting) string { return one.ID }))
	})
}

// analyst adds a user of the company, for tests that need just anybody.
func (w *world) analyst(t *testing.T, company tenant.ID) identity.UserID {
	t.Helper()
	return w.addUser(t, company).ID
}
