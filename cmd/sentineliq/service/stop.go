package service

import (
	"context"
	"errors"
	"time"
)

// How a process stops, counted from the end of STOP_DELAY. Whoever tells it to
// stop kills it after ten seconds.
const (
	askPatience  = 8 * time.Second        // for requests; then what they wait for is broken off
	workPatience = 9 * time.Second        // for workers, and for answers that nobody reads
	notedWithin  = 300 * time.Millisecond // for what is kept in memory between two writes
	overdue      = 9500 * time.Millisecond
)

// errOverdue is the end of a process that something would not let go.
var errOverdue = errors.New("something did not come to its end in time, and was left: what was owed goes on with the next process")

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
