package notification_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/secret"
)

func TestChannel_NameIsRequiredAndShort(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"": "name required", " ": "name required", strings.Repeat("é", 101): "name too_long"} {
		_, err := notification.NewChannel("c1", "acme", name, "slack", notification.Settings{}, true, noon)
		require.Equal(t, []string{want}, broken(err))
		c := notification.RestoreChannel(channel(t).State())
		require.Equal(t, []string{want}, broken(c.Apply(notification.ChannelPatch{Name: &name}, noon)))
		require.True(t, c.Unchanged())
	}
}

func TestChannel_PatchChangesWhatIsGiven(t *testing.T) {
	t.Parallel()
	c := notification.RestoreChannel(channel(t).State())
	later := noon.AddDate(0, 0, 1)
	require.NoError(t, c.Apply(notification.ChannelPatch{Name: new("Alerts"), IsEnabled: new(true)}, later))
	require.True(t, c.Unchanged())
	require.Equal(t, noon, c.State().UpdatedAt)

	shown := map[string]any{"webhook_url": "https://hooks.example/****", "channel": "#soc"}
	require.NoError(t, c.Apply(notification.ChannelPatch{
		Name: new("SOC"), IsEnabled: new(false), Settings: &notification.Settings{Shown: shown, Sealed: secret.New("other")},
	}, later))
	s := c.State()
	require.Equal(t, "SOC", s.Name)
	require.False(t, s.IsEnabled)
	require.Equal(t, "other", s.Sealed.Reveal())
	require.Equal(t, later, s.UpdatedAt)
	require.Equal(t, notification.ChannelID("c1"), c.ID())
	require.Equal(t, audit.Ref{Type: "channel", ID: "c1", Name: "SOC", Company: "acme"}, c.AuditRef())
	require.Equal(t, [2]any{secret.Mask, secret.Mask}, c.AuditChanges()["config_secrets"])

	shown["channel"] = "changed by the caller"
	require.Equal(t, "#soc", c.State().Shown["channel"])
}

func TestChannel_StateIsACopy(t *testing.T) {
	t.Parallel()
	c := notification.RestoreChannel(channel(t).State())
	before := c.State()
	c.State().Shown["webhook_url"] = "x"
	require.Empty(t, cmp.Diff(before, c.State()))
	require.True(t, c.Unchanged())
}

func TestChannel_SealLabelBindsTheSettingsToChannelAndCompany(t *testing.T) {
	t.Parallel()
	require.Equal(t, notification.SealLabel("acme", "c1"), channel(t).SealLabel())
	require.NotEqual(t, notification.SealLabel("acme", "c1"), notification.SealLabel("acme", "c2"))
	require.NotEqual(t, notification.SealLabel("acme", "c1"), notification.SealLabel("globex", "c1"))
}

func TestSaved_IsTheNextVersionAndNoChange(t *testing.T) {
	t.Parallel()
	c, r, d := notification.RestoreChannel(channel(t).State()), rule(t, nil), delivery(notification.Dead)
	c.Saved()
	r.Saved()
	d.Saved()
	require.Equal(t, []int{1, 1, 1}, []int{c.State().Version, r.State().Version, d.State().Version})
	require.True(t, c.Unchanged())
	require.True(t, r.Unchanged())
	require.Empty(t, d.AuditChanges())
}
