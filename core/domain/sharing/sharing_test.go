package sharing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/sharing"
)

func TestLabels_AreThoseOfTheProtocolsFromTheLeastRestricted(t *testing.T) {
	t.Parallel()
	require.Equal(t, []sharing.TLP{"clear", "green", "amber", "amber_strict", "red"}, sharing.TLPs())
	require.Equal(t, []sharing.PAP{"clear", "green", "amber", "red"}, sharing.PAPs())
}

func TestLabels_ListsAreTheCallersOwn(t *testing.T) {
	t.Parallel()
	sharing.TLPs()[0], sharing.PAPs()[0] = "red", "red"
	require.Equal(t, sharing.Clear, sharing.TLPs()[0])
	require.Equal(t, sharing.PAPClear, sharing.PAPs()[0])
}
