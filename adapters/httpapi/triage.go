package httpapi

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
)

// acknowledgeAlert says that somebody is looking.
//
//	@Summary	Acknowledge an alert
//	@Tags		alerts
//	@Security	bearer
//	@Param		id				path		string	true	"Alert id"	format(uuid)
//	@Param		Idempotency-Key	header		string	false	"Makes repeating the request safe"
//	@Success	200				{object}	alertBody
//	@Failure	default			{object}	problemBody
//	@Router		/api/v1/alerts/{id}/acknowledge/ [post]
func (a *API) acknowledgeAlert(c *call) (reply, error) {
	if err := c.bindOptional(new(struct{})); err != nil {
		return reply{}, err
	}
	return perform(c, showAlert, func(ctx context.Context) (*alert.Alert, error) {
		return a.Triage.Acknowledge(ctx, alert.ID(c.id))
	})
}

// assignAlert hands an alert to somebody, or to nobody.
//
//	@Summary	Assign an alert
//	@Tags		alerts
//	@Security	bearer
//	@Param		id				path		string		true	"Alert id"	format(uuid)
//	@Param		Idempotency-Key	header		string		false	"Makes repeating the request safe"
//	@Param		body			body		assignIn	true	"An active user of the company, or null"
//	@Success	200				{object}	alertBody
//	@Failure	default			{object}	problemBody
//	@Router		/api/v1/alerts/{id}/assign/ [post]
func (a *API) assignAlert(c *call) (reply, error) {
	to, err := c.assignee()
	if err != nil {
		return reply{}, err
	}
	return perform(c, showAlert, func(ctx context.Context) (*alert.Alert, error) {
		return a.Triage.Assign(ctx, alert.ID(c.id), to)
	})
}

// assignee reads whom something is handed to; null is nobody, and saying
// nothing is a mistake.
func (c *call) assignee() (identity.UserID, error) {
	var in assignIn
	if err := c.bind(&in); err != nil {
		return "", err
	}
	if err := in.faults(); err != nil {
		return "", err
	}
	return identity.UserID(in.Assignee.Value), nil
}

func (in *assignIn) faults() error {
	switch {
	case !in.Assignee.Given:
		return fault.Field("assignee", fault.CodeRequired, "this field is required; null assigns to nobody")
	case !in.Assignee.Null && !isID(in.Assignee.Value):
		return identity.NotAssignable()
	}
	return nil
}

// resolveAlert closes an alert without an incident.
//
//	@Summary	Resolve an alert
//	@Tags		alerts
//	@Security	bearer
//	@Param		id				path		string		true	"Alert id"	format(uuid)
//	@Param		Idempotency-Key	header		string		false	"Makes repeating the request safe"
//	@Param		body			body		resolveIn	true	"What it turned out to be"
//	@Success	200				{object}	alertBody
//	@Failure	default			{object}	problemBody
//	@Router		/api/v1/alerts/{id}/resolve/ [post]
func (a *API) resolveAlert(c *call) (reply, error) {
	var in resolveIn
	if err := c.bind(&in); err != nil {
		return reply{}, err
	}
	return perform(c, showAlert, func(ctx context.Context) (*alert.Alert, error) {
		return a.Triage.Resolve(ctx, alert.ID(c.id), in.Resolution, in.Notes)
	})
}

// escalateAlert makes an incident of an alert.
//
//	@Summary		Escalate an alert
//	@Description	Opens an incident with what is known. An alert that is escalated already is 409 with the incident as `existing_id`.
//	@Tags			alerts
//	@Security		bearer
//	@Param			id				path		string	true	"Alert id"	format(uuid)
//	@Param			Idempotency-Key	header		string	false	"Makes repeating the request safe"
//	@Success		201				{object}	escalatedBody
//	@Failure		default			{object}	problemBody
//	@Router			/api/v1/alerts/{id}/escalate/ [post]
func (a *API) escalateAlert(c *call) (reply, error) {
	if err := c.bindOptional(new(struct{})); err != nil {
		return reply{}, err
	}
	show := func(e incident.Escalation) reply {
		id := string(e.Incident.ID())
		return reply{body: escalatedBody{IncidentID: id}, location: a.link("/incidents", id)}
	}
	return perform(c, show, func(ctx context.Context) (incident.Escalation, error) {
		return a.Triage.Escalate(ctx, alert.ID(c.id))
	})
}
