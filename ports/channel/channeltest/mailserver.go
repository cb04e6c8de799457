package channeltest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// mailbox is a mail server that takes STARTTLS and PLAIN.
type mailbox struct {
	listener net.Listener
	pool     *x509.CertPool

	mu      sync.Mutex
	fail    map[string]*smtp.SMTPError // by step: hello, auth, mail, rcpt, data
	silent  bool
	letters []string
	logins  int
	ended   chan struct{}
}

func newMail(t *testing.T) *mailbox {
	t.Helper()
	return serveMail(t, true)
}

// serveMail starts a mail server, with STARTTLS or without.
func serveMail(t *testing.T, secure bool) *mailbox {
	t.Helper()
	https := httptest.NewTLSServer(nil) // for its certificate, which is good for 127.0.0.1
	defer https.Close()
	m := &mailbox{pool: x509.NewCertPool(), ended: make(chan struct{})}
	m.pool.AddCert(https.Certificate())
	var config net.ListenConfig
	listener, err := config.Listen(context.WithoutCancel(t.Context()), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.listener = listener
	server := smtp.NewServer(smtp.BackendFunc(m.begin))
	server.Domain = "mail.example.com"
	server.AllowInsecureAuth = true // offered in the clear, so that a sender has the chance to do wrong
	server.ErrorLog = log.New(io.Discard, "", 0)
	if secure {
		server.TLSConfig = &tls.Config{Certificates: https.TLS.Certificates, MinVersion: tls.VersionTLS12}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(listener); err != nil {
			return
		}
	}()
	t.Cleanup(func() {
		close(m.ended)
		shut(server)
		shut(listener) // of which a server that has only just begun knows nothing
		<-done
	})
	return m
}

func (m *mailbox) place(settings string) string { return placeMail(settings, m.listener.Addr()) }

func placeMail(settings string, at net.Addr) string {
	tcp, ok := at.(*net.TCPAddr)
	if !ok {
		return settings
	}
	return strings.NewReplacer("{{smtp_host}}", tcp.IP.String(), `"{{smtp_port}}"`, strconv.Itoa(tcp.Port)).Replace(settings)
}

func (m *mailbox) roots() *x509.CertPool { return m.pool }

func (m *mailbox) hangUp() { shut(m.listener) }

func (m *mailbox) taken() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.letters)
}

func (m *mailbox) behave(r reply) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail, m.silent = nil, r == silent
	switch r {
	case refuses:
		m.fail = map[string]*smtp.SMTPError{"rcpt": refusal(550)}
	case busy:
		m.fail = map[string]*smtp.SMTPError{"rcpt": refusal(451)}
	case takes, silent:
	}
}

// refuseAt has one step answered with a code.
func (m *mailbox) refuseAt(step string, code int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = map[string]*smtp.SMTPError{step: refusal(code)}
}

func refusal(code int) *smtp.SMTPError {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 0, 0}, Message: "not today"}
}

func (m *mailbox) at(step string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.fail[step]; err != nil {
		return err
	}
	return nil
}

func (m *mailbox) begin(c *smtp.Conn) (smtp.Session, error) {
	if _, secure := c.TLSConnectionState(); secure || m.at("hello") != nil {
		return &session{mailbox: m, secure: secure}, m.at("hello")
	}
	return &session{mailbox: m}, nil
}

// session is one conversation.
type session struct {
	*mailbox
	secure         bool
	user, from, to string
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		s.mu.Lock()
		s.logins++
		s.mu.Unlock()
		s.user = user
		if password == "" {
			return smtp.ErrAuthFailed
		}
		return s.at("auth")
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return s.at("mail")
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return s.at("rcpt")
}

func (s *session) Data(r io.Reader) error {
	letter, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mu.Lock()
	hold := s.silent
	s.letters = append(s.letters, fmt.Sprintf("TLS %t, user %s\nMAIL FROM:<%s>\nRCPT TO:<%s>\n\n%s",
		s.secure, s.user, s.from, s.to, strings.ReplaceAll(string(letter), "\r\n", "\n")))
	s.mu.Unlock()
	if hold {
		<-s.ended // taken, perhaps, but who can tell
	}
	return s.at("data")
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }
