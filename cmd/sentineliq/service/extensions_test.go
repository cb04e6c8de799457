package service_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/memory"
	"github.com/sentineliq/sentineliq/cmd/sentineliq/service"
	"github.com/sentineliq/sentineliq/ports/bus"
	"github.com/sentineliq/sentineliq/ports/channel"
)

// pager is a channel of somebody else's program.
type pager struct {
	name string
	sent chan channel.Message
}

func (p pager) Name() string { return p.name }

func (pager) Describe() channel.Description {
	return channel.Description{Label: "Pager", Fields: []channel.Field{{Name: "number", Label: "Number", Kind: channel.KindText, Required: true}}}
}

func (p pager) Open(settings json.RawMessage) (channel.Sender, error) {
	var s struct {
		Number string `json:"number"`
	}
	return p, channel.Decode(p.Describe(), settings, &s)
}

func (p pager) Send(_ context.Context, m channel.Message) (channel.Receipt, error) {
	p.sent <- m
	return channel.Receipt{}, nil
}

// forgetful is the store in memory with the ends that a service needs.
type forgetful struct{ *memory.Store }

func (forgetful) Start(context.Context, bool) error { return nil }
func (forgetful) Ping(context.Context) error        { return nil }
func (forgetful) Current(context.Context) error     { return nil }
func (forgetful) Close() error                      { return nil }

// unplugged is a bus that carries nothing.
type unplugged struct{}

var errUnplugged = errors.New("nobody plugged it in")

func (unplugged) Publish(context.Context, bus.Message) error { return errUnplugged }
func (unplugged) Check() error                               { return errUnplugged }
func (unplugged) Run(ctx context.Context)                    { <-ctx.Done() }
func (unplugged) Subscribe(ctx context.Context, _ bus.Handler) error {
	<-ctx.Done()
	return nil
}

// run is a program with extensions; it returns where it serves, and ends with
// the test.
func run(t *testing.T, ext service.Extensions) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	done := make(chan int, 1)
	var complaints bytes.Buffer
	go func() {
		done <- service.Main(ctx, ext, []string{
			"serve", "--http-addr=127.0.0.1:0", "--data-dir=" + t.TempDir(),
			"--log-level=error", "--admin-username=root", "--admin-password=" + password,
		}, in, &complaints)
		in.Close() //nolint:errcheck // it never fails
	}()
	t.Cleanup(func() {
		stop()
		require.Zero(t, <-done, complaints.String())
	})
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan(), "it ended before it served")
	banner := lines.Text()
	go func() {
		for lines.Scan() { // so that nobody waits to be read
			continue
		}
	}()
	before, url, found := strings.Cut(banner, " serves at ")
	require.True(t, found)
	require.Equal(t, "SentinelIQ "+ext.Version, before)
	return url
}

const password = "correct horse battery staple"

// A program outside this repository adds a channel, and puts the data and the
// bus elsewhere; customers use the channel like any other.
func TestExtensions(t *testing.T) {
	t.Parallel()
	own := pager{name: "pager", sent: make(chan channel.Message, 1)}
	url := run(t, service.Extensions{
		Version: "with-pager",
		Channels: func(w service.World) []channel.Type {
			require.Equal(t, "SentinelIQ/with-pager", w.Web.Agent)
			return []channel.Type{own}
		},
		Bus: func(context.Context, service.World) (service.Bus, error) { return unplugged{}, nil },
		Store: func(_ context.Context, w service.World) (service.Store, error) {
			return forgetful{memory.New(w.Clock)}, nil
		},
	})
	api := client{t: t, url: url + "/api/v1"}
	var login struct{ Access string }
	require.Eventually(t, func() bool { // the superuser is made after the first line is printed
		return api.post("/token/", map[string]any{"username": "root", "password": password}, &login) == http.StatusOK
	}, 10*time.Second, 10*time.Millisecond)
	api.token = login.Access
	var company, made struct{ ID string }
	require.Equal(t, http.StatusCreated, api.post("/companies/", map[string]any{
		"name": "Acme", "admin_user": map[string]any{"username": "ada", "email": "ada@acme.test", "password": password},
	}, &company))
	require.Equal(t, http.StatusOK, api.post("/token/", map[string]any{"username": "ada", "password": password}, &login))
	api.token = login.Access
	require.Equal(t, http.StatusCreated, api.post("/notifications/channels/", map[string]any{
		"name": "On call", "channel_type": "pager", "config": map[string]any{"number": "112"}, "is_enabled": true,
	}, &made))
	require.Equal(t, http.StatusCreated, api.post("/notifications/rules/", map[string]any{
		"name": "All", "event_types": []string{"alert.created"}, "channels": []string{made.ID},
		"template": map[string]any{"title": "{{ alert.title }}", "body": "-"},
	}, nil))
	require.Equal(t, http.StatusCreated, api.post("/alerts/ingest/", map[string]any{
		"title": "Ransom note written", "source": "edr", "source_ref": "det-9", "severity": "high",
	}, nil))
	require.Equal(t, "Ransom note written", (<-own.sent).Title, "past the bus that carries nothing")

	res, err := http.Get(url + "/readyz") //nolint:forbidigo // to ourselves
	require.NoError(t, err)
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Contains(t, string(said), "degraded")
}

func TestExtensions_NoNameTwice(t *testing.T) {
	t.Parallel()
	var complaints bytes.Buffer
	code := service.Main(t.Context(), service.Extensions{
		Channels: func(service.World) []channel.Type { return []channel.Type{pager{name: "slack"}} },
	}, []string{"serve", "--http-addr=127.0.0.1:0", "--data-dir=" + t.TempDir()}, io.Discard, &complaints)
	require.NotZero(t, code)
	require.Contains(t, complaints.String(), `two types of channel are called "slack"`)
}

// A second process over the embedded database would only wait for the first.
func TestWorker_NeedsADatabaseToShare(t *testing.T) {
	t.Parallel()
	var complaints bytes.Buffer
	code := service.Main(t.Context(), service.Extensions{}, []string{"worker", "--data-dir=" + t.TempDir()}, io.Discard, &complaints)
	require.Equal(t, 78, code)
	require.Contains(t, complaints.String(), "set DATABASE_URL")
}

// client asks the API with a token.
type client struct {
	t          *testing.T
	url, token string
}

// post returns the status, and puts the answer into target if there is one.
func (c client) post(path string, body map[string]any, target any) int {
	text, err := json.Marshal(body)
	require.NoError(c.t, err)
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.url+path, bytes.NewReader(text))
	require.NoError(c.t, err)
	req.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := http.DefaultClient.Do(req) //nolint:forbidigo // to ourselves
	require.NoError(c.t, err)
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	require.NoError(c.t, err)
	if target != nil && res.StatusCode < http.StatusBadRequest {
		require.NoError(c.t, json.Unmarshal(said, target), string(said))
	}
	return res.StatusCode
}
