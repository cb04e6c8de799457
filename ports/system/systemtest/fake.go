// Package systemtest is time and identity that a test decides.
package systemtest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Clock stands still until it is told to move. It may be used by several
// goroutines.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock at an ordinary Monday morning, in microseconds that
// a store must not lose.
func NewClock() *Clock {
	return &Clock{now: time.Date(2026, 3, 2, 9, 30, 15, 123_456_000, time.UTC)}
}

// Now returns the time the clock stands at.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock to t, forward or back.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t.UTC().Truncate(time.Microsecond)
}

// Advance moves the clock by d and returns where it stands then.
func (c *Clock) Advance(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d).Truncate(time.Microsecond)
	return c.now
}

// IDs counts, in the form of UUIDv7: the same test sees the same ids each time,
// and their order is that in which they were made. The zero value is ready to
// use, by several goroutines.
type IDs struct{ count atomic.Uint64 }

// New returns the next id.
func (i *IDs) New() string {
	return fmt.Sprintf("01900000-0000-7000-8000-%012x", i.count.Add(1))
}
