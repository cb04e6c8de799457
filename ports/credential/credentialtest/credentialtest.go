package credentialtest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/credential"
)

// Hasher checks a hasher of passwords.
func Hasher(t *testing.T, h credential.Hasher) {
	t.Helper()
	password := secret.New("correct horse battery staple")
	stored, err := h.Hash(t.Context(), password)
	require.NoError(t, err)

	t.Run("the password matches its hash", func(t *testing.T) {
		t.Parallel()
		requireMatch(t, h, password, stored, true)
	})
	t.Run("no other password does", func(t *testing.T) {
		t.Parallel()
		for _, other := range []string{"", "correct horse battery stapl", password.Reveal() + " ", password.Reveal() + "\x00", stored.Reveal()} {
			requireMatch(t, h, secret.New(other), stored, false)
		}
	})
	t.Run("a hash does not show the password", func(t *testing.T) {
		t.Parallel()
		require.NotContains(t, stored.Reveal(), password.Reveal())
	})
	t.Run("equal passwords have different hashes", func(t *testing.T) {
		t.Parallel()
		again, err := h.Hash(t.Context(), password)
		require.NoError(t, err)
		require.NotEqual(t, stored.Reveal(), again.Reveal())
	})
	t.Run("an empty hash matches nothing", func(t *testing.T) {
		t.Parallel()
		for _, p := range []string{"", "x"} {
			requireMatch(t, h, secret.New(p), secret.Text{}, false)
		}
	})
	t.Run("long and foreign passwords count to the last byte", func(t *testing.T) {
		t.Parallel()
		long := strings.Repeat("é", 200)
		stored, err := h.Hash(t.Context(), secret.New(long+"a"))
		require.NoError(t, err)
		requireMatch(t, h, secret.New(long+"a"), stored, true)
		requireMatch(t, h, secret.New(long+"b"), stored, false)
	})
	t.Run("a caller that has gone costs nothing", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := h.Hash(ctx, password)
		require.ErrorIs(t, err, context.Canceled)
		_, err = h.Matches(ctx, password, stored)
		require.ErrorIs(t, err, context.Canceled)
	})
	t.Run("a damaged hash is an error that does not repeat it", func(t *testing.T) {
		t.Parallel()
		for _, damaged := range []string{"x", stored.Reveal()[1:], strings.ToUpper(stored.Reveal())} {
			ok, err := h.Matches(t.Context(), password, secret.New(damaged))
			require.Error(t, err)
			require.False(t, ok)
			require.NotContains(t, err.Error(), stored.Reveal()[len(stored.Reveal())-20:])
		}
	})
}

func requireMatch(t *testing.T, h credential.Hasher, password, stored secret.Text, want bool) {
	t.Helper()
	got, err := h.Matches(t.Context(), password, stored)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// Random checks a source of secrets.
func Random(t *testing.T, r credential.Random) {
	t.Helper()
	t.Run("tokens never repeat, also when made at once", func(t *testing.T) {
		t.Parallel()
		var mu sync.Mutex
		seen := map[string]bool{}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 250 {
					token, err := r.Token(32)
					mu.Lock()
					if err != nil || seen[token.Reveal()] {
						t.Errorf("token repeats, or failed: %v", err)
					}
					seen[token.Reveal()] = true
					mu.Unlock()
				}
			})
		}
		wg.Wait()
	})
	t.Run("tokens are URL-safe and as long as asked", func(t *testing.T) {
		t.Parallel()
		for n := 16; n < 70; n++ {
			token, err := r.Token(n)
			require.NoError(t, err)
			require.Regexp(t, fmt.Sprintf("^[A-Za-z0-9_-]{%d}$", (n*8+5)/6), token.Reveal())
		}
	})
	t.Run("a token that could be guessed is refused", func(t *testing.T) {
		t.Parallel()
		for _, n := range []int{-1, 0, 15} {
			_, err := r.Token(n)
			require.Error(t, err)
		}
	})
	t.Run("a digest is stable, and not the token", func(t *testing.T) {
		t.Parallel()
		one, other := secret.New("one"), secret.New("other")
		require.Regexp(t, "^[0-9a-f]{64}$", r.Digest(one))
		require.Equal(t, r.Digest(one), r.Digest(secret.New("one")))
		require.NotEqual(t, r.Digest(one), r.Digest(other))
	})
}
