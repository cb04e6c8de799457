package notifications

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/store"
)

// Deliveries implements driving.Deliveries.
type Deliveries struct {
	Parts
}

// NewDeliveries returns the service.
func NewDeliveries(p Parts) *Deliveries { return &Deliveries{Parts: p} }

// List shows the deliveries in reach.
func (s *Deliveries) List(ctx context.Context, q notification.DeliveryQuery, p page.Request) (page.Result[*notification.Delivery], error) {
	return gate.Read(ctx, s.Gate, policy.DeliveryRead, func(ctx context.Context, v store.View) (page.Result[*notification.Delivery], error) {
		return v.Deliveries().List(ctx, q, p)
	})
}

// Find shows one delivery.
func (s *Deliveries) Find(ctx context.Context, id notification.DeliveryID) (*notification.Delivery, error) {
	return gate.Read(ctx, s.Gate, policy.DeliveryRead, func(ctx context.Context, v store.View) (*notification.Delivery, error) {
		return v.Deliveries().Find(ctx, id)
	})
}

// Retry makes a delivery that was given up due again. The receiver sees the
// same message id as before.
func (s *Deliveries) Retry(ctx context.Context, id notification.DeliveryID) (*notification.Delivery, error) {
	d, err := gate.Write(ctx, s.Gate, policy.DeliveryRetry, func(ctx context.Context, tx store.Tx) (*notification.Delivery, error) {
		d, err := tx.Deliveries().Find(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := d.Retry(tx.Now()); err != nil {
			return nil, err
		}
		return d, tx.Deliveries().Save(ctx, d)
	})
	if err == nil {
		s.Bells.Ring(d.State().ChannelType)
	}
	return d, err
}
