package httpapi

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/incident"
)

// linkedQuery is what the alerts of an incident can be asked for.
type linkedQuery struct {
	pageQuery
	Ordering string `form:"ordering" example:"-severity,created_at"` // Comma list of `created_at`, `updated_at`, `event_time`, `severity`, `status`, `last_seen`; `-` for descending
	Search   string `form:"search"`                                  // Part of title, description, source, source_ref or an observable value
	Severity string `form:"severity" example:"high,critical"`        // Comma list
	Status   string `form:"status"`                                  // Comma list
}

// listIncidentAlerts shows the alerts of an incident, the newest first.
//
//	@Summary	List an incident's alerts
//	@Tags		incidents
//	@Security	bearer
//	@Param		id		path		string		true	"Incident id"	format(uuid)
//	@Param		q		query		linkedQuery	false	"Filters"
//	@Success	200		{object}	listBody[alertBody]
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/incidents/{id}/alerts/ [get]
func (a *API) listIncidentAlerts(c *call) (reply, error) {
	q := c.query()
	want := alert.Query{
		Severities: q.severities("severity"), Statuses: oneOf(q, "status", alert.Statuses()), Search: q.search(),
	}
	p := q.page(a.cursorsOf(c), alertSorts())
	if err := q.err(); err != nil {
		return reply{}, err
	}
	found, err := a.Linked.Linked(c.ctx, incident.ID(c.id), want, p)
	if err != nil {
		return reply{}, err
	}
	return list(a, c, found, alertOf), nil
}

// linkAlert ties an alert to an incident.
//
//	@Summary		Link an alert to an incident
//	@Description	The alert is escalated by that. One that is linked already, and an incident that is closed, are 409.
//	@Tags			incidents
//	@Security		bearer
//	@Param			id				path		string	true	"Incident id"	format(uuid)
//	@Param			Idempotency-Key	header		string	false	"Makes repeating the request safe"
//	@Param			body			body		linkIn	true	"An alert of the company"
//	@Success		201				{object}	alertBody
//	@Failure		default			{object}	problemBody
//	@Router			/api/v1/incidents/{id}/alerts/ [post]
func (a *API) linkAlert(c *call) (reply, error) {
	var in linkIn
	if err := c.bind(&in); err != nil {
		return reply{}, err
	}
	if err := in.faults(); err != nil {
		return reply{}, err
	}
	show := func(l incident.Linking) reply {
		return showAlert(l.Alert).locatedAt(a.link("/alerts", string(l.Alert.ID())))
	}
	return perform(c, show, func(ctx context.Context) (incident.Linking, error) {
		return a.Linked.Link(ctx, incident.ID(c.id), alert.ID(in.Alert))
	})
}

// linkIn names an alert.
type linkIn struct {
	Alert string `json:"alert" format:"uuid" validate:"required"`
} //	@name	AlertLink

func (in *linkIn) faults() error {
	var v fault.Violations
	if v.Require("alert", in.Alert) && !isID(in.Alert) {
		v.Merge(incident.NoAlert("alert"))
	}
	return v.Err()
}

// unlinkAlert ends the tie between an alert and an incident.
//
//	@Summary		Unlink an alert from an incident
//	@Description	An alert that no other incident holds is in progress again.
//	@Tags			incidents
//	@Security		bearer
//	@Param			id			path	string	true	"Incident id"	format(uuid)
//	@Param			alert_id	path	string	true	"Alert id"		format(uuid)
//	@Success		204
//	@Failure		default	{object}	problemBody
//	@Router			/api/v1/incidents/{id}/alerts/{alert_id}/ [delete]
func (a *API) unlinkAlert(c *call) (reply, error) {
	return reply{}, a.Linked.Unlink(c.ctx, incident.ID(c.id), alert.ID(c.inner))
}
