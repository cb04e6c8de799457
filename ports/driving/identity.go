// Package driving is what may be asked of the core: by the HTTP API, by the
// command line, by a test. Who asks is in the context (see core/domain/actor);
// every method refuses whoever may not ask with fault.Unauthenticated or
// fault.Forbidden, and what lies outside the asker's company is
// fault.NotFound.
//
// Methods that change something return the very subject of the change, so
// that an edge can render the answer that is kept for an idempotency key.
package driving

import (
	"context"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// IfVersion is the version of an object that a change was meant for; nil means
// whatever is there now. Another version is fault.Stale.
type IfVersion *int

// Tokens is what a login yields.
type Tokens struct {
	Access, Refresh secret.Text
}

// Auth finds out who somebody is.
type Auth interface {
	// Login takes a username or an e-mail address. Every failure is the same
	// fault.Unauthenticated with code "invalid_credentials"; too many are
	// fault.Limited.
	Login(ctx context.Context, login string, password secret.Text) (Tokens, error)
	// Refresh spends a refresh token. A spent one ends its whole session.
	Refresh(ctx context.Context, refresh secret.Text) (Tokens, error)
	// Authenticate resolves an access token or an API key, by what is true of
	// its owner at this moment. Failures are fault.Unauthenticated.
	Authenticate(ctx context.Context, bearer secret.Text) (actor.Actor, error)
	// Refuse puts on record that somebody came without a credential, and
	// returns the fault.Unauthenticated to answer with.
	Refuse(ctx context.Context) error
}

// NewCompany is a company to be, with its first administrator if there is one.
type NewCompany struct {
	Name  string
	Admin *NewUser // its Company and Role are ignored
}

// Companies manages customers.
type Companies interface {
	// Create makes a company and its administrator in one transaction.
	Create(ctx context.Context, n NewCompany) (identity.Founding, error)
	List(ctx context.Context, q identity.CompanyQuery, p page.Request) (page.Result[*identity.Company], error)
	Find(ctx context.Context, id tenant.ID) (*identity.Company, error)
	Update(ctx context.Context, id tenant.ID, p identity.CompanyPatch, v IfVersion) (*identity.Company, error)
	Remove(ctx context.Context, id tenant.ID, v IfVersion) error
}

// NewUser is a user to be.
type NewUser struct {
	Username, Email     string // an empty username becomes the e-mail address
	Password            secret.Text
	Role                string // empty: analyst_company
	FirstName, LastName string
	Inactive            bool
	Company             tenant.ID // only a superuser names one
}

// UserPatch changes what is not nil.
type UserPatch struct {
	Username, Email     *string
	FirstName, LastName *string
	Role                *string
	IsActive            *bool
	Password            *secret.Text
}

// Users manages people.
type Users interface {
	Create(ctx context.Context, n NewUser) (*identity.User, error)
	List(ctx context.Context, q identity.UserQuery, p page.Request) (page.Result[*identity.User], error)
	Find(ctx context.Context, id identity.UserID) (*identity.User, error)
	// Me returns whoever asks; an API key is nobody in this sense.
	Me(ctx context.Context) (*identity.User, error)
	// Update changes a user: administrators all of it, everyone their own names
	// and e-mail address.
	Update(ctx context.Context, id identity.UserID, p UserPatch, v IfVersion) (*identity.User, error)
	Remove(ctx context.Context, id identity.UserID, v IfVersion) error
}

// NewAPIKey is a key to be.
type NewAPIKey struct {
	Name, Role string
	ExpiresAt  time.Time // zero: never
	Company    tenant.ID // only a superuser names one
}

// APIKeys manages the credentials of machines.
type APIKeys interface {
	// Create returns the key with its secret, which is shown this once.
	Create(ctx context.Context, n NewAPIKey) (identity.IssuedKey, error)
	List(ctx context.Context, company tenant.ID, p page.Request) (page.Result[*identity.APIKey], error)
	Find(ctx context.Context, id identity.KeyID) (*identity.APIKey, error)
	Revoke(ctx context.Context, id identity.KeyID) error
}
