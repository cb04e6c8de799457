package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Server is a PostgreSQL server of one's own: its data, its port and its socket
// are in a temporary folder, and it is as durable as in production.
type Server struct {
	URL string // of its first database, for its superuser

	bin, dir, data string
	settings       []string
}

// NewServer makes a server and starts it. Settings are like "fsync=off". As
// root it runs it as the user postgres, because PostgreSQL refuses to be root.
func NewServer(ctx context.Context, settings ...string) (s *Server, err error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "sentineliq-pg-")
	if err != nil {
		return nil, err
	}
	s = &Server{bin: bin, dir: dir, data: filepath.Join(dir, "data")}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
			s = nil
		}
	}()
	if os.Geteuid() == 0 {
		if err := exec.CommandContext(ctx, "chown", "postgres", dir).Run(); err != nil {
			return s, fmt.Errorf("there is no user postgres to run the server as: %w", err)
		}
	}
	if err := s.run(ctx, "initdb", "-D", s.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"); err != nil {
		return s, err
	}
	port, err := freePort(ctx)
	if err != nil {
		return s, err
	}
	s.settings = append([]string{
		"port=" + strconv.Itoa(port), "listen_addresses=127.0.0.1", "unix_socket_directories=" + dir,
		"max_connections=300", "fsync=on", "shared_buffers=64MB",
	}, settings...)
	s.URL = fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port)
	return s, s.Start(ctx)
}

// Start starts a server that was stopped or killed, on its old data and port.
func (s *Server) Start(ctx context.Context) error {
	return s.run(ctx, "pg_ctl", "-D", s.data, "-l", filepath.Join(s.dir, "log"), "-w", "-t", "60",
		"-o", "-c "+strings.Join(s.settings, " -c "), "start")
}

// Stop stops the server; mode is fast, smart or immediate.
func (s *Server) Stop(ctx context.Context, mode string) error {
	return s.run(ctx, "pg_ctl", "-D", s.data, "-w", "-t", "30", "-m", mode, "stop")
}

// Kill kills every process of the server, as a power cut would.
func (s *Server) Kill(ctx context.Context) error {
	victims, err := s.halt(ctx)
	if err != nil {
		return err
	}
	if err := signal(ctx, "KILL", victims...); err != nil {
		return err
	}
	for alive(ctx, victims) {
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	// A dead process that nobody has buried yet would count as a running server.
	locks, err := filepath.Glob(filepath.Join(s.dir, ".s.PGSQL.*.lock"))
	for _, name := range append(locks, s.lock()) {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}

// Freeze stops every process of the server with SIGSTOP, so that connections
// stay and nobody answers; thaw lets them go on.
func (s *Server) Freeze(ctx context.Context) (thaw func() error, err error) {
	frozen, err := s.halt(ctx)
	if err == nil {
		err = signal(ctx, "STOP", frozen...)
	}
	return func() error { return signal(context.WithoutCancel(ctx), "CONT", frozen...) }, err
}

// halt stops the postmaster with SIGSTOP, for one that goes on would make
// children that nobody counted, and returns all processes of the server.
func (s *Server) halt(ctx context.Context) ([]string, error) {
	text, err := os.ReadFile(s.lock())
	if err != nil {
		return nil, err
	}
	pid, _, _ := strings.Cut(string(text), "\n")
	if err := signal(ctx, "STOP", pid); err != nil {
		return nil, err
	}
	for !stopped(ctx, pid) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	children, err := exec.CommandContext(ctx, "ps", "-o", "pid=", "--ppid", pid).Output()
	return append([]string{pid}, strings.Fields(string(children))...), err
}

func (s *Server) lock() string { return filepath.Join(s.data, "postmaster.pid") }

// signal sends a signal to processes. That one of them has ended by itself is
// no failure: connections end at any time.
func signal(ctx context.Context, name string, pids ...string) error {
	err := exec.CommandContext(ctx, "kill", append([]string{"-" + name}, pids...)...).Run()
	if errors.As(err, new(*exec.ExitError)) {
		return nil
	}
	return err
}

// stopped reports whether a process stands still, or is not there at all.
func stopped(ctx context.Context, pid string) bool {
	state, err := exec.CommandContext(ctx, "ps", "-o", "stat=", "-p", pid).Output()
	return err != nil || strings.HasPrefix(string(state), "T")
}

// alive reports whether one of the processes still runs.
func alive(ctx context.Context, pids []string) bool {
	states, err := exec.CommandContext(ctx, "ps", "-o", "stat=", "-p", strings.Join(pids, ",")).Output()
	if err != nil {
		return false // ps found none of them
	}
	return slices.ContainsFunc(strings.Fields(string(states)), func(state string) bool { return !strings.HasPrefix(state, "Z") })
}

// Remove stops the server, if it runs, and deletes its data.
func (s *Server) Remove(ctx context.Context) error {
	var err error
	if _, absent := os.Stat(s.lock()); absent == nil {
		err = s.Stop(ctx, "immediate")
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

// Log is what the server wrote.
func (s *Server) Log() string {
	text, err := os.ReadFile(filepath.Join(s.dir, "log"))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func (s *Server) run(ctx context.Context, name string, args ...string) error {
	line := append([]string{filepath.Join(s.bin, name)}, args...)
	if os.Geteuid() == 0 {
		line = append([]string{"setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"}, line...)
	}
	// A child that stays must not hold our pipes: the output goes to a file.
	out, err := os.Create(filepath.Join(s.dir, name+".out"))
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, line[0], line[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, out, out
	err = errors.Join(cmd.Run(), out.Close())
	if err != nil {
		text, _ := os.ReadFile(out.Name()) //nolint:errcheck // it only explains
		return fmt.Errorf("%s: %w\n%s\n%s", name, err, bytes.TrimSpace(text), s.Log())
	}
	return nil
}

// binaries is the folder of initdb: on the PATH, or the newest one installed.
func binaries() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	var found []string
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin/initdb", "/usr/pgsql-*/bin/initdb", "/opt/homebrew/opt/postgresql*/bin/initdb"} {
		some, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		found = append(found, some...)
	}
	if len(found) == 0 {
		return "", errors.New("no PostgreSQL binaries found: install the package postgresql, or set TEST_DATABASE_URL")
	}
	return filepath.Dir(slices.Max(found)), nil
}

func freePort(ctx context.Context) (int, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	addr, _ := l.Addr().(*net.TCPAddr) //nolint:errcheck // a TCP listener has one
	return addr.Port, l.Close()
}
