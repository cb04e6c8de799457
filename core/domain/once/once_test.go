package once_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/once"
)

func TestFrom_OnlyARequestWithAKeyCounts(t *testing.T) {
	t.Parallel()
	_, ok := once.From(t.Context())
	require.False(t, ok)
	_, ok = once.From(once.With(t.Context(), once.Request{Digest: "d"}))
	require.False(t, ok, "a request without a key promises nothing")
	r, ok := once.From(once.With(t.Context(), once.Request{Key: "k", Digest: "d"}))
	require.True(t, ok)
	require.Equal(t, "k", r.Key)
	require.Equal(t, "d", r.Digest)
}

func TestReplay_IsFoundInAnErrorTree(t *testing.T) {
	t.Parallel()
	var err error = &once.Replay{Status: 201, Body: []byte("{}")}
	var replay *once.Replay
	require.ErrorAs(t, err, &replay)
	require.Equal(t, 201, replay.Status)
	require.ErrorContains(t, err, "took effect before")
}
