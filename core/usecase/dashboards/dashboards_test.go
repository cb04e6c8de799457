package dashboards_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/gate/gatetest"
	"github.com/sentineliq/sentineliq/core/usecase/dashboards"
	"github.com/sentineliq/sentineliq/ports/driving"
)

func TestSummary_ReadsItsTimeframe(t *testing.T) {
	t.Parallel()
	h := gatetest.Open(t)
	s := dashboards.New(h.Gate, h.Clock)
	ctx := h.As(t, actor.ReadOnly)
	days := func(n int) *int { return &n }
	for name, tc := range map[string]struct {
		ask   driving.Timeframe
		days  int
		wrong []string
	}{
		"default":         {driving.Timeframe{}, 30, nil},
		"days":            {driving.Timeframe{Days: days(7), Timezone: "Europe/Berlin"}, 7, nil},
		"dates":           {driving.Timeframe{StartDate: "2026-01-01", EndDate: "2026-01-31"}, 31, nil},
		"no days":         {driving.Timeframe{Days: days(0)}, 0, []string{"days"}},
		"too many":        {driving.Timeframe{Days: days(366)}, 0, []string{"days"}},
		"both ways":       {driving.Timeframe{Days: days(7), StartDate: "2026-01-01", EndDate: "2026-01-31"}, 0, []string{"days"}},
		"half a window":   {driving.Timeframe{StartDate: "2026-01-01"}, 0, []string{"end_date"}},
		"no date":         {driving.Timeframe{StartDate: "1 May", EndDate: "2026-02-30"}, 0, []string{"start_date", "end_date"}},
		"backwards":       {driving.Timeframe{StartDate: "2026-02-01", EndDate: "2026-01-01"}, 0, []string{"end_date"}},
		"no zone":         {driving.Timeframe{Timezone: "Moon/Tranquility"}, 0, []string{"timezone"}},
		"the server's":    {driving.Timeframe{Timezone: "Local"}, 0, []string{"timezone"}},
		"zone and window": {driving.Timeframe{Timezone: "x", Days: days(0)}, 0, []string{"timezone", "days"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			summary, err := s.Summary(ctx, tc.ask)
			var wrong []string
			for _, v := range fault.ViolationsOf(err) {
				wrong = append(wrong, v.Field)
			}
			require.Equal(t, tc.wrong, wrong)
			if tc.wrong == nil {
				require.NoError(t, err)
				require.Equal(t, tc.days, summary.Window.Days())
				require.Len(t, summary.Alerts.Trend, tc.days)
			}
		})
	}
}

func TestSummary_IsForWhoIsKnown(t *testing.T) {
	t.Parallel()
	h := gatetest.Open(t)
	_, err := dashboards.New(h.Gate, h.Clock).Summary(t.Context(), driving.Timeframe{})
	require.True(t, fault.Is(err, fault.Unauthenticated))
}
