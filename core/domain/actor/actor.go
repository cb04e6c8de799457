// Package actor says who is acting: a person, an API key or the service itself,
// how far they reach, and where the request came from.
package actor

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// Type distinguishes people from machines.
type Type string

// The types of actors, as the audit log names them.
const (
	User   Type = "user"
	APIKey Type = "api_key"
	System Type = "system"
)

// Role is what an actor may do in general; each role includes the ones below.
// The zero Role may do nothing.
type Role uint8

// The roles, from the least to the most.
const (
	Nobody Role = iota
	ReadOnly
	Analyst
	Admin
	Superuser
)

var roleNames = [...]string{"", "read_only", "analyst_company", "admin_company", "superuser"}

// Roles lists the roles that can be granted, from the least to the most.
func Roles() []Role { return []Role{ReadOnly, Analyst, Admin, Superuser} }

// String returns the name clients use, such as "analyst_company".
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return ""
}

// Includes reports whether r may do all that other may do.
func (r Role) Includes(other Role) bool { return r >= other && r <= Superuser && other > Nobody }

// ParseRole reads a name; ok is false for anything but the four roles.
func ParseRole(name string) (role Role, ok bool) {
	for _, r := range Roles() {
		if roleNames[r] == name {
			return r, true
		}
	}
	return Nobody, false
}

// MarshalText writes the name.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Origin is where a request came from, for the audit log. All fields may be
// empty for work the service does on its own.
type Origin struct {
	RequestID string
	IP        string
	UserAgent string
	Method    string
	Path      string
	Status    int // what a success will be answered with; 0 where there is no request
}

// Actor is whoever a unit of work is done for.
type Actor struct {
	Type    Type
	ID      string // user or key id; the job's name for the system; empty for nobody
	Name    string // username, key name or job name, kept by history
	Role    Role
	Company tenant.ID // empty for superusers and the system
	Session string    // the login session; empty for keys and the system
	Scope   tenant.Scope
	Origin  Origin
}

// Job is the service acting for itself, everywhere; name says as what.
func Job(name string) Actor {
	return Actor{Type: System, ID: name, Name: name, Scope: tenant.All()}
}

// Anonymous is somebody who has not said, or not proven, who they are. Name
// may carry the name they claimed.
func Anonymous(claimed string, from Origin) Actor {
	return Actor{Type: User, Name: claimed, Origin: from}
}

// Confined returns the actor with its scope narrowed to one company.
func (a Actor) Confined(company tenant.ID) Actor {
	a.Scope = a.Scope.Narrow(company)
	return a
}

type contextKey struct{}

// With returns a context in which a acts.
func With(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, contextKey{}, a)
}

// From returns who acts in ctx: an actor that may do nothing when none was set.
func From(ctx context.Context) Actor {
	a, ok := ctx.Value(contextKey{}).(Actor)
	if !ok {
		return Anonymous("", Origin{})
	}
	return a
}
