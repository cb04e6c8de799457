package system_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	adapter "github.com/sentineliq/sentineliq/adapters/system"
	"github.com/sentineliq/sentineliq/ports/system"
)

func TestClock_TellsUTCInMicroseconds(t *testing.T) {
	t.Parallel()
	var clock system.Clock = adapter.Clock{}
	before := time.Now().Truncate(time.Microsecond)
	now := clock.Now()
	require.Equal(t, time.UTC, now.Location())
	require.Zero(t, now.Nanosecond()%1000)
	require.False(t, now.Before(before))
	require.WithinDuration(t, before, now, time.Minute)
	require.Equal(t, now, now.Round(0), "no monotonic reading: what is stored compares equal")
}

func TestIDs_AreUUIDv7InTheOrderOfTime(t *testing.T) {
	t.Parallel()
	var ids system.IDs = adapter.IDs{}
	last := ""
	for range 10_000 {
		id := ids.New()
		require.Greater(t, id, last)
		last = id
	}
	parsed, err := uuid.Parse(last)
	require.NoError(t, err)
	require.Equal(t, uuid.Version(7), parsed.Version())
}
