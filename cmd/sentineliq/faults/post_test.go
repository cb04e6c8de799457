package faults_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
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

// postOffice stands in for a mail server. It keeps its letters in the sink's
// ledger.
type postOffice struct {
	address string
	server  *smtp.Server

	mu   sync.Mutex
	sink *sink
}

func newPostOffice(t testing.TB) *postOffice {
	t.Helper()
	p := &postOffice{address: freeAddress(t)}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", p.address)
	if err != nil {
		t.Fatal(err)
	}
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

func (p *postOffice) settings() []string {
	return []string{"SMTP_URL=smtp://" + p.address + "?tls=none", "SMTP_FROM=SentinelIQ <siq@sentineliq.example>"}
}

// delivers says where letters are noted.
func (p *postOffice) delivers(to *sink) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sink = to
}

// NewSession begins a conversation.
func (p *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return &counter{office: p}, nil }

// counter is one conversation.
type counter struct {
	office *postOffice
	to     []string
}

// Reset forgets the letter that is being handed in.
func (c *counter) Reset() { c.to = nil }

// Logout ends the conversation.
func (c *counter) Logout() error { return nil }

// Mail names the sender.
func (c *counter) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt names a recipient.
func (c *counter) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.to = append(c.to, to)
	return nil
}

// Data takes the letter.
func (c *counter) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	id, text, err := readLetter(raw)
	if err != nil {
		return &smtp.SMTPError{Code: 554, Message: err.Error()}
	}
	c.office.mu.Lock()
	defer c.office.mu.Unlock()
	for _, to := range c.to {
		_, domain, _ := strings.Cut(to, "@")
		tenant, _, _ := strings.Cut(domain, ".")
		c.office.sink.keep(message{tenant: tenant, channel: "email", id: id, taken: true, at: time.Now()}, text)
	}
	return nil
}

// readLetter returns a letter's id and all its text.
func readLetter(raw []byte) (id, text string, err error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return "", "", err
	}
	_, boundary, _ := strings.Cut(m.Header.Get("Content-Type"), "boundary=")
	boundary, _, _ = strings.Cut(boundary, ";")
	parts := multipart.NewReader(m.Body, strings.Trim(boundary, `" `))
	out := m.Header.Get("Subject") + "\n"
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return strings.Trim(m.Header.Get("Message-Id"), "<>"), out, nil
		}
		if err != nil {
			return "", "", err
		}
		plain, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			return "", "", err
		}
		out += string(plain) + "\n"
	}
}

// digest sums up a message; copies of it have the same.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}
