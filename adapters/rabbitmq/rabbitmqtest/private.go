package rabbitmqtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// startPatience is how long a broker may take to answer.
const startPatience = 90 * time.Second

// private is a broker with a folder, ports, a name, a cookie and a port mapper
// of its own.
type private struct {
	dir     string
	server  string // the program
	address string // its URL
	env     []string
	mapper  *group
	broker  *group
}

// Private starts a broker that the test may break. It ends with the test.
func Private(tb testing.TB) *Broker {
	tb.Helper()
	b, err := start()
	if err != nil {
		Unavailable(tb, err)
	}
	tb.Cleanup(func() {
		if tb.Failed() {
			logs, err := os.ReadFile(filepath.Join(b.private.dir, "broker.log"))
			tb.Logf("the broker's log (%v):\n%s", err, logs[max(0, len(logs)-4000):])
		}
		if err := b.end(); err != nil {
			tb.Error(err)
		}
	})
	return b
}

// start makes a private broker.
func start() (*Broker, error) {
	server, control, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "rabbitmqtest-")
	if err != nil {
		return nil, err
	}
	p := &private{dir: dir, server: server}
	port, err := p.configure()
	if err == nil {
		p.mapper, err = launch(p.env, io.Discard, "epmd", "-address", "127.0.0.1", "-port", p.variable("ERL_EPMD_PORT"))
	}
	if err == nil {
		p.address = "amqp://guest:guest@127.0.0.1:" + port
		err = p.up()
	}
	if err != nil {
		return nil, errors.Join(err, p.end())
	}
	address, err := url.Parse(p.address)
	if err != nil {
		return nil, errors.Join(err, p.end())
	}
	return &Broker{address: *address, control: control, env: p.env, private: p}, nil
}

// programs finds the broker's programs. What distributions put into the path
// is a script that insists on a certain user; the real ones are beside it.
func programs() (server, control string, err error) {
	found, err := exec.LookPath("rabbitmq-server")
	if err != nil {
		return "", "", err
	}
	if found, err = filepath.EvalSymlinks(found); err != nil {
		return "", "", err
	}
	dir := filepath.Dir(found)
	server, control = filepath.Join(dir, "rabbitmq-server"), filepath.Join(dir, "rabbitmqctl")
	for _, program := range []string{server, control} {
		if _, err := os.Stat(program); err != nil {
			return "", "", err
		}
	}
	return server, control, nil
}

// configure writes the broker's files and environment, and returns its port.
func (p *private) configure() (port string, err error) {
	var ports [3]string
	for i := range ports {
		if ports[i], err = freePort(); err != nil {
			return "", err
		}
	}
	for name, content := range map[string]string{
		".erlang.cookie": "rabbitmqtest" + ports[1],
		"rabbitmq.conf": "listeners.tcp.1 = 127.0.0.1:" + ports[0] +
			"\nlog.console = true\nlog.console.level = warning\nlog.file = false\n",
		"env.conf": "", "plugins": "[].",
	} {
		if err := os.WriteFile(filepath.Join(p.dir, name), []byte(content), 0o400); err != nil {
			return "", err
		}
	}
	p.env = append(os.Environ(), "HOME="+p.dir, "ERL_EPMD_PORT="+ports[1], "ERL_EPMD_ADDRESS=127.0.0.1",
		"RABBITMQ_NODENAME=test"+ports[1]+"@localhost", "RABBITMQ_DIST_PORT="+ports[2],
		"RABBITMQ_CONF_ENV_FILE="+filepath.Join(p.dir, "env.conf"),
		"RABBITMQ_CONFIG_FILE="+filepath.Join(p.dir, "rabbitmq.conf"),
		"RABBITMQ_ENABLED_PLUGINS_FILE="+filepath.Join(p.dir, "plugins"),
		"RABBITMQ_MNESIA_BASE="+filepath.Join(p.dir, "mnesia"), "RABBITMQ_LOG_BASE="+filepath.Join(p.dir, "log"),
		"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}")
	return ports[0], nil
}

func (p *private) variable(name string) string {
	for _, line := range p.env {
		if value, found := strings.CutPrefix(line, name+"="); found {
			return value
		}
	}
	return ""
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return "", errors.Join(errors.New("no TCP address"), l.Close())
	}
	return strconv.Itoa(addr.Port), l.Close()
}

// up starts the broker and waits until it answers.
func (p *private) up() error {
	log, err := os.OpenFile(filepath.Join(p.dir, "broker.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	p.broker, err = launch(p.env, log, p.server)
	if err = errors.Join(err, log.Close()); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startPatience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := amqp.Dial(p.address)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-tick.C:
		case <-p.broker.ended:
			return errors.New("the broker ended while it started")
		case <-ctx.Done():
			return fmt.Errorf("the broker does not answer: %w", err)
		}
	}
}

func (p *private) end() error {
	p.broker.kill()
	p.mapper.kill()
	return os.RemoveAll(p.dir)
}

// Settle makes the broker write what it defers for some seconds: a quorum queue
// that is younger than that when the broker is killed never finds a leader
// again (RabbitMQ 3.10), and that is not what tests of a kill are about.
func (b *Broker) Settle(tb testing.TB) {
	tb.Helper()
	b.Control(tb, "eval", "[dets:sync(T) || T <- dets:all()].")
}

// Kill ends a private broker with SIGKILL.
func (b *Broker) Kill() { b.private.broker.kill() }

// Restart starts a private broker that was killed, with the data it had.
func (b *Broker) Restart(tb testing.TB) {
	tb.Helper()
	if err := b.private.up(); err != nil {
		tb.Fatal(err)
	}
}

// Wipe kills a private broker, deletes all that it remembers, and starts it
// again: virtual hosts that were handed out are gone, and must be added anew.
func (b *Broker) Wipe(tb testing.TB) {
	tb.Helper()
	b.Kill()
	if err := os.RemoveAll(filepath.Join(b.private.dir, "mnesia")); err != nil {
		tb.Fatal(err)
	}
	b.mu.Lock()
	b.free = nil
	b.mu.Unlock()
	b.Restart(tb)
}

// Freeze stops a private broker with SIGSTOP, so that its connections stay and
// nobody answers; thaw lets it go on.
func (b *Broker) Freeze(tb testing.TB) (thaw func()) {
	tb.Helper()
	if err := b.private.broker.signal(syscall.SIGSTOP); err != nil {
		tb.Fatal(err)
	}
	return func() {
		if err := b.private.broker.signal(syscall.SIGCONT); err != nil {
			tb.Error(err)
		}
	}
}

// group is a program with all its children. It is killed when this process
// ends, by a shell that reads from a pipe nobody writes to.
type group struct {
	cmd   *exec.Cmd
	stdin io.Closer
	ended chan struct{}
}

func launch(env []string, out io.Writer, program string, args ...string) (*group, error) {
	cmd := exec.Command("/bin/sh", append([]string{"-c", `"$@" </dev/null & read -r never; kill -9 0`, "sh", program}, args...)...)
	cmd.Env, cmd.Stdout, cmd.Stderr = env, out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	g := &group{cmd: cmd, stdin: stdin, ended: make(chan struct{})}
	go func() {
		_ = cmd.Wait() //nolint:errcheck // it is killed, that is how it ends
		close(g.ended)
	}()
	return g, nil
}

func (g *group) signal(s syscall.Signal) error { return syscall.Kill(-g.cmd.Process.Pid, s) }

func (g *group) kill() {
	if g == nil {
		return
	}
	select {
	case <-g.ended:
		return
	default:
	}
	_ = g.signal(syscall.SIGKILL) //nolint:errcheck // it may have ended by itself
	<-g.ended
	_ = g.stdin.Close() //nolint:errcheck // it is closed with the process
}
