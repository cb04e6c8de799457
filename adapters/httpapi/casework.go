package httpapi

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/ports/driving"
)

// createIncident opens an incident by hand.
//
//	@Summary		Create an incident
//	@Description	Alerts named by `alert_ids` are linked to it, and escalated by that.
//	@Tags			incidents
//	@Security		bearer
//	@Param			Idempotency-Key	header		string		false	"Makes repeating the request safe"
//	@Param			body			body		incidentIn	true	"Incident"
//	@Success		201				{object}	incidentBody
//	@Failure		default			{object}	problemBody
//	@Router			/api/v1/incidents/ [post]
func (a *API) createIncident(c *call) (reply, error) {
	var in incidentIn
	if err := c.bind(&in); err != nil {
		return reply{}, err
	}
	show := func(o incident.Opening) reply {
		return showIncident(o.Incident).locatedAt(a.link("/incidents", string(o.Incident.ID())))
	}
	return perform(c, show, func(ctx context.Context) (incident.Opening, error) {
		return a.Casework.Create(ctx, in.incident())
	})
}

// replaceIncident sets what can be set of an incident; status, dates and
// assignee stay when they are left out.
//
//	@Summary	Replace an incident
//	@Tags		incidents
//	@Security	bearer
//	@Param		id			path		string			true	"Incident id"	format(uuid)
//	@Param		If-Match	header		string			false	"ETag that the object must still have"
//	@Param		body		body		incidentPatchIn	true	"Incident"
//	@Success	200			{object}	incidentBody
//	@Failure	default		{object}	problemBody
//	@Router		/api/v1/incidents/{id}/ [put]
func (a *API) replaceIncident(c *call) (reply, error) {
	return a.updateIncident(c, (*incidentPatchIn).replacement)
}

// patchIncident changes some of an incident.
//
//	@Summary		Change an incident
//	@Description	`custom_fields` are merged key by key, and null takes a key out. `impact_score` null is by the formula again.
//	@Description	The status `closed` is the same as closing the incident, and needs the same role.
//	@Tags			incidents
//	@Security		bearer
//	@Param			id			path		string			true	"Incident id"	format(uuid)
//	@Param			If-Match	header		string			false	"ETag that the object must still have"
//	@Param			body		body		incidentPatchIn	true	"What to change"
//	@Success		200			{object}	incidentBody
//	@Failure		default		{object}	problemBody
//	@Router			/api/v1/incidents/{id}/ [patch]
func (a *API) patchIncident(c *call) (reply, error) {
	return a.updateIncident(c, (*incidentPatchIn).patch)
}

func (a *API) updateIncident(c *call, read func(*incidentPatchIn) driving.IncidentPatch) (reply, error) {
	return change(c, read, a.Incidents.Find, a.Casework.Update, showIncident)
}

// removeIncident deletes an incident.
//
//	@Summary		Delete an incident
//	@Description	Its tasks and its timeline go with it; escalated alerts that no other incident holds are in progress again.
//	@Tags			incidents
//	@Security		bearer
//	@Param			id			path	string	true	"Incident id"	format(uuid)
//	@Param			If-Match	header	string	false	"ETag that the object must still have"
//	@Success		204
//	@Failure		default	{object}	problemBody
//	@Router			/api/v1/incidents/{id}/ [delete]
func (a *API) removeIncident(c *call) (reply, error) {
	return erase(c, a.Incidents.Find, a.Casework.Remove, showIncident)
}

// reopenIncident takes the work on an incident up again.
//
//	@Summary		Reopen an incident
//	@Description	It is in progress again and has no end date. One that is neither resolved nor closed is 409.
//	@Tags			incidents
//	@Security		bearer
//	@Param			id				path		string	true	"Incident id"	format(uuid)
//	@Param			Idempotency-Key	header		string	false	"Makes repeating the request safe"
//	@Success		200				{object}	incidentBody
//	@Failure		default			{object}	problemBody
//	@Router			/api/v1/incidents/{id}/reopen/ [post]
func (a *API) reopenIncident(c *call) (reply, error) {
	if err := c.bindOptional(new(struct{})); err != nil {
		return reply{}, err
	}
	return perform(c, showIncident, func(ctx context.Context) (*incident.Incident, error) {
		return a.Casework.Reopen(ctx, incident.ID(c.id))
	})
}
