package incident

import (
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
)

// Opening is the one change in which somebody opens an incident by hand, with
// alerts that it takes in.
type Opening struct {
	Incident *Incident
	Alerts   []*alert.Alert
}

// AuditRef names the incident.
func (o Opening) AuditRef() audit.Ref { return o.Incident.AuditRef() }

// AuditChanges returns the incident's fields.
func (o Opening) AuditChanges() audit.Changes { return o.Incident.AuditChanges() }

// AuditMetadata names the alerts.
func (o Opening) AuditMetadata() map[string]any { return map[string]any{"alerts": idsOf(o.Alerts)} }

// Events tells the incident's and every alert's.
func (o Opening) Events() []event.Event { return together(o.Incident, o.Alerts) }

// Linking is the one change in which an incident and an alert are tied together,
// or part.
type Linking struct {
	Incident *Incident
	Alert    *alert.Alert
}

// AuditRef names the incident.
func (l Linking) AuditRef() audit.Ref { return l.Incident.AuditRef() }

// AuditChanges returns the incident's changes.
func (l Linking) AuditChanges() audit.Changes { return l.Incident.AuditChanges() }

// AuditMetadata names the alert, and says what became of it.
func (l Linking) AuditMetadata() map[string]any {
	return map[string]any{"alert_id": string(l.Alert.ID()), "alert": l.Alert.AuditChanges()}
}

// Events tells both sides.
func (l Linking) Events() []event.Event { return together(l.Incident, []*alert.Alert{l.Alert}) }

// Removal is the one change in which an incident goes and lets go of its alerts.
type Removal struct {
	Incident *Incident
	Released []*alert.Alert // those that changed because of it
}

// AuditRef names the incident.
func (r Removal) AuditRef() audit.Ref { return r.Incident.AuditRef() }

// AuditChanges returns nothing: all of it goes.
func (r Removal) AuditChanges() audit.Changes { return nil }

// AuditSnapshot returns all that the incident said.
func (r Removal) AuditSnapshot() audit.Changes { return r.Incident.AuditSnapshot() }

// AuditMetadata names the alerts that are in progress again.
func (r Removal) AuditMetadata() map[string]any {
	return map[string]any{"released_alerts": idsOf(r.Released)}
}

// Events tells of the alerts.
func (r Removal) Events() []event.Event {
	var list []event.Event
	for _, a := range r.Released {
		list = append(list, a.Events()...)
	}
	return list
}

func idsOf(alerts []*alert.Alert) []any {
	ids := make([]any, len(alerts))
	for i, a := range alerts {
		ids[i] = string(a.ID())
	}
	return ids
}

func together(i *Incident, alerts []*alert.Alert) []event.Event {
	list := i.Events()
	for _, a := range alerts {
		list = append(list, a.Events()...)
	}
	return list
}
