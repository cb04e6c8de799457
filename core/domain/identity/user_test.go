package identity_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

var (
	dawn = time.Date(2026, 5, 1, 6, 0, 0, 0, time.UTC)
	noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
)

func ana(change func(*identity.UserState)) *identity.User {
	s := identity.UserState{
		ID: "u1", Username: "ana", Email: "ana@acme.example", FirstName: "Ana", LastName: "Bo", Role: actor.Analyst,
		Company: "acme", IsActive: true, PasswordHash: secret.New("hash"), Epoch: 4, JoinedAt: dawn,
	}
	if change != nil {
		change(&s)
	}
	return identity.RestoreUser(s)
}

func root(change func(*identity.UserState)) *identity.User {
	return ana(func(s *identity.UserState) {
		s.Role, s.Company = actor.Superuser, ""
		if change != nil {
			change(s)
		}
	})
}

func fresh(change func(*identity.NewUser)) identity.NewUser {
	n := identity.NewUser{
		ID: "u1", Username: "ana", Email: "ana@acme.example", Role: actor.Analyst, Company: "acme", Hash: secret.New("hash"),
	}
	if change != nil {
		change(&n)
	}
	return n
}

// broken lists violations as "field code".
func broken(err error) []string {
	var list []string
	for _, v := range fault.ViolationsOf(err) {
		list = append(list, v.Field+" "+v.Code)
	}
	return list
}

func TestCreateUser_IsActiveUnlessSaidOtherwise(t *testing.T) {
	t.Parallel()
	u, err := identity.CreateUser(fresh(nil), noon)
	require.NoError(t, err)
	want := identity.UserState{
		ID: "u1", Username: "ana", Email: "ana@acme.example", Role: actor.Analyst, Company: "acme", IsActive: true,
		PasswordHash: secret.New("hash"), JoinedAt: noon,
	}
	require.Empty(t, cmp.Diff(want, u.State()))
	require.Equal(t, identity.UserID("u1"), u.ID())
	require.Equal(t, [2]any{nil, secret.Mask}, u.AuditChanges()["password"])
	require.Equal(t, [2]any{nil, "analyst_company"}, u.AuditChanges()["role"])

	u, err = identity.CreateUser(fresh(func(n *identity.NewUser) { n.Inactive = true }), noon)
	require.NoError(t, err)
	require.False(t, u.State().IsActive)
}

func TestCreateUser_ASuperuserHasNoCompanyEverybodyElseOne(t *testing.T) {
	t.Parallel()
	for _, role := range append(actor.Roles(), actor.Nobody, 77) {
		for _, company := range []tenant.ID{"", "acme"} {
			_, err := identity.CreateUser(fresh(func(n *identity.NewUser) { n.Role, n.Company = role, company }), noon)
			known := role.Includes(actor.ReadOnly)
			fits := (role == actor.Superuser) == (company == "")
			require.Equal(t, known && fits, err == nil, "%v in %q: %v", role, company, err)
		}
	}
}

func TestCreateUser_AllFaultsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	_, err := identity.CreateUser(identity.NewUser{
		Username: " ana", Email: "ana", FirstName: strings.Repeat("é", 151), LastName: "\x00",
	}, noon)
	require.Equal(t, []string{
		"username invalid", "email invalid", "first_name too_long", "last_name invalid", "role invalid", "company required",
	}, broken(err))
}

func TestCreateUser_Usernames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"ana": nil, "Ana Bo": nil, "ana@acme.example": nil, "阿娜": nil, strings.Repeat("é", 150): nil,
		"": {"username required"}, " ": {"username required", "username invalid"}, "ana ": {"username invalid"},
		"a\nb": {"username invalid"}, "a\x7f": {"username invalid"}, strings.Repeat("é", 151): {"username too_long"},
	} {
		_, err := identity.CreateUser(fresh(func(n *identity.NewUser) { n.Username = name }), noon)
		require.Equal(t, want, broken(err), "%q", name)
	}
}

func TestCreateUser_Emails(t *testing.T) {
	t.Parallel()
	for _, email := range []string{"a@b", "ana.bo+x@acme.example", "ANA@ACME.EXAMPLE", "ü@bücher.example"} {
		_, err := identity.CreateUser(fresh(func(n *identity.NewUser) { n.Email = email }), noon)
		require.NoError(t, err, email)
	}
	for _, email := range []string{
		"", "ana", "@b", "a@", "a b@c", "Ana <ana@acme.example>", "<ana@acme.example>", "a@b, c@d", "a@b\r\nBcc: c@d", "a@b\n",
		`"a b"@c`, "a@b ", "a\x00@b", strings.Repeat("a", 250) + "@b.example",
	} {
		_, err := identity.CreateUser(fresh(func(n *identity.NewUser) { n.Email = email }), noon)
		require.True(t, fault.Is(err, fault.Invalid), "%q", email)
	}
}

func TestApply_ChangesWhatIsGivenAndNothingElse(t *testing.T) {
	t.Parallel()
	u := ana(nil)
	want := u.State()
	require.NoError(t, u.Apply(identity.UserPatch{
		Username: new("bo"), Email: new("bo@acme.example"), FirstName: new(""), LastName: new("B"),
	}))
	want.Username, want.Email, want.FirstName, want.LastName = "bo", "bo@acme.example", "", "B"
	require.Empty(t, cmp.Diff(want, u.State()), "names and address end no session")
	require.NoError(t, ana(nil).Apply(identity.UserPatch{}))
}

func TestApply_AllFaultsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	u := ana(nil)
	err := u.Apply(identity.UserPatch{
		Username: new(""), Email: new("x"), FirstName: new("\xff"), LastName: new(strings.Repeat("a", 151)), Role: new(actor.Superuser),
	})
	require.Equal(t, []string{
		"username required", "email invalid", "first_name invalid", "last_name too_long", "role invalid",
	}, broken(err))
	require.True(t, u.Unchanged())
}

func TestApply_RolesFitTheCompany(t *testing.T) {
	t.Parallel()
	for _, role := range append(actor.Roles(), actor.Nobody, 77) {
		require.Equal(t, role.Includes(actor.ReadOnly) && role != actor.Superuser, ana(nil).Apply(identity.UserPatch{Role: &role}) == nil, "%v", role)
		require.Equal(t, role == actor.Superuser, root(nil).Apply(identity.UserPatch{Role: &role}) == nil, "%v", role)
	}
}

func TestUser_EpochGrowsWithWhatEndsSessions(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		do   func(*identity.User) error
		want int
	}{
		"nothing":   {func(u *identity.User) error { return u.Apply(identity.UserPatch{}) }, 4},
		"name":      {func(u *identity.User) error { return u.Apply(identity.UserPatch{Username: new("bo")}) }, 4},
		"login":     {func(u *identity.User) error { u.LoggedIn(noon); return nil }, 4},
		"same role": {func(u *identity.User) error { return u.Apply(identity.UserPatch{Role: new(actor.Analyst)}) }, 4},
		"same password": {func(u *identity.User) error {
			return u.Apply(identity.UserPatch{PasswordHash: new(secret.New("hash"))})
		}, 4},
		"raised":      {func(u *identity.User) error { return u.Apply(identity.UserPatch{Role: new(actor.Admin)}) }, 5},
		"lowered":     {func(u *identity.User) error { return u.Apply(identity.UserPatch{Role: new(actor.ReadOnly)}) }, 5},
		"deactivated": {func(u *identity.User) error { return u.Apply(identity.UserPatch{IsActive: new(false)}) }, 5},
		"new password": {func(u *identity.User) error {
			return u.Apply(identity.UserPatch{PasswordHash: new(secret.New("other"))})
		}, 5},
		"all of them": {func(u *identity.User) error {
			return u.Apply(identity.UserPatch{Role: new(actor.Admin), IsActive: new(false), PasswordHash: new(secret.New("other"))})
		}, 5},
		"removed": {func(u *identity.User) error { u.Remove(noon); return nil }, 5},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := ana(nil)
			require.NoError(t, c.do(u))
			require.Equal(t, c.want, u.State().Epoch)
		})
	}
}

func TestUser_RemovedLeavesNoProfileAndHistoryKeepsTheName(t *testing.T) {
	t.Parallel()
	u := ana(nil)
	u.Remove(noon)
	s := u.State()
	require.Equal(t, "deleted-u1", s.Username)
	require.Equal(t, "deleted-u1@deleted.invalid", s.Email)
	require.Empty(t, s.FirstName+s.LastName)
	require.True(t, s.PasswordHash.Empty())
	require.False(t, s.IsActive)
	require.Equal(t, noon, s.DeletedAt)
	require.Equal(t, audit.Ref{Type: "user", ID: "u1", Name: "ana", Company: "acme"}, u.AuditRef())
	require.Equal(t, [2]any{secret.Mask, nil}, u.AuditChanges()["password"])

	made, err := identity.CreateUser(fresh(nil), noon)
	require.NoError(t, err)
	require.Equal(t, "ana", made.AuditRef().Name, "a new user has only one name")
}

func TestUser_LosesPowerWhenAnActiveAdministratorStopsBeingOne(t *testing.T) {
	t.Parallel()
	admin := func(s *identity.UserState) { s.Role = actor.Admin }
	idle := func(s *identity.UserState) { s.Role, s.IsActive = actor.Admin, false }
	off := func(u *identity.User) error { return u.Apply(identity.UserPatch{IsActive: new(false)}) }
	lower := func(u *identity.User) error { return u.Apply(identity.UserPatch{Role: new(actor.Analyst)}) }
	rename := func(u *identity.User) error { return u.Apply(identity.UserPatch{Username: new("x")}) }
	remove := func(u *identity.User) error { u.Remove(noon); return nil }
	cases := map[string]struct {
		u    *identity.User
		do   func(*identity.User) error
		role actor.Role
		lost bool
	}{
		"admin renamed":          {ana(admin), rename, actor.Admin, false},
		"admin lowered":          {ana(admin), lower, actor.Admin, true},
		"admin deactivated":      {ana(admin), off, actor.Admin, true},
		"admin removed":          {ana(admin), remove, actor.Admin, true},
		"inactive admin lowered": {ana(idle), lower, actor.Admin, false},
		"inactive admin removed": {ana(idle), remove, actor.Admin, false},
		"analyst removed":        {ana(nil), remove, actor.Analyst, false},
		"superuser deactivated":  {root(nil), off, actor.Superuser, true},
		"superuser removed":      {root(nil), remove, actor.Superuser, true},
		"superuser renamed":      {root(nil), rename, actor.Superuser, false},
		"analyst made admin":     {ana(nil), func(u *identity.User) error { return u.Apply(identity.UserPatch{Role: new(actor.Admin)}) }, actor.Analyst, false},
		"admin off and on again": {ana(admin), func(u *identity.User) error { _ = off(u); return u.Apply(identity.UserPatch{IsActive: new(true)}) }, actor.Admin, false}, //nolint:errcheck // the second speaks for both
		"superuser was inactive": {root(func(s *identity.UserState) { s.IsActive = false }), remove, actor.Superuser, false},
		"admin activated, lowered": {ana(idle), func(u *identity.User) error {
			return u.Apply(identity.UserPatch{IsActive: new(true), Role: new(actor.ReadOnly)})
		}, actor.Admin, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, c.do(c.u))
			role, lost := c.u.LosesPower()
			require.Equal(t, c.lost, lost)
			require.Equal(t, c.role, role, "the power is what the user had")
		})
	}
}

func TestUser_DisplayName(t *testing.T) {
	t.Parallel()
	for want, names := range map[string][2]string{"Ana Bo": {"Ana", "Bo"}, "Ana": {"Ana", ""}, "Bo": {"", "Bo"}, "ana": {"", " "}} {
		u := ana(func(s *identity.UserState) { s.FirstName, s.LastName = names[0], names[1] })
		require.Equal(t, want, u.DisplayName())
	}
}

func TestUser_LoginIsNoChangeOfTheProfile(t *testing.T) {
	t.Parallel()
	u := ana(nil)
	u.LoggedIn(noon)
	require.Equal(t, noon, u.State().LastLogin)
	require.True(t, u.Unchanged())
}

func TestAssignable_NobodyIsAssignable(t *testing.T) {
	t.Parallel()
	id, err := identity.Assignable(nil, "acme")
	require.NoError(t, err)
	require.Empty(t, id)
	id, err = identity.Assignable(ana(nil), "acme")
	require.NoError(t, err)
	require.Equal(t, identity.UserID("u1"), id)
	for _, company := range []tenant.ID{"", "globex"} {
		_, err = identity.Assignable(ana(nil), company)
		require.Equal(t, identity.NotAssignable(), err)
	}
}
