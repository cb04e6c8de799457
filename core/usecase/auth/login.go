package auth

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/credential"
	"github.com/sentineliq/sentineliq/ports/driving"
	"github.com/sentineliq/sentineliq/ports/store"
)

// Login takes a username or an e-mail address. An unknown user costs the same
// hash as a known one and is answered the same, so that neither the words nor
// the clock tell who exists.
func (s *Service) Login(ctx context.Context, login string, password secret.Text) (driving.Tokens, error) {
	login = identity.LoginName(login)
	from := actor.From(ctx).Origin
	ctx = gate.Urgently(actor.With(ctx, actor.Anonymous(login, from)))
	account := "account:" + strings.ToLower(login)
	address := "address:" + from.IP
	for _, key := range []string{account, address} {
		if wait, blocked := s.Failures.Blocked(key); blocked {
			return driving.Tokens{}, fault.New(fault.Limited, "too many failed logins").
				WithCode("too_many_logins").After(wait)
		}
	}
	known, err := s.lookUp(ctx, login)
	if err != nil {
		return driving.Tokens{}, err
	}
	matches, err := s.Hasher.Matches(ctx, password, known.hash)
	if err != nil {
		return driving.Tokens{}, err
	}
	if !matches || !known.usable {
		s.Failures.Failed(account)
		s.Failures.Failed(address)
		s.Meter.Count("login_failures_total", 1)
		return driving.Tokens{}, s.refuseLogin(ctx, login, known.company)
	}
	return s.open(ctx, known.id, from)
}

// candidate is what a login needs to know of whoever claims it; the zero value
// is somebody who does not exist.
type candidate struct {
	id      identity.UserID
	hash    secret.Text
	company tenant.ID
	usable  bool
}

func (s *Service) lookUp(ctx context.Context, login string) (candidate, error) {
	return gate.Read(ctx, s.Gate, policy.SessionAuthenticate, func(ctx context.Context, v store.View) (candidate, error) {
		u, err := v.Users().ByLogin(ctx, login)
		if fault.Is(err, fault.NotFound) {
			return candidate{}, nil
		}
		if err != nil {
			return candidate{}, err
		}
		usable, err := usable(ctx, v.Companies(), u)
		state := u.State()
		return candidate{id: state.ID, hash: state.PasswordHash, company: state.Company, usable: usable}, err
	})
}

// usable reports whether a user and their company are active.
func usable(ctx context.Context, companies store.CompanyReader, u *identity.User) (bool, error) {
	state := u.State()
	if !state.IsActive || state.Company == "" {
		return state.IsActive, nil
	}
	company, err := companies.Find(ctx, state.Company)
	if err != nil {
		return false, err
	}
	return company.State().IsActive, nil
}

func invalidCredentials() error {
	return fault.New(fault.Unauthenticated, "the credentials are not valid").WithCode("invalid_credentials")
}

// refuseLogin records the failure and returns the one answer there is.
func (s *Service) refuseLogin(ctx context.Context, login string, company tenant.ID) error {
	_, err := gate.Write(ctx, s.Gate, policy.SessionLoginFailed, func(context.Context, store.Tx) (audit.Note, error) {
		return audit.Note{Ref: audit.Ref{Type: "session", Name: login, Company: company}}, nil
	})
	if err != nil {
		return err
	}
	return invalidCredentials()
}

// open starts a session for a user who has proven who they are.
func (s *Service) open(ctx context.Context, id identity.UserID, from actor.Origin) (driving.Tokens, error) {
	sessionID, refreshID := identity.SessionID(s.IDs.New()), s.IDs.New()
	var user identity.UserState
	who := actor.Actor{Type: actor.User, ID: string(id), Origin: from}
	_, err := gate.Write(actor.With(ctx, who), s.Gate, policy.SessionLogin,
		func(ctx context.Context, tx store.Tx) (audit.Note, error) {
			u, err := tx.Users().Find(ctx, id)
			if fault.Is(err, fault.NotFound) {
				return audit.Note{}, invalidCredentials()
			}
			if err != nil {
				return audit.Note{}, err
			}
			u.LoggedIn(tx.Now())
			if err := tx.Users().Save(ctx, u); err != nil {
				return audit.Note{}, err
			}
			user = u.State()
			err = tx.Sessions().Add(ctx, identity.NewSession(identity.SessionState{
				ID: sessionID, User: id, Company: user.Company, Epoch: user.Epoch, Current: refreshID,
				CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(s.Lifetimes.Refresh),
			}))
			return s.note(sessionID, user), err
		})
	if err != nil {
		return driving.Tokens{}, err
	}
	return s.tokens(user, sessionID, refreshID)
}

func (s *Service) note(id identity.SessionID, user identity.UserState) audit.Note {
	return audit.Note{Ref: audit.Ref{Type: "session", ID: string(id), Name: user.Username, Company: user.Company}}
}

// tokens signs a pair for a session.
func (s *Service) tokens(user identity.UserState, session identity.SessionID, refreshID string) (driving.Tokens, error) {
	now := s.Clock.Now()
	sign := func(use credential.Use, id string, life time.Duration) (secret.Text, error) {
		return s.Signer.Sign(credential.Claims{
			Use: use, ID: id, Subject: string(user.ID), Session: string(session), Username: user.Username,
			Role: user.Role.String(), Company: string(user.Company), IssuedAt: now, ExpiresAt: now.Add(life),
		})
	}
	access, errAccess := sign(credential.Access, s.IDs.New(), s.Lifetimes.Access)
	refresh, errRefresh := sign(credential.Refresh, refreshID, s.Lifetimes.Refresh)
	return driving.Tokens{Access: access, Refresh: refresh}, errors.Join(errAccess, errRefresh)
}
