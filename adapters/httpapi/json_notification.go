package httpapi

import (
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/driving"
)

// channelBody is a way out; what is secret in its config is masked.
type channelBody struct {
	ID          string         `json:"id" example:"0198c0de-0000-7000-8000-000000000001" format:"uuid"`
	Company     string         `json:"company" format:"uuid"`
	Name        string         `json:"name" example:"Company Slack"`
	ChannelType string         `json:"channel_type" example:"slack"`
	Config      map[string]any `json:"config"`
	IsEnabled   bool           `json:"is_enabled" example:"true"`
	CreatedAt   string         `json:"created_at" format:"date-time"`
	UpdatedAt   string         `json:"updated_at" format:"date-time"`
} //	@name	Channel

func channelOf(c *notification.Channel) channelBody {
	s := c.State()
	config := s.Shown
	if config == nil {
		config = map[string]any{}
	}
	return channelBody{
		ID: string(s.ID), Company: string(s.Company), Name: s.Name, ChannelType: s.Type, Config: config,
		IsEnabled: s.IsEnabled, CreatedAt: at(s.CreatedAt), UpdatedAt: at(s.UpdatedAt),
	}
}

type channelIn struct {
	Name      string         `json:"name" example:"Company Slack" maxLength:"100" validate:"required"`
	Type      string         `json:"channel_type" enums:"slack,webhook,email" validate:"required"`
	Config    map[string]any `json:"config" validate:"required"` // what the type wants, such as webhook_url
	IsEnabled *bool          `json:"is_enabled" default:"true"`
	Company   string         `json:"company" format:"uuid"` // superusers only, who must name it
	readOnlyChannel
} //	@name	NewChannel

// readOnlyChannel are the fields of channels and rules that nobody sets.
type readOnlyChannel struct {
	ID        any `json:"id" bind:"readonly" swaggerignore:"true"`
	CreatedAt any `json:"created_at" bind:"readonly" swaggerignore:"true"`
	UpdatedAt any `json:"updated_at" bind:"readonly" swaggerignore:"true"`
}

func (in *channelIn) channel() driving.NewChannel {
	return driving.NewChannel{
		Name: in.Name, Type: in.Type, Config: in.Config, Disabled: in.IsEnabled != nil && !*in.IsEnabled,
		Company: tenant.ID(in.Company),
	}
}

// channelPatchIn changes a channel. Config merges key by key in a PATCH; a
// secret that is left out, or sent back masked, stays.
type channelPatchIn struct {
	Name        Optional[string]         `json:"name" swaggertype:"string" maxLength:"100"`
	Config      Optional[map[string]any] `json:"config" swaggertype:"object" bind:"notnull"`
	IsEnabled   Optional[bool]           `json:"is_enabled" swaggertype:"boolean" bind:"notnull"`
	ChannelType any                      `json:"channel_type" bind:"readonly" swaggerignore:"true"`
	Company     any                      `json:"company" bind:"readonly" swaggerignore:"true"`
	whole
	readOnlyChannel
} //	@name	ChannelPatch

func (in *channelPatchIn) patch() driving.ChannelPatch {
	return driving.ChannelPatch{Name: in.Name.Ptr(), Config: in.Config.Value, IsEnabled: in.IsEnabled.Ptr()}
}

func (in *channelPatchIn) replacement() driving.ChannelPatch {
	p := in.patch()
	p.Name, p.Replace = in.Name.Or(""), true
	if p.Config == nil {
		p.Config = map[string]any{}
	}
	return p
}

// templateBody is what a rule's messages say; an empty part is the default one.
type templateBody struct {
	Title string `json:"title" example:"{{ alert.title }}" maxLength:"500"`
	Body  string `json:"body" example:"{{ alert.description }}" maxLength:"10000"`
} //	@name	Template

// ruleBody says which events become messages.
type ruleBody struct {
	ID          string       `json:"id" example:"0198c0de-0000-7000-8000-000000000001" format:"uuid"`
	Company     string       `json:"company" format:"uuid"`
	Name        string       `json:"name" example:"High and above"`
	Description string       `json:"description"`
	EventTypes  []string     `json:"event_types" example:"alert.created,alert.escalated"`
	Condition   string       `json:"condition" example:"rank(alert.severity) >= rank(\"high\")"`
	Channels    []string     `json:"channels"`
	Template    templateBody `json:"template"`
	Recipients  []string     `json:"recipients" example:"assignee,admins"`
	IsActive    bool         `json:"is_active" example:"true"`
	CreatedAt   string       `json:"created_at" format:"date-time"`
	UpdatedAt   string       `json:"updated_at" format:"date-time"`
} //	@name	Rule

func ruleOf(r *notification.Rule) ruleBody {
	s := r.State()
	return ruleBody{
		ID: string(s.ID), Company: string(s.Company), Name: s.Name, Description: s.Description,
		EventTypes: texts(s.EventTypes), Condition: s.Condition, Channels: texts(s.Channels),
		Template: templateBody{Title: s.Title, Body: s.Body}, Recipients: filled(s.Recipients), IsActive: s.IsActive,
		CreatedAt: at(s.CreatedAt), UpdatedAt: at(s.UpdatedAt),
	}
}

type ruleIn struct {
	Name        string       `json:"name" example:"High and above" maxLength:"100" validate:"required"`
	Description string       `json:"description" maxLength:"1000"`
	EventTypes  []string     `json:"event_types" example:"alert.created,alert.escalated" validate:"required"`
	Condition   string       `json:"condition" example:"rank(alert.severity) >= rank(\"high\")"` // CEL; left out: always
	Channels    []string     `json:"channels" validate:"required"`                               // ids
	Template    templateBody `json:"template"`
	Recipients  []string     `json:"recipients" example:"assignee,admins"` // assignee, admins, analysts or user ids
	IsActive    *bool        `json:"is_active" default:"true"`
	Company     string       `json:"company" format:"uuid"` // superusers only, who must name it
	readOnlyChannel
} //	@name	NewRule

func (in *ruleIn) rule() driving.NewRule {
	return driving.NewRule{Company: tenant.ID(in.Company), RuleDraft: notification.RuleDraft{
		Name: in.Name, Description: in.Description, EventTypes: in.EventTypes, Condition: in.Condition,
		Channels: in.Channels, Title: in.Template.Title, Body: in.Template.Body, Recipients: in.Recipients,
		IsActive: in.IsActive == nil || *in.IsActive,
	}}
}

// templatePatchIn changes a template.
type templatePatchIn struct {
	Title Optional[string] `json:"title" swaggertype:"string" maxLength:"500"`
	Body  Optional[string] `json:"body" swaggertype:"string" maxLength:"10000"`
} //	@name	TemplatePatch

type rulePatchIn struct {
	Name        Optional[string]          `json:"name" swaggertype:"string" maxLength:"100"`
	Description Optional[string]          `json:"description" swaggertype:"string" maxLength:"1000"`
	EventTypes  Optional[[]string]        `json:"event_types" swaggertype:"array,string"`
	Condition   Optional[string]          `json:"condition" swaggertype:"string"`
	Channels    Optional[[]string]        `json:"channels" swaggertype:"array,string"`
	Template    Optional[templatePatchIn] `json:"template" swaggertype:"object"`
	Recipients  Optional[[]string]        `json:"recipients" swaggertype:"array,string"`
	IsActive    Optional[bool]            `json:"is_active" swaggertype:"boolean" bind:"notnull"`
	Company     any                       `json:"company" bind:"readonly" swaggerignore:"true"`
	whole
	readOnlyChannel
} //	@name	RulePatch

func (in *rulePatchIn) patch() driving.RulePatch {
	p := driving.RulePatch{
		Name: in.Name.Ptr(), Description: in.Description.Ptr(), EventTypes: in.EventTypes.Ptr(),
		Condition: in.Condition.Ptr(), Channels: in.Channels.Ptr(), Recipients: in.Recipients.Ptr(),
		Title: in.Template.Value.Title.Ptr(), Body: in.Template.Value.Body.Ptr(), IsActive: in.IsActive.Ptr(),
	}
	if in.Template.Null {
		p.Title, p.Body = new(string), new(string)
	}
	return p
}

func (in *rulePatchIn) replacement() driving.RulePatch {
	p := in.patch()
	p.Name, p.Description, p.Condition = in.Name.Or(""), in.Description.Or(""), in.Condition.Or("")
	p.EventTypes, p.Channels, p.Recipients = in.EventTypes.Or(nil), in.Channels.Or(nil), in.Recipients.Or(nil)
	p.Title, p.Body = in.Template.Value.Title.Or(""), in.Template.Value.Body.Or("")
	return p
}

// testIn asks for a test message.
type testIn struct {
	Channel string `json:"channel" format:"uuid" validate:"required"`
	Message string `json:"message" example:"Can you read this?"`
} //	@name	ChannelTest

// deliveryBody is one message on its way over one channel to one recipient.
type deliveryBody struct {
	ID             string  `json:"id" example:"0198c0de-0000-7000-8000-000000000001" format:"uuid"`
	Notification   string  `json:"notification" format:"uuid"`
	Channel        string  `json:"channel" format:"uuid"`
	Recipient      *string `json:"recipient" extensions:"x-nullable" format:"uuid"` // null where the channel is a place
	Status         string  `json:"status" enums:"pending,sending,delivered,failed,dead,skipped"`
	Attempts       int     `json:"attempts" example:"1"`
	NextAttemptAt  *string `json:"next_attempt_at" extensions:"x-nullable" format:"date-time"`
	LastError      string  `json:"last_error"`
	ResponseStatus *int    `json:"response_status" extensions:"x-nullable" example:"200"`
	CreatedAt      string  `json:"created_at" format:"date-time"`
	DeliveredAt    *string `json:"delivered_at" extensions:"x-nullable" format:"date-time"`
} //	@name	Delivery

func deliveryOf(d *notification.Delivery) deliveryBody {
	s := d.State()
	body := deliveryBody{
		ID: string(s.ID), Notification: string(s.Notice), Channel: string(s.Channel), Recipient: orNull(s.Recipient),
		Status: string(s.Status), Attempts: s.Attempts, NextAttemptAt: atOrNull(s.NextAttemptAt), LastError: s.LastError,
		CreatedAt: at(s.CreatedAt), DeliveredAt: atOrNull(s.DeliveredAt),
	}
	if s.ResponseStatus != 0 {
		body.ResponseStatus = &s.ResponseStatus
	}
	return body
}
