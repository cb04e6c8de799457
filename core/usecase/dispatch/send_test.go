package dispatch_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/usecase/dispatch"
	"github.com/sentineliq/sentineliq/ports/channel"
	"github.com/sentineliq/sentineliq/ports/system/systemtest"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// owing returns an office that owes one message, to Slack or to one person.
func owing(t *testing.T, kind, settings string) (office, notification.ChannelID, identity.UserID) {
	t.Helper()
	o := open(t)
	ana := o.User(t, actor.Analyst, o.Acme).ID()
	id := o.channel(t, kind, settings)
	o.rule(t, "", []string{string(ana)}, id)
	require.NoError(t, o.router.Handle(t.Context(), o.report(t)))
	require.Len(t, o.deliveries(t), 1)
	return o, id, ana
}

func refuse(p *post, r channel.Refusal) {
	p.answer = func() (channel.Receipt, error) { return channel.Receipt{}, &r }
}

func TestTry_DeliversAndSaysSo(t *testing.T) {
	t.Parallel()
	o, _, ana := owing(t, "email", `{}`)
	o.sendAll(t)
	require.Len(t, o.mail.sent, 1)
	m := o.mail.sent[0]
	require.Equal(t, "Beacon at Acme", m.Title)
	require.Equal(t, "Acme", m.Company)
	require.Equal(t, "high", m.Severity.String())
	require.Contains(t, m.Recipient.Email, string(ana))
	require.Contains(t, m.Link, "https://siq.example/api/v1/alerts/")
	require.Contains(t, m.Labels, channel.Label{Name: "Source", Value: "edr"})

	d := o.deliveries(t)[0]
	require.Equal(t, notification.Delivered, d.Status)
	require.Equal(t, 1, d.Attempts)
	require.Equal(t, 200, d.ResponseStatus)
	require.Equal(t, "msg_"+string(d.ID), m.ID)
	require.Equal(t, "deliver", o.LastEntry(t).Action)
}

func TestTry_ARefusalIsRepeatedOnScheduleUntilGivenUp(t *testing.T) {
	t.Parallel()
	o, _, _ := owing(t, "slack", `{}`)
	refuse(o.slack, channel.Refusal{Reason: "HTTP 503", Status: 503})
	o.sendAll(t)
	d := o.deliveries(t)[0]
	require.Equal(t, notification.Failed, d.Status)
	require.Equal(t, "HTTP 503", d.LastError)
	require.Equal(t, o.Clock.Now().Add(5*time.Second), d.NextAttemptAt)
	require.Equal(t, "dispatch", o.LastEntry(t).Action, "an attempt that will be repeated is no verdict")

	o.sendAll(t)
	require.Len(t, o.slack.sent, 1, "not before its time")
	o.Clock.Advance(5 * time.Second)
	o.sendAll(t)
	o.Clock.Advance(30 * time.Second)
	o.sendAll(t)
	o.Clock.Advance(time.Hour)
	o.sendAll(t)
	require.Len(t, o.slack.sent, 3)
	for _, m := range o.slack.sent {
		require.Equal(t, o.slack.sent[0].ID, m.ID, "a repeat carries the same id")
	}
	d = o.deliveries(t)[0]
	require.Equal(t, notification.Dead, d.Status)
	require.Equal(t, "give_up", o.LastEntry(t).Action)
}

func TestTry_AReceiversWishToWaitIsHonoured(t *testing.T) {
	t.Parallel()
	o, _, _ := owing(t, "slack", `{}`)
	refuse(o.slack, channel.Refusal{Reason: "HTTP 429", Status: 429, After: 10 * time.Minute})
	o.sendAll(t)
	require.Equal(t, o.Clock.Now().Add(10*time.Minute), o.deliveries(t)[0].NextAttemptAt)
}

func TestTry_WhatCannotHelpIsNotRepeated(t *testing.T) {
	t.Parallel()
	o, _, _ := owing(t, "slack", `{}`)
	refuse(o.slack, channel.Refusal{Reason: "HTTP 404", Status: 404, Permanent: true})
	o.sendAll(t)
	require.Equal(t, notification.Dead, o.deliveries(t)[0].Status)
}

func TestTry_AnUnknownTroubleKeepsItsTextInside(t *testing.T) {
	t.Parallel()
	o, _, _ := owing(t, "slack", `{}`)
	o.slack.answer = func() (channel.Receipt, error) { return channel.Receipt{}, errors.New("dial https://secret") }
	o.sendAll(t)
	d := o.deliveries(t)[0]
	require.Equal(t, notification.Failed, d.Status)
	require.NotContains(t, d.LastError, "secret")
}

func TestTry_WhatIsNotWantedAnyMoreIsSkipped(t *testing.T) {
	t.Parallel()
	for name, happen := range map[string]func(*testing.T, office, notification.ChannelID, identity.UserID){
		"channel disabled": func(t *testing.T, o office, c notification.ChannelID, _ identity.UserID) { o.disable(t, c) },
		"recipient deleted": func(t *testing.T, o office, _ notification.ChannelID, u identity.UserID) {
			o.Update(t, func(ctx context.Context, tx txn.Tx) error {
				fresh, err := tx.Users().Find(ctx, u)
				if err != nil {
					return err
				}
				fresh.Remove(tx.Now())
				return tx.Users().Save(ctx, fresh)
			})
		},
		"recipient inactive": func(t *testing.T, o office, _ notification.ChannelID, u identity.UserID) {
			off := false
			o.Update(t, func(ctx context.Context, tx txn.Tx) error {
				fresh, err := tx.Users().Find(ctx, u)
				if err != nil {
					return err
				}
				if err := fresh.Apply(identity.UserPatch{IsActive: &off}); err != nil {
					return err
				}
				return tx.Users().Save(ctx, fresh)
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, c, u := owing(t, "email", `{}`)
			happen(t, o, c, u)
			o.sendAll(t)
			require.Empty(t, o.mail.sent)
			d := o.deliveries(t)[0]
			require.Equal(t, notification.Skipped, d.Status)
			require.NotEmpty(t, d.LastError)
			require.Equal(t, "skip", o.LastEntry(t).Action)
		})
	}
}

func TestTry_SettingsThatDoNotOpenAreGivenUp(t *testing.T) {
	t.Parallel()
	o, _, _ := owing(t, "slack", `"broken"`)
	o.sendAll(t)
	require.Equal(t, notification.Dead, o.deliveries(t)[0].Status)
}

func TestTry_ACrashedAttemptIsRepeatedAfterItsLease(t *testing.T) {
	t.Parallel()
	o, _, _ := owing(t, "slack", `{}`)
	o.slack.answer = func() (channel.Receipt, error) { panic("crash") }
	require.Panics(t, func() { o.sendOne(t, "slack") })
	require.False(t, o.sendOne(t, "slack"), "somebody holds it")
	o.Clock.Advance(12 * time.Second)
	o.slack.answer = func() (channel.Receipt, error) { return channel.Receipt{Status: 200}, nil }
	o.sendAll(t)
	d := o.deliveries(t)[0]
	require.Equal(t, notification.Delivered, d.Status)
	require.Equal(t, 2, d.Attempts)
}

func TestTry_AZombiesVerdictIsDropped(t *testing.T) {
	t.Parallel()
	o, _, _ := owing(t, "slack", `{}`)
	ok := o.slack.answer
	o.slack.answer = func() (channel.Receipt, error) {
		o.slack.answer = ok // while this attempt hangs, its lease ends and a colleague delivers
		o.Clock.Advance(20 * time.Second)
		require.True(t, o.sendOne(t, "slack"))
		return channel.Receipt{}, &channel.Refusal{Reason: "too late", Permanent: true}
	}
	require.True(t, o.sendOne(t, "slack"))
	d := o.deliveries(t)[0]
	require.Equal(t, notification.Delivered, d.Status)
	require.Equal(t, o.Clock.Now(), d.DeliveredAt)
	require.Equal(t, 1, o.meter.of["deliveries_late_total"], "the zombie's alone")
}

func TestTry_ALateVerdictThatNobodyContradictsIsKept(t *testing.T) {
	t.Parallel()
	o, _, _ := owing(t, "slack", `{}`)
	o.slack.answer = func() (channel.Receipt, error) {
		o.Clock.Advance(12*time.Second + time.Microsecond)
		return channel.Receipt{Status: 200}, nil
	}
	require.True(t, o.sendOne(t, "slack"))
	require.Equal(t, notification.Delivered, o.deliveries(t)[0].Status)
	require.Equal(t, 1, o.meter.of["deliveries_late_total"])
}

// An attempt has 10 seconds from its claim on, wherever they went.
func TestTry_TheTimeOfTheClaimIsPartOfTheAttempt(t *testing.T) {
	t.Parallel()
	o, _, _ := owing(t, "slack", `{}`)
	attempts, err := o.sender.Claim(t.Context(), "slack", 1)
	require.NoError(t, err)
	o.Clock.Advance(10 * time.Second)
	require.NoError(t, o.sender.Try(t.Context(), attempts[0]))
	require.Empty(t, o.slack.sent, "the attempt is over before it begins")
	require.Equal(t, notification.Failed, o.deliveries(t)[0].Status)
	require.Zero(t, o.meter.of["deliveries_late_total"])
}

// Leases and due times are the store's, whatever the clock of the process says.
func TestTry_TimesAreTheStores(t *testing.T) {
	t.Parallel()
	o, _, _ := owing(t, "slack", `{}`)
	parts, wrong := o.sender.SenderParts, systemtest.NewClock()
	wrong.Set(o.Clock.Now().Add(time.Hour))
	parts.Clock = wrong
	o.sender = dispatch.NewSender(parts)
	refuse(o.slack, channel.Refusal{Reason: "HTTP 503", Status: 503})
	require.True(t, o.sendOne(t, "slack"))
	require.Equal(t, o.Clock.Now().Add(5*time.Second), o.deliveries(t)[0].NextAttemptAt)
	o.Clock.Advance(5 * time.Second)
	o.slack.answer = func() (channel.Receipt, error) { return channel.Receipt{Status: 200}, nil }
	require.True(t, o.sendOne(t, "slack"))
	require.Equal(t, o.Clock.Now(), o.deliveries(t)[0].DeliveredAt)
	require.Zero(t, o.meter.of["deliveries_late_total"])
}
