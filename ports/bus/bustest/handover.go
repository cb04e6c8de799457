package bustest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/ports/bus"
)

// left ends a subscriber that has taken some messages and holds others back:
// the next one gets every message that the first did not finish.
func left(t *testing.T, b Bus) {
	t.Helper()
	const messages, handled = 40, 10
	first := make(chan bus.Message, messages)
	full := make(chan struct{})
	places := make(chan struct{}, handled)
	stop := subscribe(t, b, func(ctx context.Context, m bus.Message) error {
		select {
		case places <- struct{}{}:
			first <- m
			return nil
		default:
		}
		select {
		case full <- struct{}{}:
		case <-ctx.Done():
		}
		<-ctx.Done()
		return ctx.Err()
	})
	for n := range messages {
		publish(t, b, n)
	}
	receive(t, full)
	stop()
	seen := map[string]bool{}
	for range handled {
		seen[receive(t, first).Events[0]] = true
	}
	second := make(chan bus.Message, messages)
	subscribe(t, b, into(second))
	for len(seen) < messages && !t.Failed() {
		seen[receive(t, second).Events[0]] = true
	}
}

// owed ends a subscriber while a failed message waits to come again.
func owed(t *testing.T, b Bus) {
	t.Helper()
	failed := make(chan struct{}, 100)
	stop := subscribe(t, b, func(context.Context, bus.Message) error {
		failed <- struct{}{}
		return errors.New("not now")
	})
	publish(t, b, 5)
	receive(t, failed)
	stop()
	got := make(chan bus.Message, 10)
	subscribe(t, b, into(got))
	require.Equal(t, message(5), receive(t, got))
}

// ends lets a subscriber's end find a handler that runs.
func ends(t *testing.T, b Bus) {
	t.Helper()
	begun, finish := make(chan struct{}, 10), make(chan struct{})
	var finished atomic.Bool
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() {
		ended <- b.Subscribe(ctx, func(_ context.Context, m bus.Message) error {
			if m.Events[0] != message(1).Events[0] {
				return errors.New("too late for me")
			}
			begun <- struct{}{}
			<-finish
			finished.Store(true)
			return nil
		})
	}()
	publish(t, b, 1)
	receive(t, begun)
	cancel()
	busy(t, b)
	select {
	case err := <-ended:
		close(finish)
		t.Fatalf("Subscribe returned %v while a handler was running", err)
	default:
	}
	close(finish)
	if err := receive(t, ended); err != nil {
		require.ErrorIs(t, err, context.Canceled)
	}
	require.True(t, finished.Load())
}

// busy has another subscriber handle some messages: time in which a bus that does
// not wait shows it. The first one may sit on those that it was about to get.
func busy(t *testing.T, b Bus) {
	t.Helper()
	const sent, awaited = 40, 10
	got := make(chan bus.Message, 2*sent)
	stop := subscribe(t, b, into(got))
	defer stop()
	for n := range sent {
		publish(t, b, n+2)
	}
	for range awaited {
		receive(t, got)
	}
}
