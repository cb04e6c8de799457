package httpapi

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/driving"
)

func alertSorts() []string {
	return []string{"created_at", "updated_at", "event_time", "severity", "status", "last_seen"}
}

// alertQuery is what the list of alerts can be asked for.
type alertQuery struct {
	pageQuery
	Ordering      string `form:"ordering" example:"-severity,created_at"` // Comma list of `created_at`, `updated_at`, `event_time`, `severity`, `status`, `last_seen`; `-` for descending
	Search        string `form:"search"`                                  // Part of title, description, source, source_ref or an observable value
	Severity      string `form:"severity" example:"high,critical"`        // Comma list
	Status        string `form:"status"`                                  // Comma list
	TLP           string `form:"tlp"`                                     // Comma list
	PAP           string `form:"pap"`                                     // Comma list
	Source        string `form:"source"`                                  // Comma list
	SourceRef     string `form:"source_ref"`                              // Comma list
	Tag           string `form:"tag"`                                     // Comma list
	Assignee      string `form:"assignee"`                                // Comma list of user ids, `me`, `none`
	Incident      string `form:"incident" format:"uuid"`
	Company       string `form:"company" format:"uuid"` // For superusers
	CreatedAfter  string `form:"created_after" format:"date-time"`
	CreatedBefore string `form:"created_before" format:"date-time"`
	EventAfter    string `form:"event_after" format:"date-time"`
	EventBefore   string `form:"event_before" format:"date-time"`
	UpdatedAfter  string `form:"updated_after" format:"date-time"`
	UpdatedBefore string `form:"updated_before" format:"date-time"`
}

// listAlerts shows the alerts in reach, the newest first.
//
//	@Summary	List alerts
//	@Tags		alerts
//	@Security	bearer
//	@Param		q		query		alertQuery	false	"Filters"
//	@Success	200		{object}	listBody[alertBody]
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/alerts/ [get]
func (a *API) listAlerts(c *call) (reply, error) {
	q := c.query()
	want := alert.Query{
		Severities: q.severities("severity"), Statuses: oneOf(q, "status", alert.Statuses()),
		TLPs: oneOf(q, "tlp", sharing.TLPs()), PAPs: oneOf(q, "pap", sharing.PAPs()),
		Sources: q.texts("source"), SourceRefs: q.texts("source_ref"), Tags: q.texts("tag"),
		Incident: q.id("incident"), Company: tenant.ID(q.id("company")),
		CreatedAfter: q.time("created_after"), CreatedBefore: q.time("created_before"),
		EventAfter: q.time("event_after"), EventBefore: q.time("event_before"),
		UpdatedAfter: q.time("updated_after"), UpdatedBefore: q.time("updated_before"), Search: q.search(),
	}
	want.Assignees, want.Unassigned = q.assignees(c.who)
	p := q.page(a.cursorsOf(c), alertSorts())
	if err := q.err(); err != nil {
		return reply{}, err
	}
	found, err := a.Alerts.List(c.ctx, want, p)
	if err != nil {
		return reply{}, err
	}
	return list(a, c, found, alertOf), nil
}

func showAlert(al *alert.Alert) reply {
	return reply{body: alertOf(al), etag: tag(al.State().Version)}
}

// createAlert stores an alert by hand.
//
//	@Summary		Create an alert
//	@Description	A `source_ref` that an active alert has already is 409 with `existing_id`; ingest counts it instead.
//	@Tags			alerts
//	@Security		bearer
//	@Param			Idempotency-Key	header		string	false	"Makes repeating the request safe"
//	@Param			body			body		alertIn	true	"Alert"
//	@Success		201				{object}	alertBody
//	@Failure		default			{object}	problemBody
//	@Router			/api/v1/alerts/ [post]
func (a *API) createAlert(c *call) (reply, error) {
	var in alertIn
	if err := c.bind(&in); err != nil {
		return reply{}, err
	}
	show := func(al *alert.Alert) reply { return showAlert(al).locatedAt(a.link("/alerts", string(al.ID()))) }
	return perform(c, show, func(ctx context.Context) (*alert.Alert, error) {
		return a.Alerts.Create(ctx, in.draft())
	})
}

// findAlert shows one alert.
//
//	@Summary	Show an alert
//	@Tags		alerts
//	@Security	bearer
//	@Param		id		path		string	true	"Alert id"	format(uuid)
//	@Success	200		{object}	alertBody
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/alerts/{id}/ [get]
func (a *API) findAlert(c *call) (reply, error) { return one(c, a.Alerts.Find, showAlert) }

// replaceAlert sets what can be set of an alert; status, resolution, event time
// and assignee stay when they are left out.
//
//	@Summary	Replace an alert
//	@Tags		alerts
//	@Security	bearer
//	@Param		id			path		string			true	"Alert id"	format(uuid)
//	@Param		If-Match	header		string			false	"ETag that the object must still have"
//	@Param		body		body		alertPatchIn	true	"Alert"
//	@Success	200			{object}	alertBody
//	@Failure	default		{object}	problemBody
//	@Router		/api/v1/alerts/{id}/ [put]
func (a *API) replaceAlert(c *call) (reply, error) {
	return a.updateAlert(c, (*alertPatchIn).replacement)
}

// patchAlert changes some of an alert.
//
//	@Summary	Change an alert
//	@Tags		alerts
//	@Security	bearer
//	@Param		id			path		string			true	"Alert id"	format(uuid)
//	@Param		If-Match	header		string			false	"ETag that the object must still have"
//	@Param		body		body		alertPatchIn	true	"What to change"
//	@Success	200			{object}	alertBody
//	@Failure	default		{object}	problemBody
//	@Router		/api/v1/alerts/{id}/ [patch]
func (a *API) patchAlert(c *call) (reply, error) { return a.updateAlert(c, (*alertPatchIn).patch) }

func (a *API) updateAlert(c *call, read func(*alertPatchIn) driving.AlertPatch) (reply, error) {
	return change(c, read, a.Alerts.Find, a.Alerts.Update, showAlert)
}

// removeAlert deletes an alert that no incident holds.
//
//	@Summary	Delete an alert
//	@Tags		alerts
//	@Security	bearer
//	@Param		id			path	string	true	"Alert id"	format(uuid)
//	@Param		If-Match	header	string	false	"ETag that the object must still have"
//	@Success	204
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/alerts/{id}/ [delete]
func (a *API) removeAlert(c *call) (reply, error) {
	return erase(c, a.Alerts.Find, a.Alerts.Remove, showAlert)
}
