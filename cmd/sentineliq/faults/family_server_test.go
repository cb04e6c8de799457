package faults_test

import (
	"context"
	"strings"
	"syscall"
	"testing"
	"time"
)

// serverFamilies kill the database, and stop processes that may not take their
// time.
func serverFamilies() []family {
	return []family{
		{id: "F35", name: "database killed", injected: "SIGKILL", hit: "PostgreSQL", alone: true, strike: databaseKilled},
		{
			id: "F46", name: "asked to stop under load", injected: "SIGTERM", hit: "every process in turn",
			setup: setup{single: true}, strike: stoppedUnderLoad, after: nothingWasCut,
		},
		{
			id: "F47", name: "asked to stop while servers hang", injected: "SIGSTOP of PostgreSQL, of RabbitMQ, then SIGTERM", hit: "a worker, an API",
			alone: true, strike: stoppedWhileServersHang,
		},
	}
}

func databaseKilled(t *testing.T, c *cluster) {
	t.Helper()
	for range 2 * rounds() {
		c.more(t, 100)
		restart := c.killPostgres(t)
		restart()
		back := time.Now()
		eventually(t, time.Minute, "changes are acknowledged again", func() (bool, string) { return c.book.goodSince(back), "" })
		c.diary.recovered("the API serves again after PostgreSQL's return", time.Since(back), 5*time.Second)
		c.heal(t)
	}
}

// stoppedUnderLoad stops each process and starts it again, while messages take
// their time. The load has a connection for each request, so that none is sent
// into one that closes.
func stoppedUnderLoad(t *testing.T, c *cluster) {
	t.Helper()
	c.sink.reacts(func(string) reaction { return reaction{hold: 200 * time.Millisecond} })
	defer c.sink.reacts(nil)
	for range rounds() {
		for _, p := range c.processes() {
			c.more(t, 50)
			healed := c.diary.inflicts(wound{what: "SIGTERM", hit: p.name})
			if took := p.stop(t); took > stopWithin {
				t.Errorf("%s took %s to stop, more than %s", p.name, took, stopWithin)
			} else {
				c.diary.recovered("a process ends when asked to, under load", took, stopWithin)
			}
			p.start(t)
			healed()
		}
	}
}

// nothingWasCut checks that whoever had been let in got an answer: requests
// that did something were told so, at the first attempt.
func nothingWasCut(t *testing.T, e *evidence) {
	t.Helper()
	entries, refused := e.entriesOf(), 0
	for _, c := range e.changes {
		for _, a := range c.attempts {
			if a.status != 0 {
				continue
			}
			refused++
			if len(entries[a.request]) > 0 {
				t.Errorf("%s, a %s, was done and not answered: %v", c.key, c.kind, a)
			}
			if !strings.Contains(a.err, "connection refused") && !strings.Contains(a.err, "connection reset") {
				t.Errorf("%s, a %s, was cut off: %v", c.key, c.kind, a)
			}
		}
	}
	t.Logf("%d requests came too late", refused)
}

// hangTime is how long a process may take to end when a server it needs does
// not answer.
const hangTime = 15 * time.Second

func stoppedWhileServersHang(t *testing.T, c *cluster) {
	t.Helper()
	for range rounds() {
		c.more(t, 50)
		healed := c.diary.inflicts(wound{what: "SIGSTOP", hit: "PostgreSQL", tears: true})
		thaw, err := c.servers.postgres.Freeze(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c.endsAnyway(t, "PostgreSQL")
		if err := thaw(); err != nil {
			t.Fatal(err)
		}
		healed()
		c.heal(t)
		c.more(t, 50)
		healed = c.diary.inflicts(wound{what: "SIGSTOP", hit: "RabbitMQ"})
		melt := c.servers.rabbit.Freeze(t)
		c.endsAnyway(t, "RabbitMQ")
		melt()
		healed()
		c.heal(t)
		c.publishes(t)
	}
}

// endsAnyway asks a worker and an API to stop, and they must.
func (c *cluster) endsAnyway(t *testing.T, hangs string) {
	t.Helper()
	victims := []*process{c.hands()[0], c.apis[0]}
	began := time.Now()
	for _, p := range victims {
		healed := c.diary.inflicts(wound{what: "SIGTERM", hit: p.name, tears: true})
		defer healed()
		p.now().signal(t, syscall.SIGTERM)
	}
	for _, p := range victims {
		ctx, cancel := context.WithTimeout(t.Context(), 3*hangTime)
		select {
		case <-p.now().done:
			c.diary.recovered("a process ends when asked to, while "+hangs+" hangs", time.Since(began), hangTime)
			if took := time.Since(began); took > hangTime {
				t.Errorf("%s took %s to end while %s hangs, more than %s", p.name, took, hangs, hangTime)
			}
		case <-ctx.Done():
			t.Errorf("%s does not end while %s hangs\n%s", p.name, hangs, p.now().tail())
			p.now().signal(t, syscall.SIGKILL)
		}
		cancel()
	}
}
