// Package event names what happened, for rules, messages and other systems. An
// event leaves the service only after the change that caused it is committed.
package event

import (
	"time"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// Name is the type of an event, "noun.happened".
type Name string

// The events a notification rule can ask for.
const (
	AlertCreated      Name = "alert.created"
	AlertUpdated      Name = "alert.updated"
	AlertAcknowledged Name = "alert.acknowledged"
	AlertAssigned     Name = "alert.assigned"
	AlertResolved     Name = "alert.resolved"
	AlertEscalated    Name = "alert.escalated"
	IncidentCreated   Name = "incident.created"
	IncidentUpdated   Name = "incident.updated"
	IncidentAssigned  Name = "incident.assigned"
	IncidentClosed    Name = "incident.closed"
	TaskCreated       Name = "task.created"
	TaskCompleted     Name = "task.completed"
	TaskAssigned      Name = "task.assigned"
)

// Names lists every event a rule can ask for.
func Names() []Name {
	return []Name{
		AlertCreated, AlertUpdated, AlertAcknowledged, AlertAssigned, AlertResolved, AlertEscalated,
		IncidentCreated, IncidentUpdated, IncidentAssigned, IncidentClosed,
		TaskCreated, TaskCompleted, TaskAssigned,
	}
}

// Version is the version of the envelope and of the facts in it. A reader that
// meets a newer one refuses it instead of guessing.
const Version = 1

// Event is one thing that happened to one company.
type Event struct {
	ID      string // given by the gate; the same for every message it causes
	Name    Name
	Version int
	Company tenant.ID
	At      time.Time
	// Entity and EntityID name the thing it happened to, such as "alert".
	Entity, EntityID string
	// Facts is the state right after the change, by noun ("alert", "incident",
	// "actor", "company"), with the field names of the API.
	Facts map[string]map[string]any
}

// Source is a Subject of a change that has events to tell. The gate fills in
// ID, Version, At and the actor, and stores them with the change.
type Source interface {
	Events() []Event
}
