package notifications_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/gate/gatetest"
	"github.com/sentineliq/sentineliq/core/usecase/notifications"
	"github.com/sentineliq/sentineliq/ports/bus"
	"github.com/sentineliq/sentineliq/ports/channel"
	"github.com/sentineliq/sentineliq/ports/condition"
	"github.com/sentineliq/sentineliq/ports/driving"
)

// pigeon is a type of channel with one secret setting, which it makes up when it
// is left out.
type pigeon struct{ toPeople bool }

func (p pigeon) Name() string {
	if p.toPeople {
		return "email"
	}
	return "pigeon"
}

func (p pigeon) Describe() channel.Description {
	return channel.Description{ToPeople: p.toPeople, Fields: []channel.Field{
		{Name: "loft", Kind: channel.KindText, Required: true},
		{Name: "ring", Kind: channel.KindText, Secret: true},
	}}
}

func (p pigeon) Open(settings json.RawMessage) (channel.Sender, error) {
	var into struct{ Loft, Ring string }
	return nil, channel.Decode(p.Describe(), settings, &into)
}

func (pigeon) Prepare(settings json.RawMessage) (json.RawMessage, error) {
	values, err := channel.Parse(settings)
	if err != nil {
		return nil, err
	}
	if _, given := values["ring"]; !given {
		values["ring"] = "made-up-secret-ring"
	}
	return json.Marshal(values)
}

// strict is an engine that accepts everything but "nonsense".
type strict struct{}

func (strict) Check(source string) error {
	if source == "nonsense" {
		return errors.New("1:1: nonsense")
	}
	return nil
}

func (strict) Holds(context.Context, string, condition.Facts) (bool, error) { return true, nil }

// ringer counts the rings of the bells of both types.
type ringer struct{ rings int }

func (r *ringer) Ring()            { r.rings++ }
func (*ringer) C() <-chan struct{} { return nil }

type office struct {
	*gatetest.House
	bell       *ringer
	channels   *notifications.Channels
	rules      *notifications.Rules
	deliveries *notifications.Deliveries
}

func open(t *testing.T) office {
	t.Helper()
	h, bell := gatetest.Open(t), &ringer{}
	parts := notifications.Parts{
		Gate: h.Gate, Types: channel.Types{pigeon{}, pigeon{toPeople: true}}, Box: gatetest.Box{}, Engine: strict{},
		IDs: h.IDs, Clock: h.Clock, Bells: bus.Bells{"pigeon": bell, "email": bell},
	}
	return office{
		House: h, bell: bell, channels: notifications.NewChannels(parts), rules: notifications.NewRules(parts),
		deliveries: notifications.NewDeliveries(parts),
	}
}

func (o office) pigeon(ctx context.Context, t *testing.T, kind string) *notification.Channel {
	t.Helper()
	c, err := o.channels.Create(ctx, driving.NewChannel{
		Name: kind + " " + o.IDs.New(), Type: kind, Config: map[string]any{"loft": "roof", "ring": "secret-ring-number-7"},
	})
	require.NoError(t, err)
	return c
}

func fieldsOf(err error) []string {
	var fields []string
	for _, v := range fault.ViolationsOf(err) {
		fields = append(fields, v.Field)
	}
	return fields
}
