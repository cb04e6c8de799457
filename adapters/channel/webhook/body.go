package webhook

import (
	"maps"

	"github.com/sentineliq/sentineliq/adapters/channel/present"
	"github.com/sentineliq/sentineliq/adapters/channel/webclient"
	"github.com/sentineliq/sentineliq/ports/channel"
)

// micro is how times are written everywhere: RFC 3339 in UTC with microseconds.
const micro = "2006-01-02T15:04:05.000000Z"

// envelope is the shape of a body that Standard Webhooks recommends.
type envelope struct {
	Type      string         `json:"type"`
	Timestamp string         `json:"timestamp"` // of the event
	Data      map[string]any `json:"data"`
}

// render writes the facts of the event, and beside them what the rule made of
// it for people. The same message gives the same bytes.
func render(m channel.Message) ([]byte, error) {
	data := maps.Clone(m.Data)
	if data == nil {
		data = map[string]any{}
	}
	data["event_id"] = m.EventID
	data["title"] = present.Text(m.Title)
	data["message"] = present.Text(m.Body)
	data["severity"] = m.Severity.String()
	data["link"] = m.Link
	return webclient.Encode(envelope{Type: m.Event, Timestamp: m.EventTime.UTC().Format(micro), Data: data})
}
