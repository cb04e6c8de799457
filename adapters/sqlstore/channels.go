package sqlstore

import (
	"context"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// channelRow is a channel. Sealed is ciphertext.
type channelRow struct {
	ID         string    `gorm:"primaryKey"`
	Company    companyID `gorm:"column:company_id;<-:create"`
	Name       string
	Type       string
	Shown      document[map[string]any]
	Sealed     string
	IsEnabled  bool
	CreatedAt  moment
	UpdatedAt  moment
	Version    int
	SearchText string `gorm:"->:false;<-"`
}

// TableName implements schema.Tabler.
func (channelRow) TableName() string { return "channels" }

func fromChannel(c *notification.Channel) channelRow {
	s := c.State()
	return channelRow{
		ID: string(s.ID), Company: companyID(s.Company), Name: s.Name, Type: s.Type, Shown: documentOf(s.Shown),
		Sealed: s.Sealed.Reveal(), IsEnabled: s.IsEnabled,
		CreatedAt: moment{s.CreatedAt}, UpdatedAt: moment{s.UpdatedAt}, Version: s.Version,
		SearchText: strings.ToLower(s.Name),
	}
}

func toChannel(r channelRow) *notification.Channel {
	return notification.RestoreChannel(notification.ChannelState{
		ID: notification.ChannelID(r.ID), Company: tenant.ID(r.Company), Name: r.Name, Type: r.Type, Shown: r.Shown.is,
		Sealed: secret.New(r.Sealed), IsEnabled: r.IsEnabled,
		CreatedAt: r.CreatedAt.Time, UpdatedAt: r.UpdatedAt.Time, Version: r.Version,
	})
}

type channels struct{ u *unit }

func (c channels) Find(ctx context.Context, id notification.ChannelID) (*notification.Channel, error) {
	row, err := one[channelRow](c.u, c.u.held(c.u.in(ctx).Where("id = ?", string(id))), "channel")
	if err != nil {
		return nil, err
	}
	return toChannel(row), nil
}

func (c channels) List(ctx context.Context, q notification.ChannelQuery, p page.Request) (page.Result[*notification.Channel], error) {
	f := &filter{c.u.in(ctx).Model(&channelRow{})}
	f.company(q.Company)
	among(f, "type", q.Types)
	f.flag("is_enabled", q.IsEnabled)
	f.searched("search_text", strings.ToLower(q.Search))
	return list(ctx, c.u, f.q, namedOrTimed(newest("created_at")), p, each(toChannel))
}

func (c channels) Named(ctx context.Context, ids []notification.ChannelID) ([]*notification.Channel, error) {
	rows, err := byID[channelRow](ctx, c.u, texts(ids), c.u.in)
	if err != nil {
		return nil, err
	}
	return each(toChannel)(ctx, rows)
}

func (c channels) Add(ctx context.Context, channel *notification.Channel) error {
	if err := c.u.reaches(channel.State().Company, "channel"); err != nil {
		return err
	}
	row := fromChannel(channel)
	return c.u.known(c.u.in(ctx).Create(&row).Error)
}

func (c channels) Save(ctx context.Context, channel *notification.Channel) error {
	row := fromChannel(channel)
	row.Version++
	return kept(channel, save(ctx, c.u, "channel", row.ID, channel.State().Version, &row))
}

func (c channels) Remove(ctx context.Context, channel *notification.Channel) error {
	s := channel.State()
	var used int64
	err := c.u.in(ctx).Model(&ruleChannelRow{}).
		Where("company_id = ? AND channel_id = ?", companyID(s.Company), string(s.ID)).Count(&used).Error
	switch {
	case err != nil:
		return c.u.known(err)
	case used > 0:
		return fault.New(fault.Conflict, "a rule uses the channel").WithCode("channel_in_use")
	}
	return remove[channelRow](ctx, c.u, "channel", string(s.ID), s.Version)
}
