package incidents

import (
	"context"
	"fmt"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/driving"
	"github.com/sentineliq/sentineliq/ports/store"
)

// Create opens an incident by hand, with the alerts that belong to it. They are
// escalated by that.
func (s *Service) Create(ctx context.Context, n driving.NewIncident) (incident.Opening, error) {
	ctx, company, err := s.draft(ctx, n)
	if err != nil {
		return incident.Opening{}, err
	}
	id, by := incident.ID(s.ids.New()), alert.ReporterOf(actor.From(ctx))
	return gate.Write(ctx, s.gate, policy.IncidentCreate, func(ctx context.Context, tx store.Tx) (incident.Opening, error) {
		none := incident.Opening{}
		if actor.From(ctx).Company != company {
			if err := gate.Exists(ctx, tx, company); err != nil {
				return none, err
			}
		}
		i, err := incident.Create(id, company, n.Draft, by, tx.Now())
		if err != nil {
			return none, err
		}
		var v fault.Violations
		if n.Assignee != "" {
			if err := assign(ctx, tx, i, n.Assignee); !v.Merge(err) {
				return none, err
			}
		}
		linked, err := named(ctx, tx, company, n.Alerts)
		if !v.Merge(err) {
			return none, err
		}
		if err := v.Err(); err != nil {
			return none, err
		}
		if err := tx.Incidents().Add(ctx, i); err != nil {
			return none, err
		}
		if err := s.takeIn(ctx, tx, i, linked); err != nil {
			return none, err
		}
		return incident.Opening{Incident: i, Alerts: linked}, s.save(ctx, tx, i)
	})
}

// draft says all that is wrong with a new incident by itself, and for which
// company it is.
func (s *Service) draft(ctx context.Context, n driving.NewIncident) (context.Context, tenant.ID, error) {
	if err := s.gate.Allowed(ctx, policy.IncidentCreate); err != nil {
		return ctx, "", err
	}
	var v fault.Violations
	ctx, company, err := gate.Within(ctx, n.Company)
	if !v.Merge(err) {
		return ctx, "", err
	}
	_, err = incident.Create("", company, n.Draft, alert.Reporter{}, time.Time{})
	if !v.Merge(err) {
		return ctx, "", err
	}
	if len(n.Alerts) > incident.MaxLinks {
		v.Add("alert_ids", fault.CodeTooLong, "at most %d alerts are allowed", incident.MaxLinks)
	}
	return ctx, company, v.Err()
}

// named finds the alerts of a company that a list names, each once. Those that
// are not there are refused by their place in the list.
func named(ctx context.Context, tx store.Tx, company tenant.ID, ids []alert.ID) ([]*alert.Alert, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := tx.Alerts().Named(ctx, ids)
	if err != nil {
		return nil, err
	}
	known := make(map[alert.ID]*alert.Alert, len(found))
	for _, a := range found {
		if a.State().Company == company {
			known[a.ID()] = a
		}
	}
	var v fault.Violations
	taken := make(map[alert.ID]bool, len(ids))
	list := make([]*alert.Alert, 0, len(ids))
	for n, id := range ids {
		a, there := known[id]
		switch {
		case !there:
			v.Merge(incident.NoAlert(fmt.Sprintf("alert_ids[%d]", n)))
		case !taken[id]:
			taken[id] = true
			list = append(list, a)
		}
	}
	return list, v.Err()
}

// takeIn links alerts to an incident that is stored and about to be saved.
func (s *Service) takeIn(ctx context.Context, tx store.Tx, i *incident.Incident, list []*alert.Alert) error {
	ids := make([]alert.ID, len(list))
	for n, a := range list {
		if err := i.Take(a, tx.Now()); err != nil {
			return err
		}
		ids[n] = a.ID()
	}
	if _, err := saved(ctx, tx, list); err != nil || len(ids) == 0 {
		return err
	}
	observables, err := tx.Incidents().Link(ctx, i.ID(), ids)
	if err != nil {
		return err
	}
	for _, a := range list {
		i.Linked(a, observables, tx.Now())
	}
	return nil
}

// Update changes what may be changed by hand. A patch that closes the incident
// is the same as closing it: as much is needed for it, and as much happens.
func (s *Service) Update(ctx context.Context, id incident.ID, p driving.IncidentPatch, version driving.IfVersion) (*incident.Incident, error) {
	if p.Closes() {
		done, err := gate.Write(ctx, s.gate, policy.IncidentClose, func(ctx context.Context, tx store.Tx) (incident.Closing, error) {
			i, err := s.revised(ctx, tx, id, p, version)
			if err != nil {
				return incident.Closing{}, err
			}
			return s.settle(ctx, tx, i)
		})
		return done.Incident, err
	}
	return gate.Write(ctx, s.gate, policy.IncidentUpdate, func(ctx context.Context, tx store.Tx) (*incident.Incident, error) {
		i, err := s.revised(ctx, tx, id, p, version)
		if err != nil || i.Unchanged() {
			return i, err
		}
		return i, s.save(ctx, tx, i)
	})
}

// revised is the incident after a patch, not saved yet.
func (s *Service) revised(ctx context.Context, tx store.Tx, id incident.ID, p driving.IncidentPatch, version driving.IfVersion) (*incident.Incident, error) {
	i, err := tx.Incidents().Find(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := fault.IfVersion(version, i.State().Version); err != nil {
		return nil, err
	}
	var v fault.Violations
	if p.Assignee != nil && *p.Assignee != i.State().Assignee {
		if err := assign(ctx, tx, i, *p.Assignee); !v.Merge(err) {
			return nil, err
		}
	}
	if err := i.Apply(p.Patch, tx.Now()); !v.Merge(err) {
		return nil, err
	}
	return i, v.Err()
}

// Reopen takes the work up again. The alerts stay as they are.
func (s *Service) Reopen(ctx context.Context, id incident.ID) (*incident.Incident, error) {
	return gate.Write(ctx, s.gate, policy.IncidentReopen, func(ctx context.Context, tx store.Tx) (*incident.Incident, error) {
		i, err := tx.Incidents().Find(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := i.Reopen(tx.Now()); err != nil {
			return nil, err
		}
		return i, s.save(ctx, tx, i)
	})
}

// Remove deletes an incident. Alerts that were escalated to it, and to no other,
// are in progress again.
func (s *Service) Remove(ctx context.Context, id incident.ID, version driving.IfVersion) error {
	_, err := gate.Write(ctx, s.gate, policy.IncidentDelete, func(ctx context.Context, tx store.Tx) (incident.Removal, error) {
		none := incident.Removal{}
		i, err := tx.Incidents().Find(ctx, id)
		if err != nil {
			return none, err
		}
		if err := fault.IfVersion(version, i.State().Version); err != nil {
			return none, err
		}
		linked, err := tx.Incidents().Alerts(ctx, id)
		if err != nil {
			return none, err
		}
		for _, a := range linked {
			a.LeaveIncident(string(id), tx.Now())
		}
		released, err := saved(ctx, tx, linked)
		if err != nil {
			return none, err
		}
		return incident.Removal{Incident: i, Released: released}, tx.Incidents().Remove(ctx, i)
	})
	return err
}
