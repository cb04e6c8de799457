// Package launch builds the service and runs it as a process of its own on a
// free port, for programs and tests that look at it from outside.
package launch

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

const (
	program = "github.com/sentineliq/sentineliq/cmd/sentineliq"

	startWithin = 60 * time.Second // a cold machine under the race detector
	stopWithin  = 20 * time.Second
	tailLines   = 20
)

// Build compiles the service into folder and returns the path of the binary.
func Build(ctx context.Context, folder string) (string, error) {
	binary := filepath.Join(folder, "sentineliq")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", binary, program) //nolint:gosec // both are ours
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the service: %w\n%s", err, out)
	}
	return binary, nil
}

// Options say how to run the service.
type Options struct {
	Binary   string   // from Build
	DataDir  string   // a new folder: the first superuser is made in it
	Addr     string   // empty: a free port of the loopback
	Settings []string // NAME=value; the settings of this process are not passed on
}

// Service is a running service.
type Service struct {
	URL      string // without a slash at the end
	Username string // of the first superuser
	Password string

	cmd  *exec.Cmd
	tail *tail
	done chan struct{} // closed when the process has ended
	err  error         // of the process; read after done
}

// Start runs the service on a new data directory and returns when it serves.
// The process outlives ctx: it ends with Stop.
func Start(ctx context.Context, o Options) (*Service, error) {
	if o.Addr == "" {
		addr, err := freeAddr(ctx)
		if err != nil {
			return nil, err
		}
		o.Addr = addr
	}
	s := &Service{tail: &tail{}, done: make(chan struct{})}
	s.cmd = exec.CommandContext(context.WithoutCancel(ctx), o.Binary, "serve") //nolint:gosec // from Build
	s.cmd.Dir = o.DataDir                                                      // no .env of somebody else there
	s.cmd.Env = append(inherited(), "DATA_DIR="+o.DataDir, "HTTP_ADDR="+o.Addr, "LOG_FORMAT=text")
	s.cmd.Env = append(s.cmd.Env, o.Settings...)
	s.cmd.Stderr = s.tail
	ownGroup(s.cmd)
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("starting the service: %w", err)
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the service: %w", err)
	}
	ready := make(chan struct{})
	go s.follow(out, ready)
	select {
	case <-ready:
		return s, nil
	case <-s.done:
		return nil, fmt.Errorf("the service ended before it served: %w\n%s", s.err, s.tail)
	case <-ctx.Done():
		err = ctx.Err()
	case <-time.After(startWithin):
		err = fmt.Errorf("the service did not say where it serves within %s\n%s", startWithin, s.tail)
	}
	return nil, errors.Join(err, s.Stop())
}

// freeAddr finds a port before the service starts, so that links which the
// service makes of its address lead somewhere.
func freeAddr(ctx context.Context) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("finding a free port: %w", err)
	}
	return l.Addr().String(), l.Close()
}

// inherited is what a process needs of its surroundings, and nothing that
// could configure the service.
func inherited() []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "TZ", "SYSTEMROOT", "TEMP", "GOCOVERDIR", "GORACE"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// follow reads what the service prints until the process ends, and closes
// ready when it knows where the service is and who may log in.
func (s *Service) follow(out io.Reader, ready chan<- struct{}) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		line := lines.Text()
		if _, url, ok := strings.Cut(line, " serves at "); ok {
			s.URL = strings.TrimRight(strings.TrimSpace(url), "/")
		}
		if name, ok := strings.CutPrefix(line, "First superuser: "); ok {
			s.Username = strings.TrimSpace(name)
		}
		if _, password, ok := strings.Cut(line, "Password (shown once): "); ok {
			s.Password = strings.TrimSpace(password)
		}
		if ready != nil && s.URL != "" && s.Username != "" && s.Password != "" {
			close(ready)
			ready = nil
		}
	}
	s.err = s.cmd.Wait()
	close(s.done)
}

// Done is closed when the process has ended, by Stop or by itself.
func (s *Service) Done() <-chan struct{} { return s.done }

// Log returns the last lines that the service wrote to its log.
func (s *Service) Log() string { return s.tail.String() }

// Stop asks the service to end and waits until it has. An error means that it
// ended badly, or had to be killed.
func (s *Service) Stop() error {
	select {
	case <-s.done:
		return nil
	default:
	}
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		return errors.Join(err, s.cmd.Process.Kill())
	}
	select {
	case <-s.done:
		if s.err != nil {
			return fmt.Errorf("stopping the service: %w\n%s", s.err, s.tail)
		}
		return nil
	case <-time.After(stopWithin):
		return errors.Join(fmt.Errorf("the service did not stop within %s\n%s", stopWithin, s.tail), s.cmd.Process.Kill())
	}
}

// tail keeps the last lines written to it.
type tail struct {
	mu    sync.Mutex
	lines []string
	open  string // a line without its end
}

// Write never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	parts := strings.Split(t.open+string(p), "\n")
	t.open = parts[len(parts)-1]
	t.lines = append(t.lines, parts[:len(parts)-1]...)
	if extra := len(t.lines) - tailLines; extra > 0 {
		t.lines = append(t.lines[:0], t.lines[extra:]...)
	}
	return len(p), nil
}

// String returns the lines.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimRight(strings.Join(t.lines, "\n")+"\n"+t.open, "\n")
}
