package identity_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
)

func TestUser_AUsernameIsNobodyElsesAddress(t *testing.T) {
	t.Parallel()
	n := identity.NewUser{ID: "u", Username: "ana@acme.example", Email: "ANA@acme.example", Role: actor.Analyst, Company: "acme"}
	u, err := identity.CreateUser(n, time.Now())
	require.NoError(t, err)
	moved := "ana@zeta.example"
	require.NoError(t, u.Apply(identity.UserPatch{Email: &moved}))
	require.Equal(t, moved, u.State().Username, "who logs in by address goes on doing so")

	stolen := "bob@acme.example"
	require.Equal(t, "username", fault.ViolationsOf(u.Apply(identity.UserPatch{Username: &stolen}))[0].Field)
	n.Username = stolen
	_, err = identity.CreateUser(n, time.Now())
	require.Equal(t, "username", fault.ViolationsOf(err)[0].Field)
}
