package email

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"slices"
	"strings"

	"github.com/wneessen/go-mail/smtp"

	"github.com/sentineliq/sentineliq/adapters/channel/webclient"
	"github.com/sentineliq/sentineliq/core/failpoint"
	"github.com/sentineliq/sentineliq/ports/channel"
)

// maxAnswers bounds what a mail server may say in one attempt, certificates
// included.
const maxAnswers = 256 << 10

var errTooMuch = errors.New("the mail server talks too much")

// bounded is a connection that gives only so much to read.
type bounded struct {
	net.Conn
	left int
}

// Read reads what is left, then fails.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooMuch
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// Verdicts of our own, on servers that cannot be used.
var (
	errNoTLS  = errors.New("the mail server offers no STARTTLS, and nothing is sent without it")
	errNoAuth = errors.New("the mail server offers no way to log in that is supported here")
)

// dialogue is one delivery. It speaks SMTP step by step, to know at which step
// it was refused, and asks for nothing after the message was taken: an error
// there would have it sent again.
type dialogue struct {
	route route
	roots *x509.CertPool
	step  string
}

func (d *dialogue) deliver(conn net.Conn, to string, letter []byte) error {
	c, err := d.greet(conn)
	if err != nil {
		return err
	}
	if d.route.username != "" {
		if err := d.login(c); err != nil {
			return err
		}
	}
	d.step = "the sender"
	if err := c.Mail(d.route.from.Address); err != nil {
		return err
	}
	d.step = "the recipient"
	if err := c.Rcpt(to); err != nil {
		return err
	}
	d.step = "the message"
	w, err := c.Data()
	if err != nil {
		return err
	}
	half := len(letter) / 2
	if _, err := w.Write(letter[:half]); err != nil {
		return err
	}
	if err := failpoint.Hit(failpoint.Writing); err != nil {
		return err
	}
	if _, err := w.Write(letter[half:]); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if err := c.Text.PrintfLine("QUIT"); err != nil { // politeness; the answer is not waited for
		return nil //nolint:nilerr // the message is taken whatever becomes of the connection
	}
	return nil
}

// greet begins the conversation, and secures it as the route says.
func (d *dialogue) greet(conn net.Conn) (*smtp.Client, error) {
	d.step = "the connection"
	config := &tls.Config{ServerName: d.route.host, RootCAs: d.roots, MinVersion: tls.VersionTLS12}
	if d.route.tls == Implicit {
		conn = tls.Client(conn, config)
	}
	c, err := smtp.NewClient(conn, d.route.host)
	if err != nil {
		return nil, err
	}
	if err := c.Hello(domain(d.route.from.Address)); err != nil {
		return nil, err
	}
	if d.route.tls != StartTLS {
		return c, nil
	}
	if offered, _ := c.Extension("STARTTLS"); !offered {
		return nil, errNoTLS
	}
	return c, c.StartTLS(config)
}

// login authenticates. Over TLS, which the route sees to, the plain mechanism
// is the one that every server gets right.
func (d *dialogue) login(c *smtp.Client) error {
	d.step = "the login"
	if _, secure := c.TLSConnectionState(); !secure {
		return errNoTLS
	}
	_, offered := c.Extension("AUTH")
	mechanisms := strings.Fields(strings.ToUpper(offered))
	user, password := d.route.username, d.route.password.Reveal()
	switch {
	case slices.Contains(mechanisms, "PLAIN"):
		return c.Auth(smtp.PlainAuth("", user, password, d.route.host, false))
	case slices.Contains(mechanisms, "LOGIN"):
		return c.Auth(smtp.LoginAuth(user, password, d.route.host, false))
	case slices.Contains(mechanisms, "SCRAM-SHA-256"):
		return c.Auth(smtp.ScramSHA256Auth(user, password))
	default:
		return errNoAuth
	}
}

// verdict judges a failed delivery: what the server refuses with 5xx it will
// refuse again. Of its words only the number is repeated.
func (d *dialogue) verdict(ctx, attempt context.Context, err error) error {
	var answer *textproto.Error
	switch {
	case ctx.Err() != nil:
		return webclient.Explain(ctx, err)
	case attempt.Err() != nil:
		return webclient.Explain(ctx, attempt.Err())
	case errors.Is(err, errNoTLS), errors.Is(err, errNoAuth):
		return &channel.Refusal{Reason: err.Error(), Permanent: true}
	case errors.As(err, &answer):
		return &channel.Refusal{
			Reason:    fmt.Sprintf("the mail server refused %s with %d", d.step, answer.Code),
			Status:    answer.Code,
			Permanent: answer.Code/100 == 5,
		}
	default:
		return webclient.Explain(ctx, err)
	}
}
