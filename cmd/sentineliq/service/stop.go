package service

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"
)

// How a process stops, counted from the end of STOP_DELAY. Whoever tells it to
// stop kills it after ten seconds.
const (
	// linger is how long it goes on taking requests: whoever keeps a connection
	// open hears with the next answer that it will be closed, and sends nothing
	// into one that is closing.
	linger       = 500 * time.Millisecond
	askPatience  = 8 * time.Second        // for requests; then what they wait for is broken off
	workPatience = 9 * time.Second        // for workers, and for answers that nobody reads
	notedWithin  = 300 * time.Millisecond // for what is kept in memory between two writes
	overdue      = 9500 * time.Millisecond
)

// errOverdue is the end of a process that something would not let go.
var errOverdue = errors.New("something did not come to its end in time, and was left: what was owed goes on with the next process")

// leaving says that the process has been told to stop.
type leaving struct{ atomic.Bool }

func newLeaving() *leaving { return &leaving{} }

// farewell tells everybody who is answered from then on that their connection
// will be closed, so that they make their next one elsewhere.
func (l *leaving) farewell(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// inTime runs fn until it ends, or until it is overdue after the end of ctx. What
// does not end then, a statement on a database that hangs, ends with the process.
func inTime(ctx context.Context, delay time.Duration, fn func() error) error {
	done := make(chan error, 1)
	go func() { done <- fn() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	timer := time.NewTimer(delay + overdue)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return errOverdue
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
