package credential_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	adapter "github.com/sentineliq/sentineliq/adapters/credential"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/credential"
	"github.com/sentineliq/sentineliq/ports/credential/credentialtest"
)

func TestArgon2_IsAHasher(t *testing.T) {
	t.Parallel()
	credentialtest.Hasher(t, adapter.NewArgon2(2))
}

func TestRandom_IsARandom(t *testing.T) {
	t.Parallel()
	credentialtest.Random(t, adapter.Random{})
}

func TestJWT_IsASigner(t *testing.T) {
	t.Parallel()
	credentialtest.Signer(t, openSigner)
}

func TestAESGCM_IsABox(t *testing.T) {
	t.Parallel()
	credentialtest.Box(t, openBox)
}

func openSigner(tb testing.TB, key secret.Text, previous ...secret.Text) credential.Signer {
	tb.Helper()
	s, err := adapter.NewJWT(key, previous...)
	require.NoError(tb, err)
	return s
}

func openBox(tb testing.TB, key secret.Text, previous ...secret.Text) credential.Box {
	tb.Helper()
	b, err := adapter.NewAESGCM(key, previous...)
	require.NoError(tb, err)
	return b
}

func TestKeys_ShortOnesAreRefused(t *testing.T) {
	t.Parallel()
	short := secret.New(strings.Repeat("k", 31))
	_, err := adapter.NewJWT(short)
	require.ErrorContains(t, err, "31 bytes")
	_, err = adapter.NewAESGCM(short)
	require.ErrorContains(t, err, "31 bytes")
	_, err = adapter.NewAESGCM(secret.New(strings.Repeat("k", 32)), secret.Text{})
	require.ErrorContains(t, err, "0 bytes")
}

func TestAESGCM_KeyIDTellsKeysApartAndNotTheKey(t *testing.T) {
	t.Parallel()
	id := func(key string) string {
		b, err := adapter.NewAESGCM(secret.New(key))
		require.NoError(t, err)
		return b.KeyID()
	}
	one := strings.Repeat("k", 32)
	require.Regexp(t, "^[0-9a-f]{8}$", id(one))
	again := id(one)
	require.Equal(t, id(one), again)
	require.NotEqual(t, id(one), id(one+"k"))
}

func TestArgon2_HashIsAPHCStringOfTheHouseCost(t *testing.T) {
	t.Parallel()
	h, err := adapter.NewArgon2(1).Hash(t.Context(), secret.New("x"))
	require.NoError(t, err)
	require.Regexp(t, `^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`, h.Reveal())
}

// Made with the reference implementation:
// echo -n password | argon2 somesalt -id -t 2 -k 256 -p 1 -l 32.
func TestArgon2_KnownAnswer(t *testing.T) {
	t.Parallel()
	stored := secret.New("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")
	for password, want := range map[string]bool{"password": true, "passwore": false} {
		got, err := adapter.NewArgon2(1).Matches(t.Context(), secret.New(password), stored)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestArgon2_StoredHashCannotAskForTheMoon(t *testing.T) {
	t.Parallel()
	const salt, key = "c29tZXNhbHQ", "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	for _, bad := range []string{
		"$argon2id$v=19$m=4294967295,t=2,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=256,t=4294967295,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=256,t=0,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=256,t=2,p=0$" + salt + "$" + key,
		"$argon2id$v=19$m=256,t=2,p=1x$" + salt + "$" + key,
		"$argon2id$v=19$m=+256,t=2,p=1$" + salt + "$" + key,
		"$argon2id$v=18$m=256,t=2,p=1$" + salt + "$" + key,
		"$argon2i$v=19$m=256,t=2,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=256,t=2,p=1$" + salt + "$",
		"$argon2id$v=19$m=256,t=2,p=1$$" + key,
		"$argon2id$v=19$m=256,t=2,p=1$" + salt + "$" + key + "$",
		"$argon2id$v=19$m=256,t=2,p=1$" + salt + "\n$" + key,
	} {
		ok, err := adapter.NewArgon2(1).Matches(t.Context(), secret.New("password"), secret.New(bad))
		require.Error(t, err, bad)
		require.False(t, ok)
	}
}

// With one turn for all, a caller that has gone does not keep it.
func TestArgon2_TurnsAreGivenBack(t *testing.T) {
	t.Parallel()
	h := adapter.NewArgon2(1)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			ctx := t.Context()
			if i%2 == 0 {
				ctx = gone
			}
			if _, err := h.Hash(ctx, secret.New("x")); (err == nil) != (i%2 == 1) {
				t.Errorf("caller %d: %v", i, err)
			}
		})
	}
	wg.Wait()
}

func BenchmarkArgon2_Hash(b *testing.B) {
	h := adapter.NewArgon2(1)
	for b.Loop() {
		if _, err := h.Hash(b.Context(), secret.New("correct horse battery staple")); err != nil {
			b.Fatal(err)
		}
	}
}
