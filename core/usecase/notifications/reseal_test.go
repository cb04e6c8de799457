package notifications_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/credential"
	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/usecase/notifications"
	port "github.com/sentineliq/sentineliq/ports/credential"
	"github.com/sentineliq/sentineliq/ports/driving"
)

const (
	oldKey  = "0123456789abcdef0123456789abcdef"
	newKey  = "fedcba9876543210fedcba9876543210"
	lostKey = "00112233445566778899aabbccddeeff"
)

func box(t *testing.T, key string, previous ...string) port.Box {
	t.Helper()
	var before []secret.Text
	for _, k := range previous {
		before = append(before, secret.New(k))
	}
	b, err := credential.NewAESGCM(secret.New(key), before...)
	require.NoError(t, err)
	return b
}

// under is the use case with another box.
func (o *office) under(b port.Box) *notifications.Channels {
	parts := o.channels.Parts
	parts.Box = b
	return notifications.NewChannels(parts)
}

// makes n channels in a company under a key.
func (o *office) makes(t *testing.T, n int, b port.Box, admin context.Context, name string) []notification.ChannelID { //nolint:revive // the order of the sentence
	t.Helper()
	ids := make([]notification.ChannelID, n)
	for i := range ids {
		c, err := o.under(b).Create(admin, driving.NewChannel{
			Name: fmt.Sprint(name, " ", i), Type: "pigeon", Config: map[string]any{"loft": "roof", "ring": "secret-ring-number-7"},
		})
		require.NoError(t, err)
		ids[i] = c.ID()
	}
	return ids
}

// reseals lists who sealed what anew, according to the audit log.
func (o *office) reseals(t *testing.T) []audit.Entry {
	t.Helper()
	return slices.DeleteFunc(o.Log(t), func(e audit.Entry) bool { return e.Action != "reseal" })
}

func quiet(notifications.Resealed) {}

// Every channel of every company ends on the present key, each with an entry of its
// own, and to its customer nothing has changed.
func TestReseal_LeavesNothingOnTheOldKey(t *testing.T) {
	t.Parallel()
	o := open(t)
	acme, zeta := o.As(t, actor.Admin), o.ActAs(t, o.User(t, actor.Admin, o.Zeta))
	old := append(o.makes(t, 130, box(t, oldKey), acme, "acme"), o.makes(t, 5, box(t, oldKey), zeta, "zeta")...)
	o.makes(t, 3, box(t, newKey), acme, "new")
	lost := o.makes(t, 1, box(t, lostKey), zeta, "lost")
	before, err := o.channels.Find(acme, old[0])
	require.NoError(t, err)

	rotating := o.under(box(t, newKey, oldKey))
	var steps []int
	done, err := rotating.Reseal(t.Context(), func(r notifications.Resealed) { steps = append(steps, r.Changed+r.Before+len(r.Closed)) })
	require.NoError(t, err)
	require.Equal(t, notifications.Resealed{Changed: 135, Before: 3, Closed: lost}, done)
	require.Equal(t, []int{100, 139}, steps)

	entries := o.reseals(t)
	require.Len(t, entries, 135)
	for _, e := range entries {
		require.Equal(t, "system", string(e.ActorType))
		require.Equal(t, "keys rotate", e.ActorName)
		require.Equal(t, audit.Changes{"config_secrets": e.Changes["config_secrets"]}, e.Changes)
		require.NotContains(t, fmt.Sprintf("%+v", e), "secret-ring")
	}
	only := box(t, newKey)
	for _, id := range old {
		c, err := o.channels.Find(o.As(t, actor.Superuser), id)
		require.NoError(t, err)
		require.True(t, only.Current(c.State().Sealed))
		plain, err := only.Open(c.State().Sealed, c.SealLabel())
		require.NoError(t, err)
		require.JSONEq(t, `{"loft":"roof","ring":"secret-ring-number-7"}`, string(plain))
	}
	after, err := o.channels.Find(acme, old[0])
	require.NoError(t, err)
	require.Equal(t, before.State().Shown, after.State().Shown)
	require.Equal(t, before.State().UpdatedAt, after.State().UpdatedAt)

	done, err = rotating.Reseal(t.Context(), quiet)
	require.NoError(t, err)
	require.Equal(t, notifications.Resealed{Before: 138, Closed: lost}, done, "again there is nothing to do")
	require.Len(t, o.reseals(t), 135)
}

// failing seals so many times and then no more.
type failing struct {
	port.Box
	seals *int
}

func (f failing) Seal(plain []byte, label string) (secret.Text, error) {
	if *f.seals--; *f.seals < 0 {
		return secret.Text{}, errors.New("interrupted")
	}
	return f.Box.Seal(plain, label)
}

func TestReseal_GoesOnWhereItWasInterrupted(t *testing.T) {
	t.Parallel()
	o := open(t)
	admin := o.As(t, actor.Admin)
	o.makes(t, 10, box(t, oldKey), admin, "acme")
	seals := 4
	done, err := o.under(failing{box(t, newKey, oldKey), &seals}).Reseal(t.Context(), quiet)
	require.ErrorContains(t, err, "interrupted")
	require.Equal(t, 4, done.Changed)
	require.Len(t, o.reseals(t), 4)
	done, err = o.under(box(t, newKey, oldKey)).Reseal(t.Context(), quiet)
	require.NoError(t, err)
	require.Equal(t, notifications.Resealed{Changed: 6, Before: 4}, done)
}

// racing lets a customer configure the channel between the look and the change.
type racing struct {
	port.Box
	once *func()
}

func (r racing) Open(sealed secret.Text, label string) ([]byte, error) {
	if act := *r.once; act != nil {
		*r.once = nil
		act()
	}
	return r.Box.Open(sealed, label)
}

func TestReseal_DoesNotUndoWhatACustomerDoesMeanwhile(t *testing.T) {
	t.Parallel()
	o := open(t)
	admin, b := o.As(t, actor.Admin), box(t, newKey, oldKey)
	var all []notification.ChannelID
	for name, meanwhile := range map[string]func(notification.ChannelID) error{
		"configured": func(id notification.ChannelID) error {
			_, err := o.under(b).Update(admin, id, driving.ChannelPatch{Config: map[string]any{"ring": "another-secret-ring"}}, nil)
			return err
		},
		"removed": func(id notification.ChannelID) error { return o.channels.Remove(admin, id, nil) },
		"renamed": func(id notification.ChannelID) error {
			_, err := o.under(b).Update(admin, id, driving.ChannelPatch{Name: new("other")}, nil)
			return err
		},
	} {
		all = append(all, o.makes(t, 1, box(t, oldKey), admin, name)...)
		id, happened := all[len(all)-1], false
		act := func() { happened = true; require.NoError(t, meanwhile(id), name) }
		_, err := o.under(racing{b, &act}).Reseal(t.Context(), quiet)
		require.NoError(t, err, name)
		require.True(t, happened, name)
	}
	changed := 0
	for _, id := range all {
		c, err := o.channels.Find(admin, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		require.NoError(t, err)
		plain, err := box(t, newKey).Open(c.State().Sealed, c.SealLabel())
		require.NoError(t, err)
		if c.State().Name == "configured 0" {
			require.Contains(t, string(plain), "another-secret-ring")
			changed++
		}
	}
	require.Equal(t, 1, changed)
}
