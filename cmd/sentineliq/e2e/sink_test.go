package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// sink stands in for whatever is on the other side of Slack and webhook
// channels. It keeps every message it is sent, and answers as it is told.
type sink struct {
	address string

	mu       sync.Mutex
	server   *http.Server
	messages []message
	scripts  map[string]func(attempt int) reaction // by path
	attempts map[string]int                        // by path
	torn     int                                   // requests that broke off before their end
}

// message is one request that arrived whole.
type message struct {
	path   string
	header http.Header
	body   []byte
	at     time.Time
	status int // what it was answered; 0: the connection was dropped
}

// reaction is how the sink behaves towards one message.
type reaction struct {
	status     int // 0: 200
	retryAfter string
	wait       time.Duration
	drop       bool // cut the connection instead of answering
}

// The sink's port lies below those that systems hand out, so that nobody takes
// it while the sink is down.
const (
	lowestPort = 15_000
	ports      = 15_000
)

func newSink(t testing.TB) *sink {
	t.Helper()
	s := &sink{scripts: map[string]func(int) reaction{}, attempts: map[string]int{}}
	for range 100 {
		s.address = fmt.Sprintf("127.0.0.1:%d", lowestPort+rand.IntN(ports))
		if err := s.open(); err == nil {
			t.Cleanup(func() { s.down(t) })
			return s
		}
	}
	t.Fatal("no port is free for the sink")
	return nil
}

// url is where a path of the sink is.
func (s *sink) url(path string) string { return "http://" + s.address + path }

// answers sets how a path behaves. Attempts count from 1.
func (s *sink) answers(path string, script func(attempt int) reaction) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scripts[path] = script
}

func (s *sink) open() error {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", s.address)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	s.mu.Lock()
	s.server = server
	s.mu.Unlock()
	go server.Serve(listener) //nolint:errcheck // it ends with the sink
	return nil
}

// up listens again after down.
func (s *sink) up(t testing.TB) {
	t.Helper()
	if err := s.open(); err != nil {
		t.Fatalf("the sink cannot come back: %v", err)
	}
}

// down refuses connections and cuts those that are open.
func (s *sink) down(t testing.TB) {
	t.Helper()
	s.mu.Lock()
	server := s.server
	s.mu.Unlock()
	if err := server.Close(); err != nil {
		t.Errorf("closing the sink: %v", err)
	}
}

// ServeHTTP takes a message.
func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	s.mu.Lock()
	if err != nil {
		s.torn++
		s.mu.Unlock()
		return
	}
	s.attempts[r.URL.Path]++
	react := reaction{}
	if script := s.scripts[r.URL.Path]; script != nil {
		react = script(s.attempts[r.URL.Path])
	}
	if react.status == 0 {
		react.status = http.StatusOK
	}
	got := message{path: r.URL.Path, header: r.Header.Clone(), body: body, at: time.Now(), status: react.status}
	if react.drop {
		got.status = 0
	}
	s.messages = append(s.messages, got)
	s.mu.Unlock()
	if react.wait > 0 {
		select {
		case <-time.After(react.wait):
		case <-r.Context().Done():
		}
	}
	if react.drop {
		panic(http.ErrAbortHandler)
	}
	if react.retryAfter != "" {
		w.Header().Set("Retry-After", react.retryAfter)
	}
	w.WriteHeader(react.status)
}

// arrived returns every message that arrived at a path, whatever it was
// answered.
func (s *sink) arrived(path string) []message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []message
	for _, m := range s.messages {
		if m.path == path {
			out = append(out, m)
		}
	}
	return out
}

// taken returns the messages at a path that were answered with success.
func (s *sink) taken(path string) []message {
	var out []message
	for _, m := range s.arrived(path) {
		if m.status/100 == 2 {
			out = append(out, m)
		}
	}
	return out
}

// everything returns all messages at all paths.
func (s *sink) everything() []message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]message(nil), s.messages...)
}

// notice is what a message is about, by the text that rules of these tests put
// into theirs.
type notice struct {
	entity string // id of the alert or incident
	event  string
	rule   string
}

var reference = regexp.MustCompile(`ref=([0-9a-f-]{36})\|([a-z.]+)\|([a-z-]+)`)

func noticeIn(text string) (notice, error) {
	found := reference.FindAllStringSubmatch(text, -1)
	if len(found) != 1 {
		return notice{}, fmt.Errorf("%d references in a message, want 1: %s", len(found), clip([]byte(text)))
	}
	return notice{entity: found[0][1], event: found[0][2], rule: found[0][3]}, nil
}

// notice reads a message of either kind.
func (m message) notice() (notice, error) {
	var out struct {
		Data        *struct{ Message string } // a webhook's
		Attachments []struct {                // Slack's
			Blocks []struct {
				Type string
				Text struct{ Text string }
			}
		}
	}
	if err := json.Unmarshal(m.body, &out); err != nil {
		return notice{}, fmt.Errorf("a message is not JSON: %w", err)
	}
	if out.Data != nil {
		return noticeIn(out.Data.Message)
	}
	var text strings.Builder
	for _, a := range out.Attachments {
		for _, b := range a.Blocks {
			if b.Type == "section" {
				text.WriteString(b.Text.Text + "\n")
			}
		}
	}
	return noticeIn(text.String())
}

// messageID is what a receiver tells repeats by: the webhook-id, or for Slack
// the id at the message's foot.
func (m message) messageID() (string, error) {
	if id := m.header.Get("Webhook-Id"); id != "" {
		return id, nil
	}
	var out struct {
		Attachments []struct {
			Blocks []struct {
				Type string
				ID   string `json:"block_id"`
			}
		}
	}
	if err := json.Unmarshal(m.body, &out); err != nil {
		return "", fmt.Errorf("a message is not JSON: %w", err)
	}
	for _, a := range out.Attachments {
		for _, b := range a.Blocks {
			if b.Type == "context" && b.ID != "" {
				return b.ID, nil
			}
		}
	}
	return "", fmt.Errorf("a message without an id: %s", clip(m.body))
}
