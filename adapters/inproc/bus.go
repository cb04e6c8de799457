// Package inproc is the message bus inside one process, for a service that runs
// without a broker. What it holds dies with the process; the outbox knows what
// was owed and rings again.
package inproc

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/sentineliq/sentineliq/core/failpoint"
	"github.com/sentineliq/sentineliq/ports/bus"
	"github.com/sentineliq/sentineliq/ports/telemetry"
)

// Options is how a bus behaves; every field must be set.
type Options struct {
	Buffer   int           // messages at once in the bus, waiting or being handled
	Handlers int           // calls of a subscriber's handler at once
	Backoff  time.Duration // before a failed message comes again; doubles each time
	Longest  time.Duration // the longest such wait
	Log      telemetry.Log // hears of failed handlers, for nobody else does
}

// Default returns what suits one process. The buffer is short: what waits in it
// is rung again when its lease in the outbox ends, and work piled up here would
// only be done twice.
func Default(log telemetry.Log) Options {
	return Options{Buffer: 16, Handlers: 2, Backoff: 100 * time.Millisecond, Longest: 5 * time.Second, Log: log}
}

// Bus implements bus.Publisher and bus.Subscriber.
type Bus struct {
	options Options
	// A message holds a place from Publish until a handler is done with it,
	// also while it waits to come again. So the queue, which is as long as
	// there are places, never blocks whoever puts a message back.
	places chan struct{}
	queue  chan delivery
}

// delivery is a message and how often it has failed.
type delivery struct {
	message  bus.Message
	failures int
}

// New returns an empty bus.
func New(o Options) *Bus {
	return &Bus{options: o, places: make(chan struct{}, o.Buffer), queue: make(chan delivery, o.Buffer)}
}

// Publish waits for a place in the bus, or for ctx to end; it drops nothing.
func (b *Bus) Publish(ctx context.Context, m bus.Message) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	select {
	case b.places <- struct{}{}:
		b.queue <- delivery{message: m}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("publish: the bus is full: %w", ctx.Err())
	}
}

// Subscribe hands every message to one of its handlers. Several subscribers
// share the messages. When ctx ends, the calls that run are waited for; what
// waits in the bus stays for the next subscriber of this process.
func (b *Bus) Subscribe(ctx context.Context, h bus.Handler) error {
	var calls sync.WaitGroup
	for range b.options.Handlers {
		calls.Go(func() { b.serve(ctx, h) })
	}
	calls.Wait()
	return nil
}

func (b *Bus) serve(ctx context.Context, h bus.Handler) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case d := <-b.queue:
			if err := call(ctx, h, d.message); err != nil {
				b.again(ctx, d, err)
			} else {
				<-b.places
			}
		}
	}
}

// again brings a message back after a wait that grows with its failures. While
// it waits, the handlers do other work.
func (b *Bus) again(ctx context.Context, d delivery, err error) {
	wait := b.options.Backoff << min(d.failures, 20)
	if wait > b.options.Longest || wait <= 0 {
		wait = b.options.Longest
	}
	d.failures++
	if ctx.Err() == nil { // a handler that was interrupted by the end is no news
		b.options.Log.Warn("a message was not handled and comes again", "company", d.message.Company,
			"failures", d.failures, "wait", wait, "error", err)
	}
	time.AfterFunc(wait, func() { b.queue <- d })
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
