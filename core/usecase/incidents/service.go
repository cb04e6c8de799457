// Package incidents leads an incident from its opening to its end.
package incidents

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/system"
)

// Service implements driving.Incidents, driving.Casework and
// driving.IncidentAlerts.
type Service struct {
	gate *gate.Gate
	ids  system.IDs
}

// New returns the service.
func New(g *gate.Gate, ids system.IDs) *Service { return &Service{gate: g, ids: ids} }

// List shows the incidents in reach.
func (s *Service) List(ctx context.Context, q incident.Query, p page.Request) (page.Result[*incident.Incident], error) {
	return gate.Read(ctx, s.gate, policy.IncidentRead, func(ctx context.Context, v store.View) (page.Result[*incident.Incident], error) {
		return v.Incidents().List(ctx, q, p)
	})
}

// Find shows one incident.
func (s *Service) Find(ctx context.Context, id incident.ID) (*incident.Incident, error) {
	return gate.Read(ctx, s.gate, policy.IncidentRead, func(ctx context.Context, v store.View) (*incident.Incident, error) {
		return v.Incidents().Find(ctx, id)
	})
}

// Timeline shows an incident's story, the oldest entry first.
func (s *Service) Timeline(ctx context.Context, id incident.ID, p page.Request) (page.Result[incident.Entry], error) {
	return gate.Read(ctx, s.gate, policy.IncidentRead, func(ctx context.Context, v store.View) (page.Result[incident.Entry], error) {
		if _, err := v.Incidents().Find(ctx, id); err != nil {
			return page.Result[incident.Entry]{}, err
		}
		return v.Incidents().Timeline(ctx, id, p)
	})
}

// Assign hands the incident to a user of its company; empty: to nobody.
func (s *Service) Assign(ctx context.Context, id incident.ID, to identity.UserID) (*incident.Incident, error) {
	return gate.Write(ctx, s.gate, policy.IncidentAssign, func(ctx context.Context, tx store.Tx) (*incident.Incident, error) {
		i, err := tx.Incidents().Find(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := assign(ctx, tx, i, to); err != nil {
			return nil, err
		}
		return i, s.save(ctx, tx, i)
	})
}

// Close ends the incident and resolves the alerts it holds.
func (s *Service) Close(ctx context.Context, id incident.ID, notes string) (incident.Closing, error) {
	return gate.Write(ctx, s.gate, policy.IncidentClose, func(ctx context.Context, tx store.Tx) (incident.Closing, error) {
		i, err := tx.Incidents().Find(ctx, id)
		if err != nil {
			return incident.Closing{}, err
		}
		if err := i.Close(notes, tx.Now()); err != nil {
			return incident.Closing{}, err
		}
		return s.settle(ctx, tx, i)
	})
}

// settle keeps an incident that closed and resolves the alerts it holds.
func (s *Service) settle(ctx context.Context, tx store.Tx, i *incident.Incident) (incident.Closing, error) {
	none := incident.Closing{}
	linked, err := tx.Incidents().Alerts(ctx, i.ID())
	if err != nil {
		return none, err
	}
	for _, a := range linked {
		a.SettleWithIncident(tx.Now())
	}
	resolved, err := saved(ctx, tx, linked)
	if err != nil {
		return none, err
	}
	return incident.Closing{Incident: i, Resolved: resolved}, s.save(ctx, tx, i)
}

// saved keeps the alerts that changed, and returns those.
func saved(ctx context.Context, tx store.Tx, alerts []*alert.Alert) (changed []*alert.Alert, err error) {
	for _, a := range alerts {
		if a.Unchanged() {
			continue
		}
		if err := tx.Alerts().Save(ctx, a); err != nil {
			return nil, err
		}
		changed = append(changed, a)
	}
	return changed, nil
}

// assign hands the incident to a user who is in sight; empty: to nobody.
func assign(ctx context.Context, tx store.Tx, i *incident.Incident, to identity.UserID) error {
	if to == "" {
		return i.AssignTo(nil, tx.Now())
	}
	u, err := tx.Users().Find(ctx, to)
	if fault.Is(err, fault.NotFound) {
		return identity.NotAssignable()
	}
	if err != nil {
		return err
	}
	return i.AssignTo(u, tx.Now())
}

// Tell adds an entry to the story by hand.
func (s *Service) Tell(ctx context.Context, id incident.ID, d incident.EntryDraft) (incident.Told, error) {
	return gate.Write(ctx, s.gate, policy.IncidentNote, func(ctx context.Context, tx store.Tx) (incident.Told, error) {
		i, err := tx.Incidents().Find(ctx, id)
		if err != nil {
			return incident.Told{}, err
		}
		if err := i.Tell(d, tx.Now()); err != nil {
			return incident.Told{}, err
		}
		told := i.Signed(s.ids.New, alert.ReporterOf(actor.From(ctx)).User, tx.Now())
		return incident.Told{Incident: i, Entry: told[0]}, tx.Incidents().Tell(ctx, told)
	})
}

// save keeps the incident and adds what it told to its story.
func (s *Service) save(ctx context.Context, tx store.Tx, i *incident.Incident) error {
	if err := tx.Incidents().Save(ctx, i); err != nil {
		return err
	}
	return tx.Incidents().Tell(ctx, i.Signed(s.ids.New, alert.ReporterOf(actor.From(ctx)).User, tx.Now()))
}
