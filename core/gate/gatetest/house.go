// Package gatetest is a gate over an empty store in memory, with two companies
// and whoever a test needs to act in them.
package gatetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/memory"
	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/system/systemtest"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// Bell counts its rings. It is for one goroutine.
type Bell struct{ Rings int }

// Ring counts.
func (b *Bell) Ring() { b.Rings++ }

// House is a gate with all that stands around it.
type House struct {
	*gate.Gate
	Runner     txn.Runner
	Bell       *Bell
	Clock      *systemtest.Clock
	IDs        *systemtest.IDs
	Acme, Zeta tenant.ID
}

// Open returns a house with two companies and nobody in them.
func Open(t *testing.T) *House {
	t.Helper()
	h := &House{Bell: &Bell{}, Clock: systemtest.NewClock(), IDs: &systemtest.IDs{}}
	h.Runner = memory.New(h.Clock)
	h.Gate = gate.New(h.Runner, h.IDs, h.Bell)
	h.Acme, h.Zeta = h.Company(t, "Acme"), h.Company(t, "Zeta")
	return h
}

// Company adds a company.
func (h *House) Company(t *testing.T, name string) tenant.ID {
	t.Helper()
	c, err := identity.NewCompany(tenant.ID(h.IDs.New()), name, h.Clock.Now())
	require.NoError(t, err)
	h.Update(t, func(ctx context.Context, tx txn.Tx) error { return tx.Companies().Add(ctx, c) })
	return c.ID()
}

// User adds an active user of the company, named after their role and the
// company unless that is taken. The hash is the username.
func (h *House) User(t *testing.T, role actor.Role, company tenant.ID) *identity.User {
	t.Helper()
	id := identity.UserID(h.IDs.New())
	name := role.String() + "-" + string(id)
	u, err := identity.CreateUser(identity.NewUser{
		ID: id, Username: name, Email: name + "@example.com", Role: role, Company: company, Hash: secret.New(name),
	}, h.Clock.Now())
	require.NoError(t, err)
	h.Update(t, func(ctx context.Context, tx txn.Tx) error { return tx.Users().Add(ctx, u) })
	return u
}

// Update runs fn past the gate, for what a test needs to be there already.
func (h *House) Update(t *testing.T, fn func(context.Context, txn.Tx) error) {
	t.Helper()
	require.NoError(t, h.Runner.Update(t.Context(), tenant.All(), fn))
}

// View runs fn past the gate, over all companies.
func (h *House) View(t *testing.T, fn func(context.Context, store.View) error) {
	t.Helper()
	require.NoError(t, h.Runner.View(t.Context(), tenant.All(), fn))
}

// Origin is where the requests of a test come from.
func Origin() actor.Origin {
	return actor.Origin{
		RequestID: "req-1", IP: "192.0.2.1", UserAgent: "test/1", Method: "POST", Path: "/api/v1/x", Status: 201,
	}
}

// As returns a context in which a new user of Acme with that role acts; a
// superuser acts everywhere.
func (h *House) As(t *testing.T, role actor.Role) context.Context {
	t.Helper()
	if role == actor.Superuser {
		return h.ActAs(t, h.User(t, role, ""))
	}
	return h.ActAs(t, h.User(t, role, h.Acme))
}

// ActAs returns a context in which the user acts.
func (h *House) ActAs(t *testing.T, u *identity.User) context.Context {
	t.Helper()
	s := u.State()
	a := actor.Actor{
		Type: actor.User, ID: string(s.ID), Name: s.Username, Role: s.Role, Company: s.Company,
		Scope: tenant.Of(s.Company), Origin: Origin(),
	}
	if s.Role == actor.Superuser {
		a.Scope = tenant.All()
	}
	return actor.With(t.Context(), a)
}

// Log returns the audit entries there are, the oldest first.
func (h *House) Log(t *testing.T) []audit.Entry {
	t.Helper()
	var list []audit.Entry
	h.View(t, func(ctx context.Context, v store.View) error {
		found, err := v.Audit().List(ctx, audit.Query{}, page.Request{
			Size: page.MaxSize, Order: []page.Key{{Name: "timestamp"}},
		})
		list = found.Items
		return err
	})
	return list
}

// LastEntry returns the newest audit entry; there must be one.
func (h *House) LastEntry(t *testing.T) audit.Entry {
	t.Helper()
	log := h.Log(t)
	require.NotEmpty(t, log, "no audit entry")
	return log[len(log)-1]
}
