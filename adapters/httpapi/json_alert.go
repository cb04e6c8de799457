package httpapi

import (
	"encoding/json"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/driving"
)

// alertBody is an alert with all its fields.
type alertBody struct {
	ID              string              `json:"id" example:"0198c0de-0000-7000-8000-000000000001" format:"uuid"`
	Company         string              `json:"company" format:"uuid"`
	Title           string              `json:"title" example:"Beaconing to a known C2 address"`
	Description     string              `json:"description"`
	Severity        string              `json:"severity" enums:"info,low,medium,high,critical"`
	Status          string              `json:"status" enums:"new,in_progress,resolved,escalated"`
	Source          string              `json:"source" example:"suricata"`
	SourceRef       string              `json:"source_ref" example:"2027865"`
	Tags            []string            `json:"tags" example:"vip,c2"`
	TLP             string              `json:"tlp" enums:"clear,green,amber,amber_strict,red"`
	PAP             string              `json:"pap" enums:"clear,green,amber,red"`
	EventTime       string              `json:"event_time" format:"date-time"`
	FirstSeen       string              `json:"first_seen" format:"date-time"`
	LastSeen        string              `json:"last_seen" format:"date-time"`
	Occurrences     int                 `json:"occurrences" example:"1"` // reports so far
	ObservableData  map[string][]string `json:"observable_data"`         // by type, as reported
	RawPayload      *json.RawMessage    `json:"raw_payload" swaggertype:"object" extensions:"x-nullable,x-any"`
	Assignee        *string             `json:"assignee" extensions:"x-nullable" format:"uuid"`
	CreatedBy       *string             `json:"created_by" extensions:"x-nullable" format:"uuid"` // null when a key reported it
	APIKey          *string             `json:"api_key" extensions:"x-nullable" format:"uuid"`
	Incidents       []string            `json:"incidents"` // ids
	AcknowledgedAt  *string             `json:"acknowledged_at" extensions:"x-nullable" format:"date-time"`
	AcknowledgedBy  *string             `json:"acknowledged_by" extensions:"x-nullable" format:"uuid"`
	ResolvedAt      *string             `json:"resolved_at" extensions:"x-nullable" format:"date-time"`
	Resolution      *string             `json:"resolution" extensions:"x-nullable" enums:"true_positive,false_positive,benign,duplicate"`
	ResolutionNotes string              `json:"resolution_notes"`
	CreatedAt       string              `json:"created_at" format:"date-time"`
	UpdatedAt       string              `json:"updated_at" format:"date-time"`
} //	@name	Alert

func alertOf(a *alert.Alert) alertBody {
	s := a.State()
	data := s.Observables
	if data == nil {
		data = map[string][]string{}
	}
	return alertBody{
		ID: string(s.ID), Company: string(s.Company), Title: s.Title, Description: s.Description,
		Severity: s.Severity.String(), Status: string(s.Status), Source: s.Source, SourceRef: s.SourceRef,
		Tags: filled(s.Tags), TLP: string(s.TLP), PAP: string(s.PAP),
		EventTime: at(s.EventTime), FirstSeen: at(s.FirstSeen), LastSeen: at(s.LastSeen), Occurrences: s.Occurrences,
		ObservableData: data, RawPayload: rawOrNull(s.RawPayload),
		Assignee: orNull(s.Assignee), CreatedBy: orNull(s.CreatedBy), APIKey: orNull(s.CreatedByKey),
		Incidents: filled(s.Incidents), AcknowledgedAt: atOrNull(s.AcknowledgedAt),
		AcknowledgedBy: orNull(s.AcknowledgedBy), ResolvedAt: atOrNull(s.ResolvedAt),
		Resolution: orNull(s.Resolution), ResolutionNotes: s.ResolutionNotes,
		CreatedAt: at(s.CreatedAt), UpdatedAt: at(s.UpdatedAt),
	}
}

// alertIn is a report.
type alertIn struct {
	Title          string              `json:"title" example:"Beaconing to a known C2 address" maxLength:"200" validate:"required"`
	Description    string              `json:"description"`
	Severity       string              `json:"severity" enums:"info,low,medium,high,critical" default:"medium"`
	Source         string              `json:"source" example:"suricata" maxLength:"100" validate:"required"`
	SourceRef      string              `json:"source_ref" example:"2027865" maxLength:"255"` // required for ingest
	Tags           []string            `json:"tags" example:"vip,c2"`                        // at most 100 of at most 50 characters
	TLP            string              `json:"tlp" enums:"clear,green,amber,amber_strict,red" default:"amber"`
	PAP            string              `json:"pap" enums:"clear,green,amber,red" default:"amber"`
	EventTime      time.Time           `json:"event_time"` // left out: now
	ObservableData map[string][]string `json:"observable_data"`
	RawPayload     json.RawMessage     `json:"raw_payload" swaggertype:"object" extensions:"x-nullable,x-any"`
	Company        string              `json:"company" format:"uuid"` // superusers only, who must name it
	Status         any                 `json:"status" bind:"readonly" swaggerignore:"true"`
	Assignee       any                 `json:"assignee" bind:"readonly" swaggerignore:"true"`
	Resolution     any                 `json:"resolution" bind:"readonly" swaggerignore:"true"`
	Notes          any                 `json:"resolution_notes" bind:"readonly" swaggerignore:"true"`
	readOnlyAlert
} //	@name	NewAlert

// readOnlyAlert are the fields of an alert that nobody sets.
type readOnlyAlert struct {
	ID             any `json:"id" bind:"readonly" swaggerignore:"true"`
	FirstSeen      any `json:"first_seen" bind:"readonly" swaggerignore:"true"`
	LastSeen       any `json:"last_seen" bind:"readonly" swaggerignore:"true"`
	Occurrences    any `json:"occurrences" bind:"readonly" swaggerignore:"true"`
	CreatedBy      any `json:"created_by" bind:"readonly" swaggerignore:"true"`
	APIKey         any `json:"api_key" bind:"readonly" swaggerignore:"true"`
	Incidents      any `json:"incidents" bind:"readonly" swaggerignore:"true"`
	AcknowledgedAt any `json:"acknowledged_at" bind:"readonly" swaggerignore:"true"`
	AcknowledgedBy any `json:"acknowledged_by" bind:"readonly" swaggerignore:"true"`
	ResolvedAt     any `json:"resolved_at" bind:"readonly" swaggerignore:"true"`
	CreatedAt      any `json:"created_at" bind:"readonly" swaggerignore:"true"`
	UpdatedAt      any `json:"updated_at" bind:"readonly" swaggerignore:"true"`
}

func (in *alertIn) draft() alert.Draft {
	return alert.Draft{
		Company: tenant.ID(in.Company), Title: in.Title, Description: in.Description, Severity: in.Severity,
		Source: in.Source, SourceRef: in.SourceRef, Tags: in.Tags, TLP: in.TLP, PAP: in.PAP, EventTime: in.EventTime,
		Observables: in.ObservableData, RawPayload: in.RawPayload,
	}
}

// alertPatchIn changes an alert.
type alertPatchIn struct {
	Title           Optional[string]          `json:"title" swaggertype:"string" maxLength:"200"`
	Description     Optional[string]          `json:"description" swaggertype:"string"`
	Severity        Optional[string]          `json:"severity" swaggertype:"string" bind:"notnull" enums:"info,low,medium,high,critical"`
	Status          Optional[string]          `json:"status" swaggertype:"string" bind:"notnull" enums:"new,in_progress,resolved"`
	Source          Optional[string]          `json:"source" swaggertype:"string" maxLength:"100"`
	SourceRef       Optional[string]          `json:"source_ref" swaggertype:"string" maxLength:"255"`
	Tags            Optional[[]string]        `json:"tags" swaggertype:"array,string"`
	TLP             Optional[string]          `json:"tlp" swaggertype:"string" bind:"notnull" enums:"clear,green,amber,amber_strict,red"`
	PAP             Optional[string]          `json:"pap" swaggertype:"string" bind:"notnull" enums:"clear,green,amber,red"`
	EventTime       Optional[time.Time]       `json:"event_time" swaggertype:"string" format:"date-time" bind:"notnull"`
	RawPayload      Optional[json.RawMessage] `json:"raw_payload" swaggertype:"object" extensions:"x-nullable,x-any"`
	Assignee        Optional[string]          `json:"assignee" swaggertype:"string" format:"uuid" extensions:"x-nullable"`
	Resolution      Optional[string]          `json:"resolution" swaggertype:"string" bind:"notnull" enums:"true_positive,false_positive,benign,duplicate"`
	ResolutionNotes Optional[string]          `json:"resolution_notes" swaggertype:"string"`
	Company         any                       `json:"company" bind:"readonly" swaggerignore:"true"`
	ObservableData  any                       `json:"observable_data" bind:"readonly" swaggerignore:"true"`
	whole
	readOnlyAlert
} //	@name	AlertPatch

func (in *alertPatchIn) patch() driving.AlertPatch {
	p := driving.AlertPatch{Patch: alert.Patch{
		Title: in.Title.Ptr(), Description: in.Description.Ptr(), Severity: in.Severity.Ptr(), Status: in.Status.Ptr(),
		Source: in.Source.Ptr(), SourceRef: in.SourceRef.Ptr(), Tags: in.Tags.Ptr(), TLP: in.TLP.Ptr(), PAP: in.PAP.Ptr(),
		EventTime: in.EventTime.Ptr(), RawPayload: in.RawPayload.Ptr(),
		Resolution: in.Resolution.Ptr(), ResolutionNotes: in.ResolutionNotes.Ptr(),
	}}
	if in.Assignee.Given {
		to := identity.UserID(in.Assignee.Value)
		p.Assignee = &to
	}
	return p
}

// replacement empties what was left out and has an empty value, and gives
// defaults to what has one. Where the alert stands (status, resolution), when
// it happened and who has it stay: leaving a field out is no decision about
// those.
func (in *alertPatchIn) replacement() driving.AlertPatch {
	p := in.patch()
	p.Title, p.Source = in.Title.Or(""), in.Source.Or("")
	p.Description, p.SourceRef = in.Description.Or(""), in.SourceRef.Or("")
	p.Severity = in.Severity.Or(severity.Medium.String())
	p.Tags, p.RawPayload = in.Tags.Or(nil), in.RawPayload.Or(nil)
	p.TLP, p.PAP = in.TLP.Or(string(sharing.Amber)), in.PAP.Or(string(sharing.PAPAmber))
	return p
}
