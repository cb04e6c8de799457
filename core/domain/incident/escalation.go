package incident

import (
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
)

// Escalation is the one change in which an alert becomes an incident.
type Escalation struct {
	Alert    *alert.Alert
	Incident *Incident
}

// AuditRef names the alert: escalating is something done to it.
func (e Escalation) AuditRef() audit.Ref { return e.Alert.AuditRef() }

// AuditChanges returns the alert's changes.
func (e Escalation) AuditChanges() audit.Changes { return e.Alert.AuditChanges() }

// AuditMetadata names the incident that was opened.
func (e Escalation) AuditMetadata() map[string]any {
	return map[string]any{"incident_id": string(e.Incident.ID()), "incident": e.Incident.AuditChanges()}
}

// Events tells both sides.
func (e Escalation) Events() []event.Event { return append(e.Alert.Events(), e.Incident.Events()...) }

// Closing is the one change in which an incident ends and its alerts with it.
type Closing struct {
	Incident *Incident
	Resolved []*alert.Alert // those that the closing resolved
}

// AuditRef names the incident.
func (c Closing) AuditRef() audit.Ref { return c.Incident.AuditRef() }

// AuditChanges returns the incident's changes.
func (c Closing) AuditChanges() audit.Changes { return c.Incident.AuditChanges() }

// AuditMetadata names the alerts that were resolved.
func (c Closing) AuditMetadata() map[string]any {
	return map[string]any{"resolved_alerts": idsOf(c.Resolved)}
}

// Events tells the incident's and every alert's.
func (c Closing) Events() []event.Event { return together(c.Incident, c.Resolved) }
