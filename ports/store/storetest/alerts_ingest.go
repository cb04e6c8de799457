package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func ingest(t *testing.T, w *world) {
	t.Helper()
	t.Run("new alerts are stored as they are", func(t *testing.T) {
		company := w.company(t)
		s := alertNoun().full(t, w, company)
		s.Status = alert.New
		require.Equal(t, []alert.Receipt{{Alert: s.ID}}, w.ingest(t, company, s))
		requireSame(t, s, w.findAlert(t, s))
	})
	t.Run("a repeat is counted on the active alert", func(t *testing.T) {
		company := w.company(t)
		for _, status := range []alert.Status{alert.New, alert.InProgress, alert.Escalated} {
			first := w.addAlert(t, company, func(s *alert.State) { s.Status, s.Version = status, 2 })
			later := w.clock.Advance(time.Minute)
			repeat := w.newAlert(company, sameKey(first), func(s *alert.State) { s.Occurrences, s.Title = 3, "Repeat" })
			require.Equal(t, []alert.Receipt{{Alert: first.ID, Duplicate: true}}, w.ingest(t, company, repeat))
			want := first
			want.Occurrences, want.LastSeen, want.UpdatedAt = 4, later, later
			requireSame(t, want, w.findAlert(t, first))
		}
	})
	t.Run("a resolved alert is not repeated but followed by a new one", func(t *testing.T) {
		company := w.company(t)
		resolved := w.addAlert(t, company, func(s *alert.State) { s.Status, s.ResolvedAt = alert.Resolved, w.clock.Now() })
		next := w.newAlert(company, sameKey(resolved))
		require.Equal(t, []alert.Receipt{{Alert: next.ID}}, w.ingest(t, company, next))
		again := w.newAlert(company, sameKey(resolved))
		require.Equal(t, []alert.Receipt{{Alert: next.ID, Duplicate: true}}, w.ingest(t, company, again))
		requireSame(t, resolved, w.findAlert(t, resolved))
	})
	t.Run("blank references never collide", func(t *testing.T) {
		company := w.company(t)
		blank := func(s *alert.State) { s.SourceRef = "" }
		first, second := w.newAlert(company, blank), w.newAlert(company, blank)
		require.Equal(t, []alert.Receipt{{Alert: first.ID}, {Alert: second.ID}}, w.ingest(t, company, first, second))
		third := w.newAlert(company, blank)
		require.Equal(t, []alert.Receipt{{Alert: third.ID}}, w.ingest(t, company, third))
	})
	t.Run("the same key in two companies is two alerts", func(t *testing.T) {
		acme, other := w.company(t), w.company(t)
		first := w.addAlert(t, acme)
		second := w.newAlert(other, sameKey(first))
		require.Equal(t, []alert.Receipt{{Alert: second.ID}}, w.ingest(t, other, second))
		require.Equal(t, 1, w.findAlert(t, first).Occurrences)
	})
	t.Run("source and reference are not one text", func(t *testing.T) {
		company := w.company(t)
		first := w.newAlert(company, func(s *alert.State) { s.Source, s.SourceRef = "ab", "c" })
		second := w.newAlert(company, func(s *alert.State) { s.Source, s.SourceRef = "a", "bc" })
		third := w.newAlert(company, func(s *alert.State) { s.Source, s.SourceRef = "AB", "c" })
		require.Equal(t, []alert.Receipt{{Alert: first.ID}, {Alert: second.ID}, {Alert: third.ID}},
			w.ingest(t, company, first, second, third))
	})
	t.Run("nothing is an empty batch", func(t *testing.T) { require.Empty(t, w.ingest(t, w.company(t))) })
	t.Run("parallel identical reports make one alert", func(t *testing.T) { parallelIngest(t, w) })
	t.Run("a batch of a thousand, with old and new mixed", func(t *testing.T) { bigBatch(t, w) })
}

func parallelIngest(t *testing.T, w *world) {
	t.Helper()
	const reports = 16
	company := w.company(t)
	first := w.newAlert(company)
	var mu sync.Mutex
	var receipts []alert.Receipt
	for _, err := range together(reports, func(int) error {
		s := w.newAlert(company, sameKey(first))
		return w.try(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
			got, err := tx.Alerts().Ingest(ctx, []*alert.Alert{alert.Restore(s)})
			if err == nil {
				mu.Lock()
				defer mu.Unlock()
				receipts = append(receipts, got...)
			}
			return err
		})
	}) {
		require.NoError(t, err)
	}
	w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
		list, err := r.Alerts.List(ctx, alert.Query{}, page.Request{})
		require.NoError(t, err)
		require.Len(t, list.Items, 1)
		require.Equal(t, reports, list.Items[0].State().Occurrences)
		for _, receipt := range receipts {
			require.True(t, receipt.Duplicate || receipt.Alert == list.Items[0].ID())
		}
		return nil
	})
}

func bigBatch(t *testing.T, w *world) {
	t.Helper()
	const size = 1_000
	company := w.company(t)
	known := w.addAlert(t, company)
	batch := make([]alert.State, size)
	want := make([]alert.Receipt, size)
	for i := range batch {
		batch[i] = w.newAlert(company, func(s *alert.State) { s.SourceRef = fmt.Sprintf("batch-%d", i) })
		want[i] = alert.Receipt{Alert: batch[i].ID}
	}
	sameKey(known)(&batch[size/2])
	want[size/2] = alert.Receipt{Alert: known.ID, Duplicate: true}
	require.Equal(t, want, w.ingest(t, company, batch...))

	for i := range batch { // reported again, under ids of their own
		batch[i].ID = alert.ID(w.ids.New())
		want[i].Duplicate = true
	}
	require.Equal(t, want, w.ingest(t, company, batch...))
	w.view(t, tenant.Of(company), func(ctx context.Context, r readers) error {
		list, err := r.Alerts.List(ctx, alert.Query{}, page.Request{Size: page.MaxSize})
		require.NoError(t, err)
		require.Equal(t, size, list.Count)
		reports := 0
		for _, a := range list.Items {
			reports += a.State().Occurrences
		}
		require.Equal(t, 2*size+1, reports)
		return nil
	})
}

// ingest reports alerts in one unit of work.
func (w *world) ingest(t *testing.T, company tenant.ID, batch ...alert.State) (receipts []alert.Receipt) {
	t.Helper()
	w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error {
		var err error
		receipts, err = tx.Alerts().Ingest(ctx, pick(batch, alert.Restore))
		return err
	})
	return receipts
}
