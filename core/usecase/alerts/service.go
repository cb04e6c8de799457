// Package alerts takes in what detection tools report and lets analysts triage
// it.
package alerts

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/observable"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/system"
	"github.com/sentineliq/sentineliq/ports/telemetry"
)

// Service implements driving.Alerts, driving.Ingest and driving.Triage.
type Service struct {
	gate  *gate.Gate
	ids   system.IDs
	clock system.Clock
	meter telemetry.Meter
}

// New returns the service.
func New(g *gate.Gate, ids system.IDs, clock system.Clock, meter telemetry.Meter) *Service {
	return &Service{gate: g, ids: ids, clock: clock, meter: meter}
}

// List shows the alerts in reach.
func (s *Service) List(ctx context.Context, q alert.Query, p page.Request) (page.Result[*alert.Alert], error) {
	return gate.Read(ctx, s.gate, policy.AlertRead, func(ctx context.Context, v store.View) (page.Result[*alert.Alert], error) {
		return v.Alerts().List(ctx, q, p)
	})
}

// Find shows one alert.
func (s *Service) Find(ctx context.Context, id alert.ID) (*alert.Alert, error) {
	return gate.Read(ctx, s.gate, policy.AlertRead, func(ctx context.Context, v store.View) (*alert.Alert, error) {
		return v.Alerts().Find(ctx, id)
	})
}

// change reads an alert, lets do change it, and saves it, in one unit of work.
func (s *Service) change(ctx context.Context, act policy.Action, id alert.ID,
	do func(context.Context, store.Tx, *alert.Alert) error,
) (*alert.Alert, error) {
	return gate.Write(ctx, s.gate, act, func(ctx context.Context, tx store.Tx) (*alert.Alert, error) {
		a, err := tx.Alerts().Find(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := do(ctx, tx, a); err != nil {
			return nil, err
		}
		return a, tx.Alerts().Save(ctx, a)
	})
}

// assignee finds the user somebody wants to hand work to; empty is nobody. One
// who is out of sight is refused like one who may not have it.
func assignee(ctx context.Context, tx store.Tx, id identity.UserID) (*identity.User, error) {
	if id == "" {
		return nil, nil //nolint:nilnil // nobody is a valid assignee
	}
	u, err := tx.Users().Find(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return nil, identity.NotAssignable()
	}
	return u, err
}

// sightings lists the observables that an alert reports, normalised.
func sightings(a *alert.Alert) []observable.Sighting {
	s := a.State()
	values := observable.FromReport(s.Observables)
	list := make([]observable.Sighting, len(values))
	for i, value := range values {
		list[i] = observable.Sighting{
			Alert: string(s.ID), Type: value.Type, Value: value.Value, At: s.EventTime, TLP: s.TLP,
		}
	}
	return list
}
