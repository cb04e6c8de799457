package rabbitmq

import (
	"context"
	"errors"
	"fmt"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// attend offers a connection to publishers and looks after it until it ends.
func (b *Bus) attend(ctx context.Context, l *link, ready func()) error {
	lost := l.NotifyClose(make(chan *amqp.Error, 1))
	blocked := l.NotifyBlocked(make(chan amqp.Blocking, 16))
	s, err := b.open(l)
	if err != nil {
		return err
	}
	closed := s.channel.NotifyClose(make(chan *amqp.Error, 1))
	b.session.Store(s)
	defer b.session.Store(nil)
	ready()
	err = b.measure(l)
	tick := time.NewTicker(b.options.Measure)
	defer tick.Stop()
	for err == nil {
		select {
		case <-ctx.Done():
			return nil
		case cause := <-lost:
			return gone(cause)
		case cause := <-closed:
			return gone(cause)
		case word, open := <-blocked:
			if !open {
				blocked = nil // lost says why
				continue
			}
			s.blocked.Store(word.Active)
			b.options.Log.Warn("the broker blocks and unblocks publishers", "blocked", word.Active, "reason", word.Reason)
		case <-s.missing:
			b.options.Log.Warn("the queues of the bus are gone and are declared again")
			err = b.declare(l)
		case <-s.silent:
			err = ErrUnconfirmed
		case <-tick.C:
			if !s.blocked.Load() { // a blocked connection answers nothing
				err = b.measure(l)
			}
		}
	}
	return err
}

// gone is why a connection or channel ended; nil means that this side ended it.
func gone(cause *amqp.Error) error {
	if cause == nil {
		return ErrDisconnected
	}
	return fmt.Errorf("%w: %w", ErrDisconnected, cause)
}

// measure sets the gauges of the queues, and declares them if they are gone.
func (b *Bus) measure(l *link) error {
	for _, queue := range []struct{ name, label string }{{b.eventsQueue(), eventsKey}, {b.deadQueue(), deadKey}} {
		n, err := l.depth(queue.name)
		if missing := (&amqp.Error{}); errors.As(err, &missing) && missing.Code == amqp.NotFound {
			b.options.Log.Warn("a queue of the bus is gone and is declared again", "queue", queue.name)
			err = b.declare(l)
		}
		if err != nil {
			return err
		}
		b.options.Meter.Set("bus_queue_depth", float64(n), "queue", queue.label)
	}
	return nil
}
