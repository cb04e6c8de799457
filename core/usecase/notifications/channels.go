package notifications

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/channel"
	"github.com/sentineliq/sentineliq/ports/driving"
	"github.com/sentineliq/sentineliq/ports/store"
)

// Channels implements driving.Channels.
type Channels struct {
	Parts
}

// NewChannels returns the service.
func NewChannels(p Parts) *Channels { return &Channels{Parts: p} }

// Create makes a channel whose settings its type approves. The secrets in them
// are encrypted before they reach the store.
func (s *Channels) Create(ctx context.Context, n driving.NewChannel) (*notification.Channel, error) {
	if err := s.Gate.Allowed(ctx, policy.ChannelCreate); err != nil {
		return nil, err
	}
	var v fault.Violations
	ctx, company, err := gate.Within(ctx, n.Company)
	if !v.Merge(err) {
		return nil, err
	}
	id := notification.ChannelID(s.IDs.New())
	var settings notification.Settings
	if kind, known := s.Types.Named(n.Type); known {
		settings, err = s.approve(kind, n.Config, notification.SealLabel(company, id))
		if !v.Merge(err) {
			return nil, err
		}
	} else if v.Require("channel_type", n.Type) {
		v.Add("channel_type", fault.CodeInvalid, "must be one of %s", s.Types.Names())
	}
	c, err := notification.NewChannel(id, company, n.Name, n.Type, settings, !n.Disabled, s.Clock.Now())
	if !v.Merge(err) {
		return nil, err
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return gate.Write(ctx, s.Gate, policy.ChannelCreate, func(ctx context.Context, tx store.Tx) (*notification.Channel, error) {
		if err := gate.Exists(ctx, tx, company); err != nil {
			return nil, err
		}
		return c, tx.Channels().Add(ctx, c)
	})
}

// approve lets the type complete and judge settings, and returns them in the
// two forms that are kept.
func (s *Channels) approve(kind channel.Type, config map[string]any, label string) (notification.Settings, error) {
	raw, err := json.Marshal(config)
	if err != nil {
		return notification.Settings{}, fmt.Errorf("settings of a channel: %w", err)
	}
	if preparer, ok := kind.(channel.Preparer); ok {
		if raw, err = preparer.Prepare(raw); err != nil {
			return notification.Settings{}, err
		}
	}
	if _, err := kind.Open(raw); err != nil {
		return notification.Settings{}, err
	}
	complete := map[string]any{}
	if err := json.Unmarshal(raw, &complete); err != nil {
		return notification.Settings{}, fmt.Errorf("settings of a channel: %w", err)
	}
	sealed, err := s.Box.Seal(raw, label)
	if err != nil {
		return notification.Settings{}, err
	}
	return notification.Settings{Shown: channel.Mask(kind.Describe(), complete), Sealed: sealed}, nil
}

// List shows the channels in reach.
func (s *Channels) List(ctx context.Context, q notification.ChannelQuery, p page.Request) (page.Result[*notification.Channel], error) {
	return gate.Read(ctx, s.Gate, policy.ChannelRead, func(ctx context.Context, v store.View) (page.Result[*notification.Channel], error) {
		return v.Channels().List(ctx, q, p)
	})
}

// Find shows one channel.
func (s *Channels) Find(ctx context.Context, id notification.ChannelID) (*notification.Channel, error) {
	return gate.Read(ctx, s.Gate, policy.ChannelRead, func(ctx context.Context, v store.View) (*notification.Channel, error) {
		return v.Channels().Find(ctx, id)
	})
}

// Update changes a channel. A secret that the new settings leave out, or carry
// masked as it was shown, stays as it is.
func (s *Channels) Update(ctx context.Context, id notification.ChannelID, p driving.ChannelPatch, version driving.IfVersion) (*notification.Channel, error) {
	return gate.Write(ctx, s.Gate, policy.ChannelUpdate, func(ctx context.Context, tx store.Tx) (*notification.Channel, error) {
		c, err := tx.Channels().Find(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := fault.IfVersion(version, c.State().Version); err != nil {
			return nil, err
		}
		patch := notification.ChannelPatch{Name: p.Name, IsEnabled: p.IsEnabled}
		var v fault.Violations
		if p.Config != nil {
			merged, err := s.merge(c.State(), p)
			if !v.Merge(err) {
				return nil, err
			}
			patch.Settings = merged
		}
		if err := v.Err(); err != nil {
			return nil, err
		}
		if err := c.Apply(patch, tx.Now()); err != nil {
			return nil, err
		}
		return c, tx.Channels().Save(ctx, c)
	})
}

// merge lays new settings over a channel's present ones. It returns nil when
// they come out the same, so that nothing is written.
func (s *Channels) merge(c notification.ChannelState, p driving.ChannelPatch) (*notification.Settings, error) {
	kind, known := s.Types.Named(c.Type)
	if !known {
		return nil, fault.Newf(fault.Conflict, "channels of type %s are not supported any more", c.Type)
	}
	label := notification.SealLabel(c.Company, c.ID)
	raw, err := s.Box.Open(c.Sealed, label)
	if err != nil {
		return nil, err
	}
	present := map[string]any{}
	if err := json.Unmarshal(raw, &present); err != nil {
		return nil, fmt.Errorf("settings of channel %s: %w", c.ID, err)
	}
	combine := channel.Merge
	if p.Replace {
		combine = channel.Replace
	}
	wanted, err := combine(kind.Describe(), present, p.Config)
	if err != nil {
		return nil, err
	}
	same, err := json.Marshal(wanted)
	if err != nil {
		return nil, fmt.Errorf("settings of channel %s: %w", c.ID, err)
	}
	if was, err := json.Marshal(present); err == nil && string(was) == string(same) {
		return nil, nil //nolint:nilnil // nothing to change
	}
	settings, err := s.approve(kind, wanted, label)
	return &settings, err
}

// Remove deletes a channel that no rule uses.
func (s *Channels) Remove(ctx context.Context, id notification.ChannelID, version driving.IfVersion) error {
	_, err := gate.Write(ctx, s.Gate, policy.ChannelDelete, func(ctx context.Context, tx store.Tx) (*notification.Channel, error) {
		c, err := tx.Channels().Find(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := fault.IfVersion(version, c.State().Version); err != nil {
			return nil, err
		}
		return c, tx.Channels().Remove(ctx, c)
	})
	return err
}

// Test sends a message over the channel, the ordinary way: as a delivery with
// attempts and a verdict. To people, it goes to whoever asks.
func (s *Channels) Test(ctx context.Context, id notification.ChannelID, message string) (notification.Trial, error) {
	noticeID, deliveryID, eventID := s.IDs.New(), s.IDs.New(), s.IDs.New()
	trial, err := gate.Write(ctx, s.Gate, policy.ChannelTest, func(ctx context.Context, tx store.Tx) (notification.Trial, error) {
		c, err := tx.Channels().Find(ctx, id)
		if fault.Is(err, fault.NotFound) {
			return notification.Trial{}, fault.Field("channel", fault.CodeInvalid, "is not a channel of the company")
		}
		if err != nil {
			return notification.Trial{}, err
		}
		if !c.State().IsEnabled {
			return notification.Trial{}, fault.New(fault.Conflict, "the channel is disabled").WithCode("channel_disabled")
		}
		n := notification.ComposeTest(notification.ID(noticeID), eventID, c, message, tx.Now())
		if err := tx.Notices().Add(ctx, []*notification.Notice{n}); err != nil {
			return notification.Trial{}, err
		}
		d := notification.NewDelivery(notification.DeliveryID(deliveryID), n, c, s.tester(ctx, c), tx.Now())
		_, err = tx.Deliveries().Add(ctx, []*notification.Delivery{d})
		return notification.Trial{Channel: c, Delivery: d}, err
	})
	if err == nil {
		s.Bells.Ring(trial.Channel.State().Type)
	}
	return trial, err
}

// tester is who gets the test message of a channel that reaches people.
func (s *Channels) tester(ctx context.Context, c *notification.Channel) identity.UserID {
	kind, known := s.Types.Named(c.State().Type)
	if !known || !kind.Describe().ToPeople {
		return ""
	}
	return alert.ReporterOf(actor.From(ctx)).User
}
