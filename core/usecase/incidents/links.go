package incidents

import (
	"context"
	"slices"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/store"
)

// Linked shows the alerts of an incident.
func (s *Service) Linked(ctx context.Context, id incident.ID, q alert.Query, p page.Request) (page.Result[*alert.Alert], error) {
	return gate.Read(ctx, s.gate, policy.IncidentRead, func(ctx context.Context, v store.View) (page.Result[*alert.Alert], error) {
		if _, err := v.Incidents().Find(ctx, id); err != nil {
			return page.Result[*alert.Alert]{}, err
		}
		q.Incident = string(id)
		return v.Alerts().List(ctx, q, p)
	})
}

// Link ties an alert to the incident, and escalates it by that.
func (s *Service) Link(ctx context.Context, id incident.ID, of alert.ID) (incident.Linking, error) {
	return gate.Write(ctx, s.gate, policy.IncidentLink, func(ctx context.Context, tx store.Tx) (incident.Linking, error) {
		none := incident.Linking{}
		i, err := tx.Incidents().Find(ctx, id)
		if err != nil {
			return none, err
		}
		a, err := tx.Alerts().Find(ctx, of)
		if fault.Is(err, fault.NotFound) {
			return none, incident.NoAlert("alert")
		}
		if err != nil {
			return none, err
		}
		if err := s.takeIn(ctx, tx, i, []*alert.Alert{a}); err != nil {
			return none, err
		}
		return incident.Linking{Incident: i, Alert: a}, s.save(ctx, tx, i)
	})
}

// Unlink ends the tie between an alert and the incident. An alert that no other
// incident holds is in progress again.
func (s *Service) Unlink(ctx context.Context, id incident.ID, of alert.ID) error {
	_, err := gate.Write(ctx, s.gate, policy.IncidentUnlink, func(ctx context.Context, tx store.Tx) (incident.Linking, error) {
		none := incident.Linking{}
		i, err := tx.Incidents().Find(ctx, id)
		if err != nil {
			return none, err
		}
		a, err := tx.Alerts().Find(ctx, of)
		if err != nil {
			return none, err
		}
		if !slices.Contains(a.State().Incidents, string(id)) {
			return none, fault.New(fault.NotFound, "the alert does not exist")
		}
		if err := i.LetGo(a, tx.Now()); err != nil {
			return none, err
		}
		if _, err := saved(ctx, tx, []*alert.Alert{a}); err != nil {
			return none, err
		}
		observables, err := tx.Incidents().Unlink(ctx, id, []alert.ID{of})
		if err != nil {
			return none, err
		}
		i.Unlinked(a, observables, tx.Now())
		return incident.Linking{Incident: i, Alert: a}, s.save(ctx, tx, i)
	})
	return err
}
