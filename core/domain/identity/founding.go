package identity

import (
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/secret"
)

// Founding is the one change in which a company and its first administrator
// come to be.
type Founding struct {
	Company *Company
	Admin   *User // nil when none was asked for
}

// AuditRef names the company.
func (f Founding) AuditRef() audit.Ref { return f.Company.AuditRef() }

// AuditChanges returns the company's fields.
func (f Founding) AuditChanges() audit.Changes { return f.Company.AuditChanges() }

// AuditMetadata names the administrator.
func (f Founding) AuditMetadata() map[string]any {
	if f.Admin == nil {
		return nil
	}
	return map[string]any{"admin_user": map[string]any{
		"id": string(f.Admin.is.ID), "username": f.Admin.is.Username, "email": f.Admin.is.Email,
	}}
}

// IssuedKey is a new API key with its secret, for the one time it is shown.
type IssuedKey struct {
	*APIKey
	Secret secret.Text
}
