package rabbitmq

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/sentineliq/sentineliq/ports/bus"
)

// inFlight is how many messages may wait for their confirmation at once. The
// channel of returns has as many places, so that it is never full.
const inFlight = 256

// session is a channel for publishing while it lives.
type session struct {
	channel *amqp.Channel
	places  chan struct{}    // one for each message in flight
	returns chan amqp.Return // of messages that no queue took
	serial  atomic.Uint64
	blocked atomic.Bool   // the broker has said that it takes nothing
	missing chan struct{} // a message was unroutable: declare the queues
	silent  chan struct{} // a confirmation is overdue: connect again

	mu       sync.Mutex
	returned map[string]bool // by id, of the messages in flight
}

// open makes a session on a connection.
func (b *Bus) open(l *link) (*session, error) {
	ch, err := l.Channel()
	if err != nil {
		return nil, fmt.Errorf("opening a channel: %w", err)
	}
	if err := ch.Confirm(false); err != nil {
		return nil, fmt.Errorf("asking for confirmations: %w", err)
	}
	return &session{
		channel: ch, places: make(chan struct{}, inFlight), returns: ch.NotifyReturn(make(chan amqp.Return, inFlight)),
		missing: make(chan struct{}, 1), silent: make(chan struct{}, 1), returned: map[string]bool{},
	}, nil
}

// Publish returns nil once the broker has the message on disk, and an error at
// once while there is no connection, and when the broker does not confirm in
// time.
func (b *Bus) Publish(ctx context.Context, m bus.Message) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	text, err := encode(m)
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	limited, cancel := context.WithTimeoutCause(ctx, b.options.Confirm, ErrUnconfirmed)
	defer cancel()
	if err = b.publish(limited, text); err == nil {
		return nil
	}
	if ctx.Err() == nil {
		b.options.Meter.Count("bus_publish_failures_total", 1, "reason", reason(err))
	}
	return fmt.Errorf("publish: %w", err)
}

func (b *Bus) publish(ctx context.Context, text []byte) error {
	s := b.session.Load()
	switch {
	case s == nil:
		return ErrDisconnected
	case s.blocked.Load():
		return ErrBlocked
	}
	err := s.publish(ctx, b.options.Name, eventsKey, text)
	switch {
	case errors.Is(err, ErrUnroutable):
		signal(s.missing)
	case errors.Is(err, ErrUnconfirmed) && s.blocked.Load():
		return fmt.Errorf("%w: %w", ErrBlocked, err)
	case errors.Is(err, ErrUnconfirmed):
		signal(s.silent)
	}
	return err
}

// reason is the label of a failure.
func reason(err error) string {
	for _, known := range []struct {
		err  error
		name string
	}{
		{ErrBlocked, "blocked"}, {ErrUnroutable, "unroutable"}, {ErrRefused, "refused"}, {ErrUnconfirmed, "unconfirmed"},
	} {
		if errors.Is(err, known.err) {
			return known.name
		}
	}
	return "disconnected"
}

func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// publish sends a message and waits for the broker's word on it.
func (s *session) publish(ctx context.Context, exchange, key string, text []byte) error {
	select {
	case s.places <- struct{}{}:
		defer func() { <-s.places }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	id := strconv.FormatUint(s.serial.Add(1), 10)
	s.await(id)
	defer s.forget(id)
	word, err := s.channel.PublishWithDeferredConfirm(exchange, key, true, false, amqp.Publishing{
		MessageId: id, ContentType: contentType, DeliveryMode: amqp.Persistent, Body: text,
	})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDisconnected, err)
	}
	select {
	case <-word.Done():
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	switch {
	case s.cameBack(id):
		return ErrUnroutable
	case word.Acked():
		return nil
	case s.channel.IsClosed():
		return fmt.Errorf("%w: it was lost before the message was confirmed", ErrDisconnected)
	default:
		return ErrRefused
	}
}

func (s *session) await(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.returned[id] = false
}

func (s *session) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.returned, id)
}

// cameBack reports whether the broker returned a message. The broker returns it
// before it confirms it, so once it is confirmed, the return is here.
func (s *session) cameBack(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		select {
		case r, open := <-s.returns:
			if !open {
				return s.returned[id]
			}
			if _, waiting := s.returned[r.MessageId]; waiting {
				s.returned[r.MessageId] = true
			}
		default:
			return s.returned[id]
		}
	}
}
