package httpapi

import (
	"slices"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/driving"
)

// summaryQuery is what the summary can be asked for.
type summaryQuery struct {
	Days      int    `form:"days" minimum:"1" maximum:"365" default:"30"` // The last days, today included
	StartDate string `form:"start_date" format:"date"`                    // With end_date, instead of days
	EndDate   string `form:"end_date" format:"date"`                      // Included
	Timezone  string `form:"timezone" example:"Europe/Berlin"`            // Whose days; left out: UTC
	Company   string `form:"company" format:"uuid"`                       // For superusers
}

// summary counts what happened in a window of days.
//
//	@Summary	Show the dashboard's summary
//	@Tags		dashboard
//	@Security	bearer
//	@Param		q		query		summaryQuery	false	"Window"
//	@Success	200		{object}	summaryBody
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/dashboard/summary/ [get]
func (a *API) summary(c *call) (reply, error) {
	q := c.query()
	frame := driving.Timeframe{
		Days: q.number("days"), StartDate: q.text("start_date"), EndDate: q.text("end_date"),
		Timezone: q.text("timezone"), Company: tenant.ID(q.id("company")),
	}
	if err := q.err(); err != nil {
		return reply{}, err
	}
	found, err := a.Dashboards.Summary(c.ctx, frame)
	if err != nil {
		return reply{}, err
	}
	return reply{body: summaryOf(found)}, nil
}

// auditQuery is what the log can be asked for.
type auditQuery struct {
	pageQuery
	Ordering   string `form:"ordering" enums:"timestamp,-timestamp"`
	Search     string `form:"search"`                               // Part of an actor's or entity's name
	EntityType string `form:"entity_type" example:"alert,incident"` // Comma list
	EntityID   string `form:"entity_id"`
	Action     string `form:"action" example:"escalate"`                      // Comma list
	Actor      string `form:"actor"`                                          // The id of a user or key
	Username   string `form:"username"`                                       // The name of the actor
	Company    string `form:"company" format:"uuid"`                          // For superusers
	Outcome    string `form:"outcome"`                                        // Comma list of `success`, `failure`, `denied`
	DateFrom   string `form:"date_from"`                                      // A time, or a date in UTC; included
	DateTo     string `form:"date_to"`                                        // A time (excluded), or a date in UTC (that day included)
	Period     string `form:"period" enums:"today,yesterday,week,month,year"` // In UTC, instead of dates; week, month and year are the last 7, 30 and 365 days, today included
	RequestID  string `form:"request_id"`
}

// listAudit shows who did what, the latest first.
//
//	@Summary	List audit entries
//	@Tags		audit
//	@Security	bearer
//	@Param		q		query		auditQuery	false	"Filters"
//	@Success	200		{object}	listBody[auditBody]
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/audit-logs/ [get]
func (a *API) listAudit(c *call) (reply, error) {
	q := c.query()
	want := audit.Query{
		EntityTypes: q.texts("entity_type"), EntityID: q.text("entity_id"), Actions: q.texts("action"),
		ActorID: q.text("actor"), Username: q.text("username"), Company: tenant.ID(q.id("company")),
		Outcomes:  oneOf(q, "outcome", []audit.Outcome{audit.Success, audit.Failure, audit.Denied}),
		RequestID: q.text("request_id"), Search: q.search(),
	}
	want.From, want.To = q.moment("date_from", 0), q.moment("date_to", 1)
	if period := q.text("period"); period != "" {
		if !want.From.IsZero() || !want.To.IsZero() {
			q.v.Add("period", fault.CodeInvalid, "must not come with date_from or date_to")
		}
		want.From, want.To = q.period(period, a.Clock.Now())
	}
	p := q.page(a.cursorsOf(c), []string{"timestamp"})
	if err := q.err(); err != nil {
		return reply{}, err
	}
	found, err := a.AuditLog.List(c.ctx, want, p)
	if err != nil {
		return reply{}, err
	}
	return list(a, c, found, auditOf), nil
}

// moment reads a time, or a date, which stands for the midnight so many days
// after it.
func (q *query) moment(name string, days int) time.Time {
	text := q.text(name)
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day.AddDate(0, 0, days)
	}
	return q.time(name)
}

// period returns the bounds of a named stretch of days in UTC.
func (q *query) period(name string, now time.Time) (from, to time.Time) {
	now = now.UTC()
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	names, back := []string{"today", "yesterday", "week", "month", "year"}, []int{0, 1, 6, 29, 364}
	i := slices.Index(names, name)
	if i < 0 {
		q.v.Add("period", fault.CodeInvalid, "must be one of today, yesterday, week, month, year")
		return time.Time{}, time.Time{}
	}
	to = today.AddDate(0, 0, 1)
	if name == "yesterday" {
		to = today
	}
	return today.AddDate(0, 0, -back[i]), to
}

// findAudit shows one entry.
//
//	@Summary	Show an audit entry
//	@Tags		audit
//	@Security	bearer
//	@Param		id		path		string	true	"Entry id"	format(uuid)
//	@Success	200		{object}	auditBody
//	@Failure	default	{object}	problemBody
//	@Router		/api/v1/audit-logs/{id}/ [get]
func (a *API) findAudit(c *call) (reply, error) {
	return one(c, a.AuditLog.Find, func(e *audit.Entry) reply { return reply{body: auditOf(*e)} })
}
