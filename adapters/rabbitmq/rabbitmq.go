// Package rabbitmq is the message bus on a RabbitMQ broker (3.10 or later), for
// a service of several machines. The broker is a doorbell: it may be stopped,
// cut, filled or emptied at any time, and costs a delay; what is owed is in the
// outbox. So every doubt is an error of Publish, and every message may come
// twice.
//
// There is one direct exchange with two quorum queues: events, which refuses
// messages when it is full instead of dropping old ones, and dead, where
// messages end that nobody can read or that failed too often.
package rabbitmq

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/bus"
	"github.com/sentineliq/sentineliq/ports/telemetry"
)

// Why a message was not taken. After ErrUnconfirmed and ErrDisconnected it may
// have been taken nevertheless.
var (
	ErrDisconnected = errors.New("there is no connection to the broker")
	ErrBlocked      = errors.New("the broker is short of memory or disk and takes no messages")
	ErrUnroutable   = errors.New("the broker has no queue for the message; it is being declared again")
	ErrRefused      = errors.New("the broker refused the message: its queue is full")
	ErrUnconfirmed  = errors.New("the broker did not confirm the message in time")
)

// Options is how a bus behaves; every field must be set.
type Options struct {
	URL      secret.Text // amqp:// or amqps://, with user, password and virtual host
	Name     string      // of the exchange; the queues are NAME.events and NAME.dead
	Handlers int         // calls of a subscriber's handler at once
	Capacity int         // messages that the events queue holds before it refuses more
	Failures int         // how often a message may fail before it is dead

	Backoff time.Duration // before a failed message comes again; doubles each time
	Longest time.Duration // the longest such wait

	Confirm   time.Duration // how long the broker may take to confirm a message
	Heartbeat time.Duration // of connections, whole seconds; three missed ones end it
	Redial    time.Duration // before a lost connection is made again; doubles each time
	Rarest    time.Duration // the longest such wait
	Silence   time.Duration // longer than Longest: a subscription that hears nothing for so long is made again
	Measure   time.Duration // how often the queues are measured, and declared if they are gone

	Meter telemetry.Meter
	Log   telemetry.Log
}

// Default returns what suits a service with one broker.
func Default(url secret.Text, meter telemetry.Meter, log telemetry.Log) Options {
	return Options{
		URL: url, Name: "sentineliq", Handlers: 4, Capacity: 100_000, Failures: 20,
		Backoff: 100 * time.Millisecond, Longest: 5 * time.Second,
		Confirm: 5 * time.Second, Heartbeat: 2 * time.Second,
		Redial: 200 * time.Millisecond, Rarest: 4 * time.Second,
		Silence: 10 * time.Second, Measure: 10 * time.Second,
		Meter: meter, Log: log,
	}
}

// Bus implements bus.Publisher and bus.Subscriber. Publish works while Run
// does; Subscribe has a connection of its own, since a broker that is short of
// memory stops reading from those that publish.
type Bus struct {
	options    Options
	session    atomic.Pointer[session] // nil while there is no connection
	publishing end
	consuming  end
}

var (
	_ bus.Publisher  = (*Bus)(nil)
	_ bus.Subscriber = (*Bus)(nil)
)

// New returns a bus that is not connected. The error never shows the URL.
func New(o Options) (*Bus, error) {
	if _, err := amqp.ParseURI(o.URL.Reveal()); err != nil {
		return nil, errors.New("the URL of the broker cannot be read") // the parser's error repeats it
	}
	return &Bus{options: o, publishing: end{name: "publish"}, consuming: end{name: "consume"}}, nil
}

// Check says why messages do not pass now, in one direction or both.
func (b *Bus) Check() error {
	err := errors.Join(b.publishing.check(), b.consuming.check())
	if s := b.session.Load(); err == nil && s != nil && s.blocked.Load() {
		return ErrBlocked
	}
	return err
}

// Run keeps a connection for publishing until ctx ends. It makes the first one
// as patiently as every later one.
func (b *Bus) Run(ctx context.Context) {
	b.keep(ctx, &b.publishing, b.attend)
}
