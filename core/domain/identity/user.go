package identity

import (
	"cmp"
	"net/mail"
	"strings"
	"time"
	"unicode"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// UserID identifies a user.
type UserID string

// User is a person who may log in.
type User struct {
	was, is UserState
}

// UserState is a user as stores and edges see it.
type UserState struct {
	ID           UserID
	Username     string      `audit:"username"`
	Email        string      `audit:"email"`
	FirstName    string      `audit:"first_name"`
	LastName     string      `audit:"last_name"`
	Role         actor.Role  `audit:"role"`
	Company      tenant.ID   `audit:"company"` // empty for superusers
	IsActive     bool        `audit:"is_active"`
	PasswordHash secret.Text `audit:"password"`
	// Epoch counts the changes after which earlier sessions are worth nothing:
	// of password, role and activation. Tokens carry it.
	Epoch     int
	JoinedAt  time.Time
	LastLogin time.Time // zero: never
	DeletedAt time.Time `audit:"deleted_at"` // zero: not deleted
	Version   int
}

const (
	maxUsername = 150
	maxEmail    = 254
	maxName     = 150
)

// NewUser is what a new user is made of. Hash is the hashed password.
type NewUser struct {
	ID                  UserID
	Username, Email     string
	FirstName, LastName string
	Role                actor.Role
	Company             tenant.ID
	Inactive            bool
	Hash                secret.Text
}

// CreateUser makes a user. A superuser has no company, everybody else has one.
func CreateUser(n NewUser, now time.Time) (*User, error) {
	var v fault.Violations
	checkUsername(&v, n.Username)
	checkEmail(&v, n.Email)
	checkLogins(&v, n.Username, n.Email)
	v.Optional("first_name", n.FirstName, maxName)
	v.Optional("last_name", n.LastName, maxName)
	checkRole(&v, n.Role)
	switch {
	case n.Role == actor.Superuser && n.Company != "":
		v.Add("company", fault.CodeInvalid, "a superuser belongs to no company")
	case n.Role != actor.Superuser && n.Company == "":
		v.Add("company", fault.CodeRequired, "this field is required")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return &User{is: UserState{
		ID: n.ID, Username: n.Username, Email: n.Email, FirstName: n.FirstName, LastName: n.LastName,
		Role: n.Role, Company: n.Company, IsActive: !n.Inactive, PasswordHash: n.Hash, JoinedAt: now,
	}}, nil
}

// RestoreUser rebuilds a stored user.
func RestoreUser(s UserState) *User { return &User{was: s, is: s} }

// State returns the user's present state.
func (u *User) State() UserState { return u.is }

// ID returns the user's id.
func (u *User) ID() UserID { return u.is.ID }

// Saved notes that a store has kept the present state as its next version.
func (u *User) Saved() { u.is.Version++ }

// UserPatch changes what is not nil. PasswordHash comes from the hasher, after
// CheckPassword.
type UserPatch struct {
	Username, Email     *string
	FirstName, LastName *string
	Role                *actor.Role
	IsActive            *bool
	PasswordHash        *secret.Text
}

// Apply changes the user. A changed role, password or activation ends every
// session the user has.
func (u *User) Apply(p UserPatch) error {
	var v fault.Violations
	if p.Username != nil {
		checkUsername(&v, *p.Username)
	}
	if p.Email != nil {
		checkEmail(&v, *p.Email)
		if p.Username == nil && strings.EqualFold(u.is.Username, u.is.Email) {
			p.Username = p.Email // who logs in by address goes on doing so
		}
	}
	if p.Username != nil || p.Email != nil {
		checkLogins(&v, cmp.Or(deref(p.Username), u.is.Username), cmp.Or(deref(p.Email), u.is.Email))
	}
	if p.FirstName != nil {
		v.Optional("first_name", *p.FirstName, maxName)
	}
	if p.LastName != nil {
		v.Optional("last_name", *p.LastName, maxName)
	}
	if p.Role != nil {
		checkRole(&v, *p.Role)
		if (*p.Role == actor.Superuser) != (u.is.Company == "") {
			v.Add("role", fault.CodeInvalid, "a superuser belongs to no company, everybody else to one")
		}
	}
	if err := v.Err(); err != nil {
		return err
	}
	set(&u.is.Username, p.Username)
	set(&u.is.Email, p.Email)
	set(&u.is.FirstName, p.FirstName)
	set(&u.is.LastName, p.LastName)
	set(&u.is.Role, p.Role)
	set(&u.is.IsActive, p.IsActive)
	set(&u.is.PasswordHash, p.PasswordHash)
	if u.is.Role != u.was.Role || u.is.IsActive != u.was.IsActive || !u.is.PasswordHash.Equal(u.was.PasswordHash) {
		u.is.Epoch = u.was.Epoch + 1
	}
	return nil
}

func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// LoggedIn notes a login.
func (u *User) LoggedIn(now time.Time) { u.is.LastLogin = now }

// Remove anonymises the user and ends all sessions. The row stays, so that
// history keeps pointing at somebody; entries keep the name they recorded.
func (u *User) Remove(now time.Time) {
	id := string(u.is.ID)
	u.is.Username, u.is.Email = "deleted-"+id, "deleted-"+id+"@deleted.invalid"
	u.is.FirstName, u.is.LastName = "", ""
	u.is.PasswordHash = secret.Text{}
	u.is.IsActive = false
	u.is.DeletedAt = now
	u.is.Epoch++
}

// LosesPower reports whether the user stops being an active administrator or
// superuser, and which of them.
func (u *User) LosesPower() (actor.Role, bool) {
	had := u.was.IsActive && u.was.Role.Includes(actor.Admin)
	has := u.is.IsActive && u.is.Role == u.was.Role
	return u.was.Role, had && !has
}

// DisplayName returns the full name, or the username where there is none.
func (u *User) DisplayName() string {
	if full := strings.TrimSpace(u.is.FirstName + " " + u.is.LastName); full != "" {
		return full
	}
	return u.is.Username
}

// AuditRef names the user by the name it had when it was read, so that the
// entry of a deletion still says who was deleted.
func (u *User) AuditRef() audit.Ref {
	name := u.was.Username
	if name == "" {
		name = u.is.Username
	}
	return audit.Ref{Type: "user", ID: string(u.is.ID), Name: name, Company: u.is.Company}
}

// AuditChanges returns what changed since the user was read.
func (u *User) AuditChanges() audit.Changes { return audit.Diff(u.was, u.is) }

// Unchanged reports whether nothing did.
func (u *User) Unchanged() bool { return len(u.AuditChanges()) == 0 }

// UserQuery selects users. Zero fields do not filter; deleted users are never
// listed.
type UserQuery struct {
	Roles                     []actor.Role
	IsActive                  *bool
	Company                   tenant.ID
	Username, Email           string // exact, any case
	JoinedAfter, JoinedBefore time.Time
	Search                    string
}

func checkRole(v *fault.Violations, role actor.Role) {
	if !role.Includes(actor.ReadOnly) {
		v.Add("role", fault.CodeInvalid, "must be one of superuser, admin_company, analyst_company, read_only")
	}
}

func checkUsername(v *fault.Violations, name string) {
	v.Text("username", name, maxUsername)
	if name != strings.TrimSpace(name) || strings.ContainsFunc(name, unicode.IsControl) {
		v.Add("username", fault.CodeInvalid, "must not start or end with a space or contain control characters")
	}
}

// LoginName returns what somebody typed to log in, as far as it can be a name:
// no longer than the longest one and fit to be stored, since failures are.
func LoginName(typed string) string {
	name := []rune(strings.ReplaceAll(strings.ToValidUTF8(typed, "\uFFFD"), "\x00", "\uFFFD"))
	return string(name[:min(len(name), maxEmail)])
}

// checkLogins keeps one person's username from being another's e-mail address:
// either logs in, and whoever took the address first would shut the other out.
func checkLogins(v *fault.Violations, username, email string) {
	if strings.Contains(username, "@") && !strings.EqualFold(username, email) {
		v.Add("username", fault.CodeInvalid, "must not look like an e-mail address, unless it is the user's own")
	}
}

func checkEmail(v *fault.Violations, email string) {
	v.Text("email", email, maxEmail)
	if email == "" {
		return
	}
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email || strings.ContainsAny(email, "<>,\"\r\n ") {
		v.Add("email", fault.CodeInvalid, "must be one e-mail address")
	}
}
