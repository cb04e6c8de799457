package fault_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

func TestPatch_NilLeavesAlone(t *testing.T) {
	t.Parallel()
	var v fault.Violations
	text, other := "a", "b"
	v.PatchText("text", nil, &text, 1)
	v.PatchOptional("other", nil, &other, 1)
	require.Equal(t, "x", fault.PatchChoice(&v, "choice", nil, "x", []string{"x", "y"}))
	require.NoError(t, v.Err())
	require.Equal(t, []string{"a", "b"}, []string{text, other})
}

func TestPatch_TakesOver(t *testing.T) {
	t.Parallel()
	var v fault.Violations
	text, other, next, empty := "a", "b", "c", ""
	v.PatchText("text", &next, &text, 1)
	v.PatchOptional("other", &empty, &other, 1)
	require.Equal(t, "c", fault.PatchChoice(&v, "choice", &next, "x", []string{"x", "c"}))
	require.NoError(t, v.Err())
	require.Equal(t, []string{"c", ""}, []string{text, other})
}

func TestPatch_RefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	var v fault.Violations
	target, long, empty := "a", "too long", ""
	v.PatchText("long", &long, &target, 3)
	v.PatchText("empty", &empty, &target, 3)
	v.PatchOptional("optional", &long, &target, 3)
	require.Equal(t, "x", fault.PatchChoice(&v, "unknown", &long, "x", []string{"x"}))
	require.Equal(t, "x", fault.PatchChoice(&v, "none", &empty, "x", []string{"x"}))
	var fields []string
	for _, one := range fault.ViolationsOf(v.Err()) {
		fields = append(fields, one.Field+" "+one.Code)
	}
	require.Equal(t, []string{
		"long too_long", "empty required", "optional too_long", "unknown invalid", "none required",
	}, fields)
}
