package httpapi

import (
	"time"

	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/driving"
)

// tokenBody is what a login yields.
type tokenBody struct {
	Refresh string `json:"refresh" example:"eyJhbGciOiJIUzI1NiJ9..."` // good once, for the next pair
	Access  string `json:"access" example:"eyJhbGciOiJIUzI1NiJ9..."`  // for the Authorization header
} //	@name	TokenPair

func showTokens(t driving.Tokens) reply {
	return reply{body: tokenBody{Refresh: t.Refresh.Reveal(), Access: t.Access.Reveal()}}
}

// loginIn names somebody by username or by e-mail address.
type loginIn struct {
	Username string      `json:"username" example:"adminsentinel"`
	Email    string      `json:"email" example:"admin@example.com"`
	Password secret.Text `json:"password" swaggertype:"string" example:"change-me-in-production" validate:"required"`
} //	@name	Login

type refreshIn struct {
	Refresh secret.Text `json:"refresh" swaggertype:"string" validate:"required"`
} //	@name	Refresh

// userBody is a user as everybody in the company sees it.
type userBody struct {
	ID         string  `json:"id" example:"0198c0de-0000-7000-8000-000000000001" format:"uuid"`
	Username   string  `json:"username" example:"new_analyst"`
	Email      string  `json:"email" example:"analyst@company.com"`
	FirstName  string  `json:"first_name" example:"New"`
	LastName   string  `json:"last_name" example:"Analyst"`
	Role       string  `json:"role" enums:"superuser,admin_company,analyst_company,read_only"`
	Company    *string `json:"company" extensions:"x-nullable" format:"uuid"` // null for superusers
	IsActive   bool    `json:"is_active" example:"true"`
	DateJoined string  `json:"date_joined" format:"date-time"`
	LastLogin  *string `json:"last_login" extensions:"x-nullable" format:"date-time"`
} //	@name	User

func userOf(u *identity.User) userBody {
	s := u.State()
	return userBody{
		ID: string(s.ID), Username: s.Username, Email: s.Email, FirstName: s.FirstName, LastName: s.LastName,
		Role: s.Role.String(), Company: orNull(s.Company), IsActive: s.IsActive,
		DateJoined: at(s.JoinedAt), LastLogin: atOrNull(s.LastLogin),
	}
}

// userIn is a new user.
type userIn struct {
	Username  string      `json:"username" example:"new_analyst" maxLength:"150"` // left out: the e-mail address
	Email     string      `json:"email" example:"analyst@company.com" maxLength:"254" validate:"required"`
	Password  secret.Text `json:"password" swaggertype:"string" example:"secure_password" minLength:"8" maxLength:"128" validate:"required"`
	Role      string      `json:"role" enums:"superuser,admin_company,analyst_company,read_only" default:"analyst_company"`
	FirstName string      `json:"first_name" example:"New" maxLength:"150"`
	LastName  string      `json:"last_name" example:"Analyst" maxLength:"150"`
	IsActive  *bool       `json:"is_active" default:"true"`
	Company   string      `json:"company" format:"uuid"` // superusers only, who must name it
	readOnlyUser
} //	@name	NewUser

// readOnlyUser are the fields of a user that nobody sets.
type readOnlyUser struct {
	ID         any `json:"id" bind:"readonly" swaggerignore:"true"`
	DateJoined any `json:"date_joined" bind:"readonly" swaggerignore:"true"`
	LastLogin  any `json:"last_login" bind:"readonly" swaggerignore:"true"`
}

func (in *userIn) user() driving.NewUser {
	return driving.NewUser{
		Username: in.Username, Email: in.Email, Password: in.Password, Role: in.Role, FirstName: in.FirstName,
		LastName: in.LastName, Inactive: in.IsActive != nil && !*in.IsActive, Company: tenant.ID(in.Company),
	}
}

// userPatchIn changes a user. Everyone may change their own names and address.
type userPatchIn struct {
	Username  Optional[string]      `json:"username" swaggertype:"string" maxLength:"150"`
	Email     Optional[string]      `json:"email" swaggertype:"string" maxLength:"254"`
	FirstName Optional[string]      `json:"first_name" swaggertype:"string" maxLength:"150"`
	LastName  Optional[string]      `json:"last_name" swaggertype:"string" maxLength:"150"`
	Role      Optional[string]      `json:"role" swaggertype:"string" bind:"notnull" enums:"superuser,admin_company,analyst_company,read_only"`
	IsActive  Optional[bool]        `json:"is_active" swaggertype:"boolean" bind:"notnull"`
	Password  Optional[secret.Text] `json:"password" swaggertype:"string" bind:"notnull" minLength:"8" maxLength:"128"`
	Company   any                   `json:"company" bind:"readonly" swaggerignore:"true"`
	whole
	readOnlyUser
} //	@name	UserPatch

func (in *userPatchIn) patch() driving.UserPatch {
	return driving.UserPatch{
		Username: in.Username.Ptr(), Email: in.Email.Ptr(), FirstName: in.FirstName.Ptr(), LastName: in.LastName.Ptr(),
		Role: in.Role.Ptr(), IsActive: in.IsActive.Ptr(), Password: in.Password.Ptr(),
	}
}

func (in *userPatchIn) replacement() driving.UserPatch {
	p := in.patch()
	p.Username, p.Email = in.Username.Or(""), in.Email.Or("")
	p.FirstName, p.LastName = in.FirstName.Or(""), in.LastName.Or("")
	return p
}

// companyBody is a customer.
type companyBody struct {
	ID        string    `json:"id" example:"0198c0de-0000-7000-8000-000000000001" format:"uuid"`
	Name      string    `json:"name" example:"New Company"`
	IsActive  bool      `json:"is_active" example:"true"`
	UserCount int       `json:"user_count" example:"1"`
	CreatedAt string    `json:"created_at" format:"date-time"`
	UpdatedAt string    `json:"updated_at" format:"date-time"`
	AdminUser *userBody `json:"admin_user,omitempty" extensions:"x-omitempty"` // only in the answer that makes one
} //	@name	Company

func companyOf(c *identity.Company) companyBody {
	s := c.State()
	return companyBody{
		ID: string(s.ID), Name: s.Name, IsActive: s.IsActive, UserCount: s.UserCount,
		CreatedAt: at(s.CreatedAt), UpdatedAt: at(s.UpdatedAt),
	}
}

// foundingOf is a new company with its first administrator.
func foundingOf(f identity.Founding) companyBody {
	body := companyOf(f.Company)
	if f.Admin != nil {
		admin := userOf(f.Admin)
		body.AdminUser, body.UserCount = &admin, max(body.UserCount, 1)
	}
	return body
}

type companyIn struct {
	Name      string   `json:"name" example:"New Company" maxLength:"255" validate:"required"`
	AdminUser *adminIn `json:"admin_user"` // the first administrator, in the same transaction
	IsActive  any      `json:"is_active" bind:"readonly" swaggerignore:"true"`
	readOnlyCompany
} //	@name	NewCompany

// readOnlyCompany are the fields of a company that nobody sets.
type readOnlyCompany struct {
	ID        any `json:"id" bind:"readonly" swaggerignore:"true"`
	UserCount any `json:"user_count" bind:"readonly" swaggerignore:"true"`
	CreatedAt any `json:"created_at" bind:"readonly" swaggerignore:"true"`
	UpdatedAt any `json:"updated_at" bind:"readonly" swaggerignore:"true"`
}

// adminIn is the first administrator of a new company.
type adminIn struct {
	Email     string      `json:"email" example:"admin@company.com" maxLength:"254" validate:"required"`
	Password  secret.Text `json:"password" swaggertype:"string" example:"secure_password" minLength:"8" maxLength:"128" validate:"required"`
	Username  string      `json:"username" example:"new_admin" maxLength:"150"` // left out: the e-mail address
	FirstName string      `json:"first_name" maxLength:"150"`
	LastName  string      `json:"last_name" maxLength:"150"`
} //	@name	NewAdmin

func (in *companyIn) company() driving.NewCompany {
	n := driving.NewCompany{Name: in.Name}
	if u := in.AdminUser; u != nil {
		n.Admin = &driving.NewUser{
			Email: u.Email, Password: u.Password, Username: u.Username, FirstName: u.FirstName, LastName: u.LastName,
		}
	}
	return n
}

type companyPatchIn struct {
	Name     Optional[string] `json:"name" swaggertype:"string" maxLength:"255"`
	IsActive Optional[bool]   `json:"is_active" swaggertype:"boolean" bind:"notnull"` // false ends every session and key of the company
	whole
	readOnlyCompany
} //	@name	CompanyPatch

func (in *companyPatchIn) patch() identity.CompanyPatch {
	return identity.CompanyPatch{Name: in.Name.Ptr(), IsActive: in.IsActive.Ptr()}
}

func (in *companyPatchIn) replacement() identity.CompanyPatch {
	p := in.patch()
	p.Name = in.Name.Or("")
	return p
}

// keyBody is an API key without the key itself.
type keyBody struct {
	ID         string  `json:"id" example:"0198c0de-0000-7000-8000-000000000001" format:"uuid"`
	Company    string  `json:"company" format:"uuid"`
	Name       string  `json:"name" example:"EDR forwarder"`
	Role       string  `json:"role" enums:"admin_company,analyst_company,read_only"`
	Prefix     string  `json:"prefix" example:"siq_4fZk"` // the readable start of the key
	CreatedBy  *string `json:"created_by" extensions:"x-nullable" format:"uuid"`
	CreatedAt  string  `json:"created_at" format:"date-time"`
	ExpiresAt  *string `json:"expires_at" extensions:"x-nullable" format:"date-time"`
	LastUsedAt *string `json:"last_used_at" extensions:"x-nullable" format:"date-time"`
	Key        string  `json:"key,omitempty" extensions:"x-omitempty"` // only in the answer that makes it
} //	@name	APIKey

func keyOf(k *identity.APIKey) keyBody {
	s := k.State()
	return keyBody{
		ID: string(s.ID), Company: string(s.Company), Name: s.Name, Role: s.Role.String(), Prefix: s.Prefix,
		CreatedBy: orNull(s.CreatedBy), CreatedAt: at(s.CreatedAt), ExpiresAt: atOrNull(s.ExpiresAt),
		LastUsedAt: atOrNull(s.LastUsedAt),
	}
}

type keyIn struct {
	Name      string    `json:"name" example:"EDR forwarder" maxLength:"100" validate:"required"`
	Role      string    `json:"role" enums:"admin_company,analyst_company,read_only" validate:"required"`
	ExpiresAt time.Time `json:"expires_at"`
	Company   string    `json:"company" format:"uuid"` // superusers only, who must name it
	readOnlyKey
} //	@name	NewAPIKey

func (in *keyIn) key() driving.NewAPIKey {
	return driving.NewAPIKey{Name: in.Name, Role: in.Role, ExpiresAt: in.ExpiresAt, Company: tenant.ID(in.Company)}
}

// issuedOf is a new key, for the one time that it is shown.
func issuedOf(k identity.IssuedKey) keyBody {
	body := keyOf(k.APIKey)
	body.Key = k.Secret.Reveal()
	return body
}

// readOnlyKey are the fields of a key that nobody sets.
type readOnlyKey struct {
	ID         any `json:"id" bind:"readonly" swaggerignore:"true"`
	Prefix     any `json:"prefix" bind:"readonly" swaggerignore:"true"`
	CreatedBy  any `json:"created_by" bind:"readonly" swaggerignore:"true"`
	CreatedAt  any `json:"created_at" bind:"readonly" swaggerignore:"true"`
	LastUsedAt any `json:"last_used_at" bind:"readonly" swaggerignore:"true"`
	Key        any `json:"key" bind:"readonly" swaggerignore:"true"`
}
