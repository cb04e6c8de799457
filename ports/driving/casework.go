package driving

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/page"
)

// Casework opens incidents by hand, changes and deletes them.
type Casework interface {
	// Create opens an incident with the alerts that belong to it.
	Create(ctx context.Context, n NewIncident) (incident.Opening, error)
	// Update changes an incident; closing it that way is the same as Close.
	Update(ctx context.Context, id incident.ID, p IncidentPatch, v IfVersion) (*incident.Incident, error)
	// Remove deletes an incident and puts its alerts back in progress.
	Remove(ctx context.Context, id incident.ID, v IfVersion) error
	// Reopen takes the work on a resolved or closed incident up again.
	Reopen(ctx context.Context, id incident.ID) (*incident.Incident, error)
}

// NewIncident is an incident that somebody opens by hand.
type NewIncident struct {
	incident.Draft
	Assignee identity.UserID // empty: nobody
	Alerts   []alert.ID      // of the same company
}

// IncidentPatch is a patch that may hand the incident over, too.
type IncidentPatch struct {
	incident.Patch
	Assignee *identity.UserID // pointer to empty: nobody
}

// IncidentAlerts ties alerts to incidents.
type IncidentAlerts interface {
	// Linked lists the alerts of an incident.
	Linked(ctx context.Context, id incident.ID, q alert.Query, p page.Request) (page.Result[*alert.Alert], error)
	// Link ties an alert to the incident, which escalates it.
	Link(ctx context.Context, id incident.ID, of alert.ID) (incident.Linking, error)
	// Unlink ends the tie.
	Unlink(ctx context.Context, id incident.ID, of alert.ID) error
}
