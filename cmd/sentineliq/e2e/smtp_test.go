package e2e_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// postOffice stands in for a mail server.
type postOffice struct {
	address string
	server  *smtp.Server

	mu      sync.Mutex
	letters []letter
	refuse  func(to string) error // nil: takes everything
}

// letter is one mail that was taken.
type letter struct {
	from, to string
	id       string
	subject  string
	text     string // the plain part
	html     string
	raw      []byte
}

func newPostOffice(t testing.TB) *postOffice {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &postOffice{address: listener.Addr().String()}
	p.server = smtp.NewServer(p)
	p.server.Domain = "post.example"
	p.server.ReadTimeout, p.server.WriteTimeout = time.Minute, time.Minute
	ended := make(chan error, 1)
	go func() { ended <- p.server.Serve(listener) }()
	t.Cleanup(func() {
		if err := p.server.Close(); err != nil {
			t.Errorf("closing the post office: %v", err)
		}
		if err := <-ended; err != nil && !errors.Is(err, net.ErrClosed) && !errors.Is(err, smtp.ErrServerClosed) {
			t.Errorf("the post office ended: %v", err)
		}
	})
	return p
}

// settings make the post office the server's own mail server.
func (p *postOffice) settings() []string {
	return []string{"SMTP_URL=smtp://" + p.address + "?tls=none", "SMTP_FROM=SentinelIQ <siq@sentineliq.example>"}
}

// NewSession begins a conversation.
func (p *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return &counter{office: p}, nil }

func (p *postOffice) all() []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]letter(nil), p.letters...)
}

// refuses sets whom the post office refuses, and with what.
func (p *postOffice) refuses(verdict func(to string) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse = verdict
}

// counter is one conversation.
type counter struct {
	office *postOffice
	from   string
	to     []string
}

// Reset forgets the letter that is being handed in.
func (c *counter) Reset() { c.from, c.to = "", nil }

// Logout ends the conversation.
func (c *counter) Logout() error { return nil }

// Mail names the sender.
func (c *counter) Mail(from string, _ *smtp.MailOptions) error {
	c.from = from
	return nil
}

// Rcpt names a recipient.
func (c *counter) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.office.mu.Lock()
	defer c.office.mu.Unlock()
	if c.office.refuse != nil {
		if err := c.office.refuse(to); err != nil {
			return err
		}
	}
	c.to = append(c.to, to)
	return nil
}

// Data takes the letter.
func (c *counter) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	l, err := readLetter(raw)
	if err != nil {
		return &smtp.SMTPError{Code: 554, Message: err.Error()}
	}
	c.office.mu.Lock()
	defer c.office.mu.Unlock()
	for _, to := range c.to {
		l.from, l.to = c.from, to
		c.office.letters = append(c.office.letters, l)
	}
	return nil
}

func readLetter(raw []byte) (letter, error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return letter{}, fmt.Errorf("not a letter: %w", err)
	}
	l := letter{raw: raw, id: strings.Trim(m.Header.Get("Message-Id"), "<>")}
	if l.subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return letter{}, fmt.Errorf("subject: %w", err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || !strings.HasPrefix(kind, "multipart/") {
		return letter{}, fmt.Errorf("content type %q: %w", kind, err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return l, nil
		}
		if err != nil {
			return letter{}, fmt.Errorf("parts: %w", err)
		}
		if err := l.take(part); err != nil {
			return letter{}, err
		}
	}
}

func (l *letter) take(part *multipart.Part) error {
	var body io.Reader = part
	if strings.EqualFold(part.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
		body = quotedprintable.NewReader(part)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return fmt.Errorf("part: %w", err)
	}
	switch kind, _, err := mime.ParseMediaType(part.Header.Get("Content-Type")); {
	case err != nil:
		return fmt.Errorf("part: %w", err)
	case kind == "text/plain":
		l.text = string(text)
	case kind == "text/html":
		l.html = string(text)
	}
	return nil
}

// The sinks are tools of measurement; these tests calibrate them.
func TestPostOffice(t *testing.T) {
	t.Parallel()
	p := newPostOffice(t)
	raw := strings.ReplaceAll(`From: a@x.example
To: b@x.example
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
Message-ID: <msg_1@x.example>
Content-Type: multipart/alternative; boundary=b1

--b1
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

ref=3D01234567-89ab-7def-8123-456789abcdef|alert.created|one
--b1
Content-Type: text/html

<p>
--b1--
`, "\n", "\r\n")
	hand := func() error {
		c, err := smtp.Dial(p.address)
		if err != nil {
			return err
		}
		return errors.Join(c.SendMail("a@x.example", []string{"b@x.example"}, strings.NewReader(raw)), c.Close())
	}
	if err := hand(); err != nil {
		t.Fatal(err)
	}
	letters := p.all()
	if len(letters) != 1 {
		t.Fatalf("%d letters, want 1", len(letters))
	}
	got, err := noticeIn(letters[0].text)
	want := notice{entity: "01234567-89ab-7def-8123-456789abcdef", event: "alert.created", rule: "one"}
	if err != nil || got != want || letters[0].to != "b@x.example" || letters[0].subject != "Grüße" {
		t.Errorf("got %+v of %+v: %v", got, letters[0], err)
	}
	p.refuses(func(string) error { return &smtp.SMTPError{Code: 550, Message: "no"} })
	if err := hand(); err == nil {
		t.Error("a refused letter was taken")
	}
}
