package bustest

import (
	"context"
	"errors"
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
