package rabbitmq_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/rabbitmq"
	"github.com/sentineliq/sentineliq/adapters/rabbitmq/rabbitmqtest"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/bus"
	"github.com/sentineliq/sentineliq/ports/bus/bustest"
)

func TestBus_IsABus(t *testing.T) {
	t.Parallel()
	bustest.Run(t, func(tb testing.TB) bustest.Bus {
		e := newEar()
		b := run(tb, options(rabbitmqtest.VirtualHost(tb), e))
		e.untilConnected(tb)
		return b
	})
}

// admin is a channel of somebody who is not the bus.
func admin(tb testing.TB, url secret.Text) *amqp.Channel {
	tb.Helper()
	conn, err := amqp.Dial(url.Reveal())
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, conn.Close()) })
	ch, err := conn.Channel()
	require.NoError(tb, err)
	return ch
}

func TestBus_BodiesThatNobodyCanReadAreDead(t *testing.T) {
	t.Parallel()
	e, url := newEar(), rabbitmqtest.VirtualHost(t)
	b := run(t, options(url, e))
	e.untilConnected(t)
	ch := admin(t, url)
	bad := []string{
		"", "null", "{}", "[]", "\x00\xff", `{"v":1}`, `{"v":1,"company":"c"}`, `{"v":1,"company":"","events":["e"]}`,
		`{"v":1,"company":"c","events":[""]}`, `{"v":1,"company":"c","events":"e"}`, `{"v":0,"company":"c","events":["e"]}`,
		`{"v":"1","company":"c","events":["e"]}`, `{"v":1,"company":"c","events":["e"]} trailing`, strings.Repeat("x", 10<<20),
		`{"v":2,"what":"is new"}`,
	}
	for _, text := range bad {
		require.NoError(t, ch.PublishWithContext(t.Context(), "sentineliq", "events", true, false, amqp.Publishing{Body: []byte(text)}))
	}
	later := `{"v":1,"company":"company-1","events":["event-1"],"added":"later, and to be ignored"}`
	require.NoError(t, ch.PublishWithContext(t.Context(), "sentineliq", "events", true, false, amqp.Publishing{Body: []byte(later)}))
	got := make(chan bus.Message, 100)
	listen(t, b, into(got))
	require.Equal(t, message(1), receive(t, got))
	e.until(t, "the dead are buried", func(e *ear) bool { return e.gauges["bus_queue_depth queue dead"] == float64(len(bad)) })
	require.Equal(t, len(bad)-1, e.counts["bus_dead_total reason garbage"])
	require.Equal(t, 1, e.counts["bus_dead_total reason newer"])
	require.Empty(t, got)
}

func TestBus_AMessageThatFailsTooOftenIsDeadAndCanBeReplayed(t *testing.T) {
	t.Parallel()
	e := newEar()
	o := options(rabbitmqtest.VirtualHost(t), e)
	o.Failures = 3
	b := run(t, o)
	e.untilConnected(t)
	var mended atomic.Bool
	var calls atomic.Int32
	got := make(chan bus.Message, 200)
	listen(t, b, func(ctx context.Context, m bus.Message) error {
		if m.Events[0] == "event-0" && !mended.Load() {
			calls.Add(1)
			return errors.New("poison")
		}
		return into(got)(ctx, m)
	})
	for n := range 100 {
		require.NoError(t, b.Publish(t.Context(), message(n)))
	}
	for range 99 {
		receive(t, got)
	}
	e.until(t, "it is dead", func(e *ear) bool { return e.gauges["bus_queue_depth queue dead"] == 1 })
	require.Equal(t, int32(4), calls.Load(), "once, and three times again")
	require.Equal(t, 1, e.counts["bus_dead_total reason failed"])
	require.NoError(t, b.Check())

	mended.Store(true)
	moved, err := b.Replay(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, moved)
	require.Equal(t, message(0), receive(t, got))
	moved, err = b.Replay(t.Context())
	require.NoError(t, err)
	require.Zero(t, moved)
}

func TestBus_AFullQueueRefusesAndForgetsNothing(t *testing.T) {
	t.Parallel()
	e := newEar()
	o := options(rabbitmqtest.VirtualHost(t), e)
	o.Capacity = 10
	b := run(t, o)
	e.untilConnected(t)
	taken := map[string]bool{}
	var err error
	for n := 0; err == nil && n < 1000; n++ {
		if err = b.Publish(t.Context(), message(n)); err == nil {
			taken[message(n).Events[0]] = true
		}
	}
	require.ErrorIs(t, err, rabbitmq.ErrRefused)
	require.GreaterOrEqual(t, len(taken), 10)
	require.Positive(t, e.counts["bus_publish_failures_total reason refused"])
	got := make(chan bus.Message, 1000)
	listen(t, b, into(got))
	for range len(taken) {
		delete(taken, receive(t, got).Events[0])
	}
	require.Empty(t, taken, "what was taken arrives")
	require.Eventually(t, func() bool { return b.Publish(t.Context(), message(0)) == nil }, patience, 1e7, "there is room again")
}

func TestBus_AMessageMustNameSomething(t *testing.T) {
	t.Parallel()
	e := newEar()
	b, err := rabbitmq.New(options(secret.New("amqp://127.0.0.1:1"), e))
	require.NoError(t, err)
	for _, m := range []bus.Message{{}, {Company: "c"}, {Company: "c", Events: []string{""}}, {Company: "\xff", Events: []string{"e"}}} {
		require.Error(t, b.Publish(t.Context(), m))
		require.NotErrorIs(t, b.Publish(t.Context(), m), rabbitmq.ErrDisconnected)
	}
}

func TestBus_WithoutABrokerPublishFailsAtOnce(t *testing.T) {
	t.Parallel()
	e := newEar()
	b := run(t, options(secret.New("amqp://us%40er:hunter2@127.0.0.1:1/host"), e))
	stop := listen(t, b, into(nil))
	e.until(t, "both ends have tried", func(e *ear) bool { return len(e.lines) >= 2 })
	err := b.Publish(t.Context(), message(1))
	require.ErrorIs(t, err, rabbitmq.ErrDisconnected)
	require.ErrorContains(t, b.Check(), "consume: ")
	require.ErrorContains(t, b.Check(), "refused", "the cause is told")
	stop()
	require.NotContains(t, b.Check().Error(), "consume", "nobody listens any more")
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", err, b.Check(), b.Check())+e.text(), "hunter2")
	_, err = b.Replay(t.Context())
	require.ErrorContains(t, err, "connecting to the broker")
	require.Equal(t, 1, e.counts["bus_publish_failures_total reason disconnected"])
}

func TestBus_ThePasswordIsNeverSaid(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"amqp://u:hunter2@host:port", "http://u:hunter2@host", "amqp://u:hunter2%zz@host", "amqp://u:hunter2 @host", "hunter2"} {
		_, err := rabbitmq.New(options(secret.New(url), newEar()))
		require.Error(t, err)
		require.NotContains(t, err.Error(), "hunter2")
	}
	host := strings.SplitN(rabbitmqtest.VirtualHost(t).Reveal(), "@", 2)[1]
	e := newEar()
	b := run(t, options(secret.New("amqp://nobody:hunter2@"+host), e))
	e.until(t, "it is refused", func(e *ear) bool { return len(e.lines) > 0 })
	require.ErrorContains(t, b.Check(), "403")
	require.NotContains(t, b.Check().Error()+e.text(), "hunter2")
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", b, b, b), "hunter2")
}

// A queue that drops old messages must not be taken for one that refuses new ones.
func TestBus_AQueueOfAnotherKindIsNotUsed(t *testing.T) {
	t.Parallel()
	e, url := newEar(), rabbitmqtest.VirtualHost(t)
	ch := admin(t, url)
	_, err := ch.QueueDeclare("sentineliq.events", true, false, false, false, nil)
	require.NoError(t, err)
	b := run(t, options(url, e))
	e.until(t, "it says so", func(e *ear) bool { return len(e.lines) > 0 })
	require.ErrorContains(t, b.Check(), "declaring queue sentineliq.events")
	require.ErrorIs(t, b.Publish(t.Context(), message(1)), rabbitmq.ErrDisconnected)
	_, err = ch.QueueDelete("sentineliq.events", false, false, false)
	require.NoError(t, err)
	e.untilConnected(t)
}

func TestBus_StatusLooksAndDeclaresNothing(t *testing.T) {
	t.Parallel()
	e, url := newEar(), rabbitmqtest.VirtualHost(t)
	b, err := rabbitmq.New(options(url, e))
	require.NoError(t, err)
	for range 2 {
		queues, err := b.Status(t.Context())
		require.NoError(t, err)
		require.Equal(t, []rabbitmq.Queue{{Name: "sentineliq.events", Missing: true}, {Name: "sentineliq.dead", Missing: true}}, queues)
	}
	_, err = b.Replay(t.Context())
	require.ErrorContains(t, err, "sentineliq.dead")

	running := run(t, options(url, e))
	e.untilConnected(t)
	for n := range 3 {
		require.NoError(t, running.Publish(t.Context(), message(n)))
	}
	require.Eventually(t, func() bool { // a quorum queue counts a little later than it confirms
		queues, err := b.Status(t.Context())
		require.NoError(t, err)
		require.Zero(t, queues[0].Consumers)
		return queues[0].Messages == 3
	}, patience, 10*time.Millisecond)
	listen(t, running, func(context.Context, bus.Message) error { return nil })
	require.Eventually(t, func() bool {
		queues, err := b.Status(t.Context())
		require.NoError(t, err)
		return queues[0].Consumers == 1 && queues[0].Messages == 0
	}, patience, 10*time.Millisecond)
}
