package eventgen_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/cmd/internal/eventgen"
)

func TestStorm_HasAFewSourcesManyRepeatsAndOneCause(t *testing.T) {
	t.Parallel()

	for seed := range uint64(40) {
		got := measured(eventgen.New(seed, start()).Storm(500))
		require.LessOrEqual(t, len(got.sources), 3)
		require.InDelta(t, 0.6, got.repeats, 0.08)
	}
}

func TestStorm_StaysInItsWindow(t *testing.T) {
	t.Parallel()
	g := eventgen.New(1, start())
	g.Batch(100)
	storm := append(g.Storm(300), g.Storm(300)...)

	for _, half := range [][]eventgen.Event{storm[:300], storm[300:]} {
		var first, last time.Time
		for _, e := range half {
			if e.EventTime == nil {
				continue
			}
			if first.IsZero() || e.EventTime.Before(first) {
				first = *e.EventTime
			}
			if e.EventTime.After(last) {
				last = *e.EventTime
			}
		}
		require.LessOrEqual(t, last.Sub(first), 5*time.Minute)
	}
}

func TestStorm_SharesTheOtherSidesAddress(t *testing.T) {
	t.Parallel()
	addresses := map[string]bool{}

	for _, e := range eventgen.New(6, start()).Storm(500) {
		for _, ip := range e.ObservableData["ip"] {
			addresses[ip] = true
		}
	}

	require.LessOrEqual(t, len(addresses), 2, "one outside, one of the host")
}

func TestStorm_KeepsTheLimitsAndTheClockMoves(t *testing.T) {
	t.Parallel()
	g := eventgen.New(2, start())

	for range 30 {
		for _, e := range g.Storm(100) {
			require.True(t, between(e.Title, 1, 200))
			require.True(t, between(e.SourceRef, 1, 255))
		}
	}

	var after time.Time
	for after.IsZero() {
		if e := g.Next(); e.EventTime != nil {
			after = *e.EventTime
		}
	}
	require.Greater(t, after.Sub(start()), time.Hour)
}
