package identity_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/secret"
)

func acme() *identity.Company {
	return identity.RestoreCompany(identity.CompanyState{
		ID: "acme", Name: "Acme", IsActive: true, CreatedAt: dawn, UpdatedAt: dawn, UserCount: 3,
	})
}

func TestNewCompany_IsActive(t *testing.T) {
	t.Parallel()
	c, err := identity.NewCompany("acme", strings.Repeat("é", 255), noon)
	require.NoError(t, err)
	want := identity.CompanyState{ID: "acme", Name: strings.Repeat("é", 255), IsActive: true, CreatedAt: noon, UpdatedAt: noon}
	require.Empty(t, cmp.Diff(want, c.State()))
	for name, want := range map[string]string{"": "name required", " ": "name required", strings.Repeat("é", 256): "name too_long", "a\x00": "name invalid"} {
		_, err := identity.NewCompany("acme", name, noon)
		require.Equal(t, []string{want}, broken(err))
	}
}

func TestCompany_PatchChangesWhatIsGiven(t *testing.T) {
	t.Parallel()
	c := acme()
	require.NoError(t, c.Apply(identity.CompanyPatch{Name: new("Acme"), IsActive: new(true)}, noon))
	require.True(t, c.Unchanged())
	require.Equal(t, dawn, c.State().UpdatedAt)

	require.NoError(t, c.Apply(identity.CompanyPatch{IsActive: new(false)}, noon))
	require.Equal(t, audit.Changes{"is_active": {true, false}}, c.AuditChanges())
	require.Equal(t, noon, c.State().UpdatedAt)
	require.Equal(t, []string{"name required"}, broken(c.Apply(identity.CompanyPatch{Name: new("")}, noon)))
	require.NoError(t, c.Apply(identity.CompanyPatch{Name: new("Acme & Sons")}, noon))
	require.Equal(t, audit.Ref{Type: "company", ID: "acme", Name: "Acme & Sons", Company: "acme"}, c.AuditRef())
}

func TestFounding_IsAboutTheCompanyAndNamesTheAdministrator(t *testing.T) {
	t.Parallel()
	c, err := identity.NewCompany("acme", "Acme", noon)
	require.NoError(t, err)
	alone := identity.Founding{Company: c}
	require.Equal(t, "acme", alone.AuditRef().ID)
	require.Equal(t, [2]any{nil, "Acme"}, alone.AuditChanges()["name"])
	require.Nil(t, alone.AuditMetadata())
	both := identity.Founding{Company: c, Admin: ana(nil)}
	require.Equal(t, map[string]any{"admin_user": map[string]any{"id": "u1", "username": "ana", "email": "ana@acme.example"}}, both.AuditMetadata())
}

func TestIssuedKey_DoesNotPrintItsSecret(t *testing.T) {
	t.Parallel()
	k, err := identity.NewAPIKey(keyState(nil))
	require.NoError(t, err)
	issued := identity.IssuedKey{APIKey: k, Secret: secret.New("siq_planted")}
	require.NotContains(t, issued.AuditChanges(), "planted")
	require.Equal(t, "k1", issued.AuditRef().ID)
}

func TestSaved_IsTheNextVersionAndNoChange(t *testing.T) {
	t.Parallel()
	c, u, s := acme(), ana(nil), session(nil)
	c.Saved()
	u.Saved()
	s.Saved()
	require.Equal(t, []int{1, 1, 1}, []int{c.State().Version, u.State().Version, s.State().Version})
	require.True(t, c.Unchanged())
	require.True(t, u.Unchanged())
	require.Equal(t, c.State().ID, c.ID())
}
