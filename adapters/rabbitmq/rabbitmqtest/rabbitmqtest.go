// Package rabbitmqtest gives tests a RabbitMQ broker: the one that
// TEST_AMQP_URL names, or a private one started from the installed programs,
// which ends with the test process however that ends. Every test has a virtual
// host of its own.
//
// Where there is no broker, tests are skipped and say so; with
// REQUIRE_SERVICES=1 they fail.
package rabbitmqtest

import (
	"cmp"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/sentineliq/sentineliq/core/domain/secret"
	"github.com/sentineliq/sentineliq/ports/system/systemtest"
)

// batch is how many virtual hosts are made at once: asking the broker takes
// two seconds, whatever one asks.
const batch = 12

// Broker is a broker that tests may use.
type Broker struct {
	address url.URL // without a virtual host
	control string  // the program rabbitmqctl
	env     []string
	private *private // nil: somebody else's

	mu   sync.Mutex
	free []string // virtual hosts that are nobody's yet
	made []string
}

// shared is the broker of all tests of a process that do not break theirs.
var shared = sync.OnceValues(func() (*Broker, error) {
	given := os.Getenv("TEST_AMQP_URL")
	if given == "" {
		return start()
	}
	address, err := url.Parse(given)
	if err != nil {
		return nil, fmt.Errorf("TEST_AMQP_URL is not a URL")
	}
	control, err := exec.LookPath("rabbitmqctl")
	if err != nil {
		return nil, fmt.Errorf("TEST_AMQP_URL needs rabbitmqctl to make virtual hosts: %w", err)
	}
	address.Path = ""
	return &Broker{address: *address, control: control, env: os.Environ()}, nil
})

// used tells Main whether there is something to clean up.
var used sync.Map

// Main runs the tests of a package and then gives the broker back. Its result
// is the exit code.
func Main(m *testing.M) int {
	code := m.Run()
	if _, any := used.Load("broker"); !any {
		return code
	}
	b, err := shared()
	if err == nil {
		err = b.end()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "giving the broker back:", err)
		return cmp.Or(code, 1)
	}
	return code
}

// VirtualHost returns the URL of an empty virtual host on the broker that the
// package's tests share. The package needs a TestMain that calls Main.
func VirtualHost(tb testing.TB) secret.Text {
	tb.Helper()
	used.Store("broker", true)
	b, err := shared()
	if err != nil {
		Unavailable(tb, err)
	}
	return b.VirtualHost(tb)
}

// Unavailable ends a test that has no broker.
func Unavailable(tb testing.TB, cause error) {
	tb.Helper()
	systemtest.Untested("RabbitMQ", cause)
	text := fmt.Sprintf("NOT TESTED, no RabbitMQ: %v; install rabbitmq-server or set TEST_AMQP_URL", cause)
	if os.Getenv("REQUIRE_SERVICES") == "1" {
		tb.Fatal(text)
	}
	tb.Skip(text)
}

// VirtualHost returns the URL of an empty virtual host.
func (b *Broker) VirtualHost(tb testing.TB) secret.Text {
	tb.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.free) == 0 {
		if err := b.make(); err != nil {
			Unavailable(tb, err)
		}
	}
	name := b.free[0]
	b.free = b.free[1:]
	address := b.address
	address.Path = "/" + name
	return secret.New(address.String())
}

// make adds virtual hosts in which the user of the URL may do everything.
func (b *Broker) make() error {
	var names []string
	for n := range batch {
		names = append(names, fmt.Sprintf("test-%d-%d", os.Getpid(), len(b.made)+n))
	}
	user := cmp.Or(b.address.User.Username(), "guest")
	_, err := b.ctl("eval", fmt.Sprintf(`[begin rabbit_vhost:add(V, <<"test">>), `+
		`rabbit_auth_backend_internal:set_permissions(<<"%s">>, V, <<".*">>, <<".*">>, <<".*">>, <<"test">>) end || V <- %s].`, user, list(names)))
	if err != nil {
		return err
	}
	b.free, b.made = append(b.free, names...), append(b.made, names...)
	return nil
}

// list writes names as a list of Erlang's.
func list(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = `<<"` + name + `">>`
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// Control runs rabbitmqctl and returns what it prints.
func (b *Broker) Control(tb testing.TB, args ...string) string {
	tb.Helper()
	out, err := b.ctl(args...)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func (b *Broker) ctl(args ...string) (string, error) {
	cmd := exec.Command(b.control, append([]string{"--quiet"}, args...)...)
	cmd.Env = b.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("rabbitmqctl %s: %w: %s", args[0], err, out)
	}
	return string(out), nil
}

// end stops a private broker, and cleans up another.
func (b *Broker) end() error {
	if b.private != nil {
		return b.private.end()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	_, err := b.ctl("eval", fmt.Sprintf(`[rabbit_vhost:delete(V, <<"test">>) || V <- %s].`, list(b.made)))
	return err
}
