// Package webhook posts messages to any program that listens for them, signed
// as Standard Webhooks (standardwebhooks.com) describes.
package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"strconv"

	"github.com/sentineliq/sentineliq/adapters/channel/webclient"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/channel"
	"github.com/sentineliq/sentineliq/ports/system"
)

// Type is the type of channel.
type Type struct {
	client *webclient.Client
	allow  []netip.Prefix
	clock  system.Clock
}

// New makes the type. The clock dates the signatures.
func New(client *webclient.Client, allow []netip.Prefix, clock system.Clock) Type {
	return Type{client: client, allow: allow, clock: clock}
}

// Name returns "webhook".
func (Type) Name() string { return "webhook" }

// Describe lists the settings. The URL counts as a secret because many
// receivers know their senders by its path alone.
func (Type) Describe() channel.Description {
	return channel.Description{
		Label: "Webhook",
		Fields: []channel.Field{
			{Name: "url", Label: "URL", Kind: channel.KindURL, Required: true, Secret: true},
			{
				Name: "headers", Label: "Headers", Kind: channel.KindHeaders, Secret: true,
				Help: "Sent with every message, such as Authorization",
			},
			{
				Name: "secret", Label: "Signing secret", Kind: channel.KindText, Secret: true,
				Help: "whsec_ and the base64 of 24 to 64 bytes; one is made when it is left out",
			},
		},
		Configure: "Give the address that takes POST requests, and the signing secret to whoever checks them.",
	}
}

type settings struct {
	URL     secret.Text            `json:"url"`
	Headers map[string]secret.Text `json:"headers"`
	Secret  secret.Text            `json:"secret"`
}

// Prepare makes a signing secret where there is none.
func (t Type) Prepare(raw json.RawMessage) (json.RawMessage, error) {
	all, err := channel.Parse(raw)
	if err != nil {
		return nil, err
	}
	if given := all["secret"]; given != nil && given != "" {
		return raw, nil
	}
	all["secret"] = newSecret()
	prepared, err := json.Marshal(all)
	if err != nil {
		return nil, fmt.Errorf("writing settings: %w", err)
	}
	return prepared, nil
}

// Open checks the settings.
func (t Type) Open(raw json.RawMessage) (channel.Sender, error) {
	var s settings
	if err := channel.Decode(t.Describe(), raw, &s); err != nil {
		return nil, err
	}
	var v fault.Violations
	webclient.AddURL(&v, channel.Path("url"), s.URL.Reveal(), t.allow)
	checkHeaders(&v, s.Headers)
	key, err := keyOf(s.Secret)
	if err != nil {
		v.Add(channel.Path("secret"), fault.CodeInvalid, "%s", err.Error())
	}
	if err := v.Err(); err != nil {
		return nil, err
	}
	return &sender{client: t.client, clock: t.clock, url: s.URL, headers: s.Headers, key: key}, nil
}

type sender struct {
	client  *webclient.Client
	clock   system.Clock
	url     secret.Text
	headers map[string]secret.Text
	key     secret.Text // decoded
}

// Send posts the message. Its body and webhook-id are the same in every
// attempt; the timestamp and with it the signature are the attempt's own.
func (s *sender) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	body, err := render(m)
	if err != nil {
		return channel.Receipt{}, fmt.Errorf("writing a webhook: %w", err)
	}
	at := s.clock.Now()
	header := http.Header{}
	for name, value := range s.headers {
		header.Set(name, value.Reveal())
	}
	header.Set("Webhook-Id", m.ID)
	header.Set("Webhook-Timestamp", strconv.FormatInt(at.Unix(), 10))
	header.Set("Webhook-Signature", sign([]byte(s.key.Reveal()), m.ID, at, body))
	return s.client.Post(ctx, s.url.Reveal(), header, body)
}
