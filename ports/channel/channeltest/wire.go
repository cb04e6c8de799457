package channeltest

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/ports/channel"
)

// short is long enough for loopback and short enough to wait for.
const short = 150 * time.Millisecond

// nowhere is a receiver that is not there.
type nowhere struct{}

func (nowhere) place(settings string) string {
	return strings.NewReplacer("{{url}}", "http://127.0.0.1:9", "{{smtp_host}}", "127.0.0.1", `"{{smtp_port}}"`, "9").Replace(settings)
}
func (nowhere) roots() *x509.CertPool { return nil }
func (nowhere) behave(reply)          {}
func (nowhere) taken() []string       { return nil }
func (nowhere) hangUp()               {}

// testWire is what holds for every channel that talks to another machine.
func (s *suite) testWire(t *testing.T, dial func(*testing.T) wire) {
	t.Helper()
	t.Run("no secret in any error, receipt or log", func(t *testing.T) { // alone: it listens to the log
		s.leaks(t, dial(t))
	})
	t.Run("golden", func(t *testing.T) {
		t.Parallel()
		s.golden(t, dial)
	})
	t.Run("an attempt repeats the message exactly", func(t *testing.T) {
		t.Parallel()
		w := dial(t)
		sender := s.open(t, w, world(w))
		for range 2 {
			send(t, sender, Messages()["alert"])
		}
		if got := w.taken(); len(got) != 2 || got[0] != got[1] {
			t.Errorf("the attempts differ: %v", got)
		}
	})
	t.Run("refused for good, refused for now, not answered", func(t *testing.T) {
		t.Parallel()
		s.verdicts(t, dial(t))
	})
	t.Run("the caller's end is the end", func(t *testing.T) {
		t.Parallel()
		s.cancelled(t, dial(t))
	})
	t.Run("an address that is not allowed is refused when saved", func(t *testing.T) {
		t.Parallel()
		w := dial(t)
		closed := world(w)
		closed.Allow = nil
		_, err := s.Make(closed).Open(json.RawMessage(w.place(s.settings)))
		if !slices.ContainsFunc(fault.ViolationsOf(err), func(v fault.Violation) bool { return v.Code == "address_not_allowed" }) {
			t.Errorf("want address_not_allowed, got %v", err)
		}
	})
	t.Run("many at once", func(t *testing.T) {
		t.Parallel()
		s.crowd(t, dial(t))
	})
}

func send(t *testing.T, sender channel.Sender, m channel.Message) {
	t.Helper()
	if _, err := sender.Send(t.Context(), m); err != nil {
		t.Errorf("sending %s: %v", m.ID, err)
	}
}

func (s *suite) verdicts(t *testing.T, w wire) {
	t.Helper()
	in := world(w)
	for _, c := range []struct {
		reply     reply
		permanent bool
	}{{refuses, true}, {busy, false}, {silent, false}} {
		if c.reply == silent {
			in.Timeout = short
		}
		sender := s.open(t, w, in)
		w.behave(c.reply)
		_, err := sender.Send(t.Context(), Messages()["alert"])
		if err == nil {
			t.Fatalf("reply %d was taken for a yes", c.reply)
		}
		if v := channel.VerdictOn(err); v.Permanent != c.permanent {
			t.Errorf("reply %d: permanent is %t (%v)", c.reply, v.Permanent, err)
		}
	}
}

func (s *suite) cancelled(t *testing.T, w wire) {
	t.Helper()
	w.behave(silent)
	in := world(w)
	in.Timeout = time.Minute
	ctx, cancel := context.WithTimeout(t.Context(), short)
	defer cancel()
	_, err := s.open(t, w, in).Send(ctx, Messages()["alert"])
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("want the caller's own error, got %v", err)
	}
	if channel.VerdictOn(err).Permanent {
		t.Error("a caller that went away is no verdict")
	}
}

func (s *suite) crowd(t *testing.T, w wire) {
	t.Helper()
	const senders, each = 6, 4
	sender := s.open(t, w, world(w))
	var group sync.WaitGroup
	for i := range senders {
		group.Go(func() {
			for j := range each {
				m := Messages()["alert"]
				m.ID = fmt.Sprintf("msg_%d_%d_", i, j)
				send(t, sender, m)
			}
		})
	}
	group.Wait()
	all := strings.Join(w.taken(), "\n")
	for i := range senders {
		for j := range each {
			if id := fmt.Sprintf("msg_%d_%d_", i, j); !strings.Contains(all, id) {
				t.Errorf("%s did not arrive", id)
			}
		}
	}
}

// leaks searches everything that can be read for the planted secrets.
func (s *suite) leaks(t *testing.T, w wire) {
	t.Helper()
	var said locked
	defer log.SetOutput(log.Writer())
	log.SetOutput(&said) // what slog's default writes goes there too
	in := world(w)
	in.Timeout = short
	typ := s.Make(in)
	sender := s.open(t, w, in)
	fmt.Fprintf(&said, "%v %+v %#v %s %+v\n", sender, sender, sender, sender, typ.Describe())
	for _, r := range []reply{takes, refuses, busy, silent} {
		w.behave(r)
		receipt, err := sender.Send(t.Context(), Messages()["alert"])
		fmt.Fprintf(&said, "%+v %v %+v\n", receipt, err, channel.VerdictOn(err))
	}
	w.hangUp()
	_, err := sender.Send(t.Context(), Messages()["alert"])
	fmt.Fprintf(&said, "%v %#v\n", err, channel.VerdictOn(err))
	bad := parse(t, w.place(s.settings))
	bad["surprise"] = 1
	fmt.Fprintf(&said, "%v\n", openMap(t, typ, bad))
	for _, secret := range s.planted(t, typ.Describe()) {
		if strings.Contains(said.String(), secret) {
			t.Errorf("%q can be read in:\n%s", secret, said.String())
		}
	}
}

// locked is a buffer for several writers.
type locked struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
