package gate_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/once"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/store"
)

func keyed(ctx context.Context, key, digest string) context.Context {
	return once.With(ctx, once.Request{
		Key: key, Digest: digest,
		Render: func(result any) (int, []byte, error) {
			a, ok := result.(*alert.Alert)
			if !ok {
				return 0, nil, errors.New("unexpected result")
			}
			return 201, []byte(a.ID()), nil
		},
	})
}

// report makes a new alert of Acme.
func (h house) report(ctx context.Context) (*alert.Alert, error) {
	ctx, company, err := gate.Within(ctx, companyFor(ctx, h))
	if err != nil {
		return nil, err
	}
	return gate.Write(ctx, h.Gate, policy.AlertCreate, func(ctx context.Context, tx store.Tx) (*alert.Alert, error) {
		a, err := alert.Create(alert.ID(h.IDs.New()), company, alert.Draft{Title: "t", Source: "s"}, alert.Reporter{}, tx.Now())
		if err != nil {
			return nil, err
		}
		return a, tx.Alerts().Add(ctx, a)
	})
}

func companyFor(ctx context.Context, h house) tenant.ID {
	if actor.From(ctx).Role == actor.Superuser {
		return h.Acme
	}
	return ""
}

func TestOnce_TheSecondRequestGetsTheFirstAnswer(t *testing.T) {
	t.Parallel()
	for _, role := range []actor.Role{actor.Analyst, actor.Superuser} {
		t.Run(role.String(), func(t *testing.T) {
			t.Parallel()
			h := open(t)
			ctx := h.As(t, role)
			first, err := h.report(keyed(ctx, "k", "d"))
			require.NoError(t, err)

			_, err = h.report(keyed(ctx, "k", "d"))
			var replay *once.Replay
			require.ErrorAs(t, err, &replay)
			require.Equal(t, once.Replay{Status: 201, Body: []byte(first.ID())}, *replay)
			require.Len(t, h.Log(t), 1)
			require.Equal(t, 1, h.Bell.Rings)
		})
	}
}

func TestOnce_AnotherRequestUnderTheKeyIsRefused(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx := h.As(t, actor.Analyst)
	_, err := h.report(keyed(ctx, "k", "d"))
	require.NoError(t, err)
	_, err = h.report(keyed(ctx, "k", "other"))
	require.True(t, fault.Is(err, fault.KeyReused), "got %v", err)
	require.Len(t, h.Log(t), 1)
}

func TestOnce_TwoPeopleDoNotShareAKey(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx := h.As(t, actor.Analyst)
	_, err := h.report(keyed(ctx, "k", "d"))
	require.NoError(t, err)
	_, err = h.report(keyed(h.As(t, actor.Analyst), "k", "d"))
	require.NoError(t, err)
	require.Len(t, h.Log(t), 2)
}

func TestOnce_AFailedRequestFreesItsKey(t *testing.T) {
	t.Parallel()
	h := open(t)
	broken := errors.New("broken")
	ctx := keyed(h.As(t, actor.Analyst), "k", "d")
	_, err := gate.Write(ctx, h.Gate, policy.AlertCreate, func(context.Context, store.Tx) (*alert.Alert, error) {
		return nil, broken
	})
	require.ErrorIs(t, err, broken)
	_, err = h.report(ctx)
	require.NoError(t, err)
}

func TestOnce_ManyAtATimeTakeEffectOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx := keyed(h.As(t, actor.Analyst), "k", "d")
	var all sync.WaitGroup
	results := make(chan error, 50)
	for range 50 {
		all.Go(func() {
			_, err := h.report(ctx)
			results <- err
		})
	}
	all.Wait()
	close(results)
	fresh := 0
	for err := range results {
		var replay *once.Replay
		if err == nil {
			fresh++
		} else {
			require.ErrorAs(t, err, &replay)
		}
	}
	require.Equal(t, 1, fresh)
	require.Len(t, h.Log(t), 1)
}
