package faults_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// brokerFamilies take RabbitMQ away, in all the ways in which it goes.
func brokerFamilies() []family {
	return []family{
		{
			id: "F14", name: "no broker at the start", injected: "RabbitMQ is not started", hit: "all processes",
			alone: true, setup: setup{brokerOff: true}, strike: brokerComesLate,
		},
		{id: "F15", name: "broker killed", injected: "SIGKILL", hit: "RabbitMQ", alone: true, strike: brokerKilled},
		{id: "F16", name: "broker frozen", injected: "SIGSTOP", hit: "RabbitMQ", alone: true, strike: brokerFrozen},
		{id: "F17", name: "connections closed", injected: "close_all_connections, again and again", hit: "RabbitMQ", strike: connectionsClosed},
		{id: "F20", name: "broker short of memory", injected: "a memory alarm", hit: "RabbitMQ", alone: true, strike: brokerShortOfMemory},
		{id: "F25", name: "broker forgets everything", injected: "its data deleted", hit: "RabbitMQ", alone: true, strike: brokerWiped},
	}
}

// publishes measures how long it takes from now until a message goes over the
// broker, which it must.
func (c *cluster) publishes(t *testing.T) {
	t.Helper()
	tap, end, err := c.taps(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatalf("listening at the broker: %v", err)
	}
	c.hears(t, tap, end)
}

// hears waits for a message at the broker and notes how long that took.
func (c *cluster) hears(t *testing.T, tap <-chan amqp.Delivery, end func()) {
	defer end()
	back := time.Now()
	select {
	case <-tap:
		c.diary.recovered("messages go over RabbitMQ again after its return", time.Since(back), 10*time.Second)
	case <-time.After(time.Minute):
		t.Error("no message went over the broker within a minute of its return")
	}
}

// says waits until every worker is ready with a certain word.
func (c *cluster) says(t *testing.T, word string) {
	t.Helper()
	for _, p := range c.hands() {
		eventually(t, time.Minute, p.name+" is "+word, func() (bool, string) {
			res, err := probe.Get(p.url() + "/readyz")
			if err != nil {
				return false, err.Error()
			}
			defer res.Body.Close()
			text, err := io.ReadAll(res.Body)
			return err == nil && res.StatusCode == 200 && strings.Contains(string(text), `"status":"`+word+`"`), string(text)
		})
	}
}

// unpublished adds up how often the broker did not take a message.
func (c *cluster) unpublished(t *testing.T) (n float64) {
	t.Helper()
	for _, p := range c.hands() {
		one, err := p.counter("sentineliq_bus_publish_failures_total")
		if err != nil {
			t.Fatalf("%s: %v", p.name, err)
		}
		n += one
	}
	return n
}

// refuses waits until the broker did not take so many more messages.
func (c *cluster) refuses(t *testing.T, since float64, more int) {
	t.Helper()
	eventually(t, time.Minute, "the broker does not take messages", func() (bool, string) {
		n := c.unpublished(t)
		return n >= since+float64(more), fmt.Sprint(n-since, " were not taken")
	})
}

func brokerComesLate(t *testing.T, c *cluster) {
	t.Helper()
	c.says(t, "degraded")
	c.more(t, 200)
	c.back()
	c.publishes(t)
	c.says(t, "ok")
}

func brokerKilled(t *testing.T, c *cluster) {
	t.Helper()
	for range rounds() {
		c.more(t, 100)
		restart := c.killRabbit(t)
		c.more(t, 100)
		restart()
		c.publishes(t)
	}
}

func brokerFrozen(t *testing.T, c *cluster) {
	t.Helper()
	length := 8 * time.Second
	if long() {
		length = 30 * time.Second
	}
	healed := c.diary.inflicts(wound{what: "SIGSTOP", hit: "RabbitMQ"})
	thaw := c.servers.rabbit.Freeze(t)
	thawed := time.After(length)
	c.more(t, 100) // the API does not mind
	<-thawed
	thaw()
	healed()
	c.publishes(t)
}

func connectionsClosed(t *testing.T, c *cluster) {
	t.Helper()
	length := 10 * time.Second
	if long() {
		length = 2 * time.Minute
	}
	over := time.After(length)
	for {
		healed := c.diary.inflicts(wound{what: "close_all_connections", hit: "RabbitMQ"})
		c.servers.rabbit.Control(t, "close_all_connections", "--vhost", c.vhostName(), "test")
		healed()
		c.more(t, 50)
		select {
		case <-over:
			c.publishes(t)
			return
		default:
		}
	}
}

func brokerShortOfMemory(t *testing.T, c *cluster) {
	t.Helper()
	before := c.unpublished(t)
	healed := c.diary.inflicts(wound{what: "a memory alarm", hit: "RabbitMQ"})
	c.servers.rabbit.Control(t, "set_vm_memory_high_watermark", "absolute", "1MB")
	c.refuses(t, before, 1)
	c.more(t, 200) // the API does not mind
	c.servers.rabbit.Control(t, "set_vm_memory_high_watermark", "0.4")
	healed()
	c.publishes(t)
}

func brokerWiped(t *testing.T, c *cluster) {
	t.Helper()
	healed := c.diary.inflicts(wound{what: "data deleted", hit: "RabbitMQ", kill: true})
	rabbit := c.servers.rabbit
	rabbit.Wipe(t)
	c.more(t, 50)
	rabbit.Control(t, "add_vhost", c.vhostName())
	rabbit.Control(t, "set_permissions", "-p", c.vhostName(), "guest", ".*", ".*", ".*")
	healed()
	c.publishes(t)
}

// vhostName is the virtual host of the cluster.
func (c *cluster) vhostName() string { return c.vhost[strings.LastIndexByte(c.vhost, '/')+1:] }
