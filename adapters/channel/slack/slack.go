// Package slack posts messages to Slack through an incoming webhook.
package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"github.com/sentineliq/sentineliq/adapters/channel/webclient"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/channel"
)

const maxUsername = 80

var (
	emoji = regexp.MustCompile(`^:[a-z0-9_+'-]+:$`)
	place = regexp.MustCompile(`^([#@][^\s<>]{1,79}|[A-Z][A-Z0-9]{7,20})$`)
)

// Type is the type of channel.
type Type struct {
	client *webclient.Client
	allow  []netip.Prefix
}

// New makes the type. Addresses in allow may stand in for Slack.
func New(client *webclient.Client, allow []netip.Prefix) Type {
	return Type{client: client, allow: allow}
}

// Name returns "slack".
func (Type) Name() string { return "slack" }

// Describe lists the settings.
func (Type) Describe() channel.Description {
	return channel.Description{
		Label: "Slack",
		Fields: []channel.Field{
			{
				Name: "webhook_url", Label: "Webhook URL", Kind: channel.KindURL, Required: true, Secret: true,
				Help: "https://hooks.slack.com/services/…",
			},
			{Name: "username", Label: "Sender name", Kind: channel.KindText, Help: "At most 80 characters"},
			{Name: "icon_emoji", Label: "Sender icon", Kind: channel.KindText, Help: "An emoji such as :rotating_light:"},
			{Name: "channel", Label: "Channel", Kind: channel.KindText, Help: "#name; only older webhooks can choose it"},
		},
		Configure: "Create an app at api.slack.com/apps, switch on Incoming Webhooks and add one for the channel.",
	}
}

type settings struct {
	WebhookURL secret.Text `json:"webhook_url"`
	Username   string      `json:"username"`
	IconEmoji  string      `json:"icon_emoji"`
	Channel    string      `json:"channel"`
}

// Open checks the settings; the URL must be one of Slack's.
func (t Type) Open(raw json.RawMessage) (channel.Sender, error) {
	var s settings
	if err := channel.Decode(t.Describe(), raw, &s); err != nil {
		return nil, err
	}
	var v fault.Violations
	field, target := channel.Path("webhook_url"), s.WebhookURL.Reveal()
	webclient.AddURL(&v, field, target, t.allow)
	if v.Empty() && !isSlack(target) && !webclient.Free(target, t.allow) {
		v.Add(field, fault.CodeInvalid, "must begin with https://hooks.slack.com/services/")
	}
	v.Optional(channel.Path("username"), s.Username, maxUsername)
	if s.IconEmoji != "" && !emoji.MatchString(s.IconEmoji) {
		v.Add(channel.Path("icon_emoji"), fault.CodeInvalid, "must be an emoji such as :rotating_light:")
	}
	if s.Channel != "" && !place.MatchString(s.Channel) {
		v.Add(channel.Path("channel"), fault.CodeInvalid, "must be a #channel, a @user or an id")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return &sender{client: t.client, settings: s}, nil
}

// isSlack reports whether a checked URL is an incoming webhook of Slack.
func isSlack(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil || u.Port() != "" || u.Scheme != "https" || !strings.HasPrefix(u.EscapedPath(), "/services/") {
		return false
	}
	return u.Host == "hooks.slack.com" || u.Host == "hooks.slack-gov.com"
}

type sender struct {
	client   *webclient.Client
	settings settings
}

// Send posts the message. Slack keeps no memory of messages: one that is
// repeated appears twice, with the same id at its foot.
func (s *sender) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	body, err := webclient.Encode(render(s.settings, m))
	if err != nil {
		return channel.Receipt{}, fmt.Errorf("writing a Slack message: %w", err)
	}
	return s.client.Post(ctx, s.settings.WebhookURL.Reveal(), nil, body)
}
