package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

const (
	maxMessage   = 1 << 20 // bytes
	readWithin   = 10 * time.Second
	closeWithin  = 2 * time.Second
	skewOfClocks = 5 * time.Minute
)

// sink is the other side of every channel: Slack, a case system and a mail
// server, all on the loopback, that print what they get.
type sink struct {
	screen *screen
	web    *http.Server
	mail   *smtp.Server
	webAt  string
	mailAt *net.TCPAddr

	mu        sync.Mutex
	companies map[string]*company // by the last part of the path, and by mail domain
}

func openSink(ctx context.Context, s *screen) (*sink, error) {
	var listen net.ListenConfig
	web, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening the sink: %w", err)
	}
	mail, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening the sink: %w", err), web.Close())
	}
	k := &sink{screen: s, webAt: "http://" + web.Addr().String(), companies: map[string]*company{}}
	k.mailAt, _ = mail.Addr().(*net.TCPAddr) //nolint:errcheck // a TCP listener has a TCP address
	mux := http.NewServeMux()
	mux.HandleFunc("POST /slack/{company}", k.slack)
	mux.HandleFunc("POST /webhook/{company}", k.webhook)
	k.web = &http.Server{Handler: mux, ReadTimeout: readWithin}
	k.mail = mailServer(k)
	go k.web.Serve(web)   //nolint:errcheck // it ends with close
	go k.mail.Serve(mail) //nolint:errcheck // it ends with close
	return k, nil
}

// close ends the sink after a moment for what is on its way.
func (k *sink) close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	if err := errors.Join(k.web.Shutdown(ctx), k.mail.Close()); err != nil {
		k.screen.say("closing the sink: " + err.Error())
	}
}

func (k *sink) url(kind string, c *company) string { return k.webAt + "/" + kind + "/" + c.short }
func (k *sink) mailHost() string                   { return k.mailAt.IP.String() }
func (k *sink) mailPort() int                      { return k.mailAt.Port }

// know tells the sink whose messages to expect.
func (k *sink) know(c *company) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.companies[c.short], k.companies[c.domain] = c, c
}

func (k *sink) company(name string) *company {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.companies[name]
}

// receive reads a posted message and answers for it.
func (k *sink) receive(w http.ResponseWriter, r *http.Request) (*company, []byte) {
	c := k.company(r.PathValue("company"))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMessage))
	if c == nil || err != nil {
		http.Error(w, "not for me", http.StatusNotFound)
		return nil, nil
	}
	fmt.Fprint(w, "ok")
	return c, body
}

// slackMessage is what is read of a Block Kit message.
type slackMessage struct {
	Attachments []struct {
		Blocks []struct {
			Type   string      `json:"type"`
			Text   slackText   `json:"text"`
			Fields []slackText `json:"fields"`
		} `json:"blocks"`
	} `json:"attachments"`
}

type slackText struct {
	Text string `json:"text"`
}

// plain undoes Slack's escaping and marks.
func (t slackText) plain() string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", "*", "", "\n", ": ").Replace(t.Text)
}

// slack shows a message about the way Slack would.
func (k *sink) slack(w http.ResponseWriter, r *http.Request) {
	c, body := k.receive(w, r)
	if c == nil {
		return
	}
	var m slackMessage
	if err := json.Unmarshal(body, &m); err != nil {
		k.screen.trouble(c, fmt.Errorf("a Slack message that is no JSON: %w", err))
		return
	}
	shown := message{kind: "slack", company: c}
	for _, a := range m.Attachments {
		for _, b := range a.Blocks {
			switch {
			case b.Type == "header":
				shown.title = b.Text.plain()
			case b.Type == "section" && len(b.Fields) > 0:
				shown.severity, shown.lines = facts(b.Fields, shown.lines)
			case b.Type == "section":
				first, _, _ := strings.Cut(b.Text.Text, "\n")
				shown.lines = append(shown.lines, slackText{first}.plain())
			}
		}
	}
	k.screen.arrived(shown)
}

// facts puts what a message says beside its text into one line, and tells the
// severity apart.
func facts(fields []slackText, lines []string) (severity string, all []string) {
	var shown []string
	for _, f := range fields {
		text := f.plain()
		name, value, _ := strings.Cut(text, ": ")
		switch name {
		case "Severity":
			severity = value
		case "Source", "Occurrences", "Tags":
			shown = append(shown, text)
		}
	}
	return severity, append(lines, strings.Join(shown, " · "))
}

// webhook shows the type of a message, and whether its signature is right.
func (k *sink) webhook(w http.ResponseWriter, r *http.Request) {
	c, body := k.receive(w, r)
	if c == nil {
		return
	}
	var m struct {
		Type string `json:"type"`
		Data struct {
			Title    string `json:"title"`
			Severity string `json:"severity"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &m); err != nil {
		k.screen.trouble(c, fmt.Errorf("a webhook that is no JSON: %w", err))
		return
	}
	shown := message{kind: "webhook", company: c, severity: m.Data.Severity, title: m.Data.Title}
	shown.lines = []string{m.Type + ", signature verified: yes"}
	if err := verify(c.secret, r.Header, body, time.Now()); err != nil {
		shown.lines, shown.forged = []string{m.Type + ", signature verified: NO, " + err.Error()}, true
	}
	k.screen.arrived(shown)
}

// verify checks a message as every receiver should: that the signature is made
// of this id, this time and this body with our secret, and is not old.
func verify(secret string, h http.Header, body []byte, now time.Time) error {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return err
	}
	sent, err := strconv.ParseInt(h.Get("Webhook-Timestamp"), 10, 64)
	if err != nil || now.Sub(time.Unix(sent, 0)).Abs() > skewOfClocks {
		return errors.New("the timestamp is missing or too far off")
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.%s", h.Get("Webhook-Id"), sent, body)
	want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	for got := range strings.FieldsSeq(h.Get("Webhook-Signature")) {
		if hmac.Equal([]byte(got), []byte(want)) {
			return nil
		}
	}
	return errors.New("no signature fits")
}
