package memory

import (
	"cmp"
	"context"
	"slices"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/observable"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

type observables struct{ u *unit }

func (o observables) shelf() shelf[observable.State] {
	return shelf[observable.State]{
		u: o.u, rows: &o.u.data.observables, noun: "observable",
		company: func(s *observable.State) tenant.ID { return s.Company },
	}
}

func (o observables) traces(id alert.ID) []string {
	if linked, ok := o.u.data.traces.rows[string(id)]; ok {
		return *linked
	}
	return nil
}

func (o observables) OfAlert(_ context.Context, id alert.ID) ([]observable.State, error) {
	linked := o.traces(id)
	rows := o.shelf().matching(func(s *observable.State) bool { return slices.Contains(linked, string(s.ID)) })
	slices.SortFunc(rows, func(a, b *observable.State) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Value, b.Value))
	})
	return mapped(rows, func(s observable.State) observable.State { return s })
}

func (o observables) Sight(_ context.Context, next func() string, sightings []observable.Sighting) error {
	type trace struct {
		company tenant.ID
		kind    observable.Type
		value   string
	}
	known := map[trace]observable.State{}
	for s := range o.shelf().all() {
		known[trace{s.Company, s.Type, s.Value}] = *s
	}
	for _, seen := range sightings {
		at, ok := alerts(o).shelf().get(seen.Alert)
		if !ok {
			return alerts(o).shelf().missing()
		}
		key := trace{at.Company, seen.Type, seen.Value}
		s, ok := known[key]
		if !ok {
			s = observable.State{
				ID: observable.ID(next()), Company: at.Company, Type: seen.Type, Value: seen.Value, TLP: seen.TLP,
				Confidence: observable.DefaultConfidence, FirstSeen: seen.At, LastSeen: seen.At, CreatedAt: o.u.now,
			}
		}
		s.Sightings++
		if seen.At.Before(s.FirstSeen) {
			s.FirstSeen = seen.At
		}
		if seen.At.After(s.LastSeen) {
			s.LastSeen = seen.At
		}
		known[key] = s
		if err := o.shelf().put(string(s.ID), s); err != nil {
			return err
		}
		if before := o.traces(at.ID); !slices.Contains(before, string(s.ID)) {
			o.u.data.traces.put(o.u, seen.Alert, append(slices.Clone(before), string(s.ID)))
		}
	}
	return nil
}
