package event_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/event"
)

func TestNames_AreDistinctAndSayWhatHappenedToWhat(t *testing.T) {
	t.Parallel()
	seen := map[event.Name]bool{}
	for _, name := range event.Names() {
		require.False(t, seen[name], name)
		seen[name] = true
		noun, happened, ok := strings.Cut(string(name), ".")
		require.True(t, ok, name)
		require.Contains(t, []string{"alert", "incident", "task"}, noun)
		require.NotEmpty(t, happened)
	}
	require.Len(t, seen, 13)
}
