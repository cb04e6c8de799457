// Package e2e_test drives the built program from outside, as its users and its
// surroundings do: over HTTP, with sinks that stand in for Slack, webhooks and
// a mail server, and with signals. Nothing of the
// program is imported. With E2E_BUS=rabbitmq every program has a broker.
package e2e_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/sentineliq/sentineliq/adapters/rabbitmq/rabbitmqtest"
	"github.com/sentineliq/sentineliq/adapters/sqlstore/pgtest"
)

// atOnce is how many tests run at a time: most of what they do is wait for
// leases and retries to end.
const atOnce = 8

// postgresVariable runs the suite on PostgreSQL: with a database for each data
// directory on the server at that address, or on a private one ("private").
const postgresVariable = "E2E_DATABASE_URL"

// bench holds the binaries under test.
var bench workbench

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	usual := strconv.Itoa(runtime.GOMAXPROCS(0))
	if asked := flag.Lookup("test.parallel"); asked != nil && asked.Value.String() == usual {
		if err := flag.Set("test.parallel", strconv.Itoa(atOnce)); err != nil {
			return 1, fmt.Errorf("setting -test.parallel: %w", err)
		}
	}
	bench.dir, err = os.MkdirTemp("", "sentineliq-e2e-")
	if err != nil {
		return 1, fmt.Errorf("making a folder for the binaries: %w", err)
	}
	defer func() { err = errors.Join(err, bench.end()) }()
	if server := os.Getenv(postgresVariable); server != "" {
		if server != "private" {
			if err := os.Setenv(pgtest.ServerVariable, server); err != nil {
				return 1, err
			}
		}
		return pgtest.Main(brokered{m}), nil
	}
	return rabbitmqtest.Main(m), nil
}

// workbench builds the program, each kind of it once, when it is first needed.
type workbench struct {
	dir       string
	ordinary  sync.Once
	breakable sync.Once
	server    sync.Once
	faults    [3]error
	postgres  *pgtest.Server // of tests that want PostgreSQL in any case; nil: the run has one
}

// serve starts a PostgreSQL server for the tests that want one.
func (w *workbench) serve(t testing.TB) (err error) {
	if w.postgres, err = pgtest.NewServer(context.WithoutCancel(t.Context())); err == nil {
		err = os.Setenv(pgtest.ServerVariable, w.postgres.URL) //nolint:usetesting // for all tests
	}
	return err
}

// end removes what the tests were given.
func (w *workbench) end() error {
	var err error
	if w.postgres != nil {
		err = w.postgres.Remove(context.Background())
	}
	return errors.Join(err, os.RemoveAll(w.dir))
}

// program returns the path of the ordinary binary.
func (w *workbench) program(t testing.TB) string {
	t.Helper()
	path := filepath.Join(w.dir, "sentineliq")
	w.ordinary.Do(func() { w.faults[0] = build(path) })
	if w.faults[0] != nil {
		t.Fatal(w.faults[0])
	}
	return path
}

// fragile returns the path of the binary that FP can break.
func (w *workbench) fragile(t testing.TB) string {
	t.Helper()
	path := filepath.Join(w.dir, "sentineliq-failpoint")
	w.breakable.Do(func() { w.faults[1] = build(path, "-tags", "failpoint") })
	if w.faults[1] != nil {
		t.Fatal(w.faults[1])
	}
	return path
}

func build(path string, flags ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	args := append(append([]string{"build"}, flags...), "-o", path, "github.com/sentineliq/sentineliq/cmd/sentineliq")
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

// eventually waits until done says yes. What it says besides is what the
// failure reports, if it never does.
func eventually(t testing.TB, within time.Duration, what string, done func() (ok bool, state string)) {
	t.Helper()
	if state, ok := waitFor(within, done); !ok {
		t.Fatalf("%s: not within %s: %s", what, within, state)
	}
}

func waitFor(within time.Duration, done func() (ok bool, state string)) (string, bool) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(within)
	for {
		ok, state := done()
		if ok {
			return state, true
		}
		select {
		case <-late:
			return state, false
		case <-tick.C:
		}
	}
}

// brokered runs the tests and then gives the broker back, if one was used.
type brokered struct{ m *testing.M }

func (b brokered) Run() int { return rabbitmqtest.Main(b.m) }
