package faults_test

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// setup is what kind of cluster a family wants.
type setup struct {
	embedded  bool     // one process on SQLite instead of a cluster
	settings  []string // more of the program's settings
	brokerOff bool     // RabbitMQ is dead when the cluster starts; the family starts it
	clients   int      // of the load; 0: the usual number
	pace      time.Duration
	batch     int // reports in a batch; 0: the usual number
	// single connections make every request a connection of its own, so that
	// none is sent into one that the server is about to close.
	single bool
}

// cluster is an installation: processes, the servers they need, receivers of
// messages, and the books kept about all of it.
type cluster struct {
	setup
	dir      string
	servers  *servers // nil: embedded
	database string   // URL, or the file of the embedded one
	vhost    string   // URL on the broker
	apis     []*process
	workers  []*process // none when embedded: the one process does it all
	sink     *sink
	post     *postOffice
	client   *http.Client
	book     *book
	diary    *diary
	root     *person
	tenants  []*tenant
	load     *load
	dice     uint64
	back     func() // starts the broker that was dead from the beginning
}

// newCluster starts an installation with its companies and lets it come to rest.
func newCluster(t testing.TB, s *servers, how setup, dice uint64) *cluster {
	t.Helper()
	c := &cluster{
		setup: how, dir: t.TempDir(), servers: s, sink: newSink(t), post: newPostOffice(t),
		book: &book{}, diary: &diary{}, dice: dice,
		client: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{
			MaxIdleConnsPerHost: 64, DisableKeepAlives: how.single,
		}},
	}
	t.Cleanup(func() {
		for _, p := range c.processes() {
			p.end(t)
		}
	})
	c.assemble(t)
	c.apis[0].start(t) // it migrates, and makes the superuser
	for _, p := range c.processes() {
		if p.now() == nil {
			p.start(t)
		}
	}
	c.populate(t)
	c.client.CloseIdleConnections()
	return c
}

// assemble makes the processes without starting them.
func (c *cluster) assemble(t testing.TB) {
	t.Helper()
	env := []string{
		"OUTBOUND_ALLOW_CIDRS=127.0.0.0/8", "LOGIN_RATE=off", "API_RATE=off", "LOG_FORMAT=json", "JWT_ACCESS_TOKEN_LIFETIME=24h",
		"PUBLIC_URL=http://siq.test", "RETRY_SCHEDULE=200ms,400ms,800ms,1s,1s,1s,1s,1s,1s,1s",
		"JWT_SECRET_KEY=" + rand.Text() + rand.Text(), "ENCRYPTION_KEY=" + rand.Text() + rand.Text(),
	}
	env = append(env, c.post.settings()...)
	names := []string{"api-1"}
	if c.embedded {
		c.database = filepath.Join(c.dir, "api-1", "sentineliq.db")
	} else {
		c.database, c.vhost = c.servers.database(t), c.servers.rabbit.VirtualHost(t).Reveal()
		env = append(env, "DATABASE_URL="+c.database, "AUTO_MIGRATE=true", "AMQP_URL="+c.vhost)
		names = []string{"api-1", "api-2", "worker-1", "worker-2"}
	}
	if c.brokerOff {
		c.servers.rabbit.Settle(t)
		c.servers.rabbit.Kill()
		healed := c.diary.inflicts(wound{what: "absence", hit: "RabbitMQ"})
		c.back = func() {
			c.servers.rabbit.Restart(t)
			healed()
		}
	}
	for _, name := range names {
		p := &process{name: name, binary: bench.program(t), dir: filepath.Join(c.dir, name), address: freeAddress(t)}
		if err := os.Mkdir(p.dir, 0o700); err != nil {
			t.Fatal(err)
		}
		p.env = append(append(slices.Clone(env), "HTTP_ADDR="+p.address, "DATA_DIR="+p.dir), c.settings...)
		switch {
		case c.embedded:
			p.command, c.apis = []string{"serve"}, append(c.apis, p)
		case strings.HasPrefix(name, "api"):
			p.command, c.apis = []string{"serve", "--no-workers"}, append(c.apis, p)
		default:
			p.command, c.workers = []string{"worker"}, append(c.workers, p)
		}
	}
}

// processes returns all of them, those that answer first.
func (c *cluster) processes() []*process { return append(slices.Clone(c.apis), c.workers...) }

// hands returns those that send messages.
func (c *cluster) hands() []*process {
	if c.embedded {
		return c.apis
	}
	return c.workers
}

// stop asks every process to end and fails the test for those that do so badly.
func (c *cluster) stop(t testing.TB) {
	t.Helper()
	c.client.CloseIdleConnections()
	for _, p := range c.processes() {
		if took := p.stop(t); took > stopWithin {
			t.Errorf("%s took %s to stop, more than %s", p.name, took, stopWithin)
		}
	}
}

// heal starts every process that is dead.
func (c *cluster) heal(t testing.TB) {
	t.Helper()
	for _, p := range c.processes() {
		if l := p.now(); l == nil || !l.running() {
			p.start(t)
		}
	}
}

func (c *cluster) String() string {
	if c.embedded {
		return "one process on SQLite"
	}
	return fmt.Sprintf("%d APIs and %d workers on PostgreSQL and RabbitMQ", len(c.apis), len(c.workers))
}
