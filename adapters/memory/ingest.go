package memory

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// place is a company's key of reports.
type place struct {
	company tenant.ID
	key     alert.Key
}

// actives finds the active alerts by what makes reports the same.
func (a alerts) actives() map[place]alert.ID {
	found := map[place]alert.ID{}
	for s := range a.shelf().all() {
		if s.SourceRef != "" && s.Status.Active() {
			found[place{s.Company, alert.Key{Source: s.Source, SourceRef: s.SourceRef}}] = s.ID
		}
	}
	return found
}

func (a alerts) Ingest(_ context.Context, batch []*alert.Alert) ([]alert.Receipt, error) {
	known := a.actives()
	receipts := make([]alert.Receipt, 0, len(batch))
	for _, report := range batch {
		s := report.State()
		key, keyed := report.Key()
		at := place{s.Company, key}
		id, repeated := known[at]
		if !keyed || !repeated {
			if err := a.shelf().add(string(s.ID), s); err != nil {
				return nil, err
			}
			if keyed && s.Status.Active() {
				known[at] = s.ID
			}
			receipts = append(receipts, alert.Receipt{Alert: s.ID})
			continue
		}
		if err := a.repeat(id, s); err != nil {
			return nil, err
		}
		receipts = append(receipts, alert.Receipt{Alert: id, Duplicate: true})
	}
	return receipts, nil
}

// repeat counts a report on the alert it repeats.
func (a alerts) repeat(id alert.ID, report alert.State) error {
	stored, ok := a.shelf().get(string(id))
	if !ok {
		return a.shelf().missing()
	}
	s := *stored
	s.Occurrences += report.Occurrences
	if report.LastSeen.After(s.LastSeen) {
		s.LastSeen = report.LastSeen
	}
	if report.UpdatedAt.After(s.UpdatedAt) {
		s.UpdatedAt = report.UpdatedAt
	}
	return a.shelf().put(string(id), s)
}
