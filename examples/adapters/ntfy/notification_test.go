package ntfy_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"example.com/sentineliq-adapters/ntfy"

	"github.com/sentineliq/sentineliq/adapters/channel/webclient"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/ports/channel"
)

// sent is what a server gets for a message.
func sent(t *testing.T, m channel.Message) (n struct {
	SequenceID string `json:"sequence_id"`
	Message    string `json:"message"`
	Priority   int    `json:"priority"`
	Click      string `json:"click"`
}, authorization []string,
) {
	t.Helper()
	got := make(chan []byte, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		authorization = r.Header["Authorization"]
		got <- body
	}))
	defer server.Close()
	typ := ntfy.New(webclient.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	sender, err := typ.Open(json.RawMessage(`{"server":"` + server.URL + `","topic":"acme"}`))
	require.NoError(t, err)
	_, err = sender.Send(t.Context(), m)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(<-got, &n))
	return n, authorization
}

func TestSend_WithoutATokenNothingIsClaimed(t *testing.T) {
	t.Parallel()
	n, authorization := sent(t, channel.Message{ID: "msg_1", Event: "alert.created"})
	require.Empty(t, authorization)
	require.Equal(t, "msg_1", n.SequenceID)
}

// What is longer than ntfy shows is cut between characters, wherever they fall.
func TestSend_LongTextsAreCut(t *testing.T) {
	t.Parallel()
	for shift := range 4 {
		n, _ := sent(t, channel.Message{ID: "msg_1", Body: strings.Repeat("x", shift) + strings.Repeat("🚨", 2000)})
		require.LessOrEqual(t, len(n.Message), 4096)
		require.Greater(t, len(n.Message), 4096-8)
		require.True(t, utf8.ValidString(n.Message))
		require.NotContains(t, n.Message, string(utf8.RuneError))
		require.True(t, strings.HasSuffix(n.Message, "🚨…"))
	}
}

func TestSend_TheSeverityIsThePriority(t *testing.T) {
	t.Parallel()
	for level, want := range map[severity.Level]int{
		severity.Critical: 5, severity.High: 4, severity.Medium: 3, severity.Low: 2, severity.Info: 2, severity.None: 3,
	} {
		n, _ := sent(t, channel.Message{ID: "msg_1", Severity: level})
		require.Equal(t, want, n.Priority, level)
	}
}
