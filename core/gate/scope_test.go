package gate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/core/gate"
)

func TestWithin_NewThingsBelongToOneCompany(t *testing.T) {
	t.Parallel()
	h := open(t)
	for name, tc := range map[string]struct {
		role  actor.Role
		named tenant.ID
		want  tenant.ID // empty: refused as invalid
	}{
		"own, unsaid":               {actor.Analyst, "", h.Acme},
		"own, said":                 {actor.Analyst, h.Acme, h.Acme},
		"another":                   {actor.Admin, h.Zeta, ""},
		"superuser must name one":   {actor.Superuser, "", ""},
		"superuser may name any":    {actor.Superuser, h.Zeta, h.Zeta},
		"superuser, confined to it": {actor.Superuser, h.Acme, h.Acme},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, company, err := gate.Within(h.As(t, tc.role), tc.named)
			if tc.want == "" {
				require.Equal(t, fault.Invalid, fault.KindOf(err))
				require.Equal(t, "company", fault.ViolationsOf(err)[0].Field)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tc.want, company)
			require.Equal(t, tenant.Of(tc.want), actor.From(ctx).Scope)
		})
	}
}

func TestWithin_AnActorWithoutReachGetsNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	who := actor.Actor{Type: actor.User, ID: "u", Role: actor.Analyst}
	_, _, err := gate.Within(actor.With(t.Context(), who), h.Acme)
	require.True(t, fault.Is(err, fault.Invalid))
}

func TestAs_KeepsWhereTheRequestCameFrom(t *testing.T) {
	t.Parallel()
	h := open(t)
	job := actor.From(gate.As(h.As(t, actor.Analyst), "relay"))
	require.Equal(t, actor.System, job.Type)
	require.Equal(t, "req-1", job.Origin.RequestID)
	require.True(t, job.Scope.IsAll())

	confined := actor.From(gate.AsIn(t.Context(), "sender", h.Acme))
	require.Equal(t, tenant.Of(h.Acme), confined.Scope)
}

func TestAllowed_RecordsRefusals(t *testing.T) {
	t.Parallel()
	h := open(t)
	require.NoError(t, h.Allowed(h.As(t, actor.Admin), policy.UserCreate))
	require.True(t, fault.Is(h.Allowed(h.As(t, actor.Analyst), policy.UserCreate), fault.Forbidden))
	require.True(t, fault.Is(h.Allowed(h.As(t, actor.Superuser), policy.NotificationSend), fault.Forbidden),
		"what the service does to itself is nobody else's to ask for")
	require.NoError(t, h.Denied(h.As(t, actor.Analyst), policy.SessionAuthenticate, "worthless token"))
	log := h.Log(t)
	require.Len(t, log, 3)
	require.Equal(t, "worthless token", log[2].Metadata["reason"])
}
