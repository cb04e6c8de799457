package email

import (
	"net"
	"net/mail"
	"slices"
	"strconv"

	"github.com/sentineliq/sentineliq/adapters/channel/webclient"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/channel"
)

const (
	portRelay    = 25
	portImplicit = 465
	portSubmit   = 587
	portOther    = 2525
	maxPort      = 65535
)

// mailPorts are the ports of public mail servers.
func mailPorts() []uint16 { return []uint16{portRelay, portImplicit, portSubmit, portOther} }

type settings struct {
	Host     string      `json:"smtp_host"`
	Port     int         `json:"smtp_port"`
	Username string      `json:"smtp_username"`
	Password secret.Text `json:"smtp_password"`
	From     string      `json:"from_email"`
	TLS      string      `json:"tls"`
	ReplyTo  string      `json:"reply_to"`
}

// route is a way to a mail server that can work.
type route struct {
	host     string
	port     int
	username string
	password secret.Text
	tls      string
	from     *mail.Address
	replyTo  *mail.Address // may be nil
	own      bool          // the operator's server
}

func (r route) address() string { return net.JoinHostPort(r.host, strconv.Itoa(r.port)) }

// route checks the settings of a channel or, where it has none, takes the
// operator's.
func (t Type) route(s settings) (route, error) {
	var v fault.Violations
	own := s == settings{ReplyTo: s.ReplyTo}
	if own {
		o := t.options.Server
		if o.Host == "" {
			return route{}, fault.Field(channel.Path("smtp_host"), fault.CodeRequired,
				"this field is required: the server has no SMTP settings of its own")
		}
		s = settings{o.Host, o.Port, o.Username, o.Password, o.From, o.TLS, s.ReplyTo}
	} else {
		t.checkPlace(&v, s)
		s.From = t.sender(s)
	}
	if s.TLS == "" {
		s.TLS = StartTLS
	}
	if s.Port == 0 {
		s.Port = map[string]int{StartTLS: portSubmit, Implicit: portImplicit, None: portRelay}[s.TLS]
	}
	if s.TLS == None && s.Username != "" {
		v.Add(channel.Path("tls"), fault.CodeInvalid, "a password is never sent without TLS")
	}
	if (s.Username == "") != s.Password.Empty() {
		v.Add(channel.Path("smtp_password"), fault.CodeRequired, "user name and password belong together")
	}
	r := route{host: s.Host, port: s.Port, username: s.Username, password: s.Password, tls: s.TLS, own: own}
	if v.Require(channel.Path("from_email"), s.From) {
		r.from = address(&v, "from_email", s.From)
	}
	if s.ReplyTo != "" {
		r.replyTo = address(&v, "reply_to", s.ReplyTo)
	}
	return r, v.Err()
}

// sender is whom mail is from: who says so, who logs in, or the operator.
func (t Type) sender(s settings) string {
	if s.From != "" {
		return s.From
	}
	if a, err := mail.ParseAddress(s.Username); err == nil && a.Address == s.Username {
		return s.Username
	}
	return t.options.Server.From
}

// checkPlace judges the host and port of a customer's own server.
func (t Type) checkPlace(v *fault.Violations, s settings) {
	if !v.Require(channel.Path("smtp_host"), s.Host) {
		return
	}
	free := webclient.AddHost(v, channel.Path("smtp_host"), s.Host, t.options.Allow)
	switch field := channel.Path("smtp_port"); {
	case s.Port < 0 || s.Port > maxPort:
		v.Add(field, fault.CodeInvalid, "must be a number from 1 to 65535")
	case s.Port == 0 || free || len(t.options.Allow) > 0: // a name may lead to an allowed address; dialling tells
	case !slices.Contains(mailPorts(), uint16(s.Port)):
		v.Add(field, webclient.CodeAddress, "only the ports 25, 465, 587 and 2525 are allowed")
	}
}

func address(v *fault.Violations, name, text string) *mail.Address {
	a, err := mail.ParseAddress(text)
	if err != nil {
		v.Add(channel.Path(name), fault.CodeInvalid, "must be one e-mail address")
		return nil
	}
	return a
}
