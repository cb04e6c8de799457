package channeltest

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sentineliq/sentineliq/ports/channel"
)

// testWeb is what holds for every channel that speaks HTTP.
func (s *suite) testWeb(t *testing.T) {
	t.Run("every status has its verdict", s.statuses)
	t.Run("Retry-After is honoured", s.retryAfter)
	t.Run("redirects are not followed", s.redirects)
	t.Run("answers are bounded", s.bounds)
	t.Run("connections are used again", s.reuse)
	t.Run("what it asks for", func(t *testing.T) {
		t.Parallel()
		w := newWeb(t)
		send(t, s.open(t, w, world(w)), Messages()["alert"])
		got := w.taken()[0]
		if !strings.Contains(got, "\nUser-Agent: SentinelIQ") {
			t.Errorf("it does not say who it is:\n%s", got)
		}
		if strings.Contains(got, "\nAccept-Encoding: ") {
			t.Error("it asks for a compressed answer, whose size nobody knows")
		}
	})
}

// verdictOn is the table that all channels over HTTP share.
func verdictOn(status int) (taken, permanent bool) {
	switch {
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests:
		return false, false
	case status/100 == 2:
		return true, false
	default:
		return false, status/100 == 3 || status/100 == 4
	}
}

func (s *suite) statuses(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	sender := s.open(t, w, world(w))
	for status := 100; status < 600; status++ {
		w.reply(raw(fmt.Sprintf("HTTP/1.1 %d Whatever\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status), nil))
		receipt, err := sender.Send(t.Context(), Messages()["least"])
		taken, permanent := verdictOn(status)
		if taken {
			if err != nil || receipt.Status != status {
				t.Errorf("%d: want it taken, got receipt %+v and %v", status, receipt, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("%d was taken for a yes", status)
			continue
		}
		v := channel.VerdictOn(err)
		if v.Permanent != permanent {
			t.Errorf("%d: permanent is %t (%s)", status, v.Permanent, v.Reason)
		}
		if status >= 200 && v.Status != status {
			t.Errorf("%d: the refusal says %d", status, v.Status)
		}
	}
}

// raw answers with exactly these bytes, then with what more writes.
func raw(head string, more func(net.Conn)) http.HandlerFunc {
	return func(rw http.ResponseWriter, _ *http.Request) {
		hijacker, ok := rw.(http.Hijacker)
		if !ok {
			return
		}
		conn, _, err := hijacker.Hijack()
		if err != nil {
			return
		}
		defer shut(conn)
		if _, err := conn.Write([]byte(head)); err == nil && more != nil {
			more(conn)
		}
	}
}

func (s *suite) retryAfter(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	sender := s.open(t, w, world(w))
	for text, want := range map[string]time.Duration{
		"":                      0,
		"0":                     0,
		"1":                     time.Second,
		" 120 ":                 2 * time.Minute,
		"-5":                    0,
		"1.5":                   0,
		"soon":                  0,
		"99999999999999999999":  0,
		"9999999":               24 * time.Hour,
		"9223372036854775807":   24 * time.Hour,
		date(90 * time.Second):  90 * time.Second,
		date(-90 * time.Second): 0,
		date(8760 * time.Hour):  24 * time.Hour,
	} {
		for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
			w.reply(func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("Retry-After", text)
				rw.WriteHeader(status)
			})
			_, err := sender.Send(t.Context(), Messages()["least"])
			// A date has whole seconds, so up to one is lost on the way.
			if got := channel.VerdictOn(err).After; got > want || got < want-time.Second {
				t.Errorf("%d, Retry-After %q: after %s, want %s", status, text, got, want)
			}
		}
	}
}

func date(ahead time.Duration) string { return moment.Add(ahead).Format(http.TimeFormat) }

func (s *suite) redirects(t *testing.T) {
	t.Parallel()
	var visits atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits.Add(1) }))
	t.Cleanup(elsewhere.Close)
	w := newWeb(t)
	sender := s.open(t, w, world(w))
	for _, status := range []int{301, 302, 303, 307, 308} {
		w.reply(func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, elsewhere.URL, status) })
		_, err := sender.Send(t.Context(), Messages()["least"])
		if v := channel.VerdictOn(err); err == nil || !v.Permanent || !strings.Contains(v.Reason, "redirect") {
			t.Errorf("%d: want a permanent refusal for the redirect, got %v", status, err)
		}
	}
	if visits.Load() != 0 {
		t.Error("a redirect was followed")
	}
}
