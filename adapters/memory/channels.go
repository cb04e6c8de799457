package memory

import (
	"context"
	"slices"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

type channels struct{ u *unit }

func (c channels) shelf() shelf[notification.ChannelState] {
	return shelf[notification.ChannelState]{
		u: c.u, rows: &c.u.data.channels, noun: "channel",
		company: func(s *notification.ChannelState) tenant.ID { return s.Company },
		version: func(s *notification.ChannelState) *int { return &s.Version },
	}
}

func (c channels) Find(_ context.Context, id notification.ChannelID) (*notification.Channel, error) {
	s, err := c.shelf().find(string(id))
	if err != nil {
		return nil, err
	}
	return notification.RestoreChannel(s), nil
}

func (c channels) List(_ context.Context, q notification.ChannelQuery, p page.Request) (page.Result[*notification.Channel], error) {
	rows := c.shelf().matching(func(s *notification.ChannelState) bool {
		return anyOf(q.Types, s.Type) && (q.IsEnabled == nil || *q.IsEnabled == s.IsEnabled) &&
			is(q.Company, s.Company) && mentions(q.Search, s.Name)
	})
	return list(rows, p, order[notification.ChannelState]{
		sorts: named(), fallback: newest("created_at"),
		value: func(s *notification.ChannelState, name string) any {
			return nameOrTime(name, string(s.ID), s.Name, s.CreatedAt)
		},
	}, notification.RestoreChannel)
}

func (c channels) Named(_ context.Context, ids []notification.ChannelID) ([]*notification.Channel, error) {
	rows := c.shelf().matching(func(s *notification.ChannelState) bool { return len(ids) > 0 && anyOf(ids, s.ID) })
	return mapped(rows, notification.RestoreChannel)
}

func (c channels) Add(_ context.Context, channel *notification.Channel) error {
	s := channel.State()
	if err := c.unique(s); err != nil {
		return err
	}
	return c.shelf().add(string(s.ID), s)
}

func (c channels) Save(_ context.Context, channel *notification.Channel) error {
	s := channel.State()
	if err := c.unique(s); err != nil {
		return err
	}
	return kept(channel, c.shelf().save(string(s.ID), s, nil))
}

func (c channels) unique(s notification.ChannelState) error {
	for other := range c.shelf().all() {
		if other.ID != s.ID && other.Company == s.Company && other.Name == s.Name {
			return duplicate("name")
		}
	}
	return nil
}

func (c channels) Remove(_ context.Context, channel *notification.Channel) error {
	s := channel.State()
	for r := range rules(c).shelf().all() {
		if slices.Contains(r.Channels, s.ID) {
			return fault.New(fault.Conflict, "a rule uses the channel").WithCode("channel_in_use")
		}
	}
	return c.shelf().drop(string(s.ID), s)
}
