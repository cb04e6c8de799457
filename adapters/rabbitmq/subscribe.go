package rabbitmq

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/sentineliq/sentineliq/core/failpoint"
	"github.com/sentineliq/sentineliq/ports/bus"
)

// consumer is the name of the one consumer on its channel.
const consumer = "sentineliq"

// errSilent ends a subscription over which nothing has come for a while.
var errSilent = errors.New("nothing came")

// job is a message on its way through a handler.
type job struct {
	amqp.Delivery
	channel *amqp.Channel
	done    func()
}

// Subscribe hands every message to one of its handlers, over a connection of
// its own that it makes again whenever it is lost. The handlers outlive the
// connection: what they were at when it was lost comes again. When ctx ends,
// the calls that run are waited for, and the rest goes back to the queue.
func (b *Bus) Subscribe(ctx context.Context, h bus.Handler) error {
	work := make(chan job)
	var handlers sync.WaitGroup
	for range b.options.Handlers {
		handlers.Go(func() {
			for j := range work {
				b.handle(ctx, h, j)
			}
		})
	}
	b.keep(ctx, &b.consuming, func(ctx context.Context, l *link, ready func()) error {
		return b.consume(ctx, l, work, ready)
	})
	close(work)
	handlers.Wait()
	return nil
}

// consume takes messages from the broker until ctx ends or the broker does. A
// queue that is deleted and declared again at once may forget who listened to
// it, and the broker does not always say so: a subscription that is silent for
// long is made again.
func (b *Bus) consume(ctx context.Context, l *link, work chan<- job, ready func()) error {
	for ready := sync.OnceFunc(ready); ; {
		if err := b.listen(ctx, l, work, ready); !errors.Is(err, errSilent) {
			return err
		}
	}
}

// listen makes one subscription and takes what comes over it.
func (b *Bus) listen(ctx context.Context, l *link, work chan<- job, ready func()) error {
	ch, err := l.Channel()
	if err != nil {
		return fmt.Errorf("opening a channel: %w", err)
	}
	lost := ch.NotifyClose(make(chan *amqp.Error, 1))
	if err := ch.Qos(2*b.options.Handlers, 0, false); err != nil {
		return fmt.Errorf("limiting unacknowledged messages: %w", err)
	}
	deliveries, err := ch.Consume(b.eventsQueue(), consumer, false, false, false, false, nil)
	if err != nil {
		return fmt.Errorf("subscribing: %w", err)
	}
	ready()
	stop := context.AfterFunc(ctx, func() {
		late := time.AfterFunc(closePatience, l.cut)
		defer late.Stop()
		_ = ch.Cancel(consumer, false) //nolint:errcheck // deliveries ends in any case
	})
	defer stop()
	hand := newHand(b.options.Silence)
	defer hand.Stop()
	for d, open := hand.next(deliveries); open; d, open = hand.next(deliveries) {
		done := hand.put()
		select {
		case work <- job{d, ch, done}:
		case cause := <-lost:
			return gone(cause)
		case <-ctx.Done():
			done()
			b.answered(d.Nack(false, true))
		}
	}
	if hand.silent {
		if err := ch.Close(); err != nil {
			return fmt.Errorf("ending a silent subscription: %w", err)
		}
		return errSilent
	}
	if ctx.Err() != nil {
		hand.Wait() // their acknowledgements need the connection
		return nil
	}
	select {
	case cause := <-lost:
		return gone(cause)
	default:
		return errors.New("the broker ended the subscription: its queue is gone or has moved")
	}
}

// handle gives a message to the handler and the verdict to the broker.
func (b *Bus) handle(ctx context.Context, h bus.Handler, j job) {
	defer j.done()
	if j.channel.IsClosed() {
		return // it comes again, perhaps to somebody else
	}
	m, err := decode(j.Body)
	switch {
	case errors.Is(err, errNewer):
		b.options.Meter.Count("bus_dead_total", 1, "reason", "newer")
	case err != nil:
		b.options.Meter.Count("bus_dead_total", 1, "reason", "garbage")
	}
	if err != nil {
		b.options.Log.Error("a message cannot be read and goes to the dead queue", "bytes", len(j.Body), "error", err)
		b.answered(j.Nack(false, false))
		return
	}
	if err := call(ctx, h, m); err != nil {
		b.again(ctx, j, m, err)
		return
	}
	b.answered(j.Ack(false))
}

// again gives a message back after a wait that grows with its failures, which
// the broker counts. It stays unacknowledged meanwhile; if the connection or
// the process ends, the broker brings it at once.
func (b *Bus) again(ctx context.Context, j job, m bus.Message, err error) {
	if ctx.Err() != nil { // a handler that was interrupted by the end is no news
		b.answered(j.Nack(false, true))
		return
	}
	failures := 0
	if n, counted := j.Headers["x-delivery-count"].(int64); counted {
		failures = int(min(n, int64(b.options.Failures)))
	}
	if failures >= b.options.Failures {
		b.options.Meter.Count("bus_dead_total", 1, "reason", "failed")
		b.options.Log.Error("a message failed too often and goes to the dead queue", "company", m.Company, "events", len(m.Events),
			"failures", failures+1, "error", err)
		b.answered(j.Nack(false, true))
		return
	}
	wait := doubled(b.options.Backoff, b.options.Longest, failures)
	b.options.Log.Warn("a message was not handled and comes again", "company", m.Company, "failures", failures+1, "wait", wait, "error", err)
	time.AfterFunc(wait, func() { b.answered(j.Nack(false, true)) })
}

// answered hears whether the broker could be told. If not, the connection is
// gone and every message on it comes again.
func (b *Bus) answered(err error) {
	if err != nil {
		b.options.Meter.Count("bus_unanswered_total", 1)
	}
}

// call turns a panic into an error: one bad message must not end the process
// that handles everybody else's.
func call(ctx context.Context, h bus.Handler, m bus.Message) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the handler panicked: %v", p)
		}
	}()
	if err := h(ctx, m); err != nil {
		return err
	}
	return failpoint.Hit(failpoint.Acked)
}
