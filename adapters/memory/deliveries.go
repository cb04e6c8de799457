package memory

import (
	"context"
	"slices"

	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

type notices struct{ u *unit }

func (n notices) shelf() shelf[notification.Notice] {
	return shelf[notification.Notice]{
		u: n.u, rows: &n.u.data.notices, noun: "notification",
		company: func(s *notification.Notice) tenant.ID { return s.Company },
	}
}

func (n notices) Find(_ context.Context, id notification.ID) (*notification.Notice, error) {
	s, err := n.shelf().find(string(id))
	if err != nil {
		return nil, err
	}
	return &s, nil
}

func (n notices) Add(_ context.Context, added []*notification.Notice) error {
	for _, one := range added {
		if err := n.shelf().add(string(one.ID), *one); err != nil {
			return err
		}
	}
	return nil
}

type deliveries struct{ u *unit }

func (d deliveries) shelf() shelf[notification.DeliveryState] {
	return shelf[notification.DeliveryState]{
		u: d.u, rows: &d.u.data.deliveries, noun: "delivery",
		company: func(s *notification.DeliveryState) tenant.ID { return s.Company },
		version: func(s *notification.DeliveryState) *int { return &s.Version },
	}
}

func (d deliveries) Find(_ context.Context, id notification.DeliveryID) (*notification.Delivery, error) {
	s, err := d.shelf().find(string(id))
	if err != nil {
		return nil, err
	}
	return notification.RestoreDelivery(s), nil
}

func (d deliveries) List(_ context.Context, q notification.DeliveryQuery, p page.Request) (page.Result[*notification.Delivery], error) {
	rows := d.shelf().matching(func(s *notification.DeliveryState) bool {
		return anyOf(q.Statuses, s.Status) && is(q.Channel, s.Channel) && is(q.Notice, s.Notice) && is(q.Rule, s.Rule) &&
			is(q.Recipient, s.Recipient) && is(q.Company, s.Company) && within(s.CreatedAt, q.CreatedAfter, q.CreatedBefore)
	})
	return list(rows, p, order[notification.DeliveryState]{
		sorts:    []page.Sort{{Name: "created_at", Kind: page.Time}, {Name: "status", Kind: page.Rank}},
		fallback: newest("created_at"),
		value: func(s *notification.DeliveryState, name string) any {
			switch name {
			case "created_at":
				return s.CreatedAt
			case "status":
				return int64(slices.Index(notification.DeliveryStatuses(), s.Status))
			default:
				return string(s.ID)
			}
		},
	}, notification.RestoreDelivery)
}

func (d deliveries) Add(_ context.Context, added []*notification.Delivery) ([]*notification.Delivery, error) {
	var fresh []*notification.Delivery
	for _, one := range added {
		s := one.State()
		if d.known(s) {
			continue
		}
		if err := d.shelf().add(string(s.ID), s); err != nil {
			return nil, err
		}
		fresh = append(fresh, one)
	}
	return fresh, nil
}

func (d deliveries) known(s notification.DeliveryState) bool {
	for other := range d.shelf().all() {
		if other.Event == s.Event && other.Rule == s.Rule && other.Channel == s.Channel && other.Recipient == s.Recipient {
			return true
		}
	}
	return false
}

func (d deliveries) Save(_ context.Context, delivery *notification.Delivery) error {
	s := delivery.State()
	return kept(delivery, d.shelf().save(string(s.ID), s, nil))
}
