package channeltest

import (
	"fmt"
	"io"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/sentineliq/sentineliq/ports/channel"
)

// testMail is what holds for every channel that speaks SMTP.
func (s *suite) testMail(t *testing.T) {
	t.Run("4xx passes and 5xx stays, at every step", s.steps)
	t.Run("a greeting that refuses", s.greetings)
	t.Run("without STARTTLS nothing is sent", s.inTheClear)
	t.Run("a certificate of nobody's is not accepted", s.stranger)
	t.Run("taken without a word is repeated with the same id", s.unanswered)
	t.Run("an endless greeting ends", s.chatter)
	t.Run("letters are well-formed", s.letters)
	t.Run("a recipient without an address", func(t *testing.T) {
		t.Parallel()
		w := newMail(t)
		sender := s.open(t, w, world(w))
		for _, address := range []string{
			"", "ana", "ana@", "a@example.com, b@example.com", "Ana <ana@example.com>", "ana@example.com\r\nRCPT TO:<b@example.com>",
		} {
			m := Messages()["alert"]
			m.Recipient.Email = address
			if _, err := sender.Send(t.Context(), m); err == nil || !channel.VerdictOn(err).Permanent {
				t.Errorf("%q: want a permanent refusal, got %v", address, err)
			}
		}
		if len(w.taken()) != 0 {
			t.Error("something was sent")
		}
	})
}

func (s *suite) steps(t *testing.T) {
	t.Parallel()
	w := newMail(t)
	sender := s.open(t, w, world(w))
	for _, step := range []string{"hello", "auth", "mail", "rcpt", "data"} {
		for _, code := range []int{421, 450, 451, 452, 454, 500, 530, 535, 550, 552, 554} {
			w.refuseAt(step, code)
			_, err := sender.Send(t.Context(), Messages()["least"])
			if err == nil {
				t.Errorf("%d at %s was taken for a yes", code, step)
				continue
			}
			v := channel.VerdictOn(err)
			if v.Permanent != (code >= 500) || v.Status != code {
				t.Errorf("%d at %s: permanent is %t, status %d (%s)", code, step, v.Permanent, v.Status, v.Reason)
			}
		}
	}
}

// talker is a server that writes what it likes to each that connects.
func (s *suite) talker(t *testing.T, in World, talk func(net.Conn)) channel.Sender {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(listener) })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer shut(conn)
				talk(conn)
			}()
		}
	}()
	in.Allow, in.Clock = loopback(), stopped{}
	sender, err := s.Make(in).Open([]byte(placeMail(s.settings, listener.Addr())))
	if err != nil {
		t.Fatal(err)
	}
	return sender
}

func (s *suite) greetings(t *testing.T) {
	t.Parallel()
	for code, permanent := range map[int]bool{421: false, 450: false, 554: true} {
		sender := s.talker(t, World{Timeout: time.Second}, func(conn net.Conn) { fmt.Fprintf(conn, "%d go away\r\n", code) })
		_, err := sender.Send(t.Context(), Messages()["least"])
		if v := channel.VerdictOn(err); err == nil || v.Permanent != permanent || v.Status != code {
			t.Errorf("%d: got %+v (%v)", code, v, err)
		}
	}
}

func (s *suite) inTheClear(t *testing.T) {
	t.Parallel()
	w := serveMail(t, false)
	_, err := s.open(t, w, world(w)).Send(t.Context(), Messages()["least"])
	if err == nil || !channel.VerdictOn(err).Permanent {
		t.Errorf("want a permanent refusal, got %v", err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.logins != 0 || len(w.letters) != 0 {
		t.Errorf("%d logins and %d letters went over clear text", w.logins, len(w.letters))
	}
}

func (s *suite) stranger(t *testing.T) {
	t.Parallel()
	w := newMail(t)
	in := world(w)
	in.Roots = nil
	_, err := s.open(t, w, in).Send(t.Context(), Messages()["least"])
	if err == nil || !strings.Contains(channel.VerdictOn(err).Reason, "certificate") {
		t.Errorf("want a refusal for the certificate, got %v", err)
	}
	if len(w.taken()) != 0 {
		t.Error("something was sent")
	}
}

func (s *suite) unanswered(t *testing.T) {
	t.Parallel()
	w := newMail(t)
	w.behave(silent)
	in := world(w)
	in.Timeout = 2 * short
	sender := s.open(t, w, in)
	var ids []string
	for range 2 {
		_, err := sender.Send(t.Context(), Messages()["alert"])
		if err == nil || channel.VerdictOn(err).Permanent {
			t.Fatalf("an unknown end must be tried again, got %v", err)
		}
		got := w.taken()
		ids = append(ids, parseLetter(t, got[len(got)-1]).Header.Get("Message-Id"))
	}
	if ids[0] != ids[1] || !strings.Contains(ids[0], Messages()["alert"].ID) {
		t.Errorf("the Message-IDs are %v", ids)
	}
}

func (s *suite) chatter(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"lines": "220-hello " + strings.Repeat("x", 500) + "\r\n", "one line": strings.Repeat("x", 1000),
	} {
		begun := time.Now()
		sender := s.talker(t, World{Timeout: 20 * short}, func(conn net.Conn) {
			for {
				if _, err := io.WriteString(conn, text); err != nil {
					return
				}
			}
		})
		_, err := sender.Send(t.Context(), Messages()["least"])
		if err == nil || channel.VerdictOn(err).Permanent || time.Since(begun) > 10*short {
			t.Errorf("%s: after %s got %v", name, time.Since(begun), err)
		}
	}
}

func parseLetter(t *testing.T, taken string) *mail.Message {
	t.Helper()
	_, letter, _ := strings.Cut(taken, "\n\n")
	m, err := mail.ReadMessage(strings.NewReader(letter))
	if err != nil {
		t.Fatalf("%v in %q", err, taken)
	}
	return m
}

// letters checks what mail servers and readers of mail insist on.
func (s *suite) letters(t *testing.T) {
	t.Parallel()
	w := newMail(t)
	sender := s.open(t, w, world(w))
	for name, m := range Messages() {
		send(t, sender, m)
		got := w.taken()
		taken := got[len(got)-1]
		for line := range strings.SplitSeq(taken, "\n") {
			if len(line) > 998 || strings.ContainsAny(line, "\r\x00") {
				t.Errorf("%s: a line of %d bytes: %.80q", name, len(line), line)
			}
		}
		header := parseLetter(t, taken).Header
		for _, field := range []string{"Subject", "From", "To", "Date", "Message-Id"} {
			if len(header[field]) != 1 || header.Get(field) == "" {
				t.Errorf("%s: %s is %q", name, field, header[field])
			}
		}
		if header.Get("Bcc")+header.Get("Cc") != "" {
			t.Errorf("%s: a title became a header", name)
		}
		if to, err := header.AddressList("To"); err != nil || len(to) != 1 || to[0].Address != m.Recipient.Email {
			t.Errorf("%s: to %v (%v)", name, to, err)
		}
	}
}
