package httpapi

import (
	"fmt"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/driving"
)

// incidentIn is an incident that somebody opens by hand.
type incidentIn struct {
	Title        string         `json:"title" example:"Beaconing to a known C2 address" maxLength:"200" validate:"required"`
	Description  string         `json:"description"`
	Summary      string         `json:"summary" maxLength:"255"`
	Severity     string         `json:"severity" enums:"info,low,medium,high,critical" default:"medium"`
	Status       string         `json:"status" enums:"open,in_progress" default:"open"`
	Tags         []string       `json:"tags" example:"vip,c2"` // at most 100 of at most 50 characters
	TLP          string         `json:"tlp" enums:"clear,green,amber,amber_strict,red" default:"amber"`
	PAP          string         `json:"pap" enums:"clear,green,amber,red" default:"amber"`
	Assignee     string         `json:"assignee" format:"uuid"`                                         // an active user of the company
	ImpactScore  *int           `json:"impact_score" minimum:"0" maximum:"100" extensions:"x-nullable"` // left out: by the formula
	CustomFields map[string]any `json:"custom_fields" swaggertype:"object"`                             // at most 100
	StartDate    time.Time      `json:"start_date"`                                                     // left out: now
	AlertIDs     []string       `json:"alert_ids" example:"0198c0de-0000-7000-8000-000000000001"`       // alerts of the company, at most 1000
	Company      string         `json:"company" format:"uuid"`                                          // superusers only, who must name it
	EndDate      any            `json:"end_date" bind:"readonly" swaggerignore:"true"`
	readOnlyIncident
} //	@name	NewIncident

// readOnlyIncident are the fields of an incident that nobody sets.
type readOnlyIncident struct {
	ID              any `json:"id" bind:"readonly" swaggerignore:"true"`
	AlertCount      any `json:"alert_count" bind:"readonly" swaggerignore:"true"`
	ObservableCount any `json:"observable_count" bind:"readonly" swaggerignore:"true"`
	TaskCount       any `json:"task_count" bind:"readonly" swaggerignore:"true"`
	OpenTaskCount   any `json:"open_task_count" bind:"readonly" swaggerignore:"true"`
	CreatedBy       any `json:"created_by" bind:"readonly" swaggerignore:"true"`
	CreatedAt       any `json:"created_at" bind:"readonly" swaggerignore:"true"`
	UpdatedAt       any `json:"updated_at" bind:"readonly" swaggerignore:"true"`
}

func (in *incidentIn) incident() driving.NewIncident {
	n := driving.NewIncident{Assignee: identity.UserID(in.Assignee), Draft: incident.Draft{
		Company: tenant.ID(in.Company), Title: in.Title, Description: in.Description, Summary: in.Summary,
		Severity: in.Severity, Status: in.Status, Tags: in.Tags, TLP: in.TLP, PAP: in.PAP,
		Impact: in.ImpactScore, CustomFields: in.CustomFields, StartDate: in.StartDate,
	}}
	for _, id := range in.AlertIDs {
		n.Alerts = append(n.Alerts, alert.ID(id))
	}
	return n
}

func (in *incidentIn) faults() error {
	var v fault.Violations
	_, err := incident.Create("", "", in.incident().Draft, alert.Reporter{}, time.Time{})
	v.Merge(err)
	for i, id := range in.AlertIDs {
		if !isID(id) {
			v.Merge(incident.NoAlert(fmt.Sprintf("alert_ids[%d]", i)))
		}
	}
	return v.Err()
}

// incidentPatchIn changes an incident.
type incidentPatchIn struct {
	Title        Optional[string]         `json:"title" swaggertype:"string" maxLength:"200"`
	Description  Optional[string]         `json:"description" swaggertype:"string"`
	Summary      Optional[string]         `json:"summary" swaggertype:"string" maxLength:"255"`
	Severity     Optional[string]         `json:"severity" swaggertype:"string" bind:"notnull" enums:"info,low,medium,high,critical"`
	Status       Optional[string]         `json:"status" swaggertype:"string" bind:"notnull" enums:"open,in_progress,resolved,closed"`
	Tags         Optional[[]string]       `json:"tags" swaggertype:"array,string"`
	TLP          Optional[string]         `json:"tlp" swaggertype:"string" bind:"notnull" enums:"clear,green,amber,amber_strict,red"`
	PAP          Optional[string]         `json:"pap" swaggertype:"string" bind:"notnull" enums:"clear,green,amber,red"`
	Assignee     Optional[string]         `json:"assignee" swaggertype:"string" format:"uuid" extensions:"x-nullable"`
	ImpactScore  Optional[int]            `json:"impact_score" swaggertype:"integer" minimum:"0" maximum:"100" extensions:"x-nullable"` // null: by the formula
	CustomFields Optional[map[string]any] `json:"custom_fields" swaggertype:"object"`                                                   // merged key by key
	StartDate    Optional[time.Time]      `json:"start_date" swaggertype:"string" format:"date-time" bind:"notnull"`
	EndDate      Optional[time.Time]      `json:"end_date" swaggertype:"string" format:"date-time" extensions:"x-nullable"` // of a resolved or closed incident
	Company      any                      `json:"company" bind:"readonly" swaggerignore:"true"`
	AlertIDs     any                      `json:"alert_ids" bind:"readonly" swaggerignore:"true"`
	whole
	readOnlyIncident
} //	@name	IncidentPatch

func (in *incidentPatchIn) patch() driving.IncidentPatch {
	p := driving.IncidentPatch{Patch: incident.Patch{
		Title: in.Title.Ptr(), Description: in.Description.Ptr(), Summary: in.Summary.Ptr(),
		Severity: in.Severity.Ptr(), Status: in.Status.Ptr(), Tags: in.Tags.Ptr(), TLP: in.TLP.Ptr(), PAP: in.PAP.Ptr(),
		Impact: in.ImpactScore.Ptr(), ByFormula: in.ImpactScore.Null,
		CustomFields: in.CustomFields.Ptr(), MergeFields: true, StartDate: in.StartDate.Ptr(), EndDate: in.EndDate.Ptr(),
	}}
	if in.Assignee.Given {
		to := identity.UserID(in.Assignee.Value)
		p.Assignee = &to
	}
	return p
}

// replacement empties what was left out and has an empty value, and gives
// defaults to what has one. Where the incident stands (status, dates) and who
// has it stay: leaving a field out is no decision about those.
func (in *incidentPatchIn) replacement() driving.IncidentPatch {
	p := in.patch()
	p.Title, p.Description, p.Summary = in.Title.Or(""), in.Description.Or(""), in.Summary.Or("")
	p.Severity, p.Tags = in.Severity.Or(severity.Medium.String()), in.Tags.Or(nil)
	p.TLP, p.PAP = in.TLP.Or(string(sharing.Amber)), in.PAP.Or(string(sharing.PAPAmber))
	p.CustomFields, p.MergeFields = in.CustomFields.Or(nil), false
	p.ByFormula = !in.ImpactScore.Given || in.ImpactScore.Null
	return p
}

func (in *incidentPatchIn) faults() error {
	p := in.patch()
	if in.replaces {
		p = in.replacement()
	}
	p.EndDate, p.Status = nil, nil // what these may be depends on the incident
	return incident.Restore(incident.State{}).Apply(p.Patch, time.Time{})
}
