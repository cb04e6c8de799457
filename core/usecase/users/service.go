// Package users manages people: who may log in, and as what.
package users

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/credential"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/system"
)

// Service implements driving.Users.
type Service struct {
	gate   *gate.Gate
	hasher credential.Hasher
	ids    system.IDs
	clock  system.Clock
}

// New returns the service.
func New(g *gate.Gate, hasher credential.Hasher, ids system.IDs, clock system.Clock) *Service {
	return &Service{gate: g, hasher: hasher, ids: ids, clock: clock}
}

// List shows the users in reach.
func (s *Service) List(ctx context.Context, q identity.UserQuery, p page.Request) (page.Result[*identity.User], error) {
	return gate.Read(ctx, s.gate, policy.UserRead, func(ctx context.Context, v store.View) (page.Result[*identity.User], error) {
		return v.Users().List(ctx, q, p)
	})
}

// Find shows one user.
func (s *Service) Find(ctx context.Context, id identity.UserID) (*identity.User, error) {
	return gate.Read(ctx, s.gate, policy.UserRead, func(ctx context.Context, v store.View) (*identity.User, error) {
		return v.Users().Find(ctx, id)
	})
}

// Me shows whoever asks. A key is no user.
func (s *Service) Me(ctx context.Context) (*identity.User, error) {
	who := actor.From(ctx)
	if who.Type != actor.User && who.ID != "" {
		return nil, fault.New(fault.NotFound, "an API key is not a user")
	}
	return gate.Read(ctx, s.gate, policy.UserReadSelf, func(ctx context.Context, v store.View) (*identity.User, error) {
		return v.Users().Find(ctx, identity.UserID(who.ID))
	})
}
