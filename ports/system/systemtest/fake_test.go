package systemtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/ports/system"
	"github.com/sentineliq/sentineliq/ports/system/systemtest"
)

func TestClock_MovesOnlyWhenTold(t *testing.T) {
	t.Parallel()
	clock := systemtest.NewClock()
	var asPort system.Clock = clock
	start := asPort.Now()
	require.Equal(t, start, asPort.Now())
	require.Equal(t, start.Add(time.Hour), clock.Advance(time.Hour))
	clock.Set(time.Date(2026, 1, 1, 1, 0, 0, 1_999, time.FixedZone("", 3600)))
	require.Equal(t, time.Date(2026, 1, 1, 0, 0, 0, 1_000, time.UTC), asPort.Now())
}

func TestIDs_CountInTheFormOfUUIDv7(t *testing.T) {
	t.Parallel()
	var ids systemtest.IDs
	var asPort system.IDs = &ids
	first, second := asPort.New(), asPort.New()
	require.Less(t, first, second)
	require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, first)
}
