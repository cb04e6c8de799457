package httpapi

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/driving"
)

// channelQuery is what the list of channels can be asked for.
type channelQuery struct {
	pageQuery
	Ordering    string `form:"ordering" example:"name"` // Comma list of `name`, `created_at`; `-` for descending
	Search      string `form:"search"`                  // Part of the name
	ChannelType string `form:"channel_type"`            // Comma list
	IsEnabled   bool   `form:"is_enabled"`
	Company     string `form:"company" format:"uuid"` // For superusers
}

// listChannels shows the channels in reach.
//
//	@Summary	List channels
//	@Tags		notifications
//	@Security	bearer
//	@Param		q		query		channelQuery	false	"Filters"
//	@Success	200		{object}	listBody[channelBody]
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/notifications/channels/ [get]
func (a *API) listChannels(c *call) (reply, error) {
	q := c.query()
	want := notification.ChannelQuery{
		Types: q.texts("channel_type"), IsEnabled: q.flag("is_enabled"), Company: tenant.ID(q.id("company")), Search: q.search(),
	}
	p := q.page(a.cursorsOf(c), namedSorts())
	if err := q.err(); err != nil {
		return reply{}, err
	}
	found, err := a.Channels.List(c.ctx, want, p)
	if err != nil {
		return reply{}, err
	}
	return list(a, c, found, channelOf), nil
}

func showChannel(ch *notification.Channel) reply {
	return reply{body: channelOf(ch), etag: tag(ch.State().Version)}
}

// createChannel makes a way out.
//
//	@Summary		Create a channel
//	@Description	`config` is what the type wants: `webhook_url` for slack; `url`, `headers`, `secret` for webhook; `smtp_host` and so on for email. Secrets are encrypted at rest and never shown again.
//	@Tags			notifications
//	@Security		bearer
//	@Param			Idempotency-Key	header		string		false	"Makes repeating the request safe"
//	@Param			body			body		channelIn	true	"Channel"
//	@Success		201				{object}	channelBody
//	@Failure		default			{object}	problemBody
//	@Router			/api/v1/notifications/channels/ [post]
func (a *API) createChannel(c *call) (reply, error) {
	var in channelIn
	if err := c.bind(&in); err != nil {
		return reply{}, err
	}
	show := func(ch *notification.Channel) reply {
		return showChannel(ch).locatedAt(a.link("/notifications/channels", string(ch.ID())))
	}
	return perform(c, show, func(ctx context.Context) (*notification.Channel, error) {
		return a.Channels.Create(ctx, in.channel())
	})
}

// findChannel shows one channel, its secrets masked.
//
//	@Summary	Show a channel
//	@Tags		notifications
//	@Security	bearer
//	@Param		id		path		string	true	"Channel id"	format(uuid)
//	@Success	200		{object}	channelBody
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/notifications/channels/{id}/ [get]
func (a *API) findChannel(c *call) (reply, error) { return one(c, a.Channels.Find, showChannel) }

// replaceChannel sets all that can be set of a channel.
//
//	@Summary		Replace a channel
//	@Description	Secrets that `config` leaves out, or sends back masked, stay.
//	@Tags			notifications
//	@Security		bearer
//	@Param			id			path		string			true	"Channel id"	format(uuid)
//	@Param			If-Match	header		string			false	"ETag that the object must still have"
//	@Param			body		body		channelPatchIn	true	"Channel"
//	@Success		200			{object}	channelBody
//	@Failure		default		{object}	problemBody
//	@Router			/api/v1/notifications/channels/{id}/ [put]
func (a *API) replaceChannel(c *call) (reply, error) {
	return a.updateChannel(c, (*channelPatchIn).replacement)
}

// patchChannel changes some of a channel.
//
//	@Summary		Change a channel
//	@Description	`config` merges key by key. The type never changes.
//	@Tags			notifications
//	@Security		bearer
//	@Param			id			path		string			true	"Channel id"	format(uuid)
//	@Param			If-Match	header		string			false	"ETag that the object must still have"
//	@Param			body		body		channelPatchIn	true	"What to change"
//	@Success		200			{object}	channelBody
//	@Failure		default		{object}	problemBody
//	@Router			/api/v1/notifications/channels/{id}/ [patch]
func (a *API) patchChannel(c *call) (reply, error) {
	return a.updateChannel(c, (*channelPatchIn).patch)
}

func (a *API) updateChannel(c *call, read func(*channelPatchIn) driving.ChannelPatch) (reply, error) {
	return change(c, read, a.Channels.Find, a.Channels.Update, showChannel)
}

// removeChannel deletes a channel.
//
//	@Summary	Delete a channel
//	@Tags		notifications
//	@Security	bearer
//	@Param		id			path	string	true	"Channel id"	format(uuid)
//	@Param		If-Match	header	string	false	"ETag that the object must still have"
//	@Success	204
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/notifications/channels/{id}/ [delete]
func (a *API) removeChannel(c *call) (reply, error) {
	return erase(c, a.Channels.Find, a.Channels.Remove, showChannel)
}

// testChannel sends a message to try a channel, the ordinary way.
//
//	@Summary		Test a channel
//	@Description	Answers at once with the delivery; what becomes of it is in the delivery log.
//	@Tags			notifications
//	@Security		bearer
//	@Param			Idempotency-Key	header		string	false	"Makes repeating the request safe"
//	@Param			body			body		testIn	true	"Channel and message"
//	@Success		202				{object}	deliveryBody
//	@Failure		default			{object}	problemBody
//	@Router			/api/v1/notifications/test/ [post]
func (a *API) testChannel(c *call) (reply, error) {
	var in testIn
	if err := c.bind(&in); err != nil {
		return reply{}, err
	}
	if err := in.faults(); err != nil {
		return reply{}, err
	}
	show := func(t notification.Trial) reply {
		return showDelivery(t.Delivery).locatedAt(a.link("/notifications/deliveries", string(t.Delivery.State().ID)))
	}
	return perform(c, show, func(ctx context.Context) (notification.Trial, error) {
		return a.Channels.Test(ctx, notification.ChannelID(in.Channel), in.Message)
	})
}

func (in *testIn) faults() error {
	var v fault.Violations
	if v.Require("channel", in.Channel) && !isID(in.Channel) {
		v.Add("channel", fault.CodeInvalid, "must be an id")
	}
	return v.Err()
}
