package alerts

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/observable"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/store"
)

// Create stores a new alert. One that repeats an active alert is refused with
// the existing one's id; ingest is the way to count repeats.
func (s *Service) Create(ctx context.Context, d alert.Draft) (*alert.Alert, error) {
	ctx, a, err := s.draft(ctx, policy.AlertCreate, d)
	if err != nil {
		return nil, err
	}
	created, err := gate.Write(ctx, s.gate, policy.AlertCreate, func(ctx context.Context, tx store.Tx) (*alert.Alert, error) {
		if err := exists(ctx, tx, a.State().Company); err != nil {
			return nil, err
		}
		if err := tx.Alerts().Add(ctx, a); err != nil {
			return nil, err
		}
		return a, tx.Observables().Sight(ctx, s.ids.New, sightings(a))
	})
	if err == nil {
		s.meter.Count("alerts_ingested_total", 1, "outcome", "accepted")
	}
	return created, err
}

// One stores a report, or counts it on the active alert it repeats. However
// many identical reports come at once, one alert comes of them.
func (s *Service) One(ctx context.Context, d alert.Draft) (alert.Ingested, error) {
	ctx, a, err := s.draft(ctx, policy.AlertIngest, d)
	if err != nil {
		return alert.Ingested{}, err
	}
	done, err := gate.Write(ctx, s.gate, policy.AlertIngest, func(ctx context.Context, tx store.Tx) (alert.Ingested, error) {
		if err := exists(ctx, tx, a.State().Company); err != nil {
			return alert.Ingested{}, err
		}
		receipts, err := s.take(ctx, tx, alert.Fold([]*alert.Alert{a}), []*alert.Alert{a})
		if err != nil {
			return alert.Ingested{}, err
		}
		return alert.Ingested{Receipt: receipts[0], Alert: a}, nil
	})
	if err == nil {
		outcome := "accepted"
		if done.Receipt.Duplicate {
			outcome = "duplicate"
		}
		s.meter.Count("alerts_ingested_total", 1, "outcome", outcome)
	}
	return done, err
}

// draft makes an alert of a report, for the company it will belong to.
func (s *Service) draft(ctx context.Context, act policy.Action, d alert.Draft) (context.Context, *alert.Alert, error) {
	if err := s.gate.Allowed(ctx, act); err != nil {
		return ctx, nil, err
	}
	var v fault.Violations
	ctx, company, err := gate.Within(ctx, d.Company)
	if !v.Merge(err) {
		return ctx, nil, err
	}
	a, err := alert.Create(alert.ID(s.ids.New()), company, d, alert.ReporterOf(actor.From(ctx)), s.clock.Now())
	if !v.Merge(err) {
		return ctx, nil, err
	}
	return ctx, a, v.Err()
}

// exists refuses a company that a superuser named but that is not there.
func exists(ctx context.Context, tx store.Tx, company tenant.ID) error {
	if actor.From(ctx).Company == company {
		return nil
	}
	return gate.Exists(ctx, tx, company)
}

// take stores the reports of one unit of work, folded, and what was seen in
// each of them. What a repeat saw is sighted on the alert it repeats.
func (s *Service) take(ctx context.Context, tx store.Tx, folded alert.Folded, reports []*alert.Alert) ([]alert.Receipt, error) {
	receipts, err := tx.Alerts().Ingest(ctx, folded.Alerts)
	if err != nil {
		return nil, err
	}
	var seen []observable.Sighting
	for i, report := range reports {
		home := receipts[folded.Place[i]].Alert
		for _, one := range sightings(report) {
			one.Alert = string(home)
			seen = append(seen, one)
		}
	}
	return receipts, tx.Observables().Sight(ctx, s.ids.New, seen)
}
