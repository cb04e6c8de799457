package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func textAndTime(t *testing.T, w *world) {
	t.Helper()
	t.Run("text comes back as it was", func(t *testing.T) {
		company := w.company(t)
		for name, text := range map[string]string{
			"emoji":           "🦉👩‍🚒é",
			"64 KiB":          strings.Repeat("0123456789abcdeü", 4096),
			"quotes":          `'"` + "`\\%_;--",
			"lines":           "a\r\n\tb\n",
			"spaces":          "  x  ",
			"markup":          "<b>&amp;</b>\u2028",
			"right to left":   "\u202e\u05d0\u05d1",
			"control":         "\x01\x1b[31m",
			"decomposed":      "e\u0301",
			"beyond the BMP":  "\U0010FFFD",
			"json look-alike": `{"a":[null]}`,
		} {
			t.Run(name, func(t *testing.T) {
				s := w.addAlert(t, company, func(s *alert.State) {
					s.Description, s.Tags = text, []string{text[:min(len(text), 40)], "x"}
					s.Observables = map[string][]string{"other": {text}}
				})
				requireSame(t, s, w.findAlert(t, s))
			})
		}
	})
	t.Run("times come back in UTC to the microsecond", func(t *testing.T) {
		company := w.company(t)
		for name, at := range map[string]time.Time{
			"another zone": time.Date(2026, 3, 29, 2, 30, 0, 1_000, time.FixedZone("", 2*3600+30*60)),
			"the first":    time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC),
			"the last":     time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC),
			"even second":  time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
			"half second":  time.Date(2026, 1, 1, 0, 0, 0, 500_000_000, time.UTC),
		} {
			s := w.addAlert(t, company, func(s *alert.State) { s.EventTime = at })
			got := w.findAlert(t, s)
			require.True(t, at.Equal(got.EventTime), "%s: stored %v, read %v", name, at, got.EventTime)
			require.Equal(t, time.UTC, got.EventTime.Location(), name)
		}
	})
	t.Run("times with and without fractions sort as times", func(t *testing.T) {
		company := w.company(t)
		base := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for _, d := range []time.Duration{time.Second, 0, 100 * time.Millisecond, time.Microsecond, 10 * time.Millisecond} {
			w.addAlert(t, company, func(s *alert.State) { s.EventTime = base.Add(d) })
		}
		got := w.pageOf(t, company, page.Request{Order: []page.Key{{Name: "event_time"}}})
		var last time.Time
		for _, a := range got.Items {
			require.True(t, a.State().EventTime.After(last))
			last = a.State().EventTime
		}
	})
}

// counting needs many rows; they come in through Ingest.
func counting(t *testing.T, w *world) {
	t.Helper()
	if testing.Short() {
		t.Skip("counting to the limit takes ten thousand rows")
	}
	company := w.company(t)
	stored := 0
	store := func(n int) {
		for n > 0 {
			batch := make([]alert.State, min(n, 1_000))
			for i := range batch {
				batch[i] = w.newAlert(company, func(s *alert.State) { s.SourceRef = fmt.Sprint(stored) })
				stored++
			}
			w.ingest(t, company, batch...)
			n -= len(batch)
		}
	}
	store(page.MaxCount)
	got := w.pageOf(t, company, page.Request{Size: 1})
	require.Equal(t, page.MaxCount, got.Count)
	require.False(t, got.CountCapped, "ten thousand is exact")
	store(1)
	got = w.pageOf(t, company, page.Request{Size: 1})
	require.Equal(t, page.MaxCount, got.Count)
	require.True(t, got.CountCapped, "more is a lower bound")
	require.NotNil(t, got.Next)
	w.update(t, tenant.Of(company), func(ctx context.Context, tx txn.Tx) error { return tx.Alerts().Remove(ctx, got.Items[0]) })
	got = w.pageOf(t, company, page.Request{Size: 1})
	require.False(t, got.CountCapped)
}
