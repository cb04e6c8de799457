package alert

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
)

// Patch changes what is not nil. A pointer to an empty text empties an
// optional field and is refused for a required one.
type Patch struct {
	Title, Description, Severity *string
	Status                       *string
	Source, SourceRef            *string
	Tags                         *[]string
	TLP, PAP                     *string
	EventTime                    *time.Time
	RawPayload                   *json.RawMessage
	Resolution, ResolutionNotes  *string
}

// Apply changes the alert. Status moves by the state machine: what is not
// allowed is a Conflict, and so is any move of an escalated alert.
func (a *Alert) Apply(p Patch, now time.Time) error {
	next := a.is
	var v fault.Violations
	text(&v, "title", p.Title, &next.Title, maxTitle, true)
	text(&v, "description", p.Description, &next.Description, maxDescription, false)
	text(&v, "source", p.Source, &next.Source, maxSource, true)
	text(&v, "source_ref", p.SourceRef, &next.SourceRef, maxSourceRef, false)
	next.SourceRef = reference(next.SourceRef)
	text(&v, "resolution_notes", p.ResolutionNotes, &next.ResolutionNotes, maxNotes, false)
	if p.Severity != nil && v.Require("severity", *p.Severity) {
		next.Severity = severity.Read(&v, "severity", *p.Severity, next.Severity)
	}
	if p.Tags != nil {
		next.Tags = Tags(&v, *p.Tags)
	}
	next.TLP = choice(&v, "tlp", p.TLP, next.TLP, sharing.TLPs())
	next.PAP = choice(&v, "pap", p.PAP, next.PAP, sharing.PAPs())
	next.Resolution = choice(&v, "resolution", p.Resolution, next.Resolution, Resolutions())
	status := choice(&v, "status", p.Status, next.Status, Statuses())
	if p.EventTime != nil {
		if next.EventTime = v.Moment("event_time", *p.EventTime); next.EventTime.IsZero() {
			v.Require("event_time", "")
		}
	}
	if p.RawPayload != nil {
		next.RawPayload = slices.Clone(*p.RawPayload)
	}
	if err := v.Err(); err != nil {
		return err
	}
	return a.become(next, status, now)
}

// become takes the new fields over and moves the status last, so that a patch
// may resolve an alert and say how in one go.
func (a *Alert) become(next State, status Status, now time.Time) error {
	from := a.is.Status
	resolution, notes := next.Resolution, next.ResolutionNotes
	before := a.is
	a.is = next
	if status != from {
		if err := a.move(status, now); err != nil {
			a.is = before
			return err
		}
	}
	switch {
	case status == Resolved:
		a.is.Resolution, a.is.ResolutionNotes = resolution, notes
	case resolution != before.Resolution || notes != before.ResolutionNotes:
		a.is = before
		return fault.New(fault.Conflict, "only a resolved alert has a resolution").WithCode("invalid_transition")
	}
	if len(audit.Diff(before, a.is)) == 0 {
		return nil
	}
	what := event.AlertUpdated
	if status == Resolved && from != Resolved {
		what = event.AlertResolved
	}
	a.changed(what, now)
	return nil
}

func text(v *fault.Violations, field string, value, target *string, limit int, required bool) {
	if value == nil {
		return
	}
	if required {
		v.Text(field, *value, limit)
	} else {
		v.Optional(field, *value, limit)
	}
	*target = *value
}

func choice[T ~string](v *fault.Violations, field string, value *string, present T, allowed []T) T {
	if value == nil || !v.Require(field, *value) {
		return present
	}
	return fault.OneOf(v, field, *value, present, allowed)
}
