package httpapi

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// deliveryQuery is what the delivery log can be asked for.
type deliveryQuery struct {
	pageQuery
	Ordering      string `form:"ordering" example:"-created_at"` // Comma list of `created_at`, `status`; `-` for descending
	Status        string `form:"status"`                         // Comma list of `pending`, `sending`, `delivered`, `failed`, `dead`, `skipped`
	Channel       string `form:"channel" format:"uuid"`
	Notification  string `form:"notification" format:"uuid"`
	Rule          string `form:"rule" format:"uuid"`
	Recipient     string `form:"recipient" format:"uuid"`
	Company       string `form:"company" format:"uuid"` // For superusers
	CreatedAfter  string `form:"created_after" format:"date-time"`
	CreatedBefore string `form:"created_before" format:"date-time"`
}

// listDeliveries shows what became of messages.
//
//	@Summary	List deliveries
//	@Tags		notifications
//	@Security	bearer
//	@Param		q		query		deliveryQuery	false	"Filters"
//	@Success	200		{object}	listBody[deliveryBody]
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/notifications/deliveries/ [get]
func (a *API) listDeliveries(c *call) (reply, error) {
	q := c.query()
	want := notification.DeliveryQuery{
		Statuses: oneOf(q, "status", notification.DeliveryStatuses()),
		Channel:  notification.ChannelID(q.id("channel")), Notice: notification.ID(q.id("notification")),
		Rule: notification.RuleID(q.id("rule")), Recipient: identity.UserID(q.id("recipient")),
		Company:      tenant.ID(q.id("company")),
		CreatedAfter: q.time("created_after"), CreatedBefore: q.time("created_before"),
	}
	p := q.page(a.cursorsOf(c), []string{"created_at", "status"})
	if err := q.err(); err != nil {
		return reply{}, err
	}
	found, err := a.Deliveries.List(c.ctx, want, p)
	if err != nil {
		return reply{}, err
	}
	return list(a, c, found, deliveryOf), nil
}

func showDelivery(d *notification.Delivery) reply {
	return reply{body: deliveryOf(d), etag: tag(d.State().Version)}
}

// findDelivery shows one delivery.
//
//	@Summary	Show a delivery
//	@Tags		notifications
//	@Security	bearer
//	@Param		id		path		string	true	"Delivery id"	format(uuid)
//	@Success	200		{object}	deliveryBody
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/notifications/deliveries/{id}/ [get]
func (a *API) findDelivery(c *call) (reply, error) { return one(c, a.Deliveries.Find, showDelivery) }

// retryDelivery makes a delivery that was given up due again.
//
//	@Summary	Retry a delivery
//	@Tags		notifications
//	@Security	bearer
//	@Param		id				path		string	true	"Delivery id"	format(uuid)
//	@Param		Idempotency-Key	header		string	false	"Makes repeating the request safe"
//	@Success	200				{object}	deliveryBody
//	@Failure	default			{object}	problemBody
//	@Router		/api/v1/notifications/deliveries/{id}/retry/ [post]
func (a *API) retryDelivery(c *call) (reply, error) {
	if err := c.bindOptional(new(struct{})); err != nil {
		return reply{}, err
	}
	return perform(c, showDelivery, func(ctx context.Context) (*notification.Delivery, error) {
		return a.Deliveries.Retry(ctx, notification.DeliveryID(c.id))
	})
}
