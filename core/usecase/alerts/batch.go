package alerts

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/store"
)

// Batch takes in many reports in one transaction. What is wrong with one is its
// own affair: it is rejected on its line, and the others are stored.
func (s *Service) Batch(ctx context.Context, company tenant.ID, items []alert.Item) (alert.Batch, error) {
	if err := s.gate.Allowed(ctx, policy.AlertIngestBatch); err != nil {
		return alert.Batch{}, err
	}
	if len(items) == 0 || len(items) > alert.MaxBatch {
		return alert.Batch{}, fault.Newf(fault.Invalid, "a batch has between 1 and %d alerts", alert.MaxBatch).
			WithCode("batch_size")
	}
	ctx, company, err := gate.Within(ctx, company)
	if err != nil {
		return alert.Batch{}, err
	}
	lines, sound, place, err := s.sort(ctx, company, items)
	if err != nil {
		return alert.Batch{}, err
	}
	folded := alert.Fold(sound)
	id := s.ids.New()
	done, err := gate.Write(ctx, s.gate, policy.AlertIngestBatch, func(ctx context.Context, tx store.Tx) (alert.Batch, error) {
		if err := exists(ctx, tx, company); err != nil {
			return alert.Batch{}, err
		}
		receipts, err := s.take(ctx, tx, folded, sound)
		if err != nil {
			return alert.Batch{}, err
		}
		b := alert.Batch{ID: id, Company: company, Lines: append([]alert.Line(nil), lines...)}
		b.Settle(folded, receipts, place)
		return b, nil
	})
	if err == nil {
		accepted, duplicates, rejected := done.Counts()
		s.meter.Count("alerts_ingested_total", accepted, "outcome", "accepted")
		s.meter.Count("alerts_ingested_total", duplicates, "outcome", "duplicate")
		s.meter.Count("alerts_ingested_total", rejected, "outcome", "rejected")
	}
	return done, err
}

// sort makes alerts of the sound items and lines of the others. Place tells,
// for each sound alert, which line is its own.
func (s *Service) sort(ctx context.Context, company tenant.ID, items []alert.Item) (lines []alert.Line, sound []*alert.Alert, place []int, err error) {
	lines = make([]alert.Line, len(items))
	by, now := alert.ReporterOf(actor.From(ctx)), s.clock.Now()
	for i, item := range items {
		if item.Fault == nil && item.Draft.Company != "" && item.Draft.Company != company {
			item.Fault = fault.Field("company", fault.CodeInvalid, "must be the company of the batch")
		}
		if item.Fault != nil {
			lines[i].Fault = item.Fault
			continue
		}
		a, err := alert.Create(alert.ID(s.ids.New()), company, item.Draft, by, now)
		switch {
		case fault.Is(err, fault.Invalid):
			lines[i].Fault = err
		case err != nil:
			return nil, nil, nil, err
		default:
			sound = append(sound, a)
			place = append(place, i)
		}
	}
	return lines, sound, place, nil
}
