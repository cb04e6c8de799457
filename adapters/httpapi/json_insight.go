package httpapi

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/dashboard"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/severity"
)

// countsBody is an object of counts that keeps its order: by rank for enums,
// the largest first for others.
type countsBody []dashboard.Named

// MarshalJSON writes the counts as one object.
func (c countsBody) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, one := range c {
		if i > 0 {
			out.WriteByte(',')
		}
		name, err := json.Marshal(one.Name)
		if err != nil {
			return nil, err
		}
		count, err := json.Marshal(one.Count)
		if err != nil {
			return nil, err
		}
		out.Write(name)
		out.WriteByte(':')
		out.Write(count)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// everyName counts under every name of an enum, 0 where there was nothing.
func everyName[T any](counts map[string]int, names []T, text func(T) string) countsBody {
	out := make(countsBody, 0, len(names))
	for _, name := range names {
		out = append(out, dashboard.Named{Name: text(name), Count: counts[text(name)]})
	}
	return out
}

func itself[T ~string](name T) string { return string(name) }

// dayBody is a count of one day.
type dayBody struct {
	Date  string `json:"date" example:"2026-01-31" format:"date"`
	Count int    `json:"count" example:"3"`
} //	@name	DayCount

func daysOf(trend []dashboard.Count) []dayBody {
	out := make([]dayBody, len(trend))
	for i, day := range trend {
		out[i] = dayBody{Date: day.Date, Count: day.Count}
	}
	return out
}

// summaryBody is the overview of a window of days.
type summaryBody struct {
	Timeframe timeframeBody      `json:"timeframe"`
	Alerts    alertsSummary      `json:"alerts"`
	Incidents incidentsSummary   `json:"incidents"`
	Tasks     tasksSummary       `json:"tasks"`
	Users     activeUsersSummary `json:"users"`
} //	@name	Summary

type timeframeBody struct {
	StartDate string `json:"start_date" example:"2026-01-01" format:"date"`
	EndDate   string `json:"end_date" example:"2026-01-30" format:"date"` // included
	Days      int    `json:"days" example:"30"`
} //	@name	Timeframe

type alertsSummary struct {
	Total      int        `json:"total"`
	Open       int        `json:"open"` // new and in_progress
	Resolved   int        `json:"resolved"`
	Escalated  int        `json:"escalated"`
	BySeverity countsBody `json:"by_severity" swaggertype:"object,integer"`
	ByStatus   countsBody `json:"by_status" swaggertype:"object,integer"`
	BySource   countsBody `json:"by_source" swaggertype:"object,integer"` // the ten largest
	Trend      []dayBody  `json:"trend"`
	Suppressed int        `json:"duplicates_suppressed"`
} //	@name	AlertsSummary

type incidentsSummary struct {
	Total          int        `json:"total"`
	ByStatus       countsBody `json:"by_status" swaggertype:"object,integer"`
	BySeverity     countsBody `json:"by_severity" swaggertype:"object,integer"`
	Trend          []dayBody  `json:"trend"`
	MTTA           *float64   `json:"mtta_hours" extensions:"x-nullable"`      // mean time to acknowledge an alert
	MTTR           *float64   `json:"mttr_hours" extensions:"x-nullable"`      // mean time to the end of an incident
	EscalationRate *float64   `json:"escalation_rate" extensions:"x-nullable"` // percent of the alerts
} //	@name	IncidentsSummary

type tasksSummary struct {
	Total          int        `json:"total"`
	Completed      int        `json:"completed"`
	Open           int        `json:"open"`
	InProgress     int        `json:"in_progress"`
	Overdue        int        `json:"overdue"`
	CompletionRate *float64   `json:"completion_rate" extensions:"x-nullable"` // percent
	ByPriority     countsBody `json:"by_priority" swaggertype:"object,integer"`
	Trend          []dayBody  `json:"trend"`
} //	@name	TasksSummary

type activeUsersSummary struct {
	Active int `json:"active"`
} //	@name	UsersSummary

func summaryOf(s dashboard.Summary) summaryBody {
	priorities := []string{"low", "medium", "high", "critical"}
	return summaryBody{
		Timeframe: timeframeOf(s.Window),
		Alerts: alertsSummary{
			Total: s.Alerts.Total, Open: s.Alerts.Open, Resolved: s.Alerts.Resolved, Escalated: s.Alerts.Escalated,
			BySeverity: everyName(s.Alerts.BySeverity, severity.Levels(), severity.Level.String),
			ByStatus:   everyName(s.Alerts.ByStatus, alert.Statuses(), itself),
			BySource:   s.Alerts.BySource, Trend: daysOf(s.Alerts.Trend), Suppressed: s.Alerts.DuplicatesSuppressed,
		},
		Incidents: incidentsSummary{
			Total:      s.Incidents.Total,
			ByStatus:   everyName(s.Incidents.ByStatus, incident.Statuses(), itself),
			BySeverity: everyName(s.Incidents.BySeverity, severity.Levels(), severity.Level.String),
			Trend:      daysOf(s.Incidents.Trend), MTTA: s.Incidents.MTTA, MTTR: s.Incidents.MTTR,
			EscalationRate: s.Incidents.EscalationRate,
		},
		Tasks: tasksSummary{
			Total: s.Tasks.Total, Completed: s.Tasks.Completed, Open: s.Tasks.Open, InProgress: s.Tasks.InProgress,
			Overdue: s.Tasks.Overdue, CompletionRate: s.Tasks.CompletionRate,
			ByPriority: everyName(s.Tasks.ByPriority, priorities, itself), Trend: daysOf(s.Tasks.Trend),
		},
		Users: activeUsersSummary{Active: s.Users.Active},
	}
}

func timeframeOf(w dashboard.Window) timeframeBody {
	zone := w.Zone
	if zone == nil {
		zone = time.UTC
	}
	return timeframeBody{
		StartDate: w.From.In(zone).Format(time.DateOnly),
		EndDate:   w.To.In(zone).AddDate(0, 0, -1).Format(time.DateOnly), Days: w.Days(),
	}
}

// auditBody is one line of the log.
type auditBody struct {
	ID             string         `json:"id" example:"0198c0de-0000-7000-8000-000000000001" format:"uuid"`
	Sequence       int64          `json:"sequence" example:"42"`
	Timestamp      string         `json:"timestamp" format:"date-time"`
	Company        *string        `json:"company" extensions:"x-nullable" format:"uuid"` // null for the platform's own log
	Actor          actorBody      `json:"actor"`
	Action         string         `json:"action" example:"escalate"`
	EntityType     string         `json:"entity_type" example:"alert"`
	EntityID       *string        `json:"entity_id" extensions:"x-nullable"`
	EntityName     string         `json:"entity_name"`
	Changes        map[string]any `json:"changes"` // field to [old, new]
	Metadata       map[string]any `json:"metadata"`
	RequestID      *string        `json:"request_id" extensions:"x-nullable"`
	IPAddress      *string        `json:"ip_address" extensions:"x-nullable" example:"192.0.2.7"`
	UserAgent      *string        `json:"user_agent" extensions:"x-nullable"`
	HTTPMethod     *string        `json:"http_method" extensions:"x-nullable" example:"POST"`
	HTTPPath       *string        `json:"http_path" extensions:"x-nullable"`
	ResponseStatus *int           `json:"response_status" extensions:"x-nullable" example:"201"`
	Outcome        string         `json:"outcome" enums:"success,failure,denied"`
} //	@name	AuditEntry

// actorBody is who acted, by the name they had.
type actorBody struct {
	Type string  `json:"type" enums:"user,api_key,system"`
	ID   *string `json:"id" extensions:"x-nullable"` // null for somebody who was nobody
	Name string  `json:"name" example:"new_analyst"`
} //	@name	Actor

func auditOf(e audit.Entry) auditBody {
	body := auditBody{
		ID: e.ID, Sequence: e.Sequence, Timestamp: at(e.At), Company: orNull(e.Company),
		Actor:  actorBody{Type: string(e.ActorType), ID: orNull(e.ActorID), Name: e.ActorName},
		Action: e.Action, EntityType: e.Entity.Type, EntityID: orNull(e.Entity.ID), EntityName: e.Entity.Name,
		Changes: make(map[string]any, len(e.Changes)), Metadata: e.Metadata,
		RequestID: orNull(e.Origin.RequestID), IPAddress: orNull(e.Origin.IP), UserAgent: orNull(e.Origin.UserAgent),
		HTTPMethod: orNull(e.Origin.Method), HTTPPath: orNull(e.Origin.Path), Outcome: string(e.Outcome),
	}
	for field, change := range e.Changes {
		body.Changes[field] = change
	}
	if body.Metadata == nil {
		body.Metadata = map[string]any{}
	}
	if e.Status != 0 {
		body.ResponseStatus = &e.Status
	}
	return body
}
