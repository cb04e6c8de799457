package users_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/gate/gatetest"
	"github.com/sentineliq/sentineliq/core/usecase/users"
	"github.com/sentineliq/sentineliq/ports/driving"
)

type staff struct {
	*gatetest.House
	users *users.Service
}

func open(t *testing.T) staff {
	t.Helper()
	h := gatetest.Open(t)
	return staff{House: h, users: users.New(h.Gate, gatetest.Hasher{}, h.IDs, h.Clock)}
}

func newcomer(name string) driving.NewUser {
	return driving.NewUser{Username: name, Email: name + "@example.com", Password: secret.New("correct horse")}
}

func fieldsOf(err error) []string {
	var fields []string
	for _, v := range fault.ViolationsOf(err) {
		fields = append(fields, v.Field)
	}
	return fields
}

func TestCreate_AnAdministratorMakesColleagues(t *testing.T) {
	t.Parallel()
	s := open(t)
	u, err := s.users.Create(s.As(t, actor.Admin), newcomer("ana"))
	require.NoError(t, err)
	require.Equal(t, s.Acme, u.State().Company)
	require.Equal(t, actor.Analyst, u.State().Role)
	require.Equal(t, secret.New("correct horse"), u.State().PasswordHash)
	entry := s.LastEntry(t)
	require.Equal(t, [2]any{nil, secret.Mask}, entry.Changes["password"])
}

func TestCreate_NobodyGrantsMoreThanTheyHave(t *testing.T) {
	t.Parallel()
	s := open(t)
	n := newcomer("eve")
	n.Role = "superuser"
	_, err := s.users.Create(s.As(t, actor.Admin), n)
	require.True(t, fault.Is(err, fault.Forbidden))
	_, err = s.users.Create(s.As(t, actor.Analyst), newcomer("eve"))
	require.True(t, fault.Is(err, fault.Forbidden))
	u, err := s.users.Create(s.As(t, actor.Superuser), n)
	require.NoError(t, err)
	require.Empty(t, u.State().Company)
}

func TestCreate_TellsEverythingThatIsWrongAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t)
	_, err := s.users.Create(s.As(t, actor.Admin), driving.NewUser{
		Username: strings.Repeat("x", 151), Email: "no address", Password: secret.New("short"), Role: "king", Company: s.Zeta,
	})
	require.ElementsMatch(t, []string{"username", "email", "password", "role", "company"}, fieldsOf(err))
}

func TestCreate_ASuperuserNamesACompanyThatIsThere(t *testing.T) {
	t.Parallel()
	s := open(t)
	ctx := s.As(t, actor.Superuser)
	n := newcomer("ana")
	_, err := s.users.Create(ctx, n)
	require.Equal(t, []string{"company"}, fieldsOf(err))
	n.Company = "01900000-0000-7000-8000-0000000000ff"
	_, err = s.users.Create(ctx, n)
	require.Equal(t, []string{"company"}, fieldsOf(err))
	n.Company = s.Zeta
	_, err = s.users.Create(ctx, n)
	require.NoError(t, err)
}

func TestCreate_NamesAreTakenInAnyCase(t *testing.T) {
	t.Parallel()
	s := open(t)
	ctx := s.As(t, actor.Admin)
	_, err := s.users.Create(ctx, newcomer("ana"))
	require.NoError(t, err)
	twin := newcomer("ANA")
	twin.Email = "other@example.com"
	_, err = s.users.Create(ctx, twin)
	var conflict *fault.Error
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, "duplicate_username", conflict.Code)
}

func TestBootstrap_MakesOneSuperuserOnce(t *testing.T) {
	t.Parallel()
	s := open(t)
	made, err := s.users.Bootstrap(t.Context(), newcomer("root"))
	require.NoError(t, err)
	require.True(t, made)
	require.Equal(t, "bootstrap", s.LastEntry(t).Action)
	made, err = s.users.Bootstrap(t.Context(), newcomer("root2"))
	require.NoError(t, err)
	require.False(t, made)
	made, err = s.users.AddSuperuser(t.Context(), newcomer("root3"))
	require.NoError(t, err)
	require.True(t, made)
	_, err = s.users.AddSuperuser(t.Context(), driving.NewUser{Username: "x", Email: "x@example.com", Password: secret.New("short")})
	require.True(t, fault.Is(err, fault.Invalid))
}

func TestUpdate_EveryoneTheirOwnNamesOnly(t *testing.T) {
	t.Parallel()
	s := open(t)
	me := s.User(t, actor.ReadOnly, s.Acme)
	ctx := s.ActAs(t, me)
	first, role, password := "Ana", "admin_company", secret.New("another password")
	u, err := s.users.Update(ctx, me.ID(), driving.UserPatch{FirstName: &first}, nil)
	require.NoError(t, err)
	require.Equal(t, "Ana", u.State().FirstName)
	require.Equal(t, "update", s.LastEntry(t).Action)

	for name, p := range map[string]driving.UserPatch{
		"role": {Role: &role}, "password": {Password: &password}, "both": {FirstName: &first, Role: &role},
	} {
		_, err := s.users.Update(ctx, me.ID(), p, nil)
		require.True(t, fault.Is(err, fault.Forbidden), name)
	}
	colleague := s.User(t, actor.ReadOnly, s.Acme)
	_, err = s.users.Update(ctx, colleague.ID(), driving.UserPatch{FirstName: &first}, nil)
	require.True(t, fault.Is(err, fault.Forbidden))
}

func TestUpdate_AnAdministratorChangesColleagues(t *testing.T) {
	t.Parallel()
	s := open(t)
	ctx := s.As(t, actor.Admin)
	u := s.User(t, actor.Analyst, s.Acme)
	role, password, off, version := "read_only", secret.New("another password"), false, 99
	_, err := s.users.Update(ctx, u.ID(), driving.UserPatch{Role: &role}, &version)
	require.True(t, fault.Is(err, fault.Stale))
	changed, err := s.users.Update(ctx, u.ID(), driving.UserPatch{Role: &role, Password: &password, IsActive: &off}, nil)
	require.NoError(t, err)
	require.Equal(t, actor.ReadOnly, changed.State().Role)
	require.Equal(t, 1, changed.State().Epoch)
	require.Equal(t, [2]any{secret.Mask, secret.Mask}, s.LastEntry(t).Changes["password"])

	same := secret.New(u.State().Email)
	_, err = s.users.Update(ctx, u.ID(), driving.UserPatch{Password: &same}, nil)
	require.Equal(t, []string{"password"}, fieldsOf(err))
	renamed, mail := "anabel", "anabel@example.com"
	taken := secret.New("anabel@example.com")
	_, err = s.users.Update(ctx, u.ID(), driving.UserPatch{Username: &renamed, Email: &mail, Password: &taken}, nil)
	require.Equal(t, []string{"password"}, fieldsOf(err), "judged by the names the user will have")

	king := "king"
	_, err = s.users.Update(ctx, u.ID(), driving.UserPatch{Role: &king}, nil)
	require.Equal(t, []string{"role"}, fieldsOf(err))
	highest := "superuser"
	_, err = s.users.Update(ctx, u.ID(), driving.UserPatch{Role: &highest}, nil)
	require.True(t, fault.Is(err, fault.Forbidden))
}

func TestUsers_AnotherCompanysDoNotExist(t *testing.T) {
	t.Parallel()
	s := open(t)
	stranger := s.User(t, actor.Analyst, s.Zeta).ID()
	ctx := s.As(t, actor.Admin)
	first, password := "Eve", secret.New("another password")
	_, err := s.users.Find(ctx, stranger)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = s.users.Update(ctx, stranger, driving.UserPatch{FirstName: &first}, nil)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = s.users.Update(ctx, stranger, driving.UserPatch{Password: &password}, nil)
	require.True(t, fault.Is(err, fault.NotFound))
	require.True(t, fault.Is(s.users.Remove(ctx, stranger, nil), fault.NotFound))
}

func TestRemove_KeepsHistoryAndTheLastOfAKind(t *testing.T) {
	t.Parallel()
	s := open(t)
	boss := s.User(t, actor.Admin, s.Acme)
	ctx := s.ActAs(t, boss)
	u := s.User(t, actor.Analyst, s.Acme)
	stale := 99
	require.True(t, fault.Is(s.users.Remove(ctx, u.ID(), &stale), fault.Stale))
	require.NoError(t, s.users.Remove(ctx, u.ID(), nil))
	_, err := s.users.Find(ctx, u.ID())
	require.True(t, fault.Is(err, fault.NotFound))
	require.Equal(t, u.State().Username, s.LastEntry(t).Entity.Name, "history keeps the name")

	err = s.users.Remove(ctx, boss.ID(), nil)
	require.True(t, fault.Is(err, fault.Conflict), "nobody could undo it: %v", err)
	demoted := "analyst_company"
	_, err = s.users.Update(ctx, boss.ID(), driving.UserPatch{Role: &demoted}, nil)
	require.True(t, fault.Is(err, fault.Conflict))
	second := s.User(t, actor.Admin, s.Acme)
	require.NoError(t, s.users.Remove(ctx, boss.ID(), nil))
	root := s.User(t, actor.Superuser, "")
	require.NoError(t, s.users.Remove(s.ActAs(t, root), second.ID(), nil), "a superuser can undo it")
	require.True(t, fault.Is(s.users.Remove(s.ActAs(t, root), root.ID(), nil), fault.Conflict))
}

func TestMe_IsWhoeverAsks(t *testing.T) {
	t.Parallel()
	s := open(t)
	me := s.User(t, actor.ReadOnly, s.Acme)
	u, err := s.users.Me(s.ActAs(t, me))
	require.NoError(t, err)
	require.Equal(t, me.ID(), u.ID())

	machine := actor.From(s.ActAs(t, me))
	machine.Type = actor.APIKey
	_, err = s.users.Me(actor.With(t.Context(), machine))
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = s.users.Me(t.Context())
	require.True(t, fault.Is(err, fault.Unauthenticated))
}

func TestList_ShowsOnesOwnCompany(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.User(t, actor.Analyst, s.Zeta)
	ctx := s.As(t, actor.ReadOnly)
	found, err := s.users.List(ctx, identity.UserQuery{}, page.Request{})
	require.NoError(t, err)
	require.Len(t, found.Items, 1)
}
