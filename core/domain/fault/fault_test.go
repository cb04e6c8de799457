package fault_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/fault"
)

func TestKind_EveryKindHasANameOfItsOwn(t *testing.T) {
	t.Parallel()
	want := []string{
		"internal", "invalid", "unauthenticated", "forbidden", "not_found", "conflict", "stale",
		"too_large", "unsupported", "key_reused", "limited", "unavailable",
	}
	var got []string
	for _, k := range fault.Kinds() {
		got = append(got, k.String())
	}
	require.Equal(t, want, got)
	require.Equal(t, fault.Unavailable, fault.Kinds()[len(want)-1])
	require.Equal(t, "internal", fault.Kind(200).String(), "what nobody knows is nobody's mistake but ours")
}

func TestKindOf_SurvivesEveryWrapping(t *testing.T) {
	t.Parallel()
	wraps := map[string]func(error) error{
		"bare":    func(err error) error { return err },
		"once":    func(err error) error { return fmt.Errorf("finding: %w", err) },
		"thrice":  func(err error) error { return fmt.Errorf("a: %w", fmt.Errorf("b: %w", fmt.Errorf("c: %w", err))) },
		"joined":  func(err error) error { return errors.Join(errors.New("other"), err) },
		"in both": func(err error) error { return fmt.Errorf("%w and %w", errors.New("other"), err) },
	}
	for name, wrap := range wraps {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, k := range fault.Kinds() {
				err := wrap(fault.New(k, "no"))
				require.Equal(t, k, fault.KindOf(err))
				for _, other := range fault.Kinds() {
					require.Equal(t, other == k, fault.Is(err, other))
				}
			}
		})
	}
}

func TestKindOf_WhatNobodyClassifiedIsInternal(t *testing.T) {
	t.Parallel()
	require.Equal(t, fault.Internal, fault.KindOf(errors.New("disk on fire")))
	require.True(t, fault.Is(errors.New("disk on fire"), fault.Internal))
	for _, k := range fault.Kinds() {
		require.False(t, fault.Is(nil, k), "nil is of no kind")
	}
}

func TestKindOf_TheOuterFaultDecides(t *testing.T) {
	t.Parallel()
	err := fault.Wrap(fault.Unavailable, "try again", fault.New(fault.NotFound, "no row"))
	require.Equal(t, fault.Unavailable, fault.KindOf(fmt.Errorf("listing: %w", err)))
}

func TestError_TheCauseIsForLogsNotForTheMessage(t *testing.T) {
	t.Parallel()
	cause := errors.New("pq: password authentication failed")
	err := fault.Wrap(fault.Unavailable, "the store is down", cause)
	require.Equal(t, "the store is down", err.Message)
	require.Equal(t, "the store is down: pq: password authentication failed", err.Error())
	require.ErrorIs(t, err, cause)
	require.NoError(t, fault.New(fault.Conflict, "closed").Unwrap())
	require.Equal(t, "alert 7 is closed", fault.Newf(fault.Conflict, "alert %d is closed", 7).Error())
}

func TestError_RefinementsAreCopies(t *testing.T) {
	t.Parallel()
	plain := fault.New(fault.Conflict, "taken")
	full := plain.WithCode("duplicate_name").Existing("42").After(time.Minute)
	require.Equal(t, "conflict", plain.Code)
	require.Empty(t, plain.ExistingID)
	require.Zero(t, plain.RetryAfter)
	require.Equal(t, "duplicate_name", full.Code)
	require.Equal(t, "42", full.ExistingID)
	require.Equal(t, time.Minute, full.RetryAfter)
	require.Equal(t, fault.Conflict, full.Kind)
	require.Equal(t, "taken", full.Message)
}

func TestIfVersion_OnlyANamedVersionCanBeStale(t *testing.T) {
	t.Parallel()
	three := 3
	require.NoError(t, fault.IfVersion(nil, 7))
	require.NoError(t, fault.IfVersion(&three, 3))
	err := fault.IfVersion(&three, 4)
	require.True(t, fault.Is(err, fault.Stale))
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "stale_version", e.Code)
}
