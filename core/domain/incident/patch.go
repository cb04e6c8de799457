package incident

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
)

// Patch changes what is not nil. A pointer to an empty value empties an
// optional field and is refused for a required one.
type Patch struct {
	Title, Description, Summary *string
	Severity, Status            *string
	Tags                        *[]string
	TLP, PAP                    *string
	Impact                      *int
	ByFormula                   bool // the impact is no longer set by hand
	CustomFields                *map[string]any
	MergeFields                 bool // custom fields are merged key by key, not replaced
	StartDate, EndDate          *time.Time
}

// Closes reports whether the patch asks for the end of the incident.
func (p Patch) Closes() bool { return p.Status != nil && *p.Status == string(Closed) }

// Apply changes the incident; every change is told. Status moves by the state
// machine: what is not allowed is a Conflict, and closing what is closed too.
func (i *Incident) Apply(p Patch, now time.Time) error {
	next := i.is
	var v fault.Violations
	v.PatchText("title", p.Title, &next.Title, maxTitle)
	v.PatchOptional("description", p.Description, &next.Description, maxDescription)
	v.PatchOptional("summary", p.Summary, &next.Summary, maxSummary)
	if p.Severity != nil && v.Require("severity", *p.Severity) {
		next.Severity = severity.Read(&v, "severity", *p.Severity, next.Severity)
	}
	if p.Tags != nil {
		next.Tags = alert.Tags(&v, *p.Tags)
	}
	next.TLP = fault.PatchChoice(&v, "tlp", p.TLP, next.TLP, sharing.TLPs())
	next.PAP = fault.PatchChoice(&v, "pap", p.PAP, next.PAP, sharing.PAPs())
	status := fault.PatchChoice(&v, "status", p.Status, next.Status, Statuses())
	p.impact(&v, &next)
	p.custom(&v, &next)
	p.dates(&v, &next, status)
	if err := v.Err(); err != nil {
		return err
	}
	if status != i.is.Status || p.Closes() {
		if err := i.move(status, "", now); err != nil {
			return err
		}
	}
	i.take(next, p.EndDate != nil, now)
	return nil
}

func (p Patch) impact(v *fault.Violations, next *State) {
	switch {
	case p.ByFormula:
		next.Impact = nil
	case p.Impact != nil:
		points(v, p.Impact)
		next.Impact = p.Impact
	}
}

func (p Patch) custom(v *fault.Violations, next *State) {
	switch {
	case p.CustomFields == nil:
	case p.MergeFields && *p.CustomFields != nil:
		next.CustomFields = custom(v, merged(next.CustomFields, *p.CustomFields))
	default:
		next.CustomFields = custom(v, merged(nil, *p.CustomFields))
	}
}

// dates reads when the incident began and ended. Only what has ended has an end.
func (p Patch) dates(v *fault.Violations, next *State, status Status) {
	if p.StartDate != nil {
		if next.StartDate = v.Moment("start_date", *p.StartDate); next.StartDate.IsZero() {
			v.Require("start_date", "")
		}
	}
	if p.EndDate != nil {
		next.EndDate = v.Moment("end_date", *p.EndDate)
		switch {
		case next.EndDate.IsZero() && status.ended():
			v.Add("end_date", fault.CodeRequired, "an incident that is %s has one", status)
		case !next.EndDate.IsZero() && !status.ended():
			v.Add("end_date", fault.CodeInvalid, "only a resolved or closed incident has one")
		}
	}
	if !status.ended() || next.EndDate.IsZero() || !next.EndDate.Before(next.StartDate) {
		return
	}
	field := "start_date"
	if p.EndDate != nil {
		field = "end_date"
	}
	v.Add(field, fault.CodeInvalid, "an incident cannot end before it starts")
}

// take takes over the fields of next that a patch sets, and tells of each.
func (i *Incident) take(next State, ends bool, now time.Time) {
	before := i.is
	next.Status, next.UpdatedAt = before.Status, before.UpdatedAt
	if !ends {
		next.EndDate = before.EndDate
	}
	i.is = next
	changes := audit.Diff(before, next)
	for _, field := range slices.Sorted(maps.Keys(changes)) {
		i.tell(Entry{
			Type: Action, Title: titles()[field], At: now,
			Field: field, Old: spelled(changes[field][0]), New: spelled(changes[field][1]),
		})
	}
	if len(changes) > 0 {
		i.updated(now)
	}
}

// titles says how the timeline calls a change of a field.
func titles() map[string]string {
	return map[string]string{
		"title": "Title changed", "description": "Description changed", "summary": "Summary changed",
		"severity": "Severity changed", "tags": "Tags changed", "tlp": "TLP changed", "pap": "PAP changed",
		"impact_score": "Impact score changed", "custom_fields": "Custom fields changed",
		"start_date": "Start date changed", "end_date": "End date changed",
	}
}

// spelled writes a value of a change as the timeline shows it: text as it is,
// everything else as JSON, nothing as nothing.
func spelled(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}
