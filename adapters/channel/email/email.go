// Package email sends messages to people by mail, through the company's own
// mail server or the operator's.
package email

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"html/template"
	"net"
	"net/mail"
	"net/netip"
	"time"

	"github.com/sentineliq/sentineliq/adapters/channel/webclient"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/channel"
	"github.com/sentineliq/sentineliq/ports/system"
)

// Ways to secure the connection to a mail server.
const (
	StartTLS = "starttls" // the connection begins in the clear and must not stay so
	Implicit = "implicit" // TLS from the first byte
	None     = "none"     // never with a password
)

// Server is the operator's mail server, for channels that name none. Without a
// Host there is none.
type Server struct {
	Host     string
	Port     int // zero: what is usual for TLS
	Username string
	Password secret.Text
	From     string
	TLS      string // empty: StartTLS
}

// Options are what mail needs to know.
type Options struct {
	Server  Server
	Allow   []netip.Prefix // addresses that customers may reach although they are not public
	Clock   system.Clock
	Version string         // of the product, for the User-Agent
	Timeout time.Duration  // of a whole attempt; zero: webclient.AttemptTimeout
	Roots   *x509.CertPool // nil: the system's
}

// Type is the type of channel.
type Type struct {
	options Options
	guard   *webclient.Guard
	page    *template.Template
}

// New makes the type. The operator's server is dialled as configured, for the
// operator chose its address; customers' servers must stand the guard.
func New(o Options) Type {
	if o.Timeout == 0 {
		o.Timeout = webclient.AttemptTimeout
	}
	return Type{
		options: o,
		guard:   webclient.NewGuard(o.Allow, mailPorts()...),
		page:    template.Must(template.New("mail").Parse(page)),
	}
}

// Name returns "email".
func (Type) Name() string { return "email" }

// Describe lists the settings.
func (Type) Describe() channel.Description {
	return channel.Description{
		Label:    "E-mail",
		ToPeople: true,
		Fields: []channel.Field{
			{
				Name: "smtp_host", Label: "SMTP host", Kind: channel.KindText,
				Help: "Leave all SMTP settings out to use the server's own",
			},
			{Name: "smtp_port", Label: "SMTP port", Kind: channel.KindNumber, Help: "587, 465 or 25, by the kind of TLS"},
			{Name: "smtp_username", Label: "User name", Kind: channel.KindText},
			{Name: "smtp_password", Label: "Password", Kind: channel.KindText, Secret: true},
			{Name: "from_email", Label: "Sender", Kind: channel.KindText, Help: "Address, with or without a name; the user name when left out"},
			{
				Name: "tls", Label: "TLS", Kind: channel.KindChoice, Choices: []string{StartTLS, Implicit, None},
				Help: "starttls when left out; none only without a password",
			},
			{Name: "reply_to", Label: "Reply to", Kind: channel.KindText},
		},
		Configure: "Ask whoever runs the company's mail for an account that may send.",
	}
}

// Open checks the settings.
func (t Type) Open(raw json.RawMessage) (channel.Sender, error) {
	var s settings
	if err := channel.Decode(t.Describe(), raw, &s); err != nil {
		return nil, err
	}
	r, err := t.route(s)
	if err != nil {
		return nil, err
	}
	return &sender{Type: t, route: r}, nil
}

type sender struct {
	Type
	route route
}

// Send mails the message to its recipient. The Message-ID is the same in every
// attempt, so that a mail server which took one without saying so can tell.
func (s *sender) Send(ctx context.Context, m channel.Message) (channel.Receipt, error) {
	to, err := mail.ParseAddress(m.Recipient.Email)
	if err != nil || to.Address != m.Recipient.Email {
		return channel.Receipt{}, &channel.Refusal{Reason: "the recipient has no usable e-mail address", Permanent: true}
	}
	letter, err := s.compose(m, to.Address)
	if err != nil {
		return channel.Receipt{}, err
	}
	attempt, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	conn, err := s.dial(attempt)
	if err != nil {
		return channel.Receipt{}, webclient.Explain(ctx, err)
	}
	defer hangUp(conn)
	stop := context.AfterFunc(attempt, func() { hangUp(conn) })
	defer stop()
	d := dialogue{route: s.route, roots: s.options.Roots}
	if err := d.deliver(conn, to.Address, letter); err != nil {
		return channel.Receipt{}, d.verdict(ctx, attempt, err)
	}
	return channel.Receipt{}, nil
}

// hangUp ends a connection. It has said what it had to say.
func hangUp(conn net.Conn) {
	if err := conn.Close(); err != nil {
		return
	}
}

func (s *sender) dial(ctx context.Context) (net.Conn, error) {
	dial := s.guard.Dial
	if s.route.own {
		dial = (&net.Dialer{Timeout: webclient.DialTimeout}).DialContext
	}
	conn, err := dial(ctx, "tcp", s.route.address())
	if err != nil {
		return nil, err
	}
	return &bounded{Conn: conn, left: maxAnswers}, nil
}
