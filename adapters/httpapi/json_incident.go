package httpapi

import (
	"time"

	"github.com/sentineliq/sentineliq/core/domain/incident"
)

// incidentBody is an incident with all its fields.
type incidentBody struct {
	ID              string         `json:"id" example:"0198c0de-0000-7000-8000-000000000001" format:"uuid"`
	Company         string         `json:"company" format:"uuid"`
	Title           string         `json:"title" example:"Beaconing to a known C2 address"`
	Description     string         `json:"description"`
	Summary         string         `json:"summary"`
	Severity        string         `json:"severity" enums:"info,low,medium,high,critical"`
	Status          string         `json:"status" enums:"open,in_progress,resolved,closed"`
	Tags            []string       `json:"tags"`
	TLP             string         `json:"tlp" enums:"clear,green,amber,amber_strict,red"`
	PAP             string         `json:"pap" enums:"clear,green,amber,red"`
	Assignee        *string        `json:"assignee" extensions:"x-nullable" format:"uuid"`
	ImpactScore     int            `json:"impact_score" minimum:"0" maximum:"100"`
	CustomFields    map[string]any `json:"custom_fields"`
	StartDate       string         `json:"start_date" format:"date-time"`
	EndDate         *string        `json:"end_date" extensions:"x-nullable" format:"date-time"`
	AlertCount      int            `json:"alert_count"`
	ObservableCount int            `json:"observable_count"`
	TaskCount       int            `json:"task_count"`
	OpenTaskCount   int            `json:"open_task_count"`
	CreatedBy       *string        `json:"created_by" extensions:"x-nullable" format:"uuid"` // null when a key escalated
	CreatedAt       string         `json:"created_at" format:"date-time"`
	UpdatedAt       string         `json:"updated_at" format:"date-time"`
} //	@name	Incident

func incidentOf(i *incident.Incident) incidentBody {
	s := i.State()
	custom := s.CustomFields
	if custom == nil {
		custom = map[string]any{}
	}
	return incidentBody{
		ID: string(s.ID), Company: string(s.Company), Title: s.Title, Description: s.Description, Summary: s.Summary,
		Severity: s.Severity.String(), Status: string(s.Status), Tags: filled(s.Tags), TLP: string(s.TLP), PAP: string(s.PAP),
		Assignee: orNull(s.Assignee), ImpactScore: s.ImpactScore(), CustomFields: custom,
		StartDate: at(s.StartDate), EndDate: atOrNull(s.EndDate),
		AlertCount: s.AlertCount, ObservableCount: s.ObservableCount, TaskCount: s.TaskCount, OpenTaskCount: s.OpenTaskCount,
		CreatedBy: orNull(s.CreatedBy), CreatedAt: at(s.CreatedAt), UpdatedAt: at(s.UpdatedAt),
	}
}

// entryBody is one line of an incident's story.
type entryBody struct {
	ID        string  `json:"id" example:"0198c0de-0000-7000-8000-000000000001" format:"uuid"`
	Incident  string  `json:"incident" format:"uuid"`
	Type      string  `json:"type" enums:"note,action,evidence,communication"`
	Title     string  `json:"title" example:"Assigned to New Analyst"`
	Content   string  `json:"content"`
	Author    *string `json:"author" extensions:"x-nullable" format:"uuid"` // null for keys and the service
	Field     *string `json:"field" extensions:"x-nullable"`                // what changed, where it tells of a change
	OldValue  *string `json:"old_value" extensions:"x-nullable"`
	NewValue  *string `json:"new_value" extensions:"x-nullable"`
	Timestamp string  `json:"timestamp" format:"date-time"`  // when it happened
	CreatedAt string  `json:"created_at" format:"date-time"` // when it was written down
} //	@name	TimelineEntry

func entryOf(e incident.Entry) entryBody {
	return entryBody{
		ID: e.ID, Incident: string(e.Incident), Type: string(e.Type), Title: e.Title, Content: e.Content,
		Author: orNull(e.Author), Field: orNull(e.Field), OldValue: orNull(e.Old), NewValue: orNull(e.New),
		Timestamp: at(e.At), CreatedAt: at(e.AddedAt),
	}
}

// entryIn is an entry that somebody adds by hand.
type entryIn struct {
	Title     string    `json:"title" example:"Host isolated" maxLength:"255" validate:"required"`
	Content   string    `json:"content" maxLength:"10000"`
	Type      string    `json:"type" enums:"note,action,evidence,communication" default:"note"`
	Timestamp time.Time `json:"timestamp"` // left out: now
	ID        any       `json:"id" bind:"readonly" swaggerignore:"true"`
	Incident  any       `json:"incident" bind:"readonly" swaggerignore:"true"`
	Author    any       `json:"author" bind:"readonly" swaggerignore:"true"`
	Field     any       `json:"field" bind:"readonly" swaggerignore:"true"`
	OldValue  any       `json:"old_value" bind:"readonly" swaggerignore:"true"`
	NewValue  any       `json:"new_value" bind:"readonly" swaggerignore:"true"`
	CreatedAt any       `json:"created_at" bind:"readonly" swaggerignore:"true"`
} //	@name	NewTimelineEntry

func (in *entryIn) draft() incident.EntryDraft {
	return incident.EntryDraft{Title: in.Title, Content: in.Content, Type: in.Type, At: in.Timestamp}
}

// assignIn hands something over; null takes it away.
type assignIn struct {
	Assignee Optional[string] `json:"assignee" swaggertype:"string" format:"uuid" extensions:"x-nullable" validate:"required"`
} //	@name	Assignment

type resolveIn struct {
	Resolution string `json:"resolution" enums:"true_positive,false_positive,benign,duplicate" validate:"required"`
	Notes      string `json:"notes" maxLength:"10000"`
} //	@name	Resolution

type closeIn struct {
	Notes string `json:"notes" maxLength:"10000"` // kept in the timeline
} //	@name	Closing

// escalatedBody names the incident that an alert became.
type escalatedBody struct {
	IncidentID string `json:"incident_id" format:"uuid"`
} //	@name	Escalated

// closedBody tells what closing an incident did.
type closedBody struct {
	IncidentID          string `json:"incident_id" format:"uuid"`
	ResolvedAlertsCount int    `json:"resolved_alerts_count" example:"1"`
} //	@name	Closed
