package slack_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/sentineliq/sentineliq/adapters/channel/slack"
	"github.com/sentineliq/sentineliq/adapters/channel/webclient"
	"github.com/sentineliq/sentineliq/core/domain/fault"
)

func open(allow []netip.Prefix, settings string) error {
	_, err := slack.New(webclient.New(webclient.Options{Allow: allow}), allow).Open(json.RawMessage(settings))
	return err
}

func TestOpen_URLIsOneOfSlacks(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]bool{
		"https://hooks.slack.com/services/XXX/YYY/ZZZ":      true,
		"https://hooks.slack-gov.com/services/T0/B0/x":      true,
		"https://hooks.slack.com/workflows/T0/B0/x":         false,
		"https://hooks.slack.com/":                          false,
		"https://hooks.slack.com:80/services/T0/B0/x":       false,
		"https://hooks.slack.com.evil.example/services/T0/": false,
		"https://hooks.slack.com@evil.example/services/T0/": false,
		"https://evil.example/services/T0/B0/x":             false,
		"https://evil.example/#hooks.slack.com/services/":   false,
		"https://evil.example/?hooks.slack.com/services/":   false,
		"http://hooks.slack.com/services/T0/B0/x":           false,
		"https://127.0.0.1/services/T0/B0/x":                false,
	} {
		if err := open(nil, fmt.Sprintf(`{"webhook_url": %q}`, raw)); (err == nil) != want {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func TestOpen_AllowedAddressMayStandIn(t *testing.T) {
	t.Parallel()
	allow := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	for raw, want := range map[string]bool{
		"http://127.0.0.1:8065/hooks/x": true, "http://localhost:8065/hooks/x": true, "https://chat.example.com/hooks/x": false,
	} {
		if err := open(allow, fmt.Sprintf(`{"webhook_url": %q}`, raw)); (err == nil) != want {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func TestOpen_ReportsEveryField(t *testing.T) {
	t.Parallel()
	err := open(nil, fmt.Sprintf(`{"webhook_url": "https://evil.example/", "username": %q, "icon_emoji": "siren", "channel": "<!here>"}`,
		strings.Repeat("x", 81)))
	var got []string
	for _, v := range fault.ViolationsOf(err) {
		got = append(got, v.Field)
	}
	if want := "config.webhook_url config.username config.icon_emoji config.channel"; strings.Join(got, " ") != want {
		t.Errorf("got %v", got)
	}
}
