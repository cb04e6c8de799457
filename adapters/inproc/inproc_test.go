package inproc_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/inproc"
	"github.com/sentineliq/sentineliq/ports/bus"
	"github.com/sentineliq/sentineliq/ports/bus/bustest"
)

// warnings counts what a bus complains about.
type warnings struct {
	mu   sync.Mutex
	list [][]any
}

func (*warnings) Info(string, ...any)  {}
func (*warnings) Error(string, ...any) {}

func (w *warnings) Warn(_ string, fields ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = append(w.list, fields)
}

func (w *warnings) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.list)
}

func TestBus_IsABus(t *testing.T) {
	t.Parallel()
	bustest.Run(t, func(testing.TB) bustest.Bus {
		return inproc.New(inproc.Options{Buffer: 100, Handlers: 4, Backoff: time.Millisecond, Longest: 10 * time.Millisecond, Log: &warnings{}})
	})
}

func TestBus_PublishWaitsForRoomAndDropsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := inproc.Default(&warnings{})
		o.Buffer, o.Handlers = 3, 2
		b := inproc.New(o)
		for range 3 {
			require.NoError(t, b.Publish(t.Context(), bus.Message{}))
		}
		impatient, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		require.ErrorIs(t, b.Publish(impatient, bus.Message{}), context.DeadlineExceeded)

		published := make(chan error, 1)
		go func() { published <- b.Publish(t.Context(), bus.Message{Company: "late"}) }()
		synctest.Wait()
		require.Empty(t, published)

		ctx, stop := context.WithCancel(t.Context())
		var mu sync.Mutex
		var got []bus.Message
		ended := make(chan error, 1)
		go func() {
			ended <- b.Subscribe(ctx, func(_ context.Context, m bus.Message) error {
				mu.Lock()
				defer mu.Unlock()
				got = append(got, m)
				return nil
			})
		}()
		synctest.Wait()
		require.NoError(t, <-published)
		stop()
		require.NoError(t, <-ended)
		require.Len(t, got, 4)
	})
}

// A message that fails comes after longer and longer waits, is spoken of each
// time, and keeps its place: a bus full of failures is full.
func TestBus_FailuresBackOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := &warnings{}
		b := inproc.New(inproc.Options{Buffer: 1, Handlers: 2, Backoff: 100 * time.Millisecond, Longest: time.Second, Log: log})
		ctx, stop := context.WithCancel(t.Context())
		begin := time.Now()
		var at []time.Duration
		ended := make(chan error, 1)
		go func() {
			ended <- b.Subscribe(ctx, func(context.Context, bus.Message) error {
				at = append(at, time.Since(begin))
				if len(at) == 7 {
					return nil
				}
				return errors.New("not now")
			})
		}()
		require.NoError(t, b.Publish(t.Context(), bus.Message{Company: "company-1"}))
		require.NoError(t, b.Publish(t.Context(), bus.Message{}), "the place is free once the message is handled")
		synctest.Wait()
		stop()
		require.NoError(t, <-ended)
		ms := time.Millisecond
		require.Equal(t, []time.Duration{0, 100 * ms, 300 * ms, 700 * ms, 1500 * ms, 2500 * ms, 3500 * ms, 3500 * ms}, at)
		require.Equal(t, 7, log.count(), "six failures of the first message and one of the second")
	})
}

func TestBell_RingsAreOneUntilHeard(t *testing.T) {
	t.Parallel()
	var bell bus.Bell = inproc.NewBell()
	select {
	case <-bell.C():
		t.Fatal("nobody has rung")
	default:
	}
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(bell.Ring)
	}
	wg.Wait()
	<-bell.C()
	select {
	case <-bell.C():
		t.Fatal("ten rings were heard twice")
	default:
	}
	bell.Ring()
	<-bell.C()
}

func BenchmarkBus(b *testing.B) {
	queue := inproc.New(inproc.Default(&warnings{}))
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- queue.Subscribe(ctx, func(context.Context, bus.Message) error { return nil }) }()
	b.ReportAllocs()
	for b.Loop() {
		if err := queue.Publish(b.Context(), bus.Message{Company: "c", Events: nil}); err != nil {
			b.Fatal(err)
		}
	}
	stop()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
}
