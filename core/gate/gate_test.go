package gate_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/core/gate/gatetest"
	"github.com/sentineliq/sentineliq/ports/store"
)

// house adds a few changes to make to the house of gatetest.
type house struct{ *gatetest.House }

func open(t *testing.T) house {
	t.Helper()
	return house{gatetest.Open(t)}
}

func (h house) rename(ctx context.Context, name string) (*identity.Company, error) {
	return gate.Write(ctx, h.Gate, policy.CompanyUpdate, func(ctx context.Context, tx store.Tx) (*identity.Company, error) {
		c, err := tx.Companies().Find(ctx, h.Acme)
		if err != nil {
			return nil, err
		}
		if err := c.Apply(identity.CompanyPatch{Name: &name}, tx.Now()); err != nil {
			return nil, err
		}
		return c, tx.Companies().Save(ctx, c)
	})
}

func (h house) name(t *testing.T) string {
	t.Helper()
	var name string
	h.View(t, func(ctx context.Context, v store.View) error {
		c, err := v.Companies().Find(ctx, h.Acme)
		if err == nil {
			name = c.State().Name
		}
		return err
	})
	return name
}

func TestWrite_CommitsTheChangeWithItsEntry(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx := h.As(t, actor.Superuser)
	_, err := h.rename(ctx, "Acme & Sons")
	require.NoError(t, err)

	require.Equal(t, "Acme & Sons", h.name(t))
	log := h.Log(t)
	require.Len(t, log, 1)
	entry := log[0]
	require.Equal(t, "update", entry.Action)
	require.Equal(t, audit.Ref{Type: "company", ID: string(h.Acme), Name: "Acme & Sons", Company: h.Acme}, entry.Entity)
	require.Equal(t, h.Acme, entry.Company, "the entry of a superuser's deed belongs to the company it was done to")
	require.Equal(t, audit.Changes{"name": {"Acme", "Acme & Sons"}}, entry.Changes)
	require.Equal(t, audit.Success, entry.Outcome)
	require.Equal(t, 201, entry.Status)
	require.Equal(t, actor.From(ctx).Name, entry.ActorName)
	require.Equal(t, "192.0.2.1", entry.Origin.IP)
	require.Equal(t, h.Clock.Now(), entry.At)
}

func TestWrite_WhatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, fail := range map[string]func() error{
		"error": func() error { return broken },
		"panic": func() error { panic(broken) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			act := func() (err error) {
				defer func() {
					if thrown, ok := recover().(error); ok {
						err = thrown
					}
				}()
				_, err = gate.Write(h.As(t, actor.Superuser), h.Gate, policy.CompanyUpdate,
					func(ctx context.Context, tx store.Tx) (*identity.Company, error) {
						c, err := tx.Companies().Find(ctx, h.Acme)
						if err != nil {
							return nil, err
						}
						other := "Other"
						if err := c.Apply(identity.CompanyPatch{Name: &other}, tx.Now()); err != nil {
							return nil, err
						}
						if err := tx.Companies().Save(ctx, c); err != nil {
							return nil, err
						}
						return c, fail()
					})
				return err
			}
			require.ErrorIs(t, act(), broken)
			require.Equal(t, "Acme", h.name(t))
			require.Empty(t, h.Log(t))
			require.Zero(t, h.Bell.Rings)
		})
	}
}

func TestWrite_NoEffectLeavesNoEntry(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, err := h.rename(h.As(t, actor.Superuser), "Acme")
	require.NoError(t, err)
	require.Empty(t, h.Log(t))
}

func TestWrite_ASubjectThatNamesNothingIsRefused(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, err := gate.Write(h.As(t, actor.Superuser), h.Gate, policy.CompanyUpdate,
		func(context.Context, store.Tx) (audit.Note, error) { return audit.Note{}, nil })
	require.ErrorContains(t, err, "names nothing")
	require.Empty(t, h.Log(t))
}

func TestWrite_RefusalIsOnRecordBeforeAnythingRuns(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		ctx    func(house) context.Context
		kind   fault.Kind
		status int
	}{
		"role": {func(h house) context.Context { return h.As(t, actor.Admin) }, fault.Forbidden, 403},
		"nobody": {func(house) context.Context {
			return actor.With(t.Context(), actor.Anonymous("", actor.Origin{RequestID: "r"}))
		}, fault.Unauthenticated, 401},
		"no actor at all": {func(house) context.Context { return t.Context() }, fault.Unauthenticated, 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			_, err := gate.Write(tc.ctx(h), h.Gate, policy.CompanyUpdate,
				func(context.Context, store.Tx) (*identity.Company, error) {
					t.Error("ran although refused")
					return nil, errors.New("ran")
				})
			require.Equal(t, tc.kind, fault.KindOf(err))
			log := h.Log(t)
			require.Len(t, log, 1)
			require.Equal(t, audit.Denied, log[0].Outcome)
			require.Equal(t, tc.status, log[0].Status)
			require.Equal(t, "update", log[0].Action)
			require.Equal(t, "company", log[0].Entity.Type)
		})
	}
}

func TestRead_SeesOnlyTheActorsCompany(t *testing.T) {
	t.Parallel()
	h := open(t)
	for id, want := range map[tenant.ID]bool{h.Acme: true, h.Zeta: false} {
		_, err := gate.Read(h.As(t, actor.ReadOnly), h.Gate, policy.CompanyRead,
			func(ctx context.Context, v store.View) (*identity.Company, error) { return v.Companies().Find(ctx, id) })
		if want {
			require.NoError(t, err)
		} else {
			require.True(t, fault.Is(err, fault.NotFound), "got %v", err)
		}
	}
	require.Empty(t, h.Log(t), "reading leaves no entry")
}

func TestRead_RefusalIsOnRecord(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, err := gate.Read(h.As(t, actor.Analyst), h.Gate, policy.ChannelRead,
		func(context.Context, store.View) (int, error) { return 1, nil })
	require.True(t, fault.Is(err, fault.Forbidden))
	require.Len(t, h.Log(t), 1)
}

func TestUpkeep_IsForTheServiceAlone(t *testing.T) {
	t.Parallel()
	h := open(t)
	nothing := func(context.Context, store.Upkeep) error { return nil }
	require.True(t, fault.Is(gate.Upkeep(h.As(t, actor.Superuser), h.Gate, nothing), fault.Forbidden))
	require.True(t, fault.Is(gate.Upkeep(t.Context(), h.Gate, nothing), fault.Unauthenticated))
	require.NoError(t, gate.Upkeep(gate.As(t.Context(), "tend"), h.Gate, nothing))
}
