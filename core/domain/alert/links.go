package alert

import (
	"slices"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
)

// LinkTo ties the alert to an incident, which moves it from then on. An alert
// may belong to several.
func (a *Alert) LinkTo(incident string, now time.Time) error {
	if slices.Contains(a.is.Incidents, incident) {
		return fault.New(fault.Conflict, "the alert is linked to the incident already").WithCode("already_linked").
			Existing(incident)
	}
	a.is.Incidents = append(slices.Clone(a.is.Incidents), incident)
	if a.is.Status == Escalated {
		return nil
	}
	a.is.ResolvedAt, a.is.Resolution, a.is.ResolutionNotes = time.Time{}, "", ""
	a.is.Status = Escalated
	a.changed(event.AlertEscalated, now)
	return nil
}

// LeaveIncident ends the tie to an incident. An escalated alert that no incident
// holds any more is in progress again.
func (a *Alert) LeaveIncident(incident string, now time.Time) {
	a.is.Incidents = slices.DeleteFunc(slices.Clone(a.is.Incidents), func(id string) bool { return id == incident })
	if a.is.Status != Escalated || len(a.is.Incidents) > 0 {
		return
	}
	a.is.Status = InProgress
	a.changed(event.AlertUpdated, now)
}
