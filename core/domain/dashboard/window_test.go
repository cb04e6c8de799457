package dashboard_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sentineliq/sentineliq/core/domain/dashboard"
	"github.com/sentineliq/sentineliq/core/domain/fault"
)

func zone(tb testing.TB, name string) *time.Location {
	tb.Helper()
	z, err := time.LoadLocation(name)
	require.NoError(tb, err)
	return z
}

func day(tb testing.TB, text string) time.Time {
	tb.Helper()
	d, err := time.Parse(time.DateOnly, text)
	require.NoError(tb, err)
	return d
}

// zones are those whose clocks do something unusual, or change at midnight.
func zones() []string {
	return []string{
		"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Atlantic/Azores", "Africa/Cairo",
		"America/Havana", "America/Santiago", "Asia/Beirut", "Pacific/Chatham", "Pacific/Apia", "America/St_Johns", "Africa/Casablanca",
	}
}

func TestBetween_DaysBeginWhenTheClocksOfTheZoneSaySo(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		zone, first, last, from, to string
		hours                       float64
	}{
		"Berlin, spring":           {"Europe/Berlin", "2026-03-29", "2026-03-29", "2026-03-28T23:00Z", "2026-03-29T22:00Z", 23},
		"Berlin, autumn":           {"Europe/Berlin", "2026-10-25", "2026-10-25", "2026-10-24T22:00Z", "2026-10-25T23:00Z", 25},
		"New York, spring":         {"America/New_York", "2026-03-08", "2026-03-08", "2026-03-08T05:00Z", "2026-03-09T04:00Z", 23},
		"New York, autumn":         {"America/New_York", "2026-11-01", "2026-11-01", "2026-11-01T04:00Z", "2026-11-02T05:00Z", 25},
		"Lord Howe, spring":        {"Australia/Lord_Howe", "2026-10-04", "2026-10-04", "2026-10-03T13:30Z", "2026-10-04T13:00Z", 23.5},
		"Lord Howe, autumn":        {"Australia/Lord_Howe", "2026-04-05", "2026-04-05", "2026-04-04T13:00Z", "2026-04-05T13:30Z", 24.5},
		"Kathmandu":                {"Asia/Kathmandu", "2026-01-01", "2026-01-01", "2025-12-31T18:15Z", "2026-01-01T18:15Z", 24},
		"Azores, 0:00 is skipped":  {"Atlantic/Azores", "2026-03-29", "2026-03-29", "2026-03-29T01:00Z", "2026-03-30T00:00Z", 23},
		"Azores, 0:00 comes twice": {"Atlantic/Azores", "2026-10-25", "2026-10-25", "2026-10-25T00:00Z", "2026-10-26T01:00Z", 25},
		"Cairo, 0:00 is skipped":   {"Africa/Cairo", "2026-04-24", "2026-04-24", "2026-04-23T22:00Z", "2026-04-24T21:00Z", 23},
		"Havana, 0:00 is skipped":  {"America/Havana", "2026-03-08", "2026-03-08", "2026-03-08T05:00Z", "2026-03-09T04:00Z", 23},
		"Havana, 0:00 comes twice": {"America/Havana", "2026-11-01", "2026-11-01", "2026-11-01T04:00Z", "2026-11-02T05:00Z", 25},
		"Amman, 0:00 comes twice":  {"Asia/Amman", "2021-10-29", "2021-10-29", "2021-10-28T21:00Z", "2021-10-29T22:00Z", 25},
		"a leap year":              {"UTC", "2028-02-28", "2028-03-01", "2028-02-28T00:00Z", "2028-03-02T00:00Z", 72},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, err := dashboard.Between(day(t, c.first), day(t, c.last), zone(t, c.zone))
			require.NoError(t, err)
			const minutes = "2006-01-02T15:04Z"
			require.Equal(t, c.from, w.From.UTC().Format(minutes))
			require.Equal(t, c.to, w.To.UTC().Format(minutes))
			require.InDelta(t, c.hours, w.To.Sub(w.From).Hours(), 0)
			require.Equal(t, len(w.Dates()), w.Days())
			require.Equal(t, c.first, w.Dates()[0])
			require.Equal(t, c.last, w.Dates()[w.Days()-1])
		})
	}
}

func TestBetween_Limits(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		first, last string
		days        int
	}{
		"one day":       {"2026-05-01", "2026-05-01", 1},
		"a year":        {"2025-01-01", "2025-12-31", 365},
		"a day more":    {"2025-01-01", "2026-01-01", 0},
		"a leap year":   {"2028-01-01", "2028-12-31", 0},
		"backwards":     {"2026-05-02", "2026-05-01", 0},
		"all of time":   {"0001-01-01", "9999-12-31", 0},
		"the other way": {"9999-12-31", "0001-01-01", 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, z := range zones() {
				w, err := dashboard.Between(day(t, c.first), day(t, c.last), zone(t, z))
				if c.days == 0 {
					require.True(t, fault.Is(err, fault.Invalid))
					require.Equal(t, "end_date", fault.ViolationsOf(err)[0].Field)
					require.Zero(t, w)
					continue
				}
				require.NoError(t, err)
				require.Equal(t, c.days, w.Days(), z)
			}
		})
	}
}

func TestBetween_TheClockOfADateDoesNotCount(t *testing.T) {
	t.Parallel()
	late := time.Date(2026, 5, 1, 23, 59, 59, 0, time.FixedZone("", -12*3600))
	w, err := dashboard.Between(late, late, time.UTC)
	require.NoError(t, err)
	require.Equal(t, []string{"2026-05-01"}, w.Dates())
}

func TestLastDays_EndsToday(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 29, 22, 30, 0, 0, time.UTC) // in Berlin it is the 30th
	w, err := dashboard.LastDays(2, zone(t, "Europe/Berlin"), now)
	require.NoError(t, err)
	require.Equal(t, []string{"2026-03-29", "2026-03-30"}, w.Dates())
	require.InDelta(t, 47, w.To.Sub(w.From).Hours(), 0)
	w, err = dashboard.LastDays(1, time.UTC, now)
	require.NoError(t, err)
	require.Equal(t, []string{"2026-03-29"}, w.Dates())
}

func TestLastDays_Limits(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	for _, days := range []int{-1, 0, 366, 1 << 40} {
		_, err := dashboard.LastDays(days, time.UTC, now)
		require.Equal(t, "days", fault.ViolationsOf(err)[0].Field, days)
	}
	for _, days := range []int{1, 30, 365} {
		w, err := dashboard.LastDays(days, time.UTC, now)
		require.NoError(t, err)
		require.Equal(t, days, w.Days())
	}
}

// On every day of two years and in every zone: the window has the days that
// were asked for, it holds today, and one window begins where another ends.
func TestLastDays_EveryDayOfTwoYears(t *testing.T) {
	t.Parallel()
	for _, name := range zones() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z := zone(t, name)
			first := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
			for i := range 730 {
				now := first.AddDate(0, 0, i)
				w, err := dashboard.LastDays(3, z, now)
				require.NoError(t, err)
				require.Equal(t, 3, w.Days(), now)
				require.Equal(t, now.In(z).Format(time.DateOnly), w.Dates()[2])
				require.Equal(t, w.Dates()[0], w.Day(w.From))
				require.NotEqual(t, w.Dates()[0], w.Day(w.From.Add(-1)))
				require.Equal(t, w.Dates()[2], w.Day(w.To.Add(-1)))
				before, err := dashboard.Between(w.From.AddDate(0, 0, -3), day(t, w.Day(w.From.Add(-1))), z)
				require.NoError(t, err)
				require.True(t, before.To.Equal(w.From), "%s and %s", before.To, w.From)
			}
		})
	}
}

func TestTrend_SumsWhatTheBucketsHold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(zones()).Draw(t, "zone")
		z, err := time.LoadLocation(name)
		require.NoError(t, err)
		now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 730).Draw(t, "day"))
		w, err := dashboard.LastDays(rapid.IntRange(1, 9).Draw(t, "days"), z, now)
		require.NoError(t, err)
		var buckets []dashboard.Bucket
		sum := 0
		for start := w.From; start.Before(w.To); start = start.Add(15 * time.Minute) {
			n := rapid.IntRange(0, 3).Draw(t, "n")
			buckets = append(buckets, dashboard.Bucket{Start: start.UTC(), Count: n})
			sum += n
		}
		total := 0
		trend := w.Trend(buckets)
		for i, c := range trend {
			require.Equal(t, w.Dates()[i], c.Date)
			total += c.Count
		}
		require.Equal(t, sum, total, "no bucket is lost, none counts twice")
		require.Len(t, trend, w.Days())
	})
}

func TestTrend_DaysWithoutAnythingAreZero(t *testing.T) {
	t.Parallel()
	w, err := dashboard.Between(day(t, "2026-03-28"), day(t, "2026-03-30"), zone(t, "Europe/Berlin"))
	require.NoError(t, err)
	got := w.Trend([]dashboard.Bucket{
		{Start: time.Date(2026, 3, 28, 23, 0, 0, 0, time.UTC), Count: 2}, {Start: time.Date(2026, 3, 29, 21, 45, 0, 0, time.UTC), Count: 3},
	})
	require.Equal(t, []dashboard.Count{{Date: "2026-03-28"}, {Date: "2026-03-29", Count: 5}, {Date: "2026-03-30"}}, got)
	require.NotNil(t, w.Trend(nil))
}

func TestWindow_WithoutAZoneIsInUTC(t *testing.T) {
	t.Parallel()
	w := dashboard.Window{From: day(t, "2026-05-01"), To: day(t, "2026-05-03")}
	require.Equal(t, []string{"2026-05-01", "2026-05-02"}, w.Dates())
	require.Empty(t, dashboard.Window{}.Dates())
}

func TestPercent_IsNothingOfNothing(t *testing.T) {
	t.Parallel()
	require.Nil(t, dashboard.Percent(0, 0))
	for _, c := range []struct {
		part, whole int
		want        float64
	}{{0, 5, 0}, {1, 3, 33.33}, {2, 3, 66.67}, {5, 5, 100}, {1, 8, 12.5}} {
		require.InDelta(t, c.want, *dashboard.Percent(c.part, c.whole), 1e-9)
	}
	require.InDelta(t, 1.24, dashboard.Round2(1.235001), 1e-9)
}
