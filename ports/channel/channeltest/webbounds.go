package channeltest

import (
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sentineliq/sentineliq/ports/channel"
)

// An endless answer may fill the sockets between two programs, but no more.
const socketful = 32 << 20

// bounds lets a receiver try to hold or fill a sender.
func (s *suite) bounds(t *testing.T) {
	t.Parallel()
	const ok = "HTTP/1.1 200 OK\r\n"
	const no = "HTTP/1.1 503 No\r\n"
	for name, c := range map[string]struct {
		head  string
		drip  string // repeated for ever
		pause time.Duration
		taken bool
	}{
		"an endless body":           {ok + "Content-Length: 99999999999\r\n\r\n", strings.Repeat("x", 32<<10), 0, true},
		"an endless refusal":        {no + "Content-Length: 99999999999\r\n\r\n", strings.Repeat("x", 32<<10), 0, false},
		"endless chunks":            {ok + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", 0, true},
		"a compressed endless body": {ok + "Content-Encoding: gzip\r\n\r\n", strings.Repeat("\x00", 32<<10), 0, true},
		"a body that stalls":        {ok + "Content-Length: 10\r\n\r\nabc", "", time.Minute, true},
		"a body drop by drop":       {ok + "Content-Length: 1000\r\n\r\n", "x", 20 * time.Millisecond, true},
		"headers that stall":        {ok + "X-Header", "", time.Minute, false},
		"headers drop by drop":      {ok + "X-Header: ", "x", 20 * time.Millisecond, false},
		"endless headers":           {ok, "X-Header: " + strings.Repeat("x", 1000) + "\r\n", 0, false},
		"one endless header":        {ok + "X-Header: ", strings.Repeat("x", 32<<10), 0, false},
		"endless early hints":       {"", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 0, false},
		"no HTTP at all":            {"SSH-2.0-OpenSSH_9.2\r\n", "", time.Minute, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWeb(t)
			in := world(w)
			in.Timeout = 4 * short
			sender := s.open(t, w, in)
			var sent atomic.Int64
			w.reply(raw(c.head, func(conn net.Conn) { drip(conn, c.drip, c.pause, w.ended, &sent) }))
			begun := time.Now()
			_, err := sender.Send(t.Context(), Messages()["least"])
			if took := time.Since(begun); took > 20*short {
				t.Errorf("it took %s", took)
			}
			if got := sent.Load(); got > socketful {
				t.Errorf("%d bytes were read", got)
			}
			if (err == nil) != c.taken {
				t.Errorf("taken is %t (%v)", err == nil, err)
			}
			if err != nil && channel.VerdictOn(err).Permanent {
				t.Errorf("a receiver in trouble may recover: %v", err)
			}
		})
	}
}

// drip writes until nobody reads any more.
func drip(conn net.Conn, text string, pause time.Duration, ended <-chan struct{}, sent *atomic.Int64) {
	for {
		if text != "" {
			n, err := conn.Write([]byte(text))
			sent.Add(int64(n))
			if err != nil || sent.Load() > 2*socketful {
				return
			}
		}
		if pause > 0 {
			select {
			case <-ended:
				return
			case <-time.After(pause):
			}
		}
	}
}

// reuse counts connections: an answer that is not read to its end, or not
// closed, costs a new one each time.
func (s *suite) reuse(t *testing.T) {
	t.Parallel()
	w := newWeb(t)
	w.reply(func(rw http.ResponseWriter, _ *http.Request) {
		if _, err := rw.Write([]byte(strings.Repeat("x", 20_000))); err != nil {
			return
		}
	})
	sender := s.open(t, w, world(w))
	for range 5 {
		send(t, sender, Messages()["least"])
	}
	if n := w.connections(); n != 1 {
		t.Errorf("5 messages took %d connections", n)
	}
}
