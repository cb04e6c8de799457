package httpapi

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

func incidentSorts() []string { return incident.SortNames() }

// incidentQuery is what the list of incidents can be asked for.
type incidentQuery struct {
	pageQuery
	Ordering      string `form:"ordering" example:"-severity,created_at"` // Comma list of `created_at`, `updated_at`, `start_date`, `end_date`, `severity`, `status`, `impact_score`; `-` for descending
	Search        string `form:"search"`                                  // Part of title, description or summary
	Severity      string `form:"severity" example:"high,critical"`        // Comma list
	Status        string `form:"status"`                                  // Comma list
	TLP           string `form:"tlp"`                                     // Comma list
	PAP           string `form:"pap"`                                     // Comma list
	Tag           string `form:"tag"`                                     // Comma list
	Assignee      string `form:"assignee"`                                // Comma list of user ids, `me`, `none`
	HasAlerts     bool   `form:"has_alerts"`
	MinImpact     int    `form:"min_impact" minimum:"0" maximum:"100"` // The least impact score
	Company       string `form:"company" format:"uuid"`                // For superusers
	CreatedAfter  string `form:"created_after" format:"date-time"`
	CreatedBefore string `form:"created_before" format:"date-time"`
	UpdatedAfter  string `form:"updated_after" format:"date-time"`
	UpdatedBefore string `form:"updated_before" format:"date-time"`
}

// listIncidents shows the incidents in reach, the newest first.
//
//	@Summary	List incidents
//	@Tags		incidents
//	@Security	bearer
//	@Param		q		query		incidentQuery	false	"Filters"
//	@Success	200		{object}	listBody[incidentBody]
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/incidents/ [get]
func (a *API) listIncidents(c *call) (reply, error) {
	q := c.query()
	want := incident.Query{
		Severities: q.severities("severity"), Statuses: oneOf(q, "status", incident.Statuses()),
		TLPs: oneOf(q, "tlp", sharing.TLPs()), PAPs: oneOf(q, "pap", sharing.PAPs()), Tags: q.texts("tag"),
		HasAlerts: q.flag("has_alerts"), MinImpact: q.points("min_impact"), Company: tenant.ID(q.id("company")),
		CreatedAfter: q.time("created_after"), CreatedBefore: q.time("created_before"),
		UpdatedAfter: q.time("updated_after"), UpdatedBefore: q.time("updated_before"), Search: q.search(),
	}
	want.Assignees, want.Unassigned = q.assignees(c.who)
	p := q.page(a.cursorsOf(c), incidentSorts())
	if err := q.err(); err != nil {
		return reply{}, err
	}
	found, err := a.Incidents.List(c.ctx, want, p)
	if err != nil {
		return reply{}, err
	}
	return list(a, c, found, incidentOf), nil
}

func showIncident(i *incident.Incident) reply {
	return reply{body: incidentOf(i), etag: tag(i.State().Version)}
}

// findIncident shows one incident.
//
//	@Summary	Show an incident
//	@Tags		incidents
//	@Security	bearer
//	@Param		id		path		string	true	"Incident id"	format(uuid)
//	@Success	200		{object}	incidentBody
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/incidents/{id}/ [get]
func (a *API) findIncident(c *call) (reply, error) { return one(c, a.Incidents.Find, showIncident) }

// assignIncident hands an incident to somebody, or to nobody.
//
//	@Summary	Assign an incident
//	@Tags		incidents
//	@Security	bearer
//	@Param		id				path		string		true	"Incident id"	format(uuid)
//	@Param		Idempotency-Key	header		string		false	"Makes repeating the request safe"
//	@Param		body			body		assignIn	true	"An active user of the company, or null"
//	@Success	200				{object}	incidentBody
//	@Failure	default			{object}	problemBody
//	@Router		/api/v1/incidents/{id}/assign/ [post]
func (a *API) assignIncident(c *call) (reply, error) {
	to, err := c.assignee()
	if err != nil {
		return reply{}, err
	}
	return perform(c, showIncident, func(ctx context.Context) (*incident.Incident, error) {
		return a.Incidents.Assign(ctx, incident.ID(c.id), to)
	})
}

// closeIncident ends an incident and resolves its alerts.
//
//	@Summary	Close an incident
//	@Tags		incidents
//	@Security	bearer
//	@Param		id				path		string	true	"Incident id"	format(uuid)
//	@Param		Idempotency-Key	header		string	false	"Makes repeating the request safe"
//	@Param		body			body		closeIn	false	"Notes"
//	@Success	200				{object}	closedBody
//	@Failure	default			{object}	problemBody
//	@Router		/api/v1/incidents/{id}/close/ [post]
func (a *API) closeIncident(c *call) (reply, error) {
	var in closeIn
	if err := c.bindOptional(&in); err != nil {
		return reply{}, err
	}
	show := func(done incident.Closing) reply {
		return reply{body: closedBody{IncidentID: string(done.Incident.ID()), ResolvedAlertsCount: len(done.Resolved)}}
	}
	return perform(c, show, func(ctx context.Context) (incident.Closing, error) {
		return a.Incidents.Close(ctx, incident.ID(c.id), in.Notes)
	})
}

// timelineQuery is what a timeline can be asked for.
type timelineQuery struct {
	pageQuery
	Ordering string `form:"ordering" enums:"timestamp,-timestamp"`
}

// listTimeline tells an incident's story, the oldest first.
//
//	@Summary	Show an incident's timeline
//	@Tags		incidents
//	@Security	bearer
//	@Param		id		path		string			true	"Incident id"	format(uuid)
//	@Param		q		query		timelineQuery	false	"Page"
//	@Success	200		{object}	listBody[entryBody]
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/incidents/{id}/timeline/ [get]
func (a *API) listTimeline(c *call) (reply, error) {
	q := c.query()
	p := q.page(a.cursorsOf(c), []string{"timestamp"})
	if err := q.err(); err != nil {
		return reply{}, err
	}
	found, err := a.Incidents.Timeline(c.ctx, incident.ID(c.id), p)
	if err != nil {
		return reply{}, err
	}
	return list(a, c, found, entryOf), nil
}

// tellTimeline adds an entry by hand. Entries are never rewritten.
//
//	@Summary	Add to an incident's timeline
//	@Tags		incidents
//	@Security	bearer
//	@Param		id				path		string	true	"Incident id"	format(uuid)
//	@Param		Idempotency-Key	header		string	false	"Makes repeating the request safe"
//	@Param		body			body		entryIn	true	"Entry"
//	@Success	201				{object}	entryBody
//	@Failure	default			{object}	problemBody
//	@Router		/api/v1/incidents/{id}/timeline/ [post]
func (a *API) tellTimeline(c *call) (reply, error) {
	var in entryIn
	if err := c.bind(&in); err != nil {
		return reply{}, err
	}
	show := func(t incident.Told) reply {
		return reply{body: entryOf(t.Entry), location: a.link("/incidents", c.id) + "timeline/"}
	}
	return perform(c, show, func(ctx context.Context) (incident.Told, error) {
		return a.Incidents.Tell(ctx, incident.ID(c.id), in.draft())
	})
}
