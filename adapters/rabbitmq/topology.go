package rabbitmq

import (
	"fmt"

	amqp "github.com/rabbitmq/amqp091-go"
)

const (
	eventsKey = "events"
	deadKey   = "dead"
	// deadCapacity bounds the dead queue. It forgets its oldest message rather
	// than hold up the events queue, for the outbox still knows what is owed.
	deadCapacity = 100_000
)

func (b *Bus) eventsQueue() string { return b.options.Name + "." + eventsKey }
func (b *Bus) deadQueue() string   { return b.options.Name + "." + deadKey }

// declare makes the exchange and the queues, where they are missing. Those that
// exist with other arguments are an error: they may not keep what they take.
func (b *Bus) declare(l *link) error {
	return l.briefly(func(ch *amqp.Channel) error {
		if err := ch.ExchangeDeclare(b.options.Name, amqp.ExchangeDirect, true, false, false, false, nil); err != nil {
			return fmt.Errorf("declaring exchange %s: %w", b.options.Name, err)
		}
		for _, queue := range []struct {
			name, key string
			arguments amqp.Table
		}{
			{b.deadQueue(), deadKey, amqp.Table{
				amqp.QueueTypeArg: amqp.QueueTypeQuorum,
				"x-max-length":    deadCapacity,
			}},
			{b.eventsQueue(), eventsKey, amqp.Table{
				amqp.QueueTypeArg:           amqp.QueueTypeQuorum,
				"x-max-length":              b.options.Capacity,
				"x-overflow":                "reject-publish", // the default drops the oldest, in silence
				"x-delivery-limit":          b.options.Failures,
				"x-dead-letter-exchange":    b.options.Name,
				"x-dead-letter-routing-key": deadKey,
				"x-dead-letter-strategy":    "at-least-once",
			}},
		} {
			if _, err := ch.QueueDeclare(queue.name, true, false, false, false, queue.arguments); err != nil {
				return fmt.Errorf("declaring queue %s: %w", queue.name, err)
			}
			if err := ch.QueueBind(queue.name, queue.key, b.options.Name, false, nil); err != nil {
				return fmt.Errorf("binding queue %s: %w", queue.name, err)
			}
		}
		return nil
	})
}

// depth counts the messages that wait in a queue.
func (l *link) depth(queue string) (n int, err error) {
	err = l.briefly(func(ch *amqp.Channel) error {
		q, err := ch.QueueDeclarePassive(queue, true, false, false, false, nil)
		n = q.Messages
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("measuring queue %s: %w", queue, err)
	}
	return n, nil
}
