package rabbitmq_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/rabbitmq"
	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/bus"
)

// patience is how long tests wait for what must happen.
const patience = 60 * time.Second

// ear hears what a bus says of itself, and remembers it as one text a line.
type ear struct {
	mu     sync.Mutex
	lines  []string
	counts map[string]int
	gauges map[string]float64
	news   chan struct{} // closed and replaced when something was said
}

func newEar() *ear {
	return &ear{counts: map[string]int{}, gauges: map[string]float64{}, news: make(chan struct{})}
}

func (e *ear) change(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f()
	close(e.news)
	e.news = make(chan struct{})
}

func (e *ear) say(message string, fields []any) {
	e.change(func() { e.lines = append(e.lines, fmt.Sprint(append([]any{message}, fields...)...)) })
}

func (e *ear) Info(m string, f ...any)  { e.say(m, f) }
func (e *ear) Warn(m string, f ...any)  { e.say(m, f) }
func (e *ear) Error(m string, f ...any) { e.say(m, f) }

func (e *ear) Count(name string, n int, labels ...string) {
	e.change(func() { e.counts[strings.Join(append([]string{name}, labels...), " ")] += n })
}
func (*ear) Observe(string, time.Duration, ...string) {}
func (e *ear) Set(name string, v float64, labels ...string) {
	e.change(func() { e.gauges[strings.Join(append([]string{name}, labels...), " ")] = v })
}

func (e *ear) text() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return strings.Join(e.lines, "\n")
}

// until waits for something that the bus says, counts or sets.
func (e *ear) until(tb testing.TB, what string, holds func(e *ear) bool) {
	tb.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		e.mu.Lock()
		yes, news := holds(e), e.news
		e.mu.Unlock()
		if yes {
			return
		}
		select {
		case <-news:
		case <-late.C:
			tb.Fatalf("waited in vain until %s; heard:\n%s\n%v %v", what, e.text(), e.counts, e.gauges)
		}
	}
}

func (e *ear) untilConnected(tb testing.TB) {
	tb.Helper()
	e.until(tb, "it can publish", func(e *ear) bool { return e.gauges["bus_connected end publish"] > 0 })
}

// options are Default with shorter waits.
func options(url secret.Text, e *ear) rabbitmq.Options {
	o := rabbitmq.Default(url, e, e)
	o.Backoff, o.Longest = 5*time.Millisecond, 100*time.Millisecond
	o.Redial, o.Rarest, o.Measure, o.Silence = 50*time.Millisecond, time.Second, time.Second, time.Second
	return o
}

// run opens a bus and keeps it connected until the test ends.
func run(tb testing.TB, o rabbitmq.Options) *rabbitmq.Bus {
	tb.Helper()
	b, err := rabbitmq.New(o)
	require.NoError(tb, err)
	during(tb, b.Run)
	return b
}

// during runs something until the returned function is called or the test ends.
func during(tb testing.TB, f func(context.Context)) (stop func()) {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(tb.Context()))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f(ctx)
	}()
	stop = func() {
		cancel()
		<-ended
	}
	tb.Cleanup(stop)
	return stop
}

// listen subscribes until the test ends.
func listen(tb testing.TB, b bus.Subscriber, h bus.Handler) (stop func()) {
	tb.Helper()
	return during(tb, func(ctx context.Context) {
		if err := b.Subscribe(ctx, h); err != nil {
			tb.Error(err)
		}
	})
}

func message(n int) bus.Message {
	return bus.Message{Company: tenant.ID(fmt.Sprint("company-", n%3)), Events: []string{fmt.Sprint("event-", n)}}
}

// into passes messages on.
func into(got chan<- bus.Message) bus.Handler {
	return func(ctx context.Context, m bus.Message) error {
		select {
		case got <- m:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func receive[T any](tb testing.TB, c <-chan T) (value T) {
	tb.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case value = <-c:
	case <-late.C:
		tb.Fatal("waited in vain")
	}
	return value
}
