package faults_test

import (
	"context"
	"fmt"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// The names that the program gives its exchange and queues.
const (
	exchange    = "sentineliq"
	eventsQueue = "sentineliq.events"
	deadQueue   = "sentineliq.dead"
	eventsKey   = "events"
)

// dials opens a channel to the broker, past the program.
func (c *cluster) dials() (*amqp.Channel, func(), error) {
	conn, err := amqp.DialConfig(c.vhost, amqp.Config{Heartbeat: 10 * time.Second, Dial: amqp.DefaultDial(10 * time.Second)})
	if err != nil {
		return nil, nil, err
	}
	ch, err := conn.Channel()
	if err != nil {
		return nil, nil, fmt.Errorf("%w (%w)", err, conn.Close())
	}
	return ch, func() { _ = conn.Close() }, nil //nolint:errcheck // the broker may be dead by then
}

// taps listens to a copy of every message that goes over the broker.
func (c *cluster) taps(ctx context.Context) (<-chan amqp.Delivery, func(), error) {
	ch, end, err := c.dials()
	if err != nil {
		return nil, nil, err
	}
	// The program declares it too, in the same way; whoever is first makes it.
	err = ch.ExchangeDeclare(exchange, amqp.ExchangeDirect, true, false, false, false, nil)
	if err != nil {
		end()
		return nil, nil, err
	}
	q, err := ch.QueueDeclare("", false, true, true, false, nil)
	if err == nil {
		err = ch.QueueBind(q.Name, eventsKey, exchange, false, nil)
	}
	var messages <-chan amqp.Delivery
	if err == nil {
		messages, err = ch.ConsumeWithContext(ctx, q.Name, "", true, true, false, false, nil)
	}
	if err != nil {
		end()
		return nil, nil, err
	}
	return messages, end, nil
}
