package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/observable"
	"github.com/sentineliq/sentineliq/core/domain/sharing"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func (w *world) sighting(a alert.State, kind observable.Type, value string) observable.Sighting {
	return observable.Sighting{Alert: string(a.ID), Type: kind, Value: value, At: w.clock.Now(), TLP: sharing.Amber}
}

func (w *world) sight(t *testing.T, company tenant.ID, seen ...observable.Sighting) {
	t.Helper()
	w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
		return tx.Observables().Sight(ctx, w.ids.New, seen)
	})
}

func (w *world) observablesOf(t *testing.T, a alert.State) (list []observable.State) {
	t.Helper()
	w.view(t, tenant.Of(a.Company), func(ctx context.Context, r readers) error {
		var err error
		list, err = r.Observables.OfAlert(ctx, a.ID)
		return err
	})
	return list
}

func observables(t *testing.T, w *world) {
	t.Helper()
	t.Run("a first sighting makes the observable", func(t *testing.T) {
		company := w.company(t)
		a, now := w.addAlert(t, company), w.clock.Now()
		seen := w.sighting(a, observable.Domain, "größe.example")
		seen.TLP, seen.At = sharing.Red, now.Add(-time.Hour)
		w.sight(t, company, seen)
		got := w.observablesOf(t, a)
		require.Len(t, got, 1)
		requireFull(t, got[0], nil)
		requireSame(t, observable.State{
			ID: got[0].ID, Company: company, Type: observable.Domain, Value: "größe.example", TLP: sharing.Red,
			Confidence: observable.DefaultConfidence, Sightings: 1, FirstSeen: seen.At, LastSeen: seen.At, CreatedAt: now,
		}, got[0])
	})
	t.Run("the next ones are counted", func(t *testing.T) {
		company := w.company(t)
		a, b, start := w.addAlert(t, company), w.addAlert(t, company), w.clock.Now()
		first := w.sighting(a, observable.IP, "198.51.100.1")
		w.sight(t, company, first, first)
		made := w.observablesOf(t, a)[0]
		require.Equal(t, 2, made.Sightings)

		later := w.clock.Advance(time.Hour)
		early := w.sighting(b, observable.IP, "198.51.100.1")
		early.At = start.Add(-time.Hour)
		w.sight(t, company, early, w.sighting(b, observable.IP, "198.51.100.1"))
		want := made
		want.Sightings, want.FirstSeen, want.LastSeen = 4, early.At, later
		requireSame(t, []observable.State{want}, w.observablesOf(t, a))
		requireSame(t, []observable.State{want}, w.observablesOf(t, b))
	})
	t.Run("type, value and company make it one", func(t *testing.T) {
		acme, other := w.company(t), w.company(t)
		a, b := w.addAlert(t, acme), w.addAlert(t, other)
		w.sight(t, acme, w.sighting(a, observable.Other, "x"), w.sighting(a, observable.Account, "x"), w.sighting(a, observable.Other, "X"))
		w.sight(t, other, w.sighting(b, observable.Other, "x"))
		all := w.observablesOf(t, a)
		require.Len(t, all, 3)
		for _, one := range append(all, w.observablesOf(t, b)...) {
			require.Equal(t, 1, one.Sightings)
		}
	})
	t.Run("listed by type and value", func(t *testing.T) {
		company := w.company(t)
		a := w.addAlert(t, company)
		w.sight(t, company, w.sighting(a, observable.URL, "https://b.example"), w.sighting(a, observable.IP, "9.9.9.9"),
			w.sighting(a, observable.IP, "10.0.0.1"), w.sighting(a, observable.URL, "HTTPS://z.example"))
		require.Equal(t, []string{"10.0.0.1", "9.9.9.9", "HTTPS://z.example", "https://b.example"},
			pick(w.observablesOf(t, a), func(s observable.State) string { return s.Value }))
	})
	t.Run("nothing seen", func(t *testing.T) {
		company := w.company(t)
		w.sight(t, company)
		require.Empty(t, w.observablesOf(t, w.addAlert(t, company)))
	})
	t.Run("many at once", func(t *testing.T) {
		company := w.company(t)
		a, b := w.addAlert(t, company), w.addAlert(t, company)
		var seen []observable.Sighting
		for i := range 400 {
			value := fmt.Sprintf("host-%03d.example", i)
			seen = append(seen, w.sighting(a, observable.Domain, value), w.sighting(b, observable.Domain, value))
		}
		w.sight(t, company, seen...)
		got := w.observablesOf(t, b)
		require.Len(t, got, 400)
		for _, one := range got {
			require.Equal(t, 2, one.Sightings)
		}
	})
	t.Run("sightings at once are all counted", func(t *testing.T) {
		company := w.company(t)
		a := w.addAlert(t, company)
		for _, err := range together(8, func(int) error {
			return w.try(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
				return tx.Observables().Sight(ctx, w.ids.New, []observable.Sighting{w.sighting(a, observable.IP, "198.51.100.2")})
			})
		}) {
			require.NoError(t, err)
		}
		got := w.observablesOf(t, a)
		require.Len(t, got, 1)
		require.Equal(t, 8, got[0].Sightings)
	})
	t.Run("a value of the greatest length", func(t *testing.T) {
		company := w.company(t)
		a := w.addAlert(t, company)
		long := strings.Repeat("ü", observable.MaxValue)
		w.sight(t, company, w.sighting(a, observable.Other, long), w.sighting(a, observable.Other, long))
		got := w.observablesOf(t, a)
		require.Len(t, got, 1)
		require.Equal(t, long, got[0].Value)
		require.Equal(t, 2, got[0].Sightings)
	})
}
