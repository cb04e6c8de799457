package main

import (
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"

	"github.com/emersion/go-smtp"
)

// mailLines is how much of a mail is shown.
const mailLines = 3

// mailServer takes mail for anybody from anybody; it is on the loopback only.
func mailServer(k *sink) *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &mailSession{sink: k}, nil
	}))
	server.Domain = "localhost"
	server.ReadTimeout, server.WriteTimeout = readWithin, readWithin
	server.MaxMessageBytes = maxMessage
	server.ErrorLog = quietLog{}
	return server
}

// quietLog drops what the server says of connections that end early.
type quietLog struct{}

func (quietLog) Printf(string, ...any) {}
func (quietLog) Println(...any)        {}

// mailSession is one conversation.
type mailSession struct {
	sink *sink
	to   []string
}

// Mail begins a mail.
func (*mailSession) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt adds a recipient.
func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

// Data takes the mail itself and shows it.
func (s *mailSession) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	from, err := m.Header.AddressList("From")
	if err != nil || len(from) != 1 {
		return fmt.Errorf("the sender is missing: %w", err)
	}
	_, domain, _ := strings.Cut(from[0].Address, "@")
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return err
	}
	text, err := plainText(m)
	if err != nil {
		return err
	}
	shown := message{kind: "e-mail", company: s.sink.company(domain), title: subject}
	shown.lines = []string{"from " + from[0].String() + " to " + strings.Join(s.to, ", ")}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if level, ok := strings.CutPrefix(line, "Severity: "); ok {
			shown.severity = level
		} else if line != "" && line != subject && len(shown.lines) < mailLines {
			shown.lines = append(shown.lines, line)
		}
	}
	s.sink.screen.arrived(shown)
	return nil
}

// Reset forgets the mail.
func (s *mailSession) Reset() { s.to = nil }

// Logout ends the conversation.
func (*mailSession) Logout() error { return nil }

// plainText finds the part for those who read without HTML.
func plainText(m *mail.Message) (string, error) {
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(kind, "multipart/") {
		return decoded(m.Body, m.Header.Get("Content-Transfer-Encoding"))
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := parts.NextPart()
		if err != nil {
			return "", err
		}
		if kind, _, err := mime.ParseMediaType(part.Header.Get("Content-Type")); err == nil && kind == "text/plain" {
			return decoded(part, part.Header.Get("Content-Transfer-Encoding"))
		}
	}
}

func decoded(r io.Reader, encoding string) (string, error) {
	if strings.EqualFold(encoding, "quoted-printable") {
		r = quotedprintable.NewReader(r)
	}
	text, err := io.ReadAll(r)
	return string(text), err
}
