package email_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/sentineliq/sentineliq/adapters/channel/email"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/channel"
)

type clock struct{}

func (clock) Now() time.Time { return time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC) }

// inbox is a mail server without STARTTLS: plain, or TLS from the first byte.
type inbox struct {
	port    int
	letters chan string
	users   chan string
	roots   *x509.CertPool
}

func serve(t *testing.T, secure bool) *inbox {
	t.Helper()
	https := httptest.NewTLSServer(nil)
	defer https.Close()
	in := &inbox{letters: make(chan string, 10), users: make(chan string, 10), roots: x509.NewCertPool()}
	in.roots.AddCert(https.Certificate())
	var config net.ListenConfig
	listener, err := config.Listen(context.WithoutCancel(t.Context()), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if at, ok := listener.Addr().(*net.TCPAddr); ok {
		in.port = at.Port
	}
	if secure {
		listener = tls.NewListener(listener, &tls.Config{Certificates: https.TLS.Certificates, MinVersion: tls.VersionTLS12})
	}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{inbox: in}, nil }))
	server.AllowInsecureAuth = true
	server.ErrorLog = log.New(io.Discard, "", 0)
	go func() {
		if err := server.Serve(listener); err != nil {
			return
		}
	}()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return in
}

type session struct{ *inbox }

func (session) AuthMechanisms() []string { return []string{sasl.Login} }
func (s session) Auth(string) (sasl.Server, error) {
	return &loginServer{done: func(user string) { s.users <- user }}, nil
}
func (session) Mail(string, *smtp.MailOptions) error { return nil }
func (session) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s session) Data(r io.Reader) error {
	letter, err := io.ReadAll(r)
	s.letters <- string(letter)
	return err
}
func (session) Reset()        {}
func (session) Logout() error { return nil }

// loginServer is the server's side of AUTH LOGIN.
type loginServer struct {
	step int
	user string
	done func(string)
}

func (l *loginServer) Next(answer []byte) ([]byte, bool, error) {
	l.step++
	switch l.step {
	case 1:
		return []byte("Username:"), false, nil
	case 2:
		l.user = string(answer)
		return []byte("Password:"), false, nil
	default:
		l.done(l.user)
		return nil, true, nil
	}
}

func options(in *inbox) email.Options {
	return email.Options{
		Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Clock: clock{}, Timeout: 5 * time.Second, Roots: in.roots,
	}
}

func message() channel.Message {
	return channel.Message{
		ID: "msg_1", Title: "Title", Event: "alert.created", Recipient: channel.Recipient{Name: "Ana", Email: "ana@example.com"},
	}
}

func send(t *testing.T, o email.Options, settings string) error {
	t.Helper()
	sender, err := email.New(o).Open(json.RawMessage(settings))
	if err != nil {
		t.Fatal(err)
	}
	_, err = sender.Send(t.Context(), message())
	return err
}

func TestSend_ImplicitTLS(t *testing.T) {
	t.Parallel()
	in := serve(t, true)
	err := send(t, options(in), fmt.Sprintf(
		`{"smtp_host":"127.0.0.1","smtp_port":%d,"tls":"implicit","smtp_username":"u","smtp_password":"p","from_email":"siq@example.com"}`, in.port))
	if err != nil {
		t.Fatal(err)
	}
	if got := <-in.users; got != "u" {
		t.Errorf("%q logged in", got)
	}
	if letter := <-in.letters; !strings.Contains(letter, "Message-ID: <msg_1@example.com>") {
		t.Error(letter)
	}
}

func TestSend_WithoutTLSWhenAsked(t *testing.T) {
	t.Parallel()
	in := serve(t, false)
	err := send(t, options(in), fmt.Sprintf(`{"smtp_host":"127.0.0.1","smtp_port":%d,"tls":"none","from_email":"siq@example.com"}`, in.port))
	if err != nil || len(in.users) != 0 || len(in.letters) != 1 {
		t.Errorf("%v, %d logins, %d letters", err, len(in.users), len(in.letters))
	}
}

// The operator's relay may stand anywhere; what customers name may not.
func TestSend_TheServersOwnIsDialledAsConfigured(t *testing.T) {
	t.Parallel()
	in := serve(t, false)
	o := options(in)
	o.Allow = nil
	o.Server = email.Server{Host: "127.0.0.1", Port: in.port, From: "SentinelIQ <siq@example.org>", TLS: email.None}
	for _, settings := range []string{`{}`, ``, `{"reply_to":"soc@example.com"}`, `{"smtp_host":"","smtp_password":null}`} {
		if err := send(t, o, settings); err != nil {
			t.Errorf("%s: %v", settings, err)
		}
		if letter := <-in.letters; !strings.Contains(letter, "<siq@example.org>") {
			t.Error(letter)
		}
	}
	_, err := email.New(o).Open(json.RawMessage(
		fmt.Sprintf(`{"smtp_host":"127.0.0.1","smtp_port":%d,"tls":"none","from_email":"a@example.com"}`, in.port)))
	if v := fault.ViolationsOf(err); len(v) == 0 || v[0].Code != "address_not_allowed" {
		t.Errorf("got %v", v)
	}
}

// A name that leads inside is refused on the socket.
func TestSend_NameThatLeadsInside(t *testing.T) {
	t.Parallel()
	o := email.Options{
		Allow: []netip.Prefix{netip.MustParsePrefix("::1/128")}, Clock: clock{}, Timeout: 5 * time.Second,
	}
	in := serve(t, false)
	// localhost may be named for ::1, but 127.0.0.1 behind the same name may not be reached.
	err := send(t, o, fmt.Sprintf(`{"smtp_host":"localhost","smtp_port":%d,"tls":"none","from_email":"a@example.com"}`, in.port))
	if err == nil || len(in.letters) != 0 {
		t.Errorf("got %v", err)
	}
}

func TestOpen_Routes(t *testing.T) {
	t.Parallel()
	with := email.Options{Clock: clock{}, Server: email.Server{Host: "mail.example.com", From: "siq@example.com"}}
	insecure := with
	insecure.Server.TLS, insecure.Server.Username, insecure.Server.Password = email.None, "u", secret.New("p")
	for name, c := range map[string]struct {
		o        email.Options
		settings string
		field    string // of the violation; empty: it opens
	}{
		"server's own":               {with, `{}`, ""},
		"server has none":            {email.Options{Clock: clock{}}, `{}`, "config.smtp_host"},
		"server's own is insecure":   {insecure, `{}`, "config.tls"},
		"complete":                   {with, `{"smtp_host":"mail.example.org","smtp_port":2525,"from_email":"A B <a@example.org>"}`, ""},
		"address":                    {with, `{"smtp_host":"2606:4700::1111","from_email":"a@example.org"}`, ""},
		"no host":                    {with, `{"from_email":"a@example.org"}`, "config.smtp_host"},
		"password alone":             {with, `{"smtp_host":"mail.example.org","from_email":"a@example.org","smtp_password":"p"}`, "config.smtp_password"},
		"user alone":                 {with, `{"smtp_host":"mail.example.org","from_email":"a@example.org","smtp_username":"u"}`, "config.smtp_password"},
		"no sender":                  {email.Options{Clock: clock{}}, `{"smtp_host":"mail.example.org"}`, "config.from_email"},
		"user name is the sender":    {email.Options{Clock: clock{}}, `{"smtp_host":"mail.example.org","smtp_username":"a@b.example","smtp_password":"p"}`, ""},
		"user name is no address":    {email.Options{Clock: clock{}}, `{"smtp_host":"mail.example.org","smtp_username":"u","smtp_password":"p"}`, "config.from_email"},
		"two senders":                {with, `{"smtp_host":"mail.example.org","from_email":"a@example.org, b@example.org"}`, "config.from_email"},
		"reply to nobody":            {with, `{"reply_to":"nobody"}`, "config.reply_to"},
		"password in the clear":      {with, `{"smtp_host":"mail.example.org","from_email":"a@b.example","tls":"none","smtp_username":"u","smtp_password":"p"}`, "config.tls"},
		"another kind of TLS":        {with, `{"smtp_host":"mail.example.org","from_email":"a@b.example","tls":"ssl"}`, "config.tls"},
		"port of something else":     {with, `{"smtp_host":"mail.example.org","from_email":"a@b.example","smtp_port":6379}`, "config.smtp_port"},
		"no port":                    {with, `{"smtp_host":"mail.example.org","from_email":"a@b.example","smtp_port":70000}`, "config.smtp_port"},
		"port in words":              {with, `{"smtp_host":"mail.example.org","from_email":"a@b.example","smtp_port":"587"}`, "config.smtp_port"},
		"loopback":                   {with, `{"smtp_host":"127.0.0.1","from_email":"a@b.example"}`, "config.smtp_host"},
		"loopback in other notation": {with, `{"smtp_host":"0x7f.1","from_email":"a@b.example"}`, "config.smtp_host"},
		"localhost":                  {with, `{"smtp_host":"LOCALHOST","from_email":"a@b.example"}`, "config.smtp_host"},
		"brackets":                   {with, `{"smtp_host":"[::1]","from_email":"a@b.example"}`, "config.smtp_host"},
		"host and port":              {with, `{"smtp_host":"mail.example.org:25","from_email":"a@b.example"}`, "config.smtp_host"},
		"host with a path":           {with, `{"smtp_host":"mail.example.org/x","from_email":"a@b.example"}`, "config.smtp_host"},
		"disguise":                   {with, `{"smtp_host":"①②⑦.0.0.1","from_email":"a@b.example"}`, "config.smtp_host"},
	} {
		_, err := email.New(c.o).Open(json.RawMessage(c.settings))
		switch v := fault.ViolationsOf(err); {
		case c.field == "" && err != nil:
			t.Errorf("%s: %v %v", name, err, v)
		case c.field != "" && (len(v) != 1 || v[0].Field != c.field):
			t.Errorf("%s: got %v (%v), want one at %s", name, v, err, c.field)
		}
	}
}
