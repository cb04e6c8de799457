// Package audit describes the record of who did what to which thing. It cannot
// write one: only the gate does, in the transaction of the change itself.
package audit

import (
	"time"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// Outcome says how an attempt ended.
type Outcome string

// The outcomes. Denied attempts were refused before anything happened.
const (
	Success Outcome = "success"
	Failure Outcome = "failure"
	Denied  Outcome = "denied"
)

// Entry is one line of the log. Entries are only ever added.
type Entry struct {
	ID        string
	Sequence  int64 // given by the store, increasing; gaps mean nothing
	At        time.Time
	Company   tenant.ID // whose log it belongs to; empty for the platform's own
	ActorType actor.Type
	ActorID   string
	ActorName string
	Action    string
	Entity    Ref
	Changes   Changes
	Metadata  map[string]any
	Origin    actor.Origin
	Status    int // HTTP status of the answer; 0 where there was no request
	Outcome   Outcome
}

// Query selects entries. Zero fields do not filter; lists mean any of.
type Query struct {
	EntityTypes []string
	EntityID    string
	Actions     []string
	ActorID     string
	Username    string
	Company     tenant.ID
	Outcomes    []Outcome
	From, To    time.Time // From included, To excluded
	RequestID   string
	Search      string // part of an actor's or entity's name, any case
}
