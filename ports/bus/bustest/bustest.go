package bustest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/bus"
)

// patience is how long the suite waits for what must happen. It is never waited
// for what must not.
const patience = 30 * time.Second

// Bus is both ends of a bus under test.
type Bus interface {
	bus.Publisher
	bus.Subscriber
}

// Run checks buses that open makes: each is empty and nobody else's, holds at
// least 100 messages, calls at least two handlers at once, and brings a failed
// message back within a few seconds.
func Run(t *testing.T, open func(tb testing.TB) Bus) {
	t.Helper()
	for name, check := range map[string]func(*testing.T, Bus){
		"a message arrives as it was sent":               arrives,
		"messages from before the subscription arrive":   waits,
		"every message arrives, from many publishers":    all,
		"a failed message comes again":                   again,
		"a panic is a failure":                           panics,
		"a failing message does not hold up the others":  passes,
		"handlers run at once":                           atOnce,
		"subscribers share the messages":                 shared,
		"the end waits for running handlers":             ends,
		"a message that was interrupted comes again":     survives,
		"what a subscriber leaves is there for the next": left,
		"a failed message outlives its subscriber":       owed,
		"a publisher that has gone gets an error":        gone,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, open(t))
		})
	}
}

func message(n int) bus.Message {
	return bus.Message{Company: tenant.ID(fmt.Sprintf("company-%d", n%3)), Events: []string{fmt.Sprintf("event-%d", n)}}
}

// subscribe runs a subscriber until stop, which waits for its end.
func subscribe(t *testing.T, b bus.Subscriber, h bus.Handler) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- b.Subscribe(ctx, h) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := receive(t, ended); err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("Subscribe ended with %v", err)
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

// receive waits for a value.
func receive[T any](t *testing.T, c <-chan T) (value T) {
	t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case value = <-c:
	case <-late.C:
		t.Error("waited in vain")
	}
	return value
}

func publish(t *testing.T, b bus.Publisher, numbers ...int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for _, n := range numbers {
		require.NoError(t, b.Publish(ctx, message(n)))
	}
}

// into returns a handler that passes on what it gets.
func into(got chan<- bus.Message) bus.Handler {
	return func(_ context.Context, m bus.Message) error {
		got <- m
		return nil
	}
}

func arrives(t *testing.T, b Bus) {
	t.Helper()
	got := make(chan bus.Message, 10)
	subscribe(t, b, into(got))
	want := bus.Message{Company: "company-1", Events: []string{"event-1", "event-2", "é \"\n"}}
	require.NoError(t, b.Publish(t.Context(), want))
	require.Equal(t, want, receive(t, got))
}

func waits(t *testing.T, b Bus) {
	t.Helper()
	publish(t, b, 1, 2, 3)
	got := make(chan bus.Message, 10)
	subscribe(t, b, into(got))
	for range 3 {
		receive(t, got)
	}
}

func all(t *testing.T, b Bus) {
	t.Helper()
	const publishers, each = 4, 100
	got := make(chan bus.Message, 2*publishers*each)
	subscribe(t, b, into(got))
	var wg sync.WaitGroup
	for p := range publishers {
		wg.Go(func() {
			for i := range each {
				if err := b.Publish(t.Context(), message(p*each+i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for len(seen) < publishers*each && !t.Failed() {
		seen[receive(t, got).Events[0]] = true
	}
}

func again(t *testing.T, b Bus) {
	t.Helper()
	var calls atomic.Int32
	got := make(chan bus.Message, 10)
	subscribe(t, b, func(ctx context.Context, m bus.Message) error {
		if calls.Add(1) < 3 {
			return errors.New("not now")
		}
		return into(got)(ctx, m)
	})
	publish(t, b, 7)
	require.Equal(t, message(7), receive(t, got))
	require.Equal(t, int32(3), calls.Load())
}

func panics(t *testing.T, b Bus) {
	t.Helper()
	var calls atomic.Int32
	got := make(chan bus.Message, 10)
	subscribe(t, b, func(ctx context.Context, m bus.Message) error {
		if calls.Add(1) == 1 {
			panic("a bug in the handler")
		}
		return into(got)(ctx, m)
	})
	publish(t, b, 7)
	require.Equal(t, message(7), receive(t, got))
}

func passes(t *testing.T, b Bus) {
	t.Helper()
	got := make(chan bus.Message, 100)
	subscribe(t, b, func(ctx context.Context, m bus.Message) error {
		if m.Events[0] == "event-0" {
			return errors.New("never")
		}
		return into(got)(ctx, m)
	})
	for n := range 50 {
		publish(t, b, n)
	}
	for range 49 {
		receive(t, got)
	}
}

func atOnce(t *testing.T, b Bus) {
	t.Helper()
	met := make(chan struct{})
	done := make(chan struct{}, 2)
	subscribe(t, b, func(context.Context, bus.Message) error {
		late := time.NewTimer(patience)
		defer late.Stop()
		select {
		case met <- struct{}{}:
		case <-met:
		case <-late.C:
			return errors.New("alone")
		}
		done <- struct{}{}
		return nil
	})
	publish(t, b, 1, 2)
	receive(t, done)
	receive(t, done)
}

func shared(t *testing.T, b Bus) {
	t.Helper()
	got := make(chan bus.Message, 100)
	stop := subscribe(t, b, into(got))
	subscribe(t, b, into(got))
	for n := range 20 {
		publish(t, b, n)
	}
	for range 20 {
		receive(t, got)
	}
	stop()
	publish(t, b, 21)
	require.Equal(t, message(21), receive(t, got))
}

func survives(t *testing.T, b Bus) {
	t.Helper()
	begun := make(chan struct{}, 1)
	stop := subscribe(t, b, func(ctx context.Context, _ bus.Message) error {
		begun <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	})
	publish(t, b, 5)
	receive(t, begun)
	stop()
	got := make(chan bus.Message, 10)
	subscribe(t, b, into(got))
	require.Equal(t, message(5), receive(t, got))
}

func gone(t *testing.T, b Bus) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, b.Publish(ctx, message(1)), context.Canceled)
}
