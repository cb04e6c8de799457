package auth

import (
	"context"
	"strings"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/credential"
	"github.com/sentineliq/sentineliq/ports/store"
)

// Authenticate resolves an access token or an API key. Role, company and
// activation are read from the store, not from the token, so that a change of
// them counts from the next request on.
func (s *Service) Authenticate(ctx context.Context, bearer secret.Text) (actor.Actor, error) {
	var who actor.Actor
	var err error
	if strings.HasPrefix(bearer.Reveal(), identity.KeyPrefix) {
		who, err = s.byKey(ctx, bearer)
	} else {
		who, err = s.byToken(ctx, bearer)
	}
	if fault.Is(err, fault.Unauthenticated) {
		return actor.Actor{}, s.refuse(ctx, policy.SessionAuthenticate, "invalid credential")
	}
	who.Origin = actor.From(ctx).Origin
	return who, err
}

// Refuse puts on record that somebody came without a credential.
func (s *Service) Refuse(ctx context.Context) error {
	if err := s.Gate.Denied(ctx, policy.SessionAuthenticate, "no credential"); err != nil {
		return err
	}
	s.Meter.Count("audit_denied_total", 1)
	return fault.New(fault.Unauthenticated, "authentication is required")
}

func (s *Service) refuse(ctx context.Context, act policy.Action, reason string) error {
	if err := s.Gate.Denied(ctx, act, reason); err != nil {
		return err
	}
	s.Meter.Count("audit_denied_total", 1)
	return invalidToken()
}

func (s *Service) byToken(ctx context.Context, bearer secret.Text) (actor.Actor, error) {
	claims, err := s.Signer.Verify(bearer, credential.Access, s.Clock.Now())
	if err != nil {
		return actor.Actor{}, invalidToken()
	}
	return gate.Read(ctx, s.Gate, policy.SessionAuthenticate, func(ctx context.Context, v store.View) (actor.Actor, error) {
		session, u, err := s.alive(ctx, v.Sessions(), v.Users(), v.Companies(), claims)
		if err != nil {
			return actor.Actor{}, err
		}
		user := u.State()
		return actor.Actor{
			Type: actor.User, ID: string(user.ID), Name: user.Username, Role: user.Role, Company: user.Company,
			Session: string(session.State().ID), Scope: scopeOf(user),
		}, nil
	})
}

// scopeOf is how far a user reaches. Only a superuser without a company reaches
// all: a row that contradicts itself reaches nothing.
func scopeOf(u identity.UserState) tenant.Scope {
	if u.Role == actor.Superuser && u.Company == "" {
		return tenant.All()
	}
	return tenant.Of(u.Company)
}

func (s *Service) byKey(ctx context.Context, bearer secret.Text) (actor.Actor, error) {
	now := s.Clock.Now()
	key, err := gate.Read(ctx, s.Gate, policy.SessionAuthenticate, func(ctx context.Context, v store.View) (identity.KeyState, error) {
		k, err := v.APIKeys().ByHash(ctx, s.Random.Digest(bearer))
		if err != nil {
			return identity.KeyState{}, asInvalid(err)
		}
		company, err := v.Companies().Find(ctx, k.State().Company)
		if err != nil {
			return identity.KeyState{}, asInvalid(err)
		}
		if !k.Usable(now) || !company.State().IsActive {
			return identity.KeyState{}, invalidToken()
		}
		return k.State(), nil
	})
	if err != nil {
		return actor.Actor{}, err
	}
	s.touch(key, now)
	return actor.Actor{
		Type: actor.APIKey, ID: string(key.ID), Name: key.Name, Role: key.Role, Company: key.Company,
		Scope: tenant.Of(key.Company),
	}, nil
}

// touch remembers that a key was used, to the minute.
func (s *Service) touch(key identity.KeyState, now time.Time) {
	if now.Sub(key.LastUsedAt) < time.Minute {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used[key.ID] = now
}

// FlushKeyUse writes down which keys were used since the last time. The service
// calls it every few seconds; what a crash loses is a minute of last_used_at.
func (s *Service) FlushKeyUse(ctx context.Context) error {
	s.mu.Lock()
	used := s.used
	s.used = map[identity.KeyID]time.Time{}
	s.mu.Unlock()
	if len(used) == 0 {
		return nil
	}
	return gate.Upkeep(gate.As(ctx, "key-use"), s.Gate, func(ctx context.Context, u store.Upkeep) error {
		return u.Keys().Touch(ctx, used)
	})
}
