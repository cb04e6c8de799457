package faults_test

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// message is one that arrived whole at a receiver, over whatever channel.
type message struct {
	tenant   string // whose address it came to
	channel  string // "webhook", "slack" or "email"
	id       string // what a receiver tells repeats by
	delivery string // the id of the delivery, out of the id of the message
	entity   string // what it is about
	event    string
	rule     string
	body     string // its digest: all that a repeat must have in common
	foreign  bool   // it carries another tenant's canary
	taken    bool   // it was answered with success
	at       time.Time
}

// sink stands in for Slack and for webhooks. What it was sent it never forgets.
type sink struct {
	address string
	server  *http.Server

	mu       sync.Mutex
	messages []message
	broken   []string // what was sent and is no message
	canaries []string // by tenant, as in names
	names    []string
	react    func(path string) reaction // nil: takes everything
}

// reaction is how the sink behaves towards one message.
type reaction struct {
	status int // 0: 200
	header map[string]string
	hold   time.Duration // how long it keeps the sender waiting
	drop   bool          // cut the connection instead of answering
}

func newSink(t testing.TB) *sink {
	t.Helper()
	s := &sink{address: freeAddress(t)}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go s.server.Serve(listener) //nolint:errcheck // it ends with the sink
	t.Cleanup(func() {
		if err := s.server.Close(); err != nil {
			t.Errorf("closing the sink: %v", err)
		}
	})
	return s
}

// Where each tenant's messages go.
func (s *sink) hook(tenant string) string { return "http://" + s.address + "/hook/" + tenant }

func (s *sink) slack(tenant string) string {
	return "http://" + s.address + "/services/T/B/" + tenant
}

// knows tells the sink a tenant and the word that only its texts contain.
func (s *sink) knows(tenant, canary string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names, s.canaries = append(s.names, tenant), append(s.canaries, canary)
}

// reacts sets how the sink answers from now on.
func (s *sink) reacts(to func(path string) reaction) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.react = to
}

// ServeHTTP takes a message.
func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // it broke off; nobody was told anything
	}
	s.mu.Lock()
	var how reaction
	if s.react != nil {
		how = s.react(r.URL.Path)
	}
	s.mu.Unlock()
	if how.status == 0 {
		how.status = http.StatusOK
	}
	m := message{channel: "webhook", id: r.Header.Get("Webhook-Id"), at: time.Now(), taken: how.status/100 == 2 && !how.drop}
	if strings.HasPrefix(r.URL.Path, "/services/") {
		m.channel, m.id = "slack", slackID(body)
	}
	m.tenant = r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	s.keep(m, string(body))
	if how.hold > 0 {
		select {
		case <-time.After(how.hold):
		case <-r.Context().Done():
		}
	}
	if how.drop {
		panic(http.ErrAbortHandler)
	}
	for name, value := range how.header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(how.status)
}

var (
	reference  = regexp.MustCompile(`ref=([0-9a-f-]{36})\|([a-z.]+)\|([a-z-]+)`)
	uuidInText = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
)

// keep reads what the message is about and notes it, whichever way it came.
func (s *sink) keep(m message, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := reference.FindStringSubmatch(text)
	m.delivery = uuidInText.FindString(m.id)
	if found == nil || m.delivery == "" || !slices.Contains(s.names, m.tenant) {
		s.broken = append(s.broken, m.channel+" to "+m.tenant+" under "+m.id+": "+text[:min(len(text), 300)])
		return
	}
	m.entity, m.event, m.rule, m.body = found[1], found[2], found[3], digest(text)
	for i, canary := range s.canaries {
		m.foreign = m.foreign || (s.names[i] != m.tenant && strings.Contains(text, canary))
	}
	s.messages = append(s.messages, m)
}

// slackID is the id at the foot of a Slack message.
func slackID(body []byte) string {
	var out struct {
		Attachments []struct {
			Blocks []struct {
				Type string
				ID   string `json:"block_id"`
			}
		}
	}
	if err := json.Unmarshal(body, &out); err != nil {
		return ""
	}
	for _, a := range out.Attachments {
		for _, b := range a.Blocks {
			if b.Type == "context" && b.ID != "" {
				return b.ID
			}
		}
	}
	return ""
}

// all returns every message so far, and what came besides.
func (s *sink) all() (messages []message, broken []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages), slices.Clone(s.broken)
}
