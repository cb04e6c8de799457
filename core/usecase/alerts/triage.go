package alerts

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/driving"
	"github.com/sentineliq/sentineliq/ports/store"
)

// Update changes what an analyst may change by hand.
func (s *Service) Update(ctx context.Context, id alert.ID, p driving.AlertPatch, version driving.IfVersion) (*alert.Alert, error) {
	return s.change(ctx, policy.AlertUpdate, id, func(ctx context.Context, tx store.Tx, a *alert.Alert) error {
		if err := fault.IfVersion(version, a.State().Version); err != nil {
			return err
		}
		if err := a.Apply(p.Patch, tx.Now()); err != nil {
			return err
		}
		if p.Assignee == nil {
			return nil
		}
		to, err := assignee(ctx, tx, *p.Assignee)
		if err != nil {
			return err
		}
		return a.AssignTo(to, tx.Now())
	})
}

// Acknowledge says that somebody is looking.
func (s *Service) Acknowledge(ctx context.Context, id alert.ID) (*alert.Alert, error) {
	by := alert.ReporterOf(actor.From(ctx)).User
	return s.change(ctx, policy.AlertAcknowledge, id, func(_ context.Context, tx store.Tx, a *alert.Alert) error {
		return a.Acknowledge(by, tx.Now())
	})
}

// Assign hands the alert to a user of its company, or to nobody.
func (s *Service) Assign(ctx context.Context, id alert.ID, to identity.UserID) (*alert.Alert, error) {
	return s.change(ctx, policy.AlertAssign, id, func(ctx context.Context, tx store.Tx, a *alert.Alert) error {
		u, err := assignee(ctx, tx, to)
		if err != nil {
			return err
		}
		return a.AssignTo(u, tx.Now())
	})
}

// Resolve closes the alert without an incident.
func (s *Service) Resolve(ctx context.Context, id alert.ID, resolution, notes string) (*alert.Alert, error) {
	return s.change(ctx, policy.AlertResolve, id, func(_ context.Context, tx store.Tx, a *alert.Alert) error {
		return a.Resolve(resolution, notes, tx.Now())
	})
}

// Escalate makes an incident of the alert. However many ask at once, one
// incident comes of it: the others find the alert escalated.
func (s *Service) Escalate(ctx context.Context, id alert.ID) (incident.Escalation, error) {
	incidentID := incident.ID(s.ids.New())
	by := alert.ReporterOf(actor.From(ctx))
	return gate.Write(ctx, s.gate, policy.AlertEscalate, func(ctx context.Context, tx store.Tx) (incident.Escalation, error) {
		none := incident.Escalation{}
		a, err := tx.Alerts().Find(ctx, id)
		if err != nil {
			return none, err
		}
		i := incident.FromAlert(incidentID, a, by, tx.Now())
		if err := a.Escalate(string(incidentID), tx.Now()); err != nil {
			return none, err
		}
		if err := tx.Alerts().Save(ctx, a); err != nil {
			return none, err
		}
		if err := tx.Incidents().Add(ctx, i); err != nil {
			return none, err
		}
		observables, err := tx.Incidents().Link(ctx, incidentID, []alert.ID{id})
		if err != nil {
			return none, err
		}
		i.Linked(a, observables, tx.Now())
		if err := tx.Incidents().Save(ctx, i); err != nil {
			return none, err
		}
		if err := tx.Incidents().Tell(ctx, i.Signed(s.ids.New, by.User, tx.Now())); err != nil {
			return none, err
		}
		return incident.Escalation{Alert: a, Incident: i}, nil
	})
}

// Remove deletes an alert that no incident holds.
func (s *Service) Remove(ctx context.Context, id alert.ID, version driving.IfVersion) error {
	_, err := gate.Write(ctx, s.gate, policy.AlertDelete, func(ctx context.Context, tx store.Tx) (*alert.Alert, error) {
		a, err := tx.Alerts().Find(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := fault.IfVersion(version, a.State().Version); err != nil {
			return nil, err
		}
		if len(a.State().Incidents) > 0 {
			return nil, fault.New(fault.Conflict, "the alert belongs to an incident").WithCode("alert_escalated").
				Existing(a.State().Incidents[0])
		}
		return a, tx.Alerts().Remove(ctx, a)
	})
	return err
}
