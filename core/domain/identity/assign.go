package identity

import (
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// Assignable returns the id of a user who may be given work of the company; nil
// is nobody. A user of another company, an inactive one and one that does not
// exist look the same to the caller.
func Assignable(u *User, company tenant.ID) (UserID, error) {
	if u == nil {
		return "", nil
	}
	if !u.MayBeAssigned(company) {
		return "", NotAssignable()
	}
	return u.is.ID, nil
}

// MayBeAssigned reports whether the user may be given work of the company, or
// told of it: they belong to it and are active.
func (u *User) MayBeAssigned(company tenant.ID) bool {
	return u.is.Company == company && u.is.IsActive && u.is.DeletedAt.IsZero()
}

// NotAssignable is the error for an assignee who cannot be given the work.
func NotAssignable() error {
	return fault.Field("assignee", fault.CodeInvalid, "must be an active user of the company")
}
