package severity_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/severity"
)

func TestLevels_RankInOrderAndReadBackTheirNames(t *testing.T) {
	t.Parallel()
	names := []string{"info", "low", "medium", "high", "critical"}
	require.Len(t, severity.Levels(), len(names))
	for i, level := range severity.Levels() {
		require.Equal(t, names[i], level.String())
		require.Equal(t, i+1, level.Rank())
		require.True(t, level.Valid())
		again, err := severity.Parse(names[i])
		require.NoError(t, err)
		require.Equal(t, level, again)
	}
	require.Less(t, severity.Low, severity.High)
}

func TestLevel_OffTheScaleHasNoName(t *testing.T) {
	t.Parallel()
	for _, level := range []severity.Level{severity.None, 6, 255} {
		require.Empty(t, level.String())
		require.False(t, level.Valid())
	}
	require.Zero(t, severity.None.Rank())
}

func TestParse_TakesNothingButTheNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "High", " high", "5", "fatal", "none"} {
		_, err := severity.Parse(name)
		require.True(t, fault.Is(err, fault.Invalid), name)
	}
}

func TestLevel_IsItsNameInJSON(t *testing.T) {
	t.Parallel()
	var in struct{ S severity.Level }
	require.NoError(t, json.Unmarshal([]byte(`{"S":"critical"}`), &in))
	require.Equal(t, severity.Critical, in.S)
	text, err := json.Marshal(in)
	require.NoError(t, err)
	require.JSONEq(t, `{"S":"critical"}`, string(text))
	require.Error(t, json.Unmarshal([]byte(`{"S":"fatal"}`), &in))
	require.Equal(t, severity.Critical, in.S, "what cannot be read changes nothing")
}

func TestRead_EmptyIsTheFallbackAndUnknownIsAViolation(t *testing.T) {
	t.Parallel()
	var v fault.Violations
	require.Equal(t, severity.Medium, severity.Read(&v, "severity", "", severity.Medium))
	require.Equal(t, severity.Low, severity.Read(&v, "severity", "low", severity.Medium))
	require.True(t, v.Empty())
	require.Equal(t, severity.Medium, severity.Read(&v, "severity", "fatal", severity.Medium))
	require.Equal(t, "severity", fault.ViolationsOf(v.Err())[0].Field)
}
