package auth

import (
	"context"
	"errors"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/credential"
	"github.com/sentineliq/sentineliq/ports/driving"
	"github.com/sentineliq/sentineliq/ports/store"
)

// errReused says inside this package that a spent token came back.
var errReused = errors.New("refresh token reused")

// Refresh spends a refresh token for a new pair. A spent one ends its session,
// because two people hold it.
func (s *Service) Refresh(ctx context.Context, refresh secret.Text) (driving.Tokens, error) {
	ctx = gate.Urgently(ctx)
	claims, err := s.Signer.Verify(refresh, credential.Refresh, s.Clock.Now())
	if err != nil {
		return driving.Tokens{}, s.refuse(ctx, policy.SessionRefresh, "invalid refresh token")
	}
	ctx = actor.With(ctx, actor.Actor{
		Type: actor.User, ID: claims.Subject, Name: claims.Username, Session: claims.Session, Origin: actor.From(ctx).Origin,
	})
	next := s.IDs.New()
	var user identity.UserState
	_, err = gate.Write(ctx, s.Gate, policy.SessionRefresh, func(ctx context.Context, tx store.Tx) (audit.Note, error) {
		session, u, err := s.alive(ctx, tx.Sessions(), tx.Users(), tx.Companies(), claims)
		if err != nil {
			return audit.Note{}, err
		}
		user = u.State()
		if err := session.Rotate(claims.ID, next, tx.Now().Add(s.Lifetimes.Refresh)); err != nil {
			return audit.Note{}, errReused
		}
		return s.note(session.State().ID, user), tx.Sessions().Save(ctx, session)
	})
	switch {
	case errors.Is(err, errReused):
		return driving.Tokens{}, s.revokeReused(ctx, claims, user)
	case fault.Is(err, fault.Unauthenticated):
		return driving.Tokens{}, s.refuse(ctx, policy.SessionRefresh, "dead session")
	case err != nil:
		return driving.Tokens{}, err
	}
	return s.tokens(user, identity.SessionID(claims.Session), next)
}

// revokeReused ends the session and keeps a record of why.
func (s *Service) revokeReused(ctx context.Context, claims credential.Claims, user identity.UserState) error {
	_, err := gate.Write(ctx, s.Gate, policy.SessionRefreshReuse, func(ctx context.Context, tx store.Tx) (audit.Note, error) {
		session, err := tx.Sessions().Find(ctx, identity.SessionID(claims.Session))
		if err != nil {
			return audit.Note{}, err
		}
		session.Revoke(tx.Now())
		return s.note(session.State().ID, user), tx.Sessions().Save(ctx, session)
	})
	if err != nil {
		return err
	}
	return invalidToken()
}

// alive returns the session and the user that a token stands for, as they are
// now. Whatever is gone, ended or inactive is fault.Unauthenticated.
func (s *Service) alive(ctx context.Context, sessions store.SessionReader, users store.UserReader,
	companies store.CompanyReader, claims credential.Claims,
) (*identity.Session, *identity.User, error) {
	session, err := sessions.Find(ctx, identity.SessionID(claims.Session))
	if err != nil {
		return nil, nil, asInvalid(err)
	}
	u, err := users.Find(ctx, session.State().User)
	if err != nil {
		return nil, nil, asInvalid(err)
	}
	ok, err := usable(ctx, companies, u)
	if err != nil {
		return nil, nil, asInvalid(err)
	}
	if !ok || string(u.ID()) != claims.Subject || !session.Alive(u.State(), s.Clock.Now()) {
		return nil, nil, invalidToken()
	}
	return session, u, nil
}

func invalidToken() error {
	return fault.New(fault.Unauthenticated, "the token is not valid").WithCode("invalid_token")
}

// asInvalid hides what is missing behind a token, and nothing else.
func asInvalid(err error) error {
	if fault.Is(err, fault.NotFound) {
		return invalidToken()
	}
	return err
}
