package credentialtest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/credential"
)

// Claims returns claims with every field set, issued at the given time and good
// for half an hour.
func Claims(use credential.Use, issued time.Time) credential.Claims {
	return credential.Claims{
		Use: use, ID: "jti-1", Subject: "user-1", Session: "session-1", Username: "ana", Role: "analyst_company",
		Company: "company-1", IssuedAt: issued, ExpiresAt: issued.Add(30 * time.Minute),
	}
}

// Signer checks signers; open makes one with a key, and perhaps previous ones.
func Signer(t *testing.T, open func(tb testing.TB, key secret.Text, previous ...secret.Text) credential.Signer) {
	t.Helper()
	issued := time.Date(2026, 3, 2, 9, 30, 15, 123_456_000, time.UTC)
	s := open(t, secret.New("0123456789abcdef0123456789abcdef"))
	access, err := s.Sign(Claims(credential.Access, issued))
	require.NoError(t, err)

	for _, use := range []credential.Use{credential.Access, credential.Refresh} {
		t.Run("what was signed is verified: "+string(use), func(t *testing.T) {
			t.Parallel()
			token, err := s.Sign(Claims(use, issued))
			require.NoError(t, err)
			got, err := s.Verify(token, use, issued.Add(time.Minute))
			require.NoError(t, err)
			want := Claims(use, issued.Truncate(time.Second))
			require.Equal(t, want, got, "all claims come back, times to the second")
		})
	}
	t.Run("a token of one use is not taken for the other", func(t *testing.T) {
		t.Parallel()
		refresh, err := s.Sign(Claims(credential.Refresh, issued))
		require.NoError(t, err)
		requireRefused(t, s, access, credential.Refresh, issued)
		requireRefused(t, s, refresh, credential.Access, issued)
		requireRefused(t, s, access, "", issued)
	})
	t.Run("a token of another key is refused", func(t *testing.T) {
		t.Parallel()
		other := open(t, secret.New("0123456789abcdef0123456789abcdeX"))
		requireRefused(t, other, access, credential.Access, issued)
	})
	t.Run("a new key takes what a previous one signed, not the other way round", func(t *testing.T) {
		t.Parallel()
		rotated := open(t, secret.New("fedcba9876543210fedcba9876543210"), secret.New("0123456789abcdef0123456789abcdef"))
		got, err := rotated.Verify(access, credential.Access, issued)
		require.NoError(t, err)
		require.Equal(t, "user-1", got.Subject)
		requireRefused(t, rotated, access, credential.Refresh, issued)
		requireRefused(t, rotated, access, credential.Access, issued.Add(time.Hour))
		fresh, err := rotated.Sign(Claims(credential.Access, issued))
		require.NoError(t, err)
		requireRefused(t, s, fresh, credential.Access, issued)
	})
	t.Run("a token ends on time", func(t *testing.T) {
		t.Parallel()
		ends := issued.Add(30 * time.Minute).Truncate(time.Second)
		_, err := s.Verify(access, credential.Access, ends.Add(-time.Microsecond))
		require.NoError(t, err)
		requireRefused(t, s, access, credential.Access, ends)
		requireRefused(t, s, access, credential.Access, ends.Add(time.Second))
	})
	t.Run("a token from the future is refused, but for skewed clocks", func(t *testing.T) {
		t.Parallel()
		_, err := s.Verify(access, credential.Access, issued.Add(-20*time.Second))
		require.NoError(t, err)
		requireRefused(t, s, access, credential.Access, issued.Add(-time.Minute))
	})
	t.Run("a changed character is noticed anywhere", func(t *testing.T) {
		t.Parallel()
		text := access.Reveal()
		for i := range len(text) {
			for _, c := range []byte{'A', 'B', '.', '=', '\n'} {
				if text[i] != c {
					requireRefused(t, s, secret.New(text[:i]+string(c)+text[i+1:]), credential.Access, issued)
				}
			}
		}
	})
	t.Run("a shorter or longer token is refused", func(t *testing.T) {
		t.Parallel()
		text := access.Reveal()
		for i := range len(text) {
			requireRefused(t, s, secret.New(text[:i]), credential.Access, issued)
		}
		for _, tail := range []string{"A", "=", ".", ".A", "\n", " ", "\x00"} {
			requireRefused(t, s, secret.New(text+tail), credential.Access, issued)
			requireRefused(t, s, secret.New(tail+text), credential.Access, issued)
		}
	})
	t.Run("incomplete claims are not signed", func(t *testing.T) {
		t.Parallel()
		for name, spoil := range map[string]func(*credential.Claims){
			"no use":     func(c *credential.Claims) { c.Use = "" },
			"wrong use":  func(c *credential.Claims) { c.Use = "admin" },
			"no subject": func(c *credential.Claims) { c.Subject = "" },
			"no session": func(c *credential.Claims) { c.Session = "" },
			"no id":      func(c *credential.Claims) { c.ID = "" },
			"no times":   func(c *credential.Claims) { c.IssuedAt, c.ExpiresAt = time.Time{}, time.Time{} },
			"no life":    func(c *credential.Claims) { c.ExpiresAt = c.IssuedAt },
		} {
			c := Claims(credential.Access, issued)
			spoil(&c)
			_, err := s.Sign(c)
			require.Error(t, err, name)
		}
	})
}

// requireRefused checks that a token is Unauthenticated and that the error does
// not repeat it.
func requireRefused(t *testing.T, s credential.Signer, token secret.Text, use credential.Use, now time.Time) {
	t.Helper()
	got, err := s.Verify(token, use, now)
	require.True(t, fault.Is(err, fault.Unauthenticated), "%q was answered with %v", token.Reveal(), err)
	require.Zero(t, got)
	if len(token.Reveal()) > 10 {
		require.NotContains(t, err.Error(), token.Reveal())
	}
}
