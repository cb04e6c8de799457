package identity_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
)

func keyState(change func(*identity.KeyState)) identity.KeyState {
	s := identity.KeyState{
		ID: "k1", Company: "acme", Name: "siem", Role: actor.Analyst, Prefix: "siq_abcdefgh", Hash: "digest", CreatedBy: "u1",
		CreatedAt: dawn,
	}
	if change != nil {
		change(&s)
	}
	return s
}

func TestNewAPIKey_BelongsBelowSuperuser(t *testing.T) {
	t.Parallel()
	for _, role := range append(actor.Roles(), actor.Nobody, 77) {
		_, err := identity.NewAPIKey(keyState(func(s *identity.KeyState) { s.Role = role }))
		require.Equal(t, role.Includes(actor.ReadOnly) && role != actor.Superuser, err == nil, "%v", role)
	}
}

func TestNewAPIKey_AllFaultsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	_, err := identity.NewAPIKey(keyState(func(s *identity.KeyState) {
		s.Name, s.Role, s.ExpiresAt = strings.Repeat("é", 101), actor.Nobody, dawn
	}))
	require.Equal(t, []string{"name too_long", "role invalid", "expires_at invalid"}, broken(err))
	_, err = identity.NewAPIKey(keyState(func(s *identity.KeyState) {
		s.ExpiresAt = time.Date(9999, 12, 31, 23, 0, 0, 0, time.FixedZone("", -7200))
	}))
	require.Equal(t, []string{"expires_at invalid"}, broken(err), "it could not be written as JSON")
}

func TestAPIKey_OpensUntilItExpiresOrIsRevoked(t *testing.T) {
	t.Parallel()
	k, err := identity.NewAPIKey(keyState(func(s *identity.KeyState) { s.ExpiresAt = noon.Add(time.Nanosecond).In(time.FixedZone("", 3600)) }))
	require.NoError(t, err)
	require.Equal(t, noon, k.State().ExpiresAt, "in UTC, to the microsecond")
	require.True(t, k.Usable(noon.Add(-time.Microsecond)))
	require.False(t, k.Usable(noon))

	forever := identity.RestoreAPIKey(keyState(nil))
	require.True(t, forever.Usable(noon.AddDate(100, 0, 0)))
	forever.Revoke(dawn)
	forever.Revoke(noon)
	require.False(t, forever.Usable(dawn))
	require.Equal(t, dawn, forever.State().RevokedAt, "the first time counts")
	require.Equal(t, audit.Changes{"revoked_at": {nil, "2026-05-01T06:00:00.000000Z"}}, forever.AuditChanges())
	require.Equal(t, audit.Ref{Type: "api_key", ID: "k1", Name: "siem", Company: "acme"}, forever.AuditRef())
	require.Equal(t, len("siq_")+8, identity.ShownPrefix)
}

func session(change func(*identity.SessionState)) *identity.Session {
	s := identity.SessionState{ID: "s1", User: "u1", Company: "acme", Epoch: 4, Current: "r1", CreatedAt: dawn, ExpiresAt: noon}
	if change != nil {
		change(&s)
	}
	return identity.RestoreSession(s)
}

func TestSession_AliveWhileNothingEndedIt(t *testing.T) {
	t.Parallel()
	user := ana(nil).State()
	other := ana(func(s *identity.UserState) { s.ID = "u2" }).State()
	changed := ana(func(s *identity.UserState) { s.Epoch++ }).State()
	cases := map[string]struct {
		s    *identity.Session
		u    identity.UserState
		at   time.Time
		want bool
	}{
		"fresh":           {session(nil), user, dawn, true},
		"last moment":     {session(nil), user, noon.Add(-1), true},
		"expired":         {session(nil), user, noon, false},
		"revoked":         {session(func(s *identity.SessionState) { s.RevokedAt = dawn }), user, dawn, false},
		"user changed":    {session(nil), changed, dawn, false},
		"another user":    {session(nil), other, dawn, false},
		"no user at all":  {session(nil), identity.UserState{}, dawn, false},
		"of the old days": {session(func(s *identity.SessionState) { s.Epoch = 3 }), user, dawn, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, c.s.Alive(c.u, c.at))
		})
	}
}

func TestSession_ARefreshTokenIsGoodOnce(t *testing.T) {
	t.Parallel()
	s := identity.NewSession(session(nil).State())
	later := noon.Add(24 * time.Hour)
	require.NoError(t, s.Rotate("r1", "r2", later))
	require.Equal(t, "r2", s.State().Current)
	require.Equal(t, later, s.State().ExpiresAt)

	for _, spent := range []string{"r1", "r3", ""} {
		err := s.Rotate(spent, "r9", later.Add(time.Hour))
		require.True(t, fault.Is(err, fault.Unauthenticated))
		var e *fault.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, "refresh_reuse", e.Code)
		require.Equal(t, "r2", s.State().Current, "a refusal changes nothing by itself")
		require.Equal(t, later, s.State().ExpiresAt)
	}
	require.NoError(t, s.Rotate("r2", "r3", later))
}

func TestSession_RevokedOnceAndForAll(t *testing.T) {
	t.Parallel()
	s := session(nil)
	s.Revoke(dawn)
	s.Revoke(noon)
	require.Equal(t, dawn, s.State().RevokedAt)
	require.False(t, s.Alive(ana(nil).State(), dawn))
}
