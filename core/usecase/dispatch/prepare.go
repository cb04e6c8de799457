package dispatch

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/channel"
	"github.com/sentineliq/sentineliq/ports/store"
)

// parcel is a message ready to go, or the reason why it is not wanted any more.
type parcel struct {
	sender  channel.Sender
	message channel.Message
	skip    string
}

// prepare reads, at the moment of sending, what the message says, where it goes
// and to whom. Whatever was deleted or switched off since makes it unwanted.
func (s *Sender) prepare(ctx context.Context, d *notification.Delivery) (parcel, error) {
	state := d.State()
	var c *notification.Channel
	p, err := gate.Read(ctx, s.Gate, policy.DeliveryDone, func(ctx context.Context, v store.View) (parcel, error) {
		var err error
		if c, err = v.Channels().Find(ctx, state.Channel); err != nil {
			return unwanted(err, "the channel is gone")
		}
		if !c.State().IsEnabled {
			return parcel{skip: "the channel is disabled"}, nil
		}
		n, err := v.Notices().Find(ctx, state.Notice)
		if err != nil {
			return unwanted(err, "the notification is gone")
		}
		company, err := v.Companies().Find(ctx, state.Company)
		if err != nil {
			return unwanted(err, "the company is gone")
		}
		to, reason, err := recipient(ctx, v, state)
		if err != nil || reason != "" {
			return parcel{skip: reason}, err
		}
		m := s.message(d, n)
		m.Company, m.Recipient = company.State().Name, to
		return parcel{message: m}, nil
	})
	if err != nil || p.skip != "" {
		return p, err
	}
	p.sender, err = s.open(c)
	return p, err
}

func unwanted(err error, reason string) (parcel, error) {
	if fault.Is(err, fault.NotFound) {
		return parcel{skip: reason}, nil
	}
	return parcel{}, err
}

// recipient finds the person a message is for, if it is for one.
func recipient(ctx context.Context, v store.View, d notification.DeliveryState) (channel.Recipient, string, error) {
	if d.Recipient == "" {
		return channel.Recipient{}, "", nil
	}
	u, err := v.Users().Find(ctx, d.Recipient)
	if fault.Is(err, fault.NotFound) {
		return channel.Recipient{}, "the recipient is gone", nil
	}
	if err != nil {
		return channel.Recipient{}, "", err
	}
	if !u.MayBeAssigned(d.Company) {
		return channel.Recipient{}, "the recipient is not an active user of the company", nil
	}
	return channel.Recipient{Name: u.DisplayName(), Email: u.State().Email}, "", nil
}

// open makes the sender of a channel. Settings that do not open will not open
// later either: the key or the type is gone.
func (s *Sender) open(c *notification.Channel) (channel.Sender, error) {
	state := c.State()
	kind, known := s.Types.Named(state.Type)
	if !known {
		return nil, &channel.Refusal{Reason: "channels of type " + state.Type + " are not supported", Permanent: true}
	}
	settings, err := s.Box.Open(state.Sealed, c.SealLabel())
	if err != nil {
		return nil, &channel.Refusal{Reason: "the channel's settings cannot be decrypted", Permanent: true}
	}
	sender, err := kind.Open(settings)
	if err != nil {
		return nil, &channel.Refusal{Reason: "the channel's settings are not valid: " + err.Error(), Permanent: true}
	}
	return sender, nil
}

// message says what there is to say, for any channel.
func (s *Sender) message(d *notification.Delivery, n *notification.Notice) channel.Message {
	m := channel.Message{
		ID: d.MessageID(), Title: n.Title, Body: n.Body, Severity: n.Severity, Event: string(n.EventName),
		EventID: n.Event, EventTime: n.EventTime, Data: map[string]any{},
	}
	for noun, facts := range n.Facts {
		m.Data[noun] = facts
	}
	if n.RelatedID != "" {
		m.Link = s.Public + "/api/v1/" + n.RelatedType + "s/" + n.RelatedID + "/"
	}
	for _, label := range n.Labels() {
		m.Labels = append(m.Labels, channel.Label{Name: label[0], Value: label[1]})
	}
	return m
}
