package companies_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/gate/gatetest"
	"github.com/sentineliq/sentineliq/core/usecase/companies"
	"github.com/sentineliq/sentineliq/ports/driving"
)

func open(t *testing.T) (*gatetest.House, *companies.Service) {
	t.Helper()
	h := gatetest.Open(t)
	return h, companies.New(h.Gate, gatetest.Hasher{}, h.IDs, h.Clock)
}

func TestCreate_WithItsAdministratorInOneChange(t *testing.T) {
	t.Parallel()
	h, s := open(t)
	ctx := h.As(t, actor.Superuser)
	done, err := s.Create(ctx, driving.NewCompany{
		Name: "Newco", Admin: &driving.NewUser{Email: "boss@newco.example", Password: secret.New("correct horse")},
	})
	require.NoError(t, err)
	admin := done.Admin.State()
	require.Equal(t, done.Company.ID(), admin.Company)
	require.Equal(t, actor.Admin, admin.Role)
	require.Equal(t, "boss@newco.example", admin.Username)
	require.Len(t, h.Log(t), 1)
	entry := h.LastEntry(t)
	require.Equal(t, done.Company.ID(), entry.Company)
	require.Contains(t, entry.Metadata, "admin_user")

	alone, err := s.Create(ctx, driving.NewCompany{Name: "Soloco"})
	require.NoError(t, err)
	require.Nil(t, alone.Admin)
}

func TestCreate_TellsEverythingThatIsWrongAtOnce(t *testing.T) {
	t.Parallel()
	h, s := open(t)
	_, err := s.Create(h.As(t, actor.Superuser), driving.NewCompany{
		Admin: &driving.NewUser{Email: "nonsense", Password: secret.New("short")},
	})
	var fields []string
	for _, v := range fault.ViolationsOf(err) {
		fields = append(fields, v.Field)
	}
	require.ElementsMatch(t, []string{"name", "admin_user.email", "admin_user.password"}, fields)
	require.Empty(t, h.Log(t))
}

func TestCreate_IsForSuperusersAndNamesAreUnique(t *testing.T) {
	t.Parallel()
	h, s := open(t)
	_, err := s.Create(h.As(t, actor.Admin), driving.NewCompany{Name: "Mine"})
	require.True(t, fault.Is(err, fault.Forbidden))
	_, err = s.Create(h.As(t, actor.Superuser), driving.NewCompany{Name: "Acme"})
	require.True(t, fault.Is(err, fault.Conflict))
}

func TestUpdate_ChangesAndSuspends(t *testing.T) {
	t.Parallel()
	h, s := open(t)
	ctx := h.As(t, actor.Superuser)
	name, off, stale := "Acme & Sons", false, 99
	_, err := s.Update(ctx, h.Acme, identity.CompanyPatch{Name: &name}, &stale)
	require.True(t, fault.Is(err, fault.Stale))
	c, err := s.Update(ctx, h.Acme, identity.CompanyPatch{Name: &name, IsActive: &off}, nil)
	require.NoError(t, err)
	require.False(t, c.State().IsActive)
	empty := ""
	_, err = s.Update(ctx, h.Acme, identity.CompanyPatch{Name: &empty}, nil)
	require.True(t, fault.Is(err, fault.Invalid))
	_, err = s.Update(ctx, "01900000-0000-7000-8000-0000000000ff", identity.CompanyPatch{Name: &name}, nil)
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestRemove_NotWhileThereAreUsers(t *testing.T) {
	t.Parallel()
	h, s := open(t)
	ctx := h.As(t, actor.Superuser)
	h.User(t, actor.Analyst, h.Acme)
	stale := 99
	require.True(t, fault.Is(s.Remove(ctx, h.Acme, nil), fault.Conflict))
	require.True(t, fault.Is(s.Remove(ctx, h.Zeta, &stale), fault.Stale))
	require.NoError(t, s.Remove(ctx, h.Zeta, nil))
	require.True(t, fault.Is(s.Remove(ctx, h.Zeta, nil), fault.NotFound))
	require.Equal(t, h.Zeta, h.LastEntry(t).Company, "its log stays")
}

func TestFind_MembersSeeTheirOwn(t *testing.T) {
	t.Parallel()
	h, s := open(t)
	ctx := h.As(t, actor.ReadOnly)
	_, err := s.Find(ctx, h.Acme)
	require.NoError(t, err)
	_, err = s.Find(ctx, h.Zeta)
	require.True(t, fault.Is(err, fault.NotFound))
	found, err := s.List(ctx, identity.CompanyQuery{}, page.Request{})
	require.NoError(t, err)
	require.Len(t, found.Items, 1)
	require.Equal(t, 1, found.Items[0].State().UserCount)
}
