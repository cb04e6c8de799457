package notifications_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/gate/gatetest"
	"github.com/sentineliq/sentineliq/ports/driving"
)

// opened returns a channel's settings as its sender will see them.
func opened(t *testing.T, c *notification.Channel) map[string]any {
	t.Helper()
	raw, err := gatetest.Box{}.Open(c.State().Sealed, c.SealLabel())
	require.NoError(t, err)
	var settings map[string]any
	require.NoError(t, json.Unmarshal(raw, &settings))
	return settings
}

func TestChannels_SecretsAreSealedAndMasked(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := o.As(t, actor.Admin)
	c := o.pigeon(ctx, t, "pigeon")
	require.Equal(t, map[string]any{"loft": "roof", "ring": "****er-7"}, c.State().Shown)
	require.Equal(t, "secret-ring-number-7", opened(t, c)["ring"])
	for _, entry := range o.Log(t) {
		require.NotContains(t, fmt.Sprintf("%+v", entry), "secret-ring")
	}

	made, err := o.channels.Create(ctx, driving.NewChannel{Name: "b", Type: "pigeon", Config: map[string]any{"loft": "roof"}})
	require.NoError(t, err)
	require.Equal(t, "made-up-secret-ring", opened(t, made)["ring"])
}

func TestChannels_TellEverythingThatIsWrongAtOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := o.As(t, actor.Admin)
	_, err := o.channels.Create(ctx, driving.NewChannel{Type: "pigeon", Company: o.Zeta, Config: map[string]any{"colour": "grey"}})
	require.ElementsMatch(t, []string{"company", "name", "config.colour", "config.loft"}, fieldsOf(err))
	_, err = o.channels.Create(ctx, driving.NewChannel{Name: "x", Type: "fax"})
	require.Equal(t, []string{"channel_type"}, fieldsOf(err))
	_, err = o.channels.Create(ctx, driving.NewChannel{Name: "x"})
	require.Equal(t, []string{"channel_type"}, fieldsOf(err))
	_, err = o.channels.Create(o.As(t, actor.Analyst), driving.NewChannel{})
	require.True(t, fault.Is(err, fault.Forbidden), "who may not learns nothing")
	_, err = o.channels.Create(o.As(t, actor.Superuser), driving.NewChannel{
		Name: "x", Type: "pigeon", Company: "01900000-0000-7000-8000-0000000000ff", Config: map[string]any{"loft": "roof"},
	})
	require.Equal(t, []string{"company"}, fieldsOf(err))
}

func TestChannels_APatchKeepsWhatItDoesNotName(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := o.As(t, actor.Admin)
	c := o.pigeon(ctx, t, "pigeon")
	for name, config := range map[string]map[string]any{
		"omitted": {"loft": "tower"}, "sent back masked": {"loft": "tower", "ring": "****er-7"},
	} {
		changed, err := o.channels.Update(ctx, c.ID(), driving.ChannelPatch{Config: config}, nil)
		require.NoError(t, err, name)
		require.Equal(t, map[string]any{"loft": "tower", "ring": "secret-ring-number-7"}, opened(t, changed), name)
	}
	entries := len(o.Log(t))
	_, err := o.channels.Update(ctx, c.ID(), driving.ChannelPatch{Config: map[string]any{"loft": "tower"}}, nil)
	require.NoError(t, err)
	require.Len(t, o.Log(t), entries, "what changes nothing leaves no entry")

	_, err = o.channels.Update(ctx, c.ID(), driving.ChannelPatch{Config: map[string]any{"loft": nil}}, nil)
	require.Equal(t, []string{"config.loft"}, fieldsOf(err))
	off, stale := false, 99
	_, err = o.channels.Update(ctx, c.ID(), driving.ChannelPatch{IsEnabled: &off}, &stale)
	require.True(t, fault.Is(err, fault.Stale))
	replaced, err := o.channels.Update(ctx, c.ID(), driving.ChannelPatch{
		Config: map[string]any{"loft": "barn"}, Replace: true, IsEnabled: &off,
	}, nil)
	require.NoError(t, err)
	require.Equal(t, "barn", opened(t, replaced)["loft"])
	require.False(t, replaced.State().IsEnabled)
}

func TestChannels_AnotherCompanysDoNotExist(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.pigeon(o.As(t, actor.Admin), t, "pigeon").ID()
	ctx := o.ActAs(t, o.User(t, actor.Admin, o.Zeta))
	off := false
	_, err := o.channels.Find(ctx, id)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = o.channels.Update(ctx, id, driving.ChannelPatch{IsEnabled: &off}, nil)
	require.True(t, fault.Is(err, fault.NotFound))
	require.True(t, fault.Is(o.channels.Remove(ctx, id, nil), fault.NotFound))
	_, err = o.channels.Test(ctx, id, "")
	require.Equal(t, []string{"channel"}, fieldsOf(err))
	found, err := o.channels.List(ctx, notification.ChannelQuery{}, page.Request{})
	require.NoError(t, err)
	require.Empty(t, found.Items)
}

func TestChannels_RemovedUnlessARuleUsesThem(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := o.As(t, actor.Admin)
	used, free := o.pigeon(ctx, t, "pigeon"), o.pigeon(ctx, t, "pigeon")
	_, err := o.rules.Create(ctx, o.rule(used))
	require.NoError(t, err)
	stale := 99
	require.True(t, fault.Is(o.channels.Remove(ctx, used.ID(), nil), fault.Conflict))
	require.True(t, fault.Is(o.channels.Remove(ctx, free.ID(), &stale), fault.Stale))
	require.NoError(t, o.channels.Remove(ctx, free.ID(), nil))
}

func TestTest_GoesTheOrdinaryWay(t *testing.T) {
	t.Parallel()
	o := open(t)
	ctx := o.As(t, actor.Admin)
	place, people := o.pigeon(ctx, t, "pigeon"), o.pigeon(ctx, t, "email")
	trial, err := o.channels.Test(ctx, place.ID(), "hello")
	require.NoError(t, err)
	require.Empty(t, trial.Delivery.State().Recipient)
	require.Equal(t, 1, o.bell.rings)
	require.Equal(t, "test_channel", o.LastEntry(t).Action)
	require.Equal(t, string(trial.Delivery.State().ID), o.LastEntry(t).Metadata["delivery_id"])

	trial, err = o.channels.Test(ctx, people.ID(), "")
	require.NoError(t, err)
	require.Equal(t, actor.From(ctx).ID, string(trial.Delivery.State().Recipient), "to whoever asks")

	off := false
	_, err = o.channels.Update(ctx, place.ID(), driving.ChannelPatch{IsEnabled: &off}, nil)
	require.NoError(t, err)
	_, err = o.channels.Test(ctx, place.ID(), "")
	require.True(t, fault.Is(err, fault.Conflict))
}
