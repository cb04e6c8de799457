package credentialtest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/credential"
)

// Box checks boxes; open makes one with a key, and perhaps previous ones.
func Box(t *testing.T, open func(tb testing.TB, key secret.Text, previous ...secret.Text) credential.Box) {
	t.Helper()
	const label = "company-1/channels/channel-1/settings"
	plain := []byte(`{"webhook_url":"https://hooks.example/T0/B0/canary"}`)
	key, newKey := secret.New("0123456789abcdef0123456789abcdef"), secret.New("fedcba9876543210fedcba9876543210")
	box := open(t, key)
	sealed, err := box.Seal(plain, label)
	require.NoError(t, err)

	t.Run("what was sealed opens", func(t *testing.T) {
		t.Parallel()
		for _, content := range [][]byte{plain, {}, {0}, make([]byte, 100_000)} {
			sealed, err := box.Seal(content, label)
			require.NoError(t, err)
			got, err := box.Open(sealed, label)
			require.NoError(t, err)
			require.Equal(t, string(content), string(got))
		}
	})
	t.Run("it does not show", func(t *testing.T) {
		t.Parallel()
		require.NotContains(t, sealed.Reveal(), "canary")
		again, err := box.Seal(plain, label)
		require.NoError(t, err)
		require.NotEqual(t, sealed.Reveal(), again.Reveal(), "equal secrets must not look equal")
	})
	t.Run("in another place it does not open", func(t *testing.T) {
		t.Parallel()
		for _, other := range []string{"", label + "x", "company-2/channels/channel-1/settings", "company-1/channels/channel-2/settings"} {
			requireClosed(t, box, sealed, other)
		}
	})
	t.Run("changed anywhere it does not open", func(t *testing.T) {
		t.Parallel()
		text := sealed.Reveal()
		for i := range len(text) {
			requireClosed(t, box, secret.New(text[:i]), label)
			for _, c := range []byte{'A', 'B', '.', '=', '\n', 0} {
				if text[i] != c {
					requireClosed(t, box, secret.New(text[:i]+string(c)+text[i+1:]), label)
				}
			}
		}
		for _, tail := range []string{"A", "AAAA", "=", ".", "\n"} {
			requireClosed(t, box, secret.New(text+tail), label)
		}
	})
	t.Run("another key does not open it", func(t *testing.T) {
		t.Parallel()
		requireClosed(t, open(t, newKey), sealed, label)
	})
	t.Run("a new key opens what a previous one sealed, not the other way round", func(t *testing.T) {
		t.Parallel()
		rotated := open(t, newKey, key)
		got, err := rotated.Open(sealed, label)
		require.NoError(t, err)
		require.Equal(t, string(plain), string(got))
		fresh, err := rotated.Seal(plain, label)
		require.NoError(t, err)
		requireClosed(t, box, fresh, label)
		require.True(t, box.Current(sealed))
		require.False(t, rotated.Current(sealed))
		require.True(t, rotated.Current(fresh))
		require.False(t, rotated.Current(secret.Text{}))
	})
}

// requireClosed checks that a text does not open, with an error that shows
// nothing of it.
func requireClosed(t *testing.T, box credential.Box, sealed secret.Text, label string) {
	t.Helper()
	got, err := box.Open(sealed, label)
	require.True(t, fault.Is(err, fault.Internal), "%q opened, or was answered with %v", sealed.Reveal(), err)
	require.Empty(t, got)
	require.NotContains(t, err.Error(), "canary")
	if len(sealed.Reveal()) > 10 {
		require.NotContains(t, err.Error(), sealed.Reveal())
	}
}
