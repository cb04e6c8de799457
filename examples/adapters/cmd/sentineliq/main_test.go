//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const password = "correct horse battery staple"

// start runs the program until the test ends, and returns where it serves.
func start(t *testing.T, folder string) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan int, 1)
	var complaints bytes.Buffer
	go func() {
		code := run(ctx, []string{
			"serve", "--http-addr=127.0.0.1:0", "--data-dir=" + folder, "--outbound-allow-cidrs=127.0.0.0/8",
			"--admin-username=root", "--admin-password=" + password,
		}, in, &complaints)
		if in.Close() != nil {
			code = -1
		}
		ended <- code
	}()
	t.Cleanup(func() {
		stop()
		require.Zero(t, <-ended, complaints.String())
	})
	lines := bufio.NewScanner(out)
	var url string
	for lines.Scan() { // the superuser is made before the second line
		if _, at, found := strings.Cut(lines.Text(), " serves at "); found {
			url = at
		}
		if strings.HasPrefix(lines.Text(), "First superuser") {
			break
		}
	}
	require.NotEmpty(t, url, "it ended before it served")
	go func() {
		for lines.Scan() { // so that nobody waits to be read
			continue
		}
	}()
	return url
}

// client asks the API with a token.
type client struct {
	t          *testing.T
	url, token string
}

// ask puts the answer, which must have a status, into target if there is one.
func (c *client) ask(status int, method, path string, body, target any) {
	c.t.Helper()
	text, err := json.Marshal(body)
	require.NoError(c.t, err)
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, bytes.NewReader(text))
	require.NoError(c.t, err)
	req.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := (&http.Client{}).Do(req)
	require.NoError(c.t, err)
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	require.NoError(c.t, err)
	require.Equal(c.t, status, res.StatusCode, string(said))
	if target != nil {
		require.NoError(c.t, json.Unmarshal(said, target), string(said))
	}
}

type object map[string]any

// post is ask for what must be made.
func (c *client) post(path string, body object) (made struct{ ID string }) {
	c.t.Helper()
	c.ask(http.StatusCreated, http.MethodPost, path, body, &made)
	return made
}

func (c *client) login(username string) {
	c.t.Helper()
	var token struct{ Access string }
	c.token = ""
	c.ask(http.StatusOK, http.MethodPost, "/api/v1/token/", object{"username": username, "password": password}, &token)
	c.token = token.Access
}

// enter returns a client that is logged in as the administrator of a company.
func enter(t *testing.T, url string) *client {
	t.Helper()
	c := &client{t: t, url: url}
	c.login("root")
	c.post("/api/v1/companies/", object{
		"name": "Acme", "admin_user": object{"username": "ada", "email": "ada@acme.example", "password": password},
	})
	c.login("ada")
	return c
}

// report is an alert of a detection tool.
func report(title string) object {
	return object{"title": title, "source": "edr", "source_ref": title, "severity": "critical"}
}

// push is what a phone would show.
type push struct{ Topic, Title, Message string }

// receive returns a server of ntfy's kind, and what it is sent with the token.
func receive(t *testing.T, token string) (url string, got <-chan push) {
	t.Helper()
	pushes := make(chan push, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var p push
		if r.Header.Get("Authorization") != "Bearer "+token || json.NewDecoder(r.Body).Decode(&p) != nil {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		pushes <- p
	}))
	t.Cleanup(server.Close)
	return server.URL, pushes
}

// An alert becomes a notification: over the channel, the bus and the store of
// this module.
func TestProgram(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	server, got := receive(t, "tk_secret-of-acme")
	c := enter(t, start(t, folder))
	made := c.post("/api/v1/notifications/channels/", object{
		"name": "On call", "channel_type": "ntfy", "is_enabled": true,
		"config": object{"server": server, "topic": "acme-soc", "token": "tk_secret-of-acme"},
	})
	c.post("/api/v1/notifications/rules/", object{
		"name": "All", "event_types": []string{"alert.created"}, "channels": []string{made.ID},
		"template": object{"title": "{{ alert.title }}", "body": "{{ alert.source }}"},
	})
	c.post("/api/v1/alerts/ingest/", report("Ransom note written"))
	p := <-got
	require.Equal(t, push{"acme-soc", "Ransom note written", p.Message}, p)
	require.True(t, strings.HasPrefix(p.Message, "edr\n\n"), p.Message)

	var shown struct{ Config map[string]string }
	c.ask(http.StatusOK, http.MethodGet, "/api/v1/notifications/channels/"+made.ID+"/", nil, &shown)
	require.Equal(t, "****acme", shown.Config["token"], "the token is shown to nobody")

	var ready struct{ Checks map[string]string }
	c.ask(http.StatusOK, http.MethodGet, "/readyz", nil, &ready)
	require.Equal(t, "ok", ready.Checks["broker"], "the messages go through the folder")
	require.Eventually(t, func() bool {
		left, err := os.ReadDir(filepath.Join(folder, "spool"))
		return err == nil && len(left) == 0
	}, 10*time.Second, 10*time.Millisecond)
}

func TestProgram_IsReadOnlyWhileItIsMaintained(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	c := enter(t, start(t, folder))
	c.post("/api/v1/alerts/ingest/", report("Ransom note written"))

	file := filepath.Join(folder, "maintenance")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	var problem struct{ Code string }
	c.ask(http.StatusServiceUnavailable, http.MethodPost, "/api/v1/alerts/ingest/", report("Another"), &problem)
	require.Equal(t, "maintenance", problem.Code)
	var list struct{ Count int }
	c.ask(http.StatusOK, http.MethodGet, "/api/v1/alerts/", nil, &list)
	require.Equal(t, 1, list.Count)

	require.NoError(t, os.Remove(file))
	c.post("/api/v1/alerts/ingest/", report("Another"))
}
