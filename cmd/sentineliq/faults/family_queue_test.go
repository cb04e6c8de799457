package faults_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// queueFamilies leave the broker alone and meddle with its queues and messages.
func queueFamilies() []family {
	return []family{
		{id: "F18", name: "queue and exchange deleted", injected: "queue and exchange deleted under load", hit: "RabbitMQ", strike: queueDeleted},
		{id: "F19", name: "queue full", injected: "a queue that takes one message", hit: "RabbitMQ", strike: queueFull},
		{id: "F21", name: "every message a hundred times", injected: "100 copies of messages", hit: "RabbitMQ", strike: copiesPublished},
		{id: "F22", name: "poison", injected: "garbage, a newer version, 10 MB, unknown ids", hit: "RabbitMQ", strike: poisonPublished},
		{id: "F23", name: "a consumer hangs", injected: "a handler that hangs beyond the broker's patience", hit: "a worker", alone: true, long: true, strike: consumerHangs},
		{id: "F24", name: "messages out of order", injected: "messages held back and released in reverse", hit: "RabbitMQ", strike: messagesReversed},
	}
}

// channel opens a channel to the broker that ends with the test.
func (c *cluster) channel(t *testing.T) *amqp.Channel {
	t.Helper()
	ch, end, err := c.dials()
	if err != nil {
		t.Fatalf("connecting to the broker: %v", err)
	}
	t.Cleanup(end)
	return ch
}

func queueDeleted(t *testing.T, c *cluster) {
	t.Helper()
	ch := c.channel(t)
	for range 3 * rounds() {
		c.more(t, 50)
		healed := c.diary.inflicts(wound{what: "deletion of the queue", hit: "RabbitMQ"})
		if _, err := ch.QueueDelete(eventsQueue, false, false, false); err != nil {
			t.Fatal(err)
		}
		healed()
		c.more(t, 50)
		healed = c.diary.inflicts(wound{what: "deletion of the exchange", hit: "RabbitMQ"})
		if err := ch.ExchangeDelete(exchange, false, false); err != nil {
			t.Fatal(err)
		}
		healed()
	}
	c.publishes(t)
}

func queueFull(t *testing.T, c *cluster) {
	t.Helper()
	ch, before := c.channel(t), c.unpublished(t)
	healed := c.diary.inflicts(wound{what: "a full queue", hit: "RabbitMQ"})
	c.servers.rabbit.Control(t, "set_policy", "-p", c.vhostName(), "full", "^"+eventsQueue+"$", `{"max-length": 1}`, "--apply-to", "queues")
	over := make(chan struct{})
	done := make(chan error, 1)
	go func() { // keeps it full with messages about nothing
		for {
			select {
			case <-over:
				done <- nil
				return
			default:
				if err := c.publish(ch, []byte(`{"v":1,"company":"`+c.tenants[0].id+`","events":["00000000-0000-7000-8000-000000000000"]}`)); err != nil {
					done <- err
					return
				}
			}
		}
	}()
	c.refuses(t, before, 3)
	c.more(t, 100)
	close(over)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	c.servers.rabbit.Control(t, "clear_policy", "-p", c.vhostName(), "full")
	healed()
	c.publishes(t)
}

// publish sends a message as the program does.
func (c *cluster) publish(ch *amqp.Channel, body []byte) error {
	return ch.PublishWithContext(context.Background(), exchange, eventsKey, false, false, amqp.Publishing{
		ContentType: "application/json", DeliveryMode: amqp.Persistent, Body: body,
	})
}

func copiesPublished(t *testing.T, c *cluster) {
	t.Helper()
	tap, end, err := c.taps(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	ch := c.channel(t)
	defer c.diary.inflicts(wound{what: "100 copies", hit: "RabbitMQ"})()
	seen := map[string]bool{}
	for originals := 0; originals < 10*rounds(); {
		m := <-tap
		if seen[string(m.Body)] {
			continue // one of ours
		}
		seen[string(m.Body)] = true
		originals++
		for range 100 {
			if err := c.publish(ch, m.Body); err != nil {
				t.Fatal(err)
			}
		}
	}
	c.more(t, 100)
}

func poisonPublished(t *testing.T, c *cluster) {
	t.Helper()
	ch := c.channel(t)
	defer c.diary.inflicts(wound{what: "poison", hit: "RabbitMQ"})()
	nobody := "00000000-0000-7000-8000-00000000dead"
	poison := [][]byte{
		[]byte("\x00\xffgarbage"), []byte(`{"v": 99, "company": "x", "events": ["y"]}`), bytes.Repeat([]byte("a"), 10<<20),
		fmt.Appendf(nil, `{"v":1,"company":%q,"events":[%q]}`, nobody, nobody),
		fmt.Appendf(nil, `{"v":1,"company":%q,"events":[%q]}`, c.tenants[0].id, nobody),
	}
	for range rounds() {
		for _, body := range poison {
			if err := c.publish(ch, body); err != nil {
				t.Fatal(err)
			}
		}
		c.more(t, 50)
	}
	eventually(t, time.Minute, "what cannot be read is in the dead queue", func() (bool, string) {
		q, err := ch.QueueDeclarePassive(deadQueue, true, false, false, false, amqp.Table{amqp.QueueTypeArg: amqp.QueueTypeQuorum})
		return err == nil && q.Messages >= 3*rounds(), fmt.Sprint(q.Messages, " messages ", err)
	})
	c.publishes(t)
}

func consumerHangs(t *testing.T, c *cluster) {
	t.Helper()
	rabbit := c.servers.rabbit
	rabbit.Control(t, "eval", "application:set_env(rabbit, consumer_timeout, 5000), application:set_env(rabbit, channel_tick_interval, 1000).")
	defer rabbit.Control(t, "eval", "application:unset_env(rabbit, consumer_timeout), application:unset_env(rabbit, channel_tick_interval).")
	p := c.workers[0]
	p.stop(t)
	healed := c.diary.inflicts(wound{what: "a handler that hangs", hit: p.name, point: " at K9"})
	p.start(t, "FP=K9:sleep=30s@3")
	for range 15 {
		c.more(t, 50)
	}
	eventually(t, time.Minute, "the broker closed the channel", func() (bool, string) {
		n, err := p.counter("sentineliq_bus_unanswered_total")
		return err == nil && n > 0, fmt.Sprint(n, " messages could not be answered ", err)
	})
	p.stop(t)
	p.start(t)
	healed()
}

// messagesReversed catches messages on their way to the queue and lets them go
// in the reverse order.
func messagesReversed(t *testing.T, c *cluster) {
	t.Helper()
	ch := c.channel(t)
	const held = "sentineliq-held"
	for range rounds() {
		healed := c.diary.inflicts(wound{what: "reversal", hit: "RabbitMQ"})
		if _, err := ch.QueueDeclare(held, false, true, true, false, nil); err != nil {
			t.Fatal(err)
		}
		if err := ch.QueueBind(held, eventsKey, exchange, false, nil); err != nil {
			t.Fatal(err)
		}
		if err := ch.QueueUnbind(eventsQueue, eventsKey, exchange, nil); err != nil {
			t.Fatal(err)
		}
		var caught [][]byte
		eventually(t, time.Minute, "messages are caught", func() (bool, string) {
			for {
				m, ok, err := ch.Get(held, true)
				if err != nil {
					t.Fatal(err)
				}
				if !ok {
					return len(caught) >= 20, fmt.Sprint(len(caught), " messages")
				}
				if !json.Valid(m.Body) {
					t.Fatalf("a message is no JSON: %s", m.Body)
				}
				caught = append(caught, m.Body)
			}
		})
		if err := ch.QueueBind(eventsQueue, eventsKey, exchange, false, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := ch.QueueDelete(held, false, false, false); err != nil {
			t.Fatal(err)
		}
		slices.Reverse(caught)
		for _, body := range caught {
			if err := c.publish(ch, body); err != nil {
				t.Fatal(err)
			}
		}
		healed()
	}
}
