package apikeys_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/gate/gatetest"
	"github.com/sentineliq/sentineliq/core/usecase/apikeys"
	"github.com/sentineliq/sentineliq/ports/driving"
)

func open(t *testing.T) (*gatetest.House, *apikeys.Service) {
	t.Helper()
	h := gatetest.Open(t)
	return h, apikeys.New(h.Gate, &gatetest.Random{}, h.IDs, h.Clock)
}

func TestCreate_TheSecretIsShownAndNotKept(t *testing.T) {
	t.Parallel()
	h, s := open(t)
	ctx := h.As(t, actor.Admin)
	issued, err := s.Create(ctx, driving.NewAPIKey{Name: "siem", Role: "analyst_company"})
	require.NoError(t, err)
	key := issued.Secret.Reveal()
	require.Contains(t, key, identity.KeyPrefix)
	state := issued.State()
	require.Equal(t, key[:identity.ShownPrefix], state.Prefix)
	require.Equal(t, "digest of "+key, state.Hash)
	require.Equal(t, h.Acme, state.Company)
	require.NotContains(t, h.LastEntry(t).Changes, "hash")

	found, err := s.Find(ctx, state.ID)
	require.NoError(t, err)
	require.Equal(t, "siem", found.State().Name)
	list, err := s.List(ctx, "", page.Request{})
	require.NoError(t, err)
	require.Len(t, list.Items, 1)
}

func TestCreate_TellsEverythingThatIsWrongAtOnce(t *testing.T) {
	t.Parallel()
	h, s := open(t)
	for name, tc := range map[string]struct {
		role string
		ask  driving.NewAPIKey
		want []string
	}{
		"all":          {"admin", driving.NewAPIKey{Role: "king", Company: h.Zeta, ExpiresAt: h.Clock.Now().Add(-time.Hour)}, []string{"company", "role", "name", "expires_at"}},
		"no role":      {"admin", driving.NewAPIKey{Name: "x"}, []string{"role"}},
		"superuser":    {"admin", driving.NewAPIKey{Name: "x", Role: "superuser"}, []string{"role"}},
		"no company":   {"superuser", driving.NewAPIKey{Name: "x", Role: "read_only"}, []string{"company"}},
		"none such":    {"superuser", driving.NewAPIKey{Name: "x", Role: "read_only", Company: "01900000-0000-7000-8000-0000000000ff"}, []string{"company"}},
		"not the role": {"admin", driving.NewAPIKey{Name: "x", Role: "Admin"}, []string{"role"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			role := actor.Admin
			if tc.role == "superuser" {
				role = actor.Superuser
			}
			_, err := s.Create(h.As(t, role), tc.ask)
			var fields []string
			for _, v := range fault.ViolationsOf(err) {
				fields = append(fields, v.Field)
			}
			require.ElementsMatch(t, tc.want, fields)
		})
	}
}

func TestRevoke_EndsTheKeyForGood(t *testing.T) {
	t.Parallel()
	h, s := open(t)
	ctx := h.As(t, actor.Admin)
	issued, err := s.Create(ctx, driving.NewAPIKey{Name: "siem", Role: "read_only", ExpiresAt: h.Clock.Now().Add(time.Hour)})
	require.NoError(t, err)
	id := issued.State().ID
	require.True(t, fault.Is(s.Revoke(h.ActAs(t, h.User(t, actor.Admin, h.Zeta)), id), fault.NotFound))
	require.True(t, fault.Is(s.Revoke(h.As(t, actor.Analyst), id), fault.Forbidden))
	require.NoError(t, s.Revoke(ctx, id))
	require.Equal(t, "delete", h.LastEntry(t).Action)
	_, err = s.Find(ctx, id)
	require.True(t, fault.Is(err, fault.NotFound))
	require.True(t, fault.Is(s.Revoke(ctx, id), fault.NotFound))
}
