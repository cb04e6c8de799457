package sqlstore

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/dashboard"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// BenchmarkIngest writes new reports, each with two tags, and commits them
// durably.
func BenchmarkIngest(b *testing.B) {
	for _, size := range []int{1, 100, 1000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s := twoCompanies(b)
			run := 0
			for b.Loop() {
				b.StopTimer()
				run++
				batch := many(b, 0, size, s.clock.Now())
				for i, a := range batch {
					state := a.State()
					state.ID = alert.ID(fmt.Sprintf("01900000-0000-7000-8000-%012x", run*10_000+i))
					state.SourceRef = string(state.ID)
					batch[i] = alert.Restore(state)
				}
				b.StartTimer()
				require.NoError(b, s.Update(b.Context(), tenant.Of(acme), func(ctx context.Context, tx txn.Tx) error {
					_, err := tx.Alerts().Ingest(ctx, batch)
					return err
				}))
			}
			b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "alerts/s")
		})
	}
}

// BenchmarkRead reads from a company with 100,000 alerts.
func BenchmarkRead(b *testing.B) {
	s := twoCompanies(b)
	for run := range 100 {
		require.NoError(b, s.Update(b.Context(), tenant.Of(acme), func(ctx context.Context, tx txn.Tx) error {
			batch := many(b, run, 1000, tx.Now().Add(time.Duration(run)*time.Hour))
			for i, a := range batch {
				state := a.State()
				state.SourceRef = string(state.ID)
				batch[i] = alert.Restore(state)
			}
			_, err := tx.Alerts().Ingest(ctx, batch)
			return err
		}))
	}
	lists := map[string]struct {
		q alert.Query
		p page.Request
	}{
		"newest 50":          {},
		"newest 50, uncount": {p: page.Request{NoCount: true}},
		"by severity":        {p: page.Request{Order: []page.Key{{Name: "severity", Desc: true}}, NoCount: true}},
		"two keys":           {p: page.Request{Order: []page.Key{{Name: "severity", Desc: true}, {Name: "created_at"}}, NoCount: true}},
		"by tag":             {q: alert.Query{Tags: []string{"tag 7"}}},
		"by source":          {q: alert.Query{Sources: []string{"source 3"}}},
		"search, rare":       {q: alert.Query{Search: "alert 99999"}},
		"search, frequent":   {q: alert.Query{Search: "alert 9"}},
	}
	for name, c := range lists {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				require.NoError(b, s.View(b.Context(), tenant.Of(acme), func(ctx context.Context, v store.View) error {
					_, err := v.Alerts().List(ctx, c.q, c.p)
					return err
				}))
			}
		})
	}
	b.Run("summary", func(b *testing.B) {
		w, err := dashboard.LastDays(30, time.UTC, s.clock.Now().Add(100*time.Hour))
		require.NoError(b, err)
		for b.Loop() {
			require.NoError(b, s.View(b.Context(), tenant.Of(acme), func(ctx context.Context, v store.View) error {
				_, err := v.Dashboard().Summary(ctx, w)
				return err
			}))
		}
	})
}
