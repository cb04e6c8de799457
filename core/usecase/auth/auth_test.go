package auth_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/ratelimit"
	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/core/gate/gatetest"
	"github.com/sentineliq/sentineliq/core/usecase/auth"
	"github.com/sentineliq/sentineliq/ports/driving"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// door is the use case in a house.
type door struct {
	*gatetest.House
	auth   *auth.Service
	random *gatetest.Random
}

func open(t *testing.T) door {
	t.Helper()
	h := gatetest.Open(t)
	random := &gatetest.Random{}
	return door{House: h, random: random, auth: auth.New(auth.Parts{
		Gate: h.Gate, Hasher: gatetest.Hasher{}, Signer: gatetest.Signer{}, Random: random,
		Failures: ratelimit.New(h.Clock, ratelimit.Rate{Failures: 3, Per: time.Minute}, 100),
		Clock:    h.Clock, IDs: h.IDs, Meter: gatetest.Meter{},
		Lifetimes: auth.Lifetimes{Access: 30 * time.Minute, Refresh: 24 * time.Hour},
	})}
}

func visitor(t *testing.T) context.Context {
	t.Helper()
	return actor.With(t.Context(), actor.Anonymous("", gatetest.Origin()))
}

// login logs a user in; their password is their username.
func (d door) login(t *testing.T, u *identity.User) driving.Tokens {
	t.Helper()
	tokens, err := d.auth.Login(visitor(t), u.State().Username, secret.New(u.State().Username))
	require.NoError(t, err)
	return tokens
}

func (d door) change(t *testing.T, u *identity.User, p identity.UserPatch) {
	t.Helper()
	d.Update(t, func(ctx context.Context, tx txn.Tx) error {
		fresh, err := tx.Users().Find(ctx, u.ID())
		if err != nil {
			return err
		}
		if err := fresh.Apply(p); err != nil {
			return err
		}
		return tx.Users().Save(ctx, fresh)
	})
}

func (d door) suspend(t *testing.T, company tenant.ID) {
	t.Helper()
	inactive := false
	d.Update(t, func(ctx context.Context, tx txn.Tx) error {
		c, err := tx.Companies().Find(ctx, company)
		if err != nil {
			return err
		}
		if err := c.Apply(identity.CompanyPatch{IsActive: &inactive}, tx.Now()); err != nil {
			return err
		}
		return tx.Companies().Save(ctx, c)
	})
}

func TestLogin_ByUsernameOrEmailInAnyCase(t *testing.T) {
	t.Parallel()
	d := open(t)
	u := d.User(t, actor.Analyst, d.Acme)
	for _, login := range []string{u.State().Username, u.State().Email, strings.ToUpper(u.State().Email)} {
		tokens, err := d.auth.Login(visitor(t), login, secret.New(u.State().Username))
		require.NoError(t, err, login)
		who, err := d.auth.Authenticate(visitor(t), tokens.Access)
		require.NoError(t, err)
		require.Equal(t, string(u.ID()), who.ID)
		require.Equal(t, actor.Analyst, who.Role)
		require.Equal(t, tenant.Of(d.Acme), who.Scope)
		require.Equal(t, gatetest.Origin(), who.Origin)
	}
	entry := d.LastEntry(t)
	require.Equal(t, "login", entry.Action)
	require.Equal(t, string(u.ID()), entry.ActorID)
	require.Equal(t, d.Acme, entry.Company, "the company sees who logs in")
	d.View(t, func(ctx context.Context, v store.View) error {
		fresh, err := v.Users().Find(ctx, u.ID())
		require.Equal(t, d.Clock.Now(), fresh.State().LastLogin)
		return err
	})
}

func TestLogin_EveryFailureIsTheSame(t *testing.T) {
	t.Parallel()
	d := open(t)
	inactive := false
	sleeping := d.User(t, actor.Analyst, d.Acme)
	d.change(t, sleeping, identity.UserPatch{IsActive: &inactive})
	locked := d.User(t, actor.Analyst, d.Zeta)
	d.suspend(t, d.Zeta)
	known := d.User(t, actor.Analyst, d.Acme)
	var answers []string
	for name, try := range map[string][2]string{
		"unknown user":     {"nobody", "whatever"},
		"wrong password":   {known.State().Username, "wrong"},
		"inactive user":    {sleeping.State().Username, sleeping.State().Username},
		"inactive company": {locked.State().Username, locked.State().Username},
		"empty password":   {known.State().Username, ""},
	} {
		_, err := d.auth.Login(visitor(t), try[0], secret.New(try[1]))
		require.True(t, fault.Is(err, fault.Unauthenticated), name)
		answers = append(answers, err.Error())
		entry := d.LastEntry(t)
		require.Equal(t, "login_failed", entry.Action)
		require.Equal(t, audit.Failure, entry.Outcome)
		require.Equal(t, try[0], entry.ActorName)
	}
	for _, answer := range answers {
		require.Equal(t, answers[0], answer)
	}
}

func TestLogin_TooManyFailuresAreHeldOff(t *testing.T) {
	t.Parallel()
	d := open(t)
	u := d.User(t, actor.Analyst, d.Acme)
	for range 3 {
		_, err := d.auth.Login(visitor(t), u.State().Username, secret.New("wrong"))
		require.True(t, fault.Is(err, fault.Unauthenticated))
	}
	_, err := d.auth.Login(visitor(t), strings.ToUpper(u.State().Username), secret.New(u.State().Username))
	var limited *fault.Error
	require.ErrorAs(t, err, &limited)
	require.Equal(t, fault.Limited, limited.Kind)
	require.Positive(t, limited.RetryAfter)

	other := d.User(t, actor.Analyst, d.Acme)
	d.login(t, other) // others of the same address are not held off
	d.Clock.Advance(time.Minute)
	d.login(t, u)
}

func TestRefresh_EachTokenIsGoodOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	u := d.User(t, actor.Analyst, d.Acme)
	first := d.login(t, u)
	second, err := d.auth.Refresh(visitor(t), first.Refresh)
	require.NoError(t, err)
	require.Equal(t, "token_refresh", d.LastEntry(t).Action)
	_, err = d.auth.Authenticate(visitor(t), second.Access)
	require.NoError(t, err)

	_, err = d.auth.Refresh(visitor(t), first.Refresh)
	require.True(t, fault.Is(err, fault.Unauthenticated))
	require.Equal(t, "refresh_reuse", d.LastEntry(t).Action)
	require.Equal(t, audit.Failure, d.LastEntry(t).Outcome)
	_, err = d.auth.Refresh(visitor(t), second.Refresh)
	require.True(t, fault.Is(err, fault.Unauthenticated), "somebody holds a copy: the whole session is over")
	_, err = d.auth.Authenticate(visitor(t), second.Access)
	require.True(t, fault.Is(err, fault.Unauthenticated))
}

func TestRefresh_TokensOfOneUseAreNotTakenForTheOther(t *testing.T) {
	t.Parallel()
	d := open(t)
	tokens := d.login(t, d.User(t, actor.Analyst, d.Acme))
	_, err := d.auth.Refresh(visitor(t), tokens.Access)
	require.True(t, fault.Is(err, fault.Unauthenticated))
	_, err = d.auth.Authenticate(visitor(t), tokens.Refresh)
	require.True(t, fault.Is(err, fault.Unauthenticated))
	require.Equal(t, audit.Denied, d.LastEntry(t).Outcome)
}

func TestAuthenticate_WhatIsTrueNowCounts(t *testing.T) {
	t.Parallel()
	inactive, role, hash := false, actor.ReadOnly, secret.New("another password")
	for name, happen := range map[string]func(*testing.T, door, *identity.User){
		"deactivated":      func(t *testing.T, d door, u *identity.User) { d.change(t, u, identity.UserPatch{IsActive: &inactive}) },
		"demoted":          func(t *testing.T, d door, u *identity.User) { d.change(t, u, identity.UserPatch{Role: &role}) },
		"password changed": func(t *testing.T, d door, u *identity.User) { d.change(t, u, identity.UserPatch{PasswordHash: &hash}) },
		"company inactive": func(t *testing.T, d door, _ *identity.User) { d.suspend(t, d.Acme) },
		"session expired":  func(_ *testing.T, d door, _ *identity.User) { d.Clock.Advance(24 * time.Hour) },
		"deleted": func(t *testing.T, d door, u *identity.User) {
			d.Update(t, func(ctx context.Context, tx txn.Tx) error {
				fresh, err := tx.Users().Find(ctx, u.ID())
				if err != nil {
					return err
				}
				fresh.Remove(tx.Now())
				return tx.Users().Save(ctx, fresh)
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			u := d.User(t, actor.Analyst, d.Acme)
			tokens := d.login(t, u)
			happen(t, d, u)
			_, err := d.auth.Authenticate(visitor(t), tokens.Access)
			require.True(t, fault.Is(err, fault.Unauthenticated))
			_, err = d.auth.Refresh(visitor(t), tokens.Refresh)
			require.True(t, fault.Is(err, fault.Unauthenticated))
		})
	}
}

func TestAuthenticate_APIKeys(t *testing.T) {
	t.Parallel()
	d := open(t)
	key := secret.New(identity.KeyPrefix + "abcdef")
	add := func(id identity.KeyID, digest string, expires time.Time) {
		k, err := identity.NewAPIKey(identity.KeyState{
			ID: id, Company: d.Acme, Name: "siem", Role: actor.Analyst, Prefix: "siq_abcd", Hash: digest,
			CreatedAt: d.Clock.Now(), ExpiresAt: expires,
		})
		require.NoError(t, err)
		d.Update(t, func(ctx context.Context, tx txn.Tx) error { return tx.APIKeys().Add(ctx, k) })
	}
	id := identity.KeyID(d.IDs.New())
	add(id, d.random.Digest(key), d.Clock.Now().Add(time.Hour))

	who, err := d.auth.Authenticate(visitor(t), key)
	require.NoError(t, err)
	require.Equal(t, actor.APIKey, who.Type)
	require.Equal(t, "siem", who.Name)
	require.Equal(t, tenant.Of(d.Acme), who.Scope)
	require.NoError(t, d.auth.FlushKeyUse(t.Context()))
	require.NoError(t, d.auth.FlushKeyUse(t.Context()), "nothing left to write down")
	d.View(t, func(ctx context.Context, v store.View) error {
		found, err := v.APIKeys().List(ctx, d.Acme, page.Request{})
		require.Equal(t, d.Clock.Now(), found.Items[0].State().LastUsedAt)
		return err
	})

	_, err = d.auth.Authenticate(visitor(t), secret.New(identity.KeyPrefix+"unknown"))
	require.True(t, fault.Is(err, fault.Unauthenticated))
	d.Clock.Advance(time.Hour)
	_, err = d.auth.Authenticate(visitor(t), key)
	require.True(t, fault.Is(err, fault.Unauthenticated), "expired")
	d.suspend(t, d.Acme)
	_, err = d.auth.Authenticate(visitor(t), key)
	require.True(t, fault.Is(err, fault.Unauthenticated))
}

func TestRefuse_IsOnRecord(t *testing.T) {
	t.Parallel()
	d := open(t)
	require.True(t, fault.Is(d.auth.Refuse(visitor(t)), fault.Unauthenticated))
	entry := d.LastEntry(t)
	require.Equal(t, audit.Denied, entry.Outcome)
	require.Equal(t, 401, entry.Status)
	require.NoError(t, d.auth.Allowed(d.As(t, actor.Admin), "user.create"))
	require.True(t, fault.Is(d.auth.Allowed(d.As(t, actor.ReadOnly), "user.create"), fault.Forbidden))
}

func TestLogin_ANameThatCannotBeOneIsRecordedCut(t *testing.T) {
	t.Parallel()
	d := open(t)
	_, err := d.auth.Login(visitor(t), "a\x00"+strings.Repeat("x", 5000), secret.New("whatever"))
	require.True(t, fault.Is(err, fault.Unauthenticated))
	require.Equal(t, "a\uFFFD"+strings.Repeat("x", 252), d.LastEntry(t).ActorName)
}
