package dispatch_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/ports/bus"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func TestHandle_OneDeliveryAPlaceAndOneAPerson(t *testing.T) {
	t.Parallel()
	o := open(t)
	ana, bob := o.User(t, actor.Analyst, o.Acme).ID(), o.User(t, actor.Admin, o.Acme).ID()
	inactive := false
	gone := o.User(t, actor.Admin, o.Acme)
	o.Update(t, func(ctx context.Context, tx txn.Tx) error {
		u, err := tx.Users().Find(ctx, gone.ID())
		if err != nil {
			return err
		}
		if err := u.Apply(identity.UserPatch{IsActive: &inactive}); err != nil {
			return err
		}
		return tx.Users().Save(ctx, u)
	})
	slack, mail := o.channel(t, "slack", `{}`), o.channel(t, "email", `{}`)
	o.rule(t, "", []string{string(ana), "admins", string(ana)}, slack, mail)

	require.NoError(t, o.router.Handle(t.Context(), o.report(t)))

	to := map[notification.ChannelID][]identity.UserID{}
	for _, d := range o.deliveries(t) {
		to[d.Channel] = append(to[d.Channel], d.Recipient)
	}
	require.Equal(t, []identity.UserID{""}, to[slack])
	require.ElementsMatch(t, []identity.UserID{ana, bob}, to[mail], "each person once, nobody inactive")
	entry := o.LastEntry(t)
	require.Equal(t, "dispatch", entry.Action)
	require.Equal(t, actor.System, entry.ActorType)
	require.Len(t, entry.Metadata["deliveries"], 3)
	require.Empty(t, o.message(t).Events, "the events are settled")
}

func TestHandle_ARepeatedMessageOwesNothingNew(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.rule(t, "", nil, o.channel(t, "slack", `{}`))
	m := o.report(t)
	require.NoError(t, o.router.Handle(t.Context(), m))
	entries := len(o.Log(t))
	require.NoError(t, o.router.Handle(t.Context(), m))
	require.Len(t, o.deliveries(t), 1)
	require.Len(t, o.Log(t), entries)
}

func TestHandle_WhatOwesNothingIsSettledWithoutATrace(t *testing.T) {
	t.Parallel()
	o := open(t)
	slack := o.channel(t, "slack", `{}`)
	o.rule(t, "never", nil, slack)
	o.rule(t, "broken", nil, slack)
	o.rule(t, "", []string{"analysts"}, o.channel(t, "carrier-pigeon", `{}`))
	m := o.report(t)
	entries := len(o.Log(t))
	require.NoError(t, o.router.Handle(t.Context(), m))
	require.Empty(t, o.deliveries(t))
	require.Empty(t, o.message(t).Events)
	require.Len(t, o.Log(t), entries)
}

func TestHandle_ADisabledChannelGetsNothing(t *testing.T) {
	t.Parallel()
	o := open(t)
	slack := o.channel(t, "slack", `{}`)
	o.rule(t, "", nil, slack)
	o.disable(t, slack)
	require.NoError(t, o.router.Handle(t.Context(), o.report(t)))
	require.Empty(t, o.deliveries(t))
}

func TestHandle_AnotherCompanysRulesHearNothing(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.rule(t, "", nil, o.channel(t, "slack", `{}`))
	m := o.report(t)
	m.Company = o.Zeta
	require.NoError(t, o.router.Handle(t.Context(), m))
	require.Empty(t, o.deliveries(t), "a message that names the wrong company finds no events there")
	require.NotEmpty(t, o.message(t).Events, "and settles none")
}

func TestHandle_AFullMessageMakesRoomForMore(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.rule(t, "", nil, o.channel(t, "slack", `{}`))
	require.NoError(t, o.router.Handle(t.Context(), o.report(t)))
	require.Zero(t, o.outbox.times, "the company had nothing else to tell")
	var m bus.Message
	for range bus.MessageSize {
		m = o.report(t)
	}
	require.Len(t, m.Events, bus.MessageSize)
	require.NoError(t, o.router.Handle(t.Context(), m))
	require.Equal(t, 1, o.outbox.times)
}

func (o office) disable(t *testing.T, id notification.ChannelID) {
	t.Helper()
	off := false
	o.Update(t, func(ctx context.Context, tx txn.Tx) error {
		c, err := tx.Channels().Find(ctx, id)
		if err != nil {
			return err
		}
		if err := c.Apply(notification.ChannelPatch{IsEnabled: &off}, tx.Now()); err != nil {
			return err
		}
		return tx.Channels().Save(ctx, c)
	})
}

func TestHandle_EventsThatCouldNotBeDecidedInTimeComeAgain(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.rule(t, "slow", nil, o.channel(t, "slack", `{}`))
	require.ErrorContains(t, o.router.Handle(t.Context(), o.report(t)), "took too long")
	require.NotEmpty(t, o.message(t).Events)
}
