package rabbitmq

import (
	"context"
	"errors"
	"fmt"

	amqp "github.com/rabbitmq/amqp091-go"
)

// Queue is one of the two queues of the bus.
type Queue struct {
	Name      string
	Messages  int // that wait; those that a listener has in hand are not counted
	Consumers int // connections that listen
	Missing   bool
}

// Status looks at the queues and declares none.
func (b *Bus) Status(ctx context.Context) ([]Queue, error) {
	l, err := b.dial(ctx, "status")
	if err != nil {
		return nil, err
	}
	defer l.close()
	queues := []Queue{{Name: b.eventsQueue()}, {Name: b.deadQueue()}}
	for i := range queues {
		err := l.briefly(func(ch *amqp.Channel) error {
			q, err := ch.QueueDeclarePassive(queues[i].Name, true, false, false, false, nil)
			queues[i].Messages, queues[i].Consumers = q.Messages, q.Consumers
			return err
		})
		if missing := (&amqp.Error{}); errors.As(err, &missing) && missing.Code == amqp.NotFound {
			queues[i].Missing, err = true, nil
		}
		if err != nil {
			return nil, fmt.Errorf("looking at queue %s: %w", queues[i].Name, err)
		}
	}
	return queues, nil
}

// Replay puts the messages that are in the dead queue now back into the events
// queue, where they may fail as often again, and returns how many it moved. One
// that is interrupted may leave a message in both.
func (b *Bus) Replay(ctx context.Context) (int, error) {
	l, err := b.dial(ctx, "replay")
	if err != nil {
		return 0, err
	}
	defer l.close()
	s, err := b.open(l)
	if err != nil {
		return 0, err
	}
	waiting, err := l.depth(b.deadQueue())
	if err != nil {
		return 0, err
	}
	moved := 0
	for ; moved < waiting; moved++ {
		d, found, err := s.channel.Get(b.deadQueue(), false)
		if err != nil {
			return moved, fmt.Errorf("reading the dead queue: %w", err)
		}
		if !found {
			break
		}
		limited, cancel := context.WithTimeoutCause(ctx, b.options.Confirm, ErrUnconfirmed)
		err = s.publish(limited, b.options.Name, eventsKey, d.Body)
		cancel()
		if err != nil {
			return moved, errors.Join(fmt.Errorf("replaying: %w", err), d.Nack(false, true))
		}
		if err := d.Ack(false); err != nil {
			return moved, fmt.Errorf("taking a message out of the dead queue: %w", err)
		}
	}
	return moved, nil
}
