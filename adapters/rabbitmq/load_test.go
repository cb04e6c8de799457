package rabbitmq_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/rabbitmq"
	"github.com/sentineliq/sentineliq/ports/bus"
)

// ledger is what was confirmed and what arrived.
type ledger struct {
	mu        sync.Mutex
	next      int
	confirmed map[string]bool
	arrived   map[string]int
	failed    int
	news      chan struct{}
}

// load publishes from several goroutines until the test ends it, and subscribes.
// One that gets an error goes on after a moment, as the relay does.
func load(tb testing.TB, b *rabbitmq.Bus) (l *ledger, stop func()) {
	tb.Helper()
	l = &ledger{confirmed: map[string]bool{}, arrived: map[string]int{}, news: make(chan struct{}, 1)}
	listen(tb, b, func(_ context.Context, m bus.Message) error {
		l.change(func() { l.arrived[m.Events[0]]++ })
		return nil
	})
	return l, during(tb, func(ctx context.Context) {
		var publishers sync.WaitGroup
		for range 4 {
			publishers.Go(func() { l.publish(ctx, b) })
		}
		publishers.Wait()
	})
}

func (l *ledger) publish(ctx context.Context, b bus.Publisher) {
	rest := time.NewTicker(10 * time.Millisecond)
	defer rest.Stop()
	for ctx.Err() == nil {
		l.mu.Lock()
		m := message(l.next)
		l.next++
		l.mu.Unlock()
		if err := b.Publish(ctx, m); err != nil {
			l.change(func() { l.failed++ })
			select {
			case <-rest.C:
			case <-ctx.Done():
			}
			continue
		}
		l.change(func() { l.confirmed[m.Events[0]] = true })
	}
}

func (l *ledger) change(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f()
	select {
	case l.news <- struct{}{}:
	default:
	}
}

// until waits for the ledger to say something.
func (l *ledger) until(tb testing.TB, what string, holds func(*ledger) bool) {
	tb.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		l.mu.Lock()
		yes := holds(l)
		l.mu.Unlock()
		if yes {
			return
		}
		select {
		case <-l.news:
		case <-late.C:
			tb.Fatalf("waited in vain until %s: %s", what, l.lost())
		}
	}
}

// untilMore waits until n more messages are confirmed.
func (l *ledger) untilMore(tb testing.TB, n int) {
	tb.Helper()
	l.mu.Lock()
	want := len(l.confirmed) + n
	l.mu.Unlock()
	l.until(tb, "more is confirmed", func(l *ledger) bool { return len(l.confirmed) >= want })
}

func (l *ledger) lost() (lost []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id := range l.confirmed {
		if l.arrived[id] == 0 {
			lost = append(lost, id)
		}
	}
	return lost
}

// balance ends the load and requires that all that was confirmed arrived.
func (l *ledger) balance(tb testing.TB, stop func()) {
	tb.Helper()
	stop()
	l.until(tb, "all that was confirmed has arrived", func(l *ledger) bool {
		for id := range l.confirmed {
			if l.arrived[id] == 0 {
				return false
			}
		}
		return true
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	twice := 0
	for _, n := range l.arrived {
		twice += n - 1
	}
	require.NotEmpty(tb, l.confirmed)
	tb.Logf("published %d, confirmed %d, refused or in doubt %d, lost 0, repeated %d", l.next, len(l.confirmed), l.failed, twice)
}
