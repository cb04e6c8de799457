package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func noticeNoun() noun[notification.Notice] {
	return noun[notification.Notice]{
		plain: func(_ *testing.T, w *world, company tenant.ID) notification.Notice {
			return w.newNotice(notification.RuleState{Company: company})
		},
		full: func(t *testing.T, w *world, company tenant.ID) notification.Notice {
			t.Helper()
			return w.newNotice(w.addRule(t, w.addChannel(t, company)), func(n *notification.Notice) {
				n.Facts = map[string]map[string]any{
					"alert": {"title": "🦉", "occurrences": 3.0, "tags": []any{"vip"}, "none": nil, "deep": map[string]any{"ok": true}},
					"event": {"time": "2026-03-02T09:30:15.123456Z"},
				}
				n.EventTime = n.CreatedAt.Add(-time.Minute)
			})
		},
		id: func(n notification.Notice) string { return string(n.ID) },
		add: func(ctx context.Context, tx txn.Tx, n notification.Notice) error {
			return tx.Notices().Add(ctx, []*notification.Notice{&n})
		},
		find: func(ctx context.Context, r readers, id string) (notification.Notice, error) {
			n, err := r.Notices.Find(ctx, notification.ID(id))
			return stateOf(n, err, func(n *notification.Notice) notification.Notice { return *n })
		},
	}
}

func notices(t *testing.T, w *world) {
	t.Helper()
	noticeNoun().keeps(t, w)
	t.Run("several, and none, at once", func(t *testing.T) {
		company := w.company(t)
		first, second := noticeNoun().plain(t, w, company), noticeNoun().full(t, w, company)
		w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			if err := tx.Notices().Add(ctx, nil); err != nil {
				return err
			}
			return tx.Notices().Add(ctx, []*notification.Notice{&first, &second})
		})
		noticeNoun().requireStored(t, w, company, first)
		noticeNoun().requireStored(t, w, company, second)
	})
}

func deliveryNoun() noun[notification.DeliveryState] {
	return noun[notification.DeliveryState]{
		plain: func(t *testing.T, w *world, company tenant.ID) notification.DeliveryState {
			t.Helper()
			n := w.addNotice(t, notification.RuleState{Company: company})
			return w.newDelivery(n, w.addChannel(t, company), func(s *notification.DeliveryState) {
				s.Status, s.NextAttemptAt = notification.Skipped, time.Time{}
			})
		},
		full: func(t *testing.T, w *world, company tenant.ID) notification.DeliveryState {
			t.Helper()
			c := w.addChannel(t, company)
			return w.newDelivery(w.addNotice(t, w.addRule(t, c)), c, func(s *notification.DeliveryState) {
				at := s.CreatedAt
				s.Recipient, s.Status, s.Attempts, s.Version = w.analyst(t, company), notification.Sending, 2, 7
				s.NextAttemptAt, s.LeaseUntil, s.DeliveredAt = at.Add(time.Minute), at.Add(time.Hour), at.Add(time.Second)
				s.LastError, s.ResponseStatus = "the receiver is away 🦉", 503
			})
		},
		id:      func(s notification.DeliveryState) string { return string(s.ID) },
		version: func(s *notification.DeliveryState) *int { return &s.Version },
		changed: func(s notification.DeliveryState) notification.DeliveryState {
			s.Status, s.Attempts, s.LastError, s.ResponseStatus = notification.Failed, 3, "still away", 500
			s.NextAttemptAt, s.LeaseUntil, s.DeliveredAt = s.NextAttemptAt.Add(time.Hour), time.Time{}, s.DeliveredAt.Add(time.Second)
			return s
		},
		add: func(ctx context.Context, tx txn.Tx, s notification.DeliveryState) error {
			added, err := tx.Deliveries().Add(ctx, []*notification.Delivery{notification.RestoreDelivery(s)})
			if err == nil && len(added) == 0 {
				return errLeftOut{}
			}
			return err
		},
		save: func(ctx context.Context, tx txn.Tx, s notification.DeliveryState) error {
			return tx.Deliveries().Save(ctx, notification.RestoreDelivery(s))
		},
		find: func(ctx context.Context, r readers, id string) (notification.DeliveryState, error) {
			d, err := r.Deliveries.Find(ctx, notification.DeliveryID(id))
			return stateOf(d, err, (*notification.Delivery).State)
		},
		list: func(ctx context.Context, r readers, p page.Request) (page.Result[notification.DeliveryState], error) {
			list, err := r.Deliveries.List(ctx, notification.DeliveryQuery{}, p)
			return page.Map(list, (*notification.Delivery).State), err
		},
	}
}

// errLeftOut stands for a delivery that was there already.
type errLeftOut struct{}

func (errLeftOut) Error() string { return "the delivery was there already" }

func deliveryID(d *notification.Delivery) notification.DeliveryID { return d.State().ID }

func deliveries(t *testing.T, w *world) {
	t.Helper()
	deliveryNoun().keeps(t, w)
	t.Run("one for an event, rule, channel and recipient", func(t *testing.T) { uniqueDeliveries(t, w) })
	t.Run("of workers at once one adds", func(t *testing.T) {
		company := w.company(t)
		s := deliveryNoun().full(t, w, company)
		added := 0
		for _, err := range together(8, func(int) error {
			again := edited(s, []func(*notification.DeliveryState){func(s *notification.DeliveryState) {
				s.ID = notification.DeliveryID(w.ids.New())
			}})
			return w.try(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error { return deliveryNoun().add(ctx, tx, again) })
		}) {
			if err == nil {
				added++
				continue
			}
			require.ErrorIs(t, err, errLeftOut{})
		}
		require.Equal(t, 1, added)
	})
	t.Run("filters", func(t *testing.T) { deliveryFilters(t, w) })
}

func uniqueDeliveries(t *testing.T, w *world) {
	t.Helper()
	company := w.company(t)
	c, other := w.addChannel(t, company), w.addChannel(t, company)
	rule, user := w.addRule(t, c), w.analyst(t, company)
	ruled := w.addNotice(t, rule)
	test := w.addNotice(t, notification.RuleState{Company: company})
	elsewhere := w.addNotice(t, w.addRule(t, c), func(n *notification.Notice) { n.Event = ruled.Event })
	to := func(user identity.UserID) func(*notification.DeliveryState) {
		return func(s *notification.DeliveryState) { s.Recipient = user }
	}
	for name, s := range map[string]notification.DeliveryState{
		"all four":         w.newDelivery(ruled, c, to(user)),
		"no recipient":     w.newDelivery(ruled, c),
		"no rule":          w.newDelivery(test, c, to(user)),
		"neither":          w.newDelivery(test, c),
		"other rule":       w.newDelivery(elsewhere, c),
		"other channel":    w.newDelivery(ruled, other),
		"other channel to": w.newDelivery(ruled, other, to(user)),
	} {
		t.Run(name, func(t *testing.T) {
			again, third := s, s
			again.ID, third.ID = notification.DeliveryID(w.ids.New()), notification.DeliveryID(w.ids.New())
			w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
				added, err := tx.Deliveries().Add(ctx, pick([]notification.DeliveryState{s, again}, notification.RestoreDelivery))
				require.NoError(t, err)
				require.Equal(t, []notification.DeliveryID{s.ID}, pick(added, deliveryID))
				return nil
			})
			fresh := deliveryNoun().plain(t, w, company)
			w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
				added, err := tx.Deliveries().Add(ctx, pick([]notification.DeliveryState{third, fresh}, notification.RestoreDelivery))
				require.NoError(t, err)
				require.Equal(t, []notification.DeliveryID{fresh.ID}, pick(added, deliveryID))
				return nil
			})
			deliveryNoun().requireStored(t, w, company, s)
		})
	}
}

func deliveryFilters(t *testing.T, w *world) {
	t.Helper()
	company, base := w.company(t), w.clock.Now()
	first, second := w.addChannel(t, company), w.addChannel(t, company)
	rule, user := w.addRule(t, first), w.analyst(t, company)
	n := w.addNotice(t, rule)
	a := w.newDelivery(n, first, func(s *notification.DeliveryState) { s.Status, s.Recipient = notification.Dead, user })
	b := w.newDelivery(n, second, func(s *notification.DeliveryState) { s.CreatedAt = base.Add(time.Hour) })
	w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
		_, err := tx.Deliveries().Add(ctx, pick([]notification.DeliveryState{a, b}, notification.RestoreDelivery))
		return err
	})
	other := w.addDelivery(t, second)
	type q = notification.DeliveryQuery
	for name, c := range map[string]struct {
		query q
		want  []notification.DeliveryID
	}{
		"none":      {q{}, []notification.DeliveryID{a.ID, b.ID, other.ID}},
		"status":    {q{Statuses: []notification.DeliveryStatus{notification.Dead, notification.Failed}}, []notification.DeliveryID{a.ID}},
		"channel":   {q{Channel: second.ID}, []notification.DeliveryID{b.ID, other.ID}},
		"notice":    {q{Notice: n.ID}, []notification.DeliveryID{a.ID, b.ID}},
		"rule":      {q{Rule: rule.ID}, []notification.DeliveryID{a.ID, b.ID}},
		"recipient": {q{Recipient: user}, []notification.DeliveryID{a.ID}},
		"company":   {q{Company: company}, []notification.DeliveryID{a.ID, b.ID, other.ID}},
		"after":     {q{CreatedAfter: base.Add(time.Minute)}, []notification.DeliveryID{b.ID}},
		"before":    {q{CreatedBefore: base.Add(time.Minute)}, []notification.DeliveryID{a.ID, other.ID}},
		"combined":  {q{Channel: second.ID, Notice: n.ID, Rule: rule.ID}, []notification.DeliveryID{b.ID}},
		"nonsense":  {q{Channel: "nonsense"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
				got, err := r.Deliveries.List(ctx, c.query, page.Request{})
				require.NoError(t, err)
				require.ElementsMatch(t, c.want, pick(got.Items, deliveryID))
				require.Equal(t, len(c.want), got.Count)
				return nil
			})
		})
	}
}
