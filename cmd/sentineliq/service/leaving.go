package service

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Whoever keeps a connection open may send a request into it at the moment in which
// it is closed, and cannot know whether it arrived. So connections are closed by
// their answers, which say so, and only those that nobody uses are closed without.
const (
	look          = 50 * time.Millisecond
	unused        = 500 * time.Millisecond // after that a connection counts as one that nobody uses
	longestLinger = 3 * time.Second
)

// leaving says that the process has been told to stop, and knows who may not have
// heard of it.
type leaving struct {
	told atomic.Bool

	mu   sync.Mutex
	idle map[net.Conn]bool // kept open by those who were answered
	used int               // of those, since the last look
}

func newLeaving() *leaving { return &leaving{idle: map[net.Conn]bool{}} }

// farewell tells everybody who is answered from then on that their connection will
// be closed, so that they make their next one elsewhere.
func (l *leaving) farewell(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&lastAnswer{ResponseWriter: w, leaving: l}, r)
	})
}

// lastAnswer closes its connection when the process is leaving.
type lastAnswer struct {
	http.ResponseWriter
	leaving *leaving
	begun   bool
}

// WriteHeader decides at the last moment.
func (a *lastAnswer) WriteHeader(status int) {
	if !a.begun && a.leaving.told.Load() {
		a.Header().Set("Connection", "close")
	}
	a.begun = a.begun || status >= http.StatusOK
	a.ResponseWriter.WriteHeader(status)
}

// Write begins the answer if nothing has.
func (a *lastAnswer) Write(p []byte) (int, error) {
	if !a.begun {
		a.WriteHeader(http.StatusOK)
	}
	return a.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the connection.
func (a *lastAnswer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// note is told by a server what becomes of its connections.
func (l *leaving) note(conn net.Conn, state http.ConnState) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case state == http.StateIdle:
		l.idle[conn] = true
	case l.idle[conn]:
		delete(l.idle, conn)
		if state == http.StateActive {
			l.used++
		}
	}
}

// linger waits until no connection is left that somebody uses and keeps.
func (l *leaving) linger(ctx context.Context) {
	quiet := time.Duration(0)
	for waited := time.Duration(0); waited < longestLinger && quiet < unused; waited += look {
		pause(ctx, look)
		l.mu.Lock()
		kept, used := len(l.idle), l.used
		l.used = 0
		l.mu.Unlock()
		switch {
		case kept == 0:
			return
		case used > 0:
			quiet = 0
		default:
			quiet += look
		}
	}
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
