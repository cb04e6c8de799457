// Package apikeys manages the credentials of machines.
package apikeys

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/credential"
	"github.com/sentineliq/sentineliq/ports/driving"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/system"
)

// Service implements driving.APIKeys.
type Service struct {
	gate   *gate.Gate
	random credential.Random
	ids    system.IDs
	clock  system.Clock
}

// New returns the service.
func New(g *gate.Gate, random credential.Random, ids system.IDs, clock system.Clock) *Service {
	return &Service{gate: g, random: random, ids: ids, clock: clock}
}

// keyBytes is the entropy of a key: 256 bits need no slow hash.
const keyBytes = 32

// Create makes a key. Its secret is in the answer and nowhere else.
func (s *Service) Create(ctx context.Context, n driving.NewAPIKey) (identity.IssuedKey, error) {
	if err := s.gate.Allowed(ctx, policy.APIKeyCreate); err != nil {
		return identity.IssuedKey{}, err
	}
	var v fault.Violations
	ctx, company, err := gate.Within(ctx, n.Company)
	if !v.Merge(err) {
		return identity.IssuedKey{}, err
	}
	token, err := s.random.Token(keyBytes)
	if err != nil {
		return identity.IssuedKey{}, err
	}
	key := secret.New(identity.KeyPrefix + token.Reveal())
	role, known := actor.ParseRole(n.Role)
	if v.Require("role", n.Role) && !known {
		v.Add("role", fault.CodeInvalid, "must be one of admin_company, analyst_company, read_only")
	}
	who := actor.From(ctx)
	state := identity.KeyState{
		ID: identity.KeyID(s.ids.New()), Company: company, Name: n.Name, Role: role,
		Prefix: key.Reveal()[:identity.ShownPrefix], Hash: s.random.Digest(key),
		CreatedAt: s.clock.Now(), ExpiresAt: n.ExpiresAt,
	}
	if who.Type == actor.User {
		state.CreatedBy = identity.UserID(who.ID)
	}
	if !known {
		state.Role = actor.ReadOnly // reported already; the other fields still want checking
	}
	k, err := identity.NewAPIKey(state)
	if !v.Merge(err) {
		return identity.IssuedKey{}, err
	}
	if err := v.Err(); err != nil {
		return identity.IssuedKey{}, err
	}
	return s.add(ctx, identity.IssuedKey{APIKey: k, Secret: key})
}

func (s *Service) add(ctx context.Context, issued identity.IssuedKey) (identity.IssuedKey, error) {
	return gate.Write(ctx, s.gate, policy.APIKeyCreate, func(ctx context.Context, tx store.Tx) (identity.IssuedKey, error) {
		if err := gate.Exists(ctx, tx, issued.State().Company); err != nil {
			return identity.IssuedKey{}, err
		}
		return issued, tx.APIKeys().Add(ctx, issued.APIKey)
	})
}

// List shows the keys in reach, or those of one company.
func (s *Service) List(ctx context.Context, company tenant.ID, p page.Request) (page.Result[*identity.APIKey], error) {
	return gate.Read(ctx, s.gate, policy.APIKeyRead, func(ctx context.Context, v store.View) (page.Result[*identity.APIKey], error) {
		return v.APIKeys().List(ctx, company, p)
	})
}

// Find shows one key, without its secret.
func (s *Service) Find(ctx context.Context, id identity.KeyID) (*identity.APIKey, error) {
	return gate.Read(ctx, s.gate, policy.APIKeyRead, func(ctx context.Context, v store.View) (*identity.APIKey, error) {
		return v.APIKeys().Find(ctx, id)
	})
}

// Revoke ends a key for good. What it did stays on record under its name.
func (s *Service) Revoke(ctx context.Context, id identity.KeyID) error {
	_, err := gate.Write(ctx, s.gate, policy.APIKeyDelete, func(ctx context.Context, tx store.Tx) (*identity.APIKey, error) {
		k, err := tx.APIKeys().Find(ctx, id)
		if err != nil {
			return nil, err
		}
		k.Revoke(tx.Now())
		return k, tx.APIKeys().Save(ctx, k)
	})
	return err
}
