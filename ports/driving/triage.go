package driving

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// Alerts keeps alerts.
type Alerts interface {
	// Create stores a new alert; one that repeats an active alert is a Conflict
	// that names the existing one.
	Create(ctx context.Context, d alert.Draft) (*alert.Alert, error)
	List(ctx context.Context, q alert.Query, p page.Request) (page.Result[*alert.Alert], error)
	Find(ctx context.Context, id alert.ID) (*alert.Alert, error)
	Update(ctx context.Context, id alert.ID, p AlertPatch, v IfVersion) (*alert.Alert, error)
	// Remove deletes an alert that no incident holds.
	Remove(ctx context.Context, id alert.ID, v IfVersion) error
}

// AlertPatch is a patch that may hand the alert over, too.
type AlertPatch struct {
	alert.Patch
	Assignee *identity.UserID // pointer to empty: nobody
}

// Ingest takes in what detection tools report.
type Ingest interface {
	// One stores a report, or counts it on the active alert it repeats.
	One(ctx context.Context, d alert.Draft) (alert.Ingested, error)
	// Batch does so for many in one transaction; a bad item spoils no other.
	Batch(ctx context.Context, company tenant.ID, items []alert.Item) (alert.Batch, error)
}

// Triage is what analysts do with an alert.
type Triage interface {
	Acknowledge(ctx context.Context, id alert.ID) (*alert.Alert, error)
	// Assign hands the alert to a user of its company; empty: to nobody.
	Assign(ctx context.Context, id alert.ID, to identity.UserID) (*alert.Alert, error)
	Resolve(ctx context.Context, id alert.ID, resolution, notes string) (*alert.Alert, error)
	// Escalate makes an incident of the alert, in one transaction.
	Escalate(ctx context.Context, id alert.ID) (incident.Escalation, error)
}

// Incidents keeps incidents.
type Incidents interface {
	List(ctx context.Context, q incident.Query, p page.Request) (page.Result[*incident.Incident], error)
	Find(ctx context.Context, id incident.ID) (*incident.Incident, error)
	Assign(ctx context.Context, id incident.ID, to identity.UserID) (*incident.Incident, error)
	// Close ends the incident and resolves its alerts.
	Close(ctx context.Context, id incident.ID, notes string) (incident.Closing, error)
	Timeline(ctx context.Context, id incident.ID, p page.Request) (page.Result[incident.Entry], error)
	// Tell adds an entry to the timeline by hand.
	Tell(ctx context.Context, id incident.ID, d incident.EntryDraft) (incident.Told, error)
}
