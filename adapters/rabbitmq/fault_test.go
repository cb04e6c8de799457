package rabbitmq_test

import (
	"context"
	"errors"
	"net/url"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/rabbitmq"
	"github.com/sentineliq/sentineliq/adapters/rabbitmq/rabbitmqtest"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/bus"
)

func TestFault_QueueOrExchangeDeletedWhilePublishing(t *testing.T) {
	t.Parallel()
	e, url := newEar(), rabbitmqtest.VirtualHost(t)
	b := run(t, options(url, e))
	e.untilConnected(t)
	ch := admin(t, url)
	_, err := ch.QueueDelete("sentineliq.events", false, false, false)
	require.NoError(t, err)
	require.ErrorIs(t, b.Publish(t.Context(), message(1)), rabbitmq.ErrUnroutable, "confirmed, and held by nobody")
	l, stop := load(t, b)
	for range 5 {
		l.untilMore(t, 50)
		_, err := ch.QueueDelete("sentineliq.events", false, false, false)
		require.NoError(t, err)
		l.untilMore(t, 50)
		require.NoError(t, ch.ExchangeDelete("sentineliq", false, false))
	}
	l.untilMore(t, 50)
	stop()
	require.NoError(t, b.Publish(t.Context(), message(1)))
	require.Positive(t, e.counts["bus_publish_failures_total reason unroutable"])
}

// The broker's private server takes every fault that would disturb other tests,
// one after the other.
func TestFault_TheBroker(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts and kills a broker")
	}
	broker := rabbitmqtest.Private(t)
	for _, fault := range []struct {
		name   string
		strike func(*testing.T, *rabbitmqtest.Broker)
	}{
		{"connections are closed again and again", cuts},
		{"a queue is made anew", anew},
		{"SIGKILL under load", kills},
		{"absent at the start", absent},
		{"short of memory", alarm},
		{"frozen", frozen},
	} {
		t.Run(fault.name, func(t *testing.T) { fault.strike(t, broker) })
	}
}

func cuts(t *testing.T, broker *rabbitmqtest.Broker) {
	e, url := newEar(), broker.VirtualHost(t)
	b := run(t, options(url, e))
	e.untilConnected(t)
	l, stop := load(t, b)
	l.untilMore(t, 100)
	before := runtime.NumGoroutine()
	for range 10 {
		broker.Control(t, "close_all_connections", "test")
		l.untilMore(t, 100)
	}
	require.LessOrEqual(t, runtime.NumGoroutine(), before+10, "goroutines pile up")
	l.balance(t, stop)
}

// It publishes again within 10 s of the broker's return, with the waits of
// the service itself.
func kills(t *testing.T, broker *rabbitmqtest.Broker) {
	e := newEar()
	o := options(broker.VirtualHost(t), e)
	o.Redial, o.Rarest = rabbitmq.Default(o.URL, e, e).Redial, rabbitmq.Default(o.URL, e, e).Rarest
	b := run(t, o)
	e.untilConnected(t)
	broker.Settle(t)
	l, stop := load(t, b)
	for range 3 {
		l.untilMore(t, 500)
		broker.Kill()
		require.Eventually(t, func() bool {
			return errors.Is(b.Publish(t.Context(), message(0)), rabbitmq.ErrDisconnected)
		}, patience, 10*time.Millisecond, "it notices")
		broker.Restart(t)
		back := time.Now()
		l.untilMore(t, 1)
		again := time.Since(back)
		t.Logf("publishing again %v after the broker's return", again.Round(time.Millisecond))
		require.Less(t, again, 10*time.Second)
	}
	l.balance(t, stop)
}

func absent(t *testing.T, broker *rabbitmqtest.Broker) {
	e, url := newEar(), broker.VirtualHost(t)
	broker.Settle(t)
	broker.Kill()
	b := run(t, options(url, e))
	got := make(chan bus.Message, 1)
	listen(t, b, into(got))
	e.until(t, "both ends have tried", func(e *ear) bool { return len(e.lines) >= 2 })
	require.ErrorIs(t, b.Publish(t.Context(), message(1)), rabbitmq.ErrDisconnected)
	broker.Restart(t)
	e.untilConnected(t)
	require.NoError(t, b.Publish(t.Context(), message(1)))
	require.Equal(t, message(1), receive(t, got))
	require.NoError(t, b.Check())
	require.Contains(t, e.text(), "connected to the broker again")
}

func alarm(t *testing.T, broker *rabbitmqtest.Broker) {
	e := newEar()
	o := options(broker.VirtualHost(t), e)
	o.Confirm = time.Second
	b := run(t, o)
	e.untilConnected(t)
	got := make(chan bus.Message, 100)
	listen(t, b, into(got))
	require.NoError(t, b.Publish(t.Context(), message(1)))
	receive(t, got)
	broker.Control(t, "set_vm_memory_high_watermark", "0.00001")
	require.Eventually(t, func() bool {
		return errors.Is(b.Publish(t.Context(), message(2)), rabbitmq.ErrBlocked)
	}, patience, 10*time.Millisecond, "it is told that it is blocked")
	require.ErrorIs(t, b.Check(), rabbitmq.ErrBlocked)
	broker.Control(t, "set_vm_memory_high_watermark", "0.4")
	require.Eventually(t, func() bool { return b.Publish(t.Context(), message(3)) == nil }, patience, 10*time.Millisecond)
	require.NoError(t, b.Check())
}

// A broker that keeps its connections and says nothing: every message is in
// doubt within its deadline, then the connection is given up.
func frozen(t *testing.T, broker *rabbitmqtest.Broker) {
	e := newEar()
	o := options(broker.VirtualHost(t), e)
	o.Confirm = time.Second
	b := run(t, o)
	e.untilConnected(t)
	l, stop := load(t, b)
	l.untilMore(t, 100)
	thaw := broker.Freeze(t)
	begin := time.Now()
	e.until(t, "it gives up", func(e *ear) bool { return e.gauges["bus_connected end publish"] == 0 })
	t.Logf("given up after %v", time.Since(begin).Round(time.Millisecond))
	require.ErrorIs(t, b.Publish(t.Context(), message(0)), rabbitmq.ErrDisconnected)
	thaw()
	l.untilMore(t, 100)
	l.balance(t, stop)
}

// The end does not wait for a broker that says nothing.
func TestFault_TheEndDoesNotWaitForASilentBroker(t *testing.T) {
	t.Parallel()
	given, err := url.Parse(rabbitmqtest.VirtualHost(t).Reveal())
	require.NoError(t, err)
	line := newLine(t, given.Host)
	given.Host = line.address
	e := newEar()
	b, err := rabbitmq.New(options(secret.New(given.String()), e))
	require.NoError(t, err)
	stopRun := during(t, b.Run)
	stopListen := listen(t, b, func(context.Context, bus.Message) error { return nil })
	e.untilConnected(t)
	e.until(t, "it listens", func(e *ear) bool { return e.gauges["bus_connected end consume"] > 0 })
	line.hold()
	begin := time.Now()
	stopRun()
	stopListen()
	require.Less(t, time.Since(begin), 8*time.Second)
}
