package auth_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/core/usecase/auth"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// hurried is a store that notes whether what is asked of it is urgent.
type hurried struct {
	txn.Runner
	urgent, ordinary int
}

func (h *hurried) note(ctx context.Context) {
	if txn.IsUrgent(ctx) {
		h.urgent++
	} else {
		h.ordinary++
	}
}

func (h *hurried) Update(ctx context.Context, s tenant.Scope, fn func(context.Context, txn.Tx) error) error {
	h.note(ctx)
	return h.Runner.Update(ctx, s, fn)
}

func (h *hurried) View(ctx context.Context, s tenant.Scope, fn func(context.Context, store.View) error) error {
	h.note(ctx)
	return h.Runner.View(ctx, s, fn)
}

// Whatever the service is drowning in, people get in: logging in and refreshing
// are urgent, all of it, and what they do afterwards is not.
func TestLogin_IsUrgent(t *testing.T) {
	t.Parallel()
	d := open(t)
	ana := d.User(t, actor.Analyst, d.Acme)
	seen := &hurried{Runner: d.Runner}
	parts := d.auth.Parts
	parts.Gate = gate.New(seen, d.IDs, d.Bell)
	d.auth = auth.New(parts)

	_, err := d.auth.Login(visitor(t), "nobody", secret.New("guess"))
	require.Error(t, err)
	tokens := d.login(t, ana)
	_, err = d.auth.Refresh(visitor(t), secret.New("worthless"))
	require.Error(t, err)
	_, err = d.auth.Refresh(visitor(t), tokens.Refresh)
	require.NoError(t, err)
	require.Positive(t, seen.urgent)
	require.Zero(t, seen.ordinary)

	_, err = d.auth.Authenticate(visitor(t), tokens.Access)
	require.NoError(t, err)
	require.Equal(t, 1, seen.ordinary)
}
