package faults_test

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/sentineliq/sentineliq/adapters/rabbitmq/rabbitmqtest"
	"github.com/sentineliq/sentineliq/adapters/sqlstore/pgtest"
)

// servers are a PostgreSQL and a RabbitMQ of one's own, to be broken.
type servers struct {
	postgres *pgtest.Server
	rabbit   *rabbitmqtest.Broker
}

// newServers starts both; they end with the test.
func newServers(t testing.TB) *servers {
	t.Helper()
	postgres, err := pgtest.NewServer(t.Context(), "max_connections=400", "shared_buffers=256MB")
	if err != nil {
		if os.Getenv(pgtest.RequireVariable) == "1" {
			t.Fatal(err)
		}
		t.Skipf("NOT TESTED, no PostgreSQL: %v", err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			log := postgres.Log()
			t.Logf("the database server's log:\n%s", log[max(0, len(log)-4000):])
		}
		if err := postgres.Remove(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return &servers{postgres: postgres, rabbit: rabbitmqtest.Private(t)}
}

// database makes an empty database and returns its address.
func (s *servers) database(t testing.TB) string {
	t.Helper()
	name := "siq_" + strings.ToLower(rand.Text())
	pgtest.Exec(t, s.postgres.URL, "CREATE DATABASE "+name+" ENCODING 'UTF8' TEMPLATE template0")
	return pgtest.With(t, s.postgres.URL, func(u *url.URL) { u.Path = "/" + name })
}

// killPostgres kills the database server; the function starts it again and
// returns once it takes connections.
func (c *cluster) killPostgres(t testing.TB) (restart func()) {
	t.Helper()
	healed := c.diary.inflicts(wound{what: "SIGKILL", hit: "PostgreSQL", tears: true, kill: true})
	if err := c.servers.postgres.Kill(t.Context()); err != nil {
		t.Fatalf("killing PostgreSQL: %v", err)
	}
	return func() {
		if err := c.servers.postgres.Start(context.WithoutCancel(t.Context())); err != nil {
			t.Fatalf("starting PostgreSQL again: %v", err)
		}
		healed()
	}
}

// killRabbit kills the broker; the function starts it again and returns once it
// takes connections.
func (c *cluster) killRabbit(t testing.TB) (restart func()) {
	t.Helper()
	c.servers.rabbit.Settle(t)
	healed := c.diary.inflicts(wound{what: "SIGKILL", hit: "RabbitMQ", kill: true})
	c.servers.rabbit.Kill()
	return func() {
		c.servers.rabbit.Restart(t)
		healed()
	}
}
