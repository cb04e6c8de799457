package channeltest

import (
	"strings"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/ports/channel"
)

// Messages returns what every channel must be able to say, by name: an everyday
// message, the least there can be, one that means harm, and one that is too
// long.
func Messages() map[string]channel.Message {
	to := channel.Recipient{Name: "Ana Analyst", Email: "ana@example.com"}
	at := time.Date(2026, 3, 14, 9, 26, 53, 123456000, time.UTC)
	return map[string]channel.Message{
		"alert": {
			ID: "msg_018f3a2b", Title: "[high] Beaconing to a known C2", Body: "14 hosts call 203.0.113.7 every 60 s.\nFirst seen 09:20.",
			Severity: severity.High, Event: "alert.created", EventID: "018f3a2c", EventTime: at, Company: "Acme Corp",
			Labels: []channel.Label{{Name: "Source", Value: "suricata"}, {Name: "Tags", Value: "c2, vip"}, {Name: "Assignee", Value: ""}},
			Link:   "https://siq.example.com/alerts/018f3a2d",
			Data: map[string]any{"alert": map[string]any{
				"id": "018f3a2d", "severity": "high", "tags": []string{"c2", "vip"}, "occurrences": 14,
			}},
			Recipient: to,
		},
		"least": {ID: "msg_least", Event: "channel.test", EventID: "e", EventTime: at, Recipient: to},
		"hostile": {
			ID:    "msg_hostile",
			Title: "<!channel> \r\nBcc: all@example.com\r\n\r\n<b>&amp; <@U123> Größe 🚨 \u202egpj.exe",
			Body: "<script>alert(1)</script> <img src=\"https://evil.example/p.png\">\r\n" +
				"<https://evil.example|your bank> `code` *bold* @here\n.\n..\nNUL\x00BEL\a" + strings.Repeat("x", 1200) + "\rEND",
			Severity: severity.Critical, Event: "alert.created", EventID: "e", EventTime: at, Company: "<Evil> & Söhne",
			Labels:    []channel.Label{{Name: "<N*me>", Value: "a\r\nb <!here> " + strings.Repeat("&", 900)}},
			Link:      "javascript:alert(1)",
			Data:      map[string]any{"alert": map[string]any{"title": "</script>\u2028"}},
			Recipient: channel.Recipient{Name: "Eve\r\nBcc: all@example.com <x@y>, \"Z\"", Email: "eve@example.com"},
		},
		"long": {
			ID: "msg_long", Title: strings.Repeat("Größe & 🚨 ", 60), Body: strings.Repeat("0123456789 all work and no play & <so on> 🚨\n", 1250),
			Severity: severity.Low, Event: "incident.updated", EventID: "e", EventTime: at, Company: "Acme Corp",
			Labels: manyLabels(), Link: "https://siq.example.com/incidents/1", Recipient: to,
		},
	}
}

func manyLabels() []channel.Label {
	out := make([]channel.Label, 40)
	for i := range out {
		out[i] = channel.Label{Name: "Label", Value: strings.Repeat("v", i)}
	}
	return out
}
