package actor_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

func TestRole_EachIncludesTheOnesBelow(t *testing.T) {
	t.Parallel()
	order := []actor.Role{actor.ReadOnly, actor.Analyst, actor.Admin, actor.Superuser}
	require.Equal(t, order, actor.Roles())
	for i, role := range order {
		for j, other := range order {
			require.Equal(t, i >= j, role.Includes(other), "%s includes %s", role, other)
		}
	}
}

func TestRole_NobodyAndUnknownRolesMayNothing(t *testing.T) {
	t.Parallel()
	for _, role := range []actor.Role{actor.Nobody, actor.Superuser + 1, 255} {
		for _, other := range append(actor.Roles(), actor.Nobody) {
			require.False(t, role.Includes(other), "%d includes %d", role, other)
		}
		require.Empty(t, role.String())
	}
	require.False(t, actor.Superuser.Includes(actor.Nobody), "there is nothing to include")
}

func TestRole_NamesReadBack(t *testing.T) {
	t.Parallel()
	for role, name := range map[actor.Role]string{
		actor.ReadOnly: "read_only", actor.Analyst: "analyst_company", actor.Admin: "admin_company", actor.Superuser: "superuser",
	} {
		require.Equal(t, name, role.String())
		got, ok := actor.ParseRole(name)
		require.True(t, ok)
		require.Equal(t, role, got)
		text, err := role.MarshalText()
		require.NoError(t, err)
		require.Equal(t, name, string(text))
	}
	for _, name := range []string{"", "Superuser", "root", "admin", " superuser"} {
		got, ok := actor.ParseRole(name)
		require.False(t, ok, name)
		require.Equal(t, actor.Nobody, got)
	}
}

func TestFrom_WithoutAnActorNobodyActs(t *testing.T) {
	t.Parallel()
	who := actor.From(t.Context())
	require.Empty(t, who.ID)
	require.Equal(t, actor.Nobody, who.Role)
	require.True(t, who.Scope.IsZero())
}

func TestFrom_ReturnsTheLastActorSet(t *testing.T) {
	t.Parallel()
	ana := actor.Actor{Type: actor.User, ID: "u1", Role: actor.Analyst, Scope: tenant.Of("acme")}
	ctx := actor.With(actor.With(t.Context(), actor.Job("relay")), ana)
	require.Equal(t, ana, actor.From(ctx))
}

func TestAnonymous_CarriesTheClaimAndNoRights(t *testing.T) {
	t.Parallel()
	who := actor.Anonymous("ana", actor.Origin{IP: "192.0.2.1"})
	require.Equal(t, actor.Actor{Type: actor.User, Name: "ana", Origin: actor.Origin{IP: "192.0.2.1"}}, who)
	require.True(t, who.Scope.IsZero())
}

func TestConfined_NarrowsACopy(t *testing.T) {
	t.Parallel()
	job := actor.Job("sender")
	require.True(t, job.Scope.IsAll())
	require.Equal(t, actor.Nobody, job.Role, "a job has actions of its own, not a role")
	require.Equal(t, tenant.Of("acme"), job.Confined("acme").Scope)
	require.True(t, job.Confined("acme").Confined("globex").Scope.IsZero())
	require.True(t, job.Scope.IsAll())
}
