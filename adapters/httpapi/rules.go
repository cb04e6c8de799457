package httpapi

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/driving"
)

// ruleQuery is what the list of rules can be asked for.
type ruleQuery struct {
	pageQuery
	Ordering  string `form:"ordering" example:"name"` // Comma list of `name`, `created_at`; `-` for descending
	Search    string `form:"search"`                  // Part of the name
	IsActive  bool   `form:"is_active"`
	EventType string `form:"event_type" example:"alert.created"`
	Channel   string `form:"channel" format:"uuid"`
	Company   string `form:"company" format:"uuid"` // For superusers
}

// listRules shows the rules in reach.
//
//	@Summary	List rules
//	@Tags		notifications
//	@Security	bearer
//	@Param		q		query		ruleQuery	false	"Filters"
//	@Success	200		{object}	listBody[ruleBody]
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/notifications/rules/ [get]
func (a *API) listRules(c *call) (reply, error) {
	q := c.query()
	want := notification.RuleQuery{
		IsActive: q.flag("is_active"), Channel: notification.ChannelID(q.id("channel")),
		Event:   fault.OneOf(&q.v, "event_type", q.text("event_type"), "", event.Names()),
		Company: tenant.ID(q.id("company")), Search: q.search(),
	}
	p := q.page(a.cursorsOf(c), namedSorts())
	if err := q.err(); err != nil {
		return reply{}, err
	}
	found, err := a.Rules.List(c.ctx, want, p)
	if err != nil {
		return reply{}, err
	}
	return list(a, c, found, ruleOf), nil
}

func showRule(r *notification.Rule) reply {
	return reply{body: ruleOf(r), etag: tag(r.State().Version)}
}

// createRule says which events become messages.
//
//	@Summary		Create a rule
//	@Description	`condition` is CEL over `event`, `alert`, `incident`, `company` and `actor`; a name that the event lacks makes it false. Templates are text with `{{ alert.title }}` and the like. Both are checked now.
//	@Tags			notifications
//	@Security		bearer
//	@Param			Idempotency-Key	header		string	false	"Makes repeating the request safe"
//	@Param			body			body		ruleIn	true	"Rule"
//	@Success		201				{object}	ruleBody
//	@Failure		default			{object}	problemBody
//	@Router			/api/v1/notifications/rules/ [post]
func (a *API) createRule(c *call) (reply, error) {
	var in ruleIn
	if err := c.bind(&in); err != nil {
		return reply{}, err
	}
	show := func(r *notification.Rule) reply {
		return showRule(r).locatedAt(a.link("/notifications/rules", string(r.ID())))
	}
	return perform(c, show, func(ctx context.Context) (*notification.Rule, error) {
		return a.Rules.Create(ctx, in.rule())
	})
}

// findRule shows one rule.
//
//	@Summary	Show a rule
//	@Tags		notifications
//	@Security	bearer
//	@Param		id		path		string	true	"Rule id"	format(uuid)
//	@Success	200		{object}	ruleBody
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/notifications/rules/{id}/ [get]
func (a *API) findRule(c *call) (reply, error) { return one(c, a.Rules.Find, showRule) }

// replaceRule sets all that can be set of a rule; whether it is active stays
// when that is left out.
//
//	@Summary	Replace a rule
//	@Tags		notifications
//	@Security	bearer
//	@Param		id			path		string		true	"Rule id"	format(uuid)
//	@Param		If-Match	header		string		false	"ETag that the object must still have"
//	@Param		body		body		rulePatchIn	true	"Rule"
//	@Success	200			{object}	ruleBody
//	@Failure	default		{object}	problemBody
//	@Router		/api/v1/notifications/rules/{id}/ [put]
func (a *API) replaceRule(c *call) (reply, error) {
	return a.updateRule(c, (*rulePatchIn).replacement)
}

// patchRule changes some of a rule.
//
//	@Summary	Change a rule
//	@Tags		notifications
//	@Security	bearer
//	@Param		id			path		string		true	"Rule id"	format(uuid)
//	@Param		If-Match	header		string		false	"ETag that the object must still have"
//	@Param		body		body		rulePatchIn	true	"What to change"
//	@Success	200			{object}	ruleBody
//	@Failure	default		{object}	problemBody
//	@Router		/api/v1/notifications/rules/{id}/ [patch]
func (a *API) patchRule(c *call) (reply, error) { return a.updateRule(c, (*rulePatchIn).patch) }

func (a *API) updateRule(c *call, read func(*rulePatchIn) driving.RulePatch) (reply, error) {
	return change(c, read, a.Rules.Find, a.Rules.Update, showRule)
}

// removeRule deletes a rule.
//
//	@Summary	Delete a rule
//	@Tags		notifications
//	@Security	bearer
//	@Param		id			path	string	true	"Rule id"	format(uuid)
//	@Param		If-Match	header	string	false	"ETag that the object must still have"
//	@Success	204
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/notifications/rules/{id}/ [delete]
func (a *API) removeRule(c *call) (reply, error) {
	return erase(c, a.Rules.Find, a.Rules.Remove, showRule)
}
