package driving

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// NewChannel is a channel to be. Config is what the channel's type describes.
type NewChannel struct {
	Name, Type string
	Config     map[string]any
	Disabled   bool
	Company    tenant.ID // only a superuser names one
}

// ChannelPatch changes what is not nil. Config merges key by key; a secret that
// is left out, or sent back masked, stays.
type ChannelPatch struct {
	Name      *string
	Config    map[string]any
	Replace   bool // Config replaces all but the secrets it leaves out
	IsEnabled *bool
}

// Channels manages the ways out.
type Channels interface {
	Create(ctx context.Context, n NewChannel) (*notification.Channel, error)
	List(ctx context.Context, q notification.ChannelQuery, p page.Request) (page.Result[*notification.Channel], error)
	Find(ctx context.Context, id notification.ChannelID) (*notification.Channel, error)
	Update(ctx context.Context, id notification.ChannelID, p ChannelPatch, v IfVersion) (*notification.Channel, error)
	Remove(ctx context.Context, id notification.ChannelID, v IfVersion) error
	// Test sends a message over the channel, the ordinary way.
	Test(ctx context.Context, id notification.ChannelID, message string) (notification.Trial, error)
}

// NewRule is a rule to be.
type NewRule struct {
	notification.RuleDraft
	Company tenant.ID // only a superuser names one
}

// RulePatch changes what is not nil.
type RulePatch struct {
	Name, Description    *string
	EventTypes, Channels *[]string
	Recipients           *[]string
	Condition            *string
	Title, Body          *string
	IsActive             *bool
}

// Rules manages which events become messages.
type Rules interface {
	Create(ctx context.Context, n NewRule) (*notification.Rule, error)
	List(ctx context.Context, q notification.RuleQuery, p page.Request) (page.Result[*notification.Rule], error)
	Find(ctx context.Context, id notification.RuleID) (*notification.Rule, error)
	Update(ctx context.Context, id notification.RuleID, p RulePatch, v IfVersion) (*notification.Rule, error)
	Remove(ctx context.Context, id notification.RuleID, v IfVersion) error
}

// Deliveries shows what became of messages.
type Deliveries interface {
	List(ctx context.Context, q notification.DeliveryQuery, p page.Request) (page.Result[*notification.Delivery], error)
	Find(ctx context.Context, id notification.DeliveryID) (*notification.Delivery, error)
	// Retry makes a delivery that was given up due again.
	Retry(ctx context.Context, id notification.DeliveryID) (*notification.Delivery, error)
}
