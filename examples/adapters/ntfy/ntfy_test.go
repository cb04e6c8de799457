package ntfy_test

import (
	"encoding/json"
	"flag"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/sentineliq-adapters/ntfy"

	"github.com/sentineliq/sentineliq/adapters/channel/webclient"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/ports/channel"
	"github.com/sentineliq/sentineliq/ports/channel/channeltest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestType_IsAChannel(t *testing.T) {
	channeltest.Run(t, channeltest.Fixture{
		Folder: "testdata",
		Update: *update,
		Make: func(w channeltest.World) channel.Type {
			return ntfy.New(webclient.Options{
				Allow: w.Allow, Agent: "SentinelIQ/test", Timeout: w.Timeout, Now: w.Clock.Now, Roots: w.Roots,
			})
		},
	})
}

func TestOpen_RefusesWhatNtfyWouldRefuse(t *testing.T) {
	t.Parallel()
	typ := ntfy.New(webclient.Options{})
	for settings, field := range map[string]string{
		`{"server":"https://ntfy.sh/acme-soc","topic":"acme-soc"}`:   "config.server",
		`{"server":"https://ntfy.sh/?up=1","topic":"acme-soc"}`:      "config.server",
		`{"server":"http://ntfy.sh","topic":"acme-soc"}`:             "config.server",
		`{"server":"https://ntfy.sh","topic":"acme/soc"}`:            "config.topic",
		`{"server":"https://ntfy.sh","topic":"größe"}`:               "config.topic",
		`{"server":"https://ntfy.sh","topic":"` + longTopic() + `"}`: "config.topic",
	} {
		_, err := typ.Open(json.RawMessage(settings))
		violations := fault.ViolationsOf(err)
		require.Len(t, violations, 1, "%s: %v", settings, err)
		require.Equal(t, field, violations[0].Field, settings)
	}
	for _, settings := range []string{
		`{"server":"https://ntfy.sh","topic":"Acme_soc-1"}`,
		`{"server":"https://ntfy.sh/","topic":"acme","token":"tk_x"}`,
	} {
		_, err := typ.Open(json.RawMessage(settings))
		require.NoError(t, err, settings)
	}
}

func longTopic() string {
	topic := make([]byte, 65)
	for i := range topic {
		topic[i] = 'a'
	}
	return string(topic)
}
