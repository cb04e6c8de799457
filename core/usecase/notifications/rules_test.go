package notifications_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/ports/driving"
	"github.com/sentineliq/sentineliq/ports/txn"
)

func (o office) rule(channels ...*notification.Channel) driving.NewRule {
	n := driving.NewRule{RuleDraft: notification.RuleDraft{
		Name: "rule " + o.IDs.New(), EventTypes: []string{"alert.created"}, IsActive: true,
	}}
	for _, c := range channels {
		n.Channels = append(n.Channels, string(c.ID()))
	}
	return n
}

func TestRules_NameOnlyWhatIsTheirCompanys(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := o.As(t, actor.Admin)
	mine := o.pigeon(ctx, t, "pigeon")
	foreign := o.pigeon(o.ActAs(t, o.User(t, actor.Admin, o.Zeta)), t, "pigeon")
	stranger := o.User(t, actor.Analyst, o.Zeta)
	n := o.rule(mine, foreign)
	n.Recipients = []string{"admins", "assignee", actor.From(ctx).ID, string(stranger.ID()), "everybody"}
	_, err := o.rules.Create(ctx, n)
	require.ElementsMatch(t, []string{"channels[1]", "recipients[3]", "recipients[4]"}, fieldsOf(err))

	super := o.As(t, actor.Superuser)
	n.Company = o.Zeta
	_, err = o.rules.Create(super, n)
	require.Contains(t, fieldsOf(err), "channels[0]", "a superuser cannot tie companies together either")
	n.Company = "01900000-0000-7000-8000-0000000000ff"
	_, err = o.rules.Create(super, n)
	require.Equal(t, []string{"company"}, fieldsOf(err))
}

func TestRules_TellEverythingThatIsWrongAtOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := o.As(t, actor.Admin)
	_, err := o.rules.Create(ctx, driving.NewRule{Company: o.Zeta, RuleDraft: notification.RuleDraft{
		EventTypes: []string{"alert.exploded"}, Condition: "nonsense", Title: "{{ alert.password }}", Body: "}}",
	}})
	require.ElementsMatch(t, []string{
		"company", "name", "event_types[0]", "channels", "template.title", "template.body", "condition",
	}, fieldsOf(err))
	_, err = o.rules.Create(o.As(t, actor.Analyst), driving.NewRule{})
	require.True(t, fault.Is(err, fault.Forbidden))
}

func TestRules_ArePatchedAndRemoved(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := o.As(t, actor.Admin)
	c := o.pigeon(ctx, t, "pigeon")
	r, err := o.rules.Create(ctx, o.rule(c))
	require.NoError(t, err)
	name, events, off, title, stale := "better", []string{"incident.created"}, false, "{{ incident.title }}", 99
	changed, err := o.rules.Update(ctx, r.ID(), driving.RulePatch{
		Name: &name, EventTypes: &events, IsActive: &off, Title: &title,
	}, nil)
	require.NoError(t, err)
	require.False(t, changed.State().IsActive)
	require.Equal(t, []notification.ChannelID{c.ID()}, changed.State().Channels, "what is not named stays")
	nonsense, none := "nonsense", []string{}
	_, err = o.rules.Update(ctx, r.ID(), driving.RulePatch{Condition: &nonsense, Channels: &none}, nil)
	require.ElementsMatch(t, []string{"condition", "channels"}, fieldsOf(err))
	_, err = o.rules.Update(ctx, r.ID(), driving.RulePatch{Name: &name}, &stale)
	require.True(t, fault.Is(err, fault.Stale))

	found, err := o.rules.List(ctx, notification.RuleQuery{}, page.Request{})
	require.NoError(t, err)
	require.Len(t, found.Items, 1)
	other := o.ActAs(t, o.User(t, actor.Admin, o.Zeta))
	_, err = o.rules.Find(other, r.ID())
	require.True(t, fault.Is(err, fault.NotFound))
	require.True(t, fault.Is(o.rules.Remove(other, r.ID(), nil), fault.NotFound))
	require.True(t, fault.Is(o.rules.Remove(ctx, r.ID(), &stale), fault.Stale))
	require.NoError(t, o.rules.Remove(ctx, r.ID(), nil))
	_, err = o.rules.Find(ctx, r.ID())
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestDeliveries_AreReadByAnalystsAndRetriedByAdministrators(t *testing.T) {
	t.Parallel()
	o := open(t)
	admin := o.As(t, actor.Admin)
	trial, err := o.channels.Test(admin, o.pigeon(admin, t, "pigeon").ID(), "")
	require.NoError(t, err)
	id := trial.Delivery.State().ID
	_, err = o.deliveries.Retry(admin, id)
	require.True(t, fault.Is(err, fault.Conflict), "it has not been given up")
	o.Update(t, func(ctx context.Context, tx txn.Tx) error {
		d, err := tx.Deliveries().Find(ctx, id)
		if err != nil {
			return err
		}
		d.Refused("gone", 410, nil, tx.Now())
		return tx.Deliveries().Save(ctx, d)
	})
	analyst := o.As(t, actor.Analyst)
	d, err := o.deliveries.Find(analyst, id)
	require.NoError(t, err)
	require.Equal(t, notification.Dead, d.State().Status)
	found, err := o.deliveries.List(analyst, notification.DeliveryQuery{}, page.Request{})
	require.NoError(t, err)
	require.Len(t, found.Items, 1)

	_, err = o.deliveries.Retry(analyst, id)
	require.True(t, fault.Is(err, fault.Forbidden))
	rings := o.bell.rings
	d, err = o.deliveries.Retry(admin, id)
	require.NoError(t, err)
	require.Equal(t, notification.Pending, d.State().Status)
	require.Equal(t, rings+1, o.bell.rings)
	_, err = o.deliveries.Retry(o.ActAs(t, o.User(t, actor.Admin, o.Zeta)), id)
	require.True(t, fault.Is(err, fault.NotFound))
}
