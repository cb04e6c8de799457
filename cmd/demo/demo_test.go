package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The whole demo runs for a few seconds: every kind of message arrives and is
// shown, every signature is right, and nothing goes wrong.
func TestDemo_MessagesArrive(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	o := options{rate: 20, seed: 1, duration: 6 * time.Second, data: filepath.Join(t.TempDir(), "data")}
	got, err := run(t.Context(), o, &out)
	require.NoError(t, err, out.String())
	shown := out.String()
	require.Positive(t, got.slack, shown)
	require.Positive(t, got.webhooks, shown)
	require.Positive(t, got.mails, shown)
	require.Positive(t, got.escalated, shown)
	require.Greater(t, got.reports, got.repeats, shown)
	require.Zero(t, got.forged, shown)
	require.Zero(t, got.troubles, shown)
	for _, want := range []string{
		"/api/v1/docs/", "adminsentinel", "tomas.riva", "sofia.marin", "signature verified: yes", "[HIGH]",
		"from \"Nordlicht Energie SOC\" <alerts@nordlicht.example>", "Occurrences: ",
	} {
		require.Contains(t, shown, want)
	}
	require.FileExists(t, filepath.Join(o.data, "sentineliq.db"), "kept where -data says")
}

func TestDemo_StopsWhenInterruptedAndWhenItCannotStart(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := run(ctx, options{rate: 1}, &bytes.Buffer{})
	require.Error(t, err, "it has not even been built by then")

	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "sentineliq.db"), nil, 0o600))
	_, err = run(t.Context(), options{rate: 1, data: folder}, &bytes.Buffer{})
	require.ErrorContains(t, err, "is not empty")
}

func TestReadFlags(t *testing.T) {
	t.Parallel()
	got, err := readFlags([]string{"-rate", "2.5", "--seed=7", "-duration", "3s", "-quiet"}, &bytes.Buffer{})
	require.NoError(t, err)
	require.Equal(t, options{rate: 2.5, seed: 7, duration: 3 * time.Second, quiet: true}, got)
	for _, args := range [][]string{{"-rate", "0"}, {"-rate", "NaN"}, {"-duration", "-1s"}, {"surplus"}, {"-nonsense"}} {
		_, err := readFlags(args, &bytes.Buffer{})
		require.Error(t, err, "%q", args)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	// Made with: openssl dgst -sha256 -mac HMAC, over msg_1.1700000000.{"a":1}
	const secret, good = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwxRzsrBXIlnQ=", "v1,SKxTTiYXvjT+AdI1kLjrQZbeY03jnJ3eaWoVsV+zwJU="
	at := time.Unix(1_700_000_000, 0)
	header := func(id, sent, signature string) http.Header {
		return http.Header{"Webhook-Id": {id}, "Webhook-Timestamp": {sent}, "Webhook-Signature": {signature}}
	}
	sent := strconv.FormatInt(at.Unix(), 10)
	body := []byte(`{"a":1}`)
	require.NoError(t, verify(secret, header("msg_1", sent, good), body, at))
	require.NoError(t, verify(secret, header("msg_1", sent, "v1,AAAA "+good), body, at.Add(time.Minute)), "one of several")
	for name, err := range map[string]error{
		"another id":     verify(secret, header("msg_2", sent, good), body, at),
		"another body":   verify(secret, header("msg_1", sent, good), []byte(`{"a":2}`), at),
		"another secret": verify(newSecret(), header("msg_1", sent, good), body, at),
		"no signature":   verify(secret, header("msg_1", sent, ""), body, at),
		"no time":        verify(secret, header("msg_1", "", good), body, at),
		"too old":        verify(secret, header("msg_1", sent, good), body, at.Add(time.Hour)),
	} {
		require.Error(t, err, name)
	}
}

func TestLegible_NothingIsAnOrderToTheTerminal(t *testing.T) {
	t.Parallel()
	require.Equal(t, "[31mred clearabc", legible("\x1b[31mred\nclear\x07a\u202eb\u200bc"))
	long := legible(strings.Repeat("ä", 500))
	require.Len(t, []rune(long), widest)
}
