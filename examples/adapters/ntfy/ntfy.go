// Package ntfy sends messages as push notifications over an ntfy server: that of
// ntfy.sh, or one's own.
package ntfy

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"github.com/sentineliq/sentineliq/adapters/channel/webclient"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/channel"
)

// Type is the type of channel.
type Type struct {
	client *webclient.Client
	allow  []netip.Prefix
}

// New makes the type. Its notifications leave as web says.
func New(web webclient.Options) Type {
	return Type{client: webclient.New(web), allow: web.Allow}
}

// Name returns "ntfy".
func (Type) Name() string { return "ntfy" }

// Describe lists the settings.
func (Type) Describe() channel.Description {
	return channel.Description{
		Label: "ntfy",
		Fields: []channel.Field{
			{Name: "server", Label: "Server", Kind: channel.KindURL, Required: true, Help: "https://ntfy.sh, or your own"},
			{Name: "topic", Label: "Topic", Kind: channel.KindText, Required: true, Help: "Letters, digits, - and _; at most 64"},
			{Name: "token", Label: "Access token", Kind: channel.KindText, Secret: true, Help: "Needed for a reserved topic"},
		},
		Configure: "Reserve a topic at the server, so that nobody else can read it, and make an access token under Account.",
	}
}

type settings struct {
	Server string      `json:"server"`
	Topic  string      `json:"topic"`
	Token  secret.Text `json:"token"`
}

// topics are the names that ntfy takes.
var topics = regexp.MustCompile(`^[-_A-Za-z0-9]{1,64}$`)

// Open checks the settings.
func (t Type) Open(raw json.RawMessage) (channel.Sender, error) {
	var s settings
	if err := channel.Decode(t.Describe(), raw, &s); err != nil {
		return nil, err
	}
	var v fault.Violations
	webclient.AddURL(&v, channel.Path("server"), s.Server, t.allow)
	if u, err := url.Parse(s.Server); err == nil && (strings.Trim(u.Path, "/") != "" || u.RawQuery != "") {
		v.Add(channel.Path("server"), fault.CodeInvalid, "must end after the host: the topic is a setting of its own")
	}
	if !topics.MatchString(s.Topic) {
		v.Add(channel.Path("topic"), fault.CodeInvalid, "must consist of 1 to 64 letters, digits, - and _")
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return &sender{client: t.client, settings: s}, nil
}

type sender struct {
	client   *webclient.Client
	settings settings
}

// Send publishes the notification as JSON, which ntfy takes at its root.
func (s *sender) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	body, err := webclient.Encode(render(s.settings.Topic, m))
	if err != nil {
		return channel.Receipt{}, fmt.Errorf("writing a notification: %w", err)
	}
	header := http.Header{}
	if !s.settings.Token.Empty() {
		header.Set("Authorization", "Bearer "+s.settings.Token.Reveal())
	}
	return s.client.Post(ctx, strings.TrimRight(s.settings.Server, "/")+"/", header, body)
}
