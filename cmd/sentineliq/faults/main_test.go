// Package faults_test breaks the built program and everything around it, under
// load, and then holds four ledgers against each other: what the clients were
// answered, what the database keeps, what the receivers of messages saw, and
// what the audit log says. `make faults` runs it.
package faults_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// The environment that steers a run.
const (
	wantedVariable  = "FAULTS"         // 1: break things; without it only the oracle is tested
	longVariable    = "FAULTS_LONG"    // 1: every family often, and a long storm
	minutesVariable = "FAULTS_MINUTES" // how long the storm takes
	seedVariable    = "FAULTS_SEED"    // repeats the dice of a run
	tableVariable   = "FAULTS_TABLE"   // the file that the table is written to
)

// bench holds the binary under test.
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
	bench.dir, err = os.MkdirTemp("", "sentineliq-faults-")
	if err != nil {
		return 1, fmt.Errorf("making a folder for the binary: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(bench.dir)) }()
	return m.Run(), nil
}

// workbench builds the program once, so that FP can break it.
type workbench struct {
	dir   string
	once  sync.Once
	fault error
}

func (w *workbench) program(t testing.TB) string {
	t.Helper()
	path := filepath.Join(w.dir, "sentineliq")
	w.once.Do(func() {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, "go", "build", "-tags", "failpoint", "-o", path, "github.com/sentineliq/sentineliq/cmd/sentineliq")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			w.fault = fmt.Errorf("go build: %w\n%s", err, out)
		}
	})
	if w.fault != nil {
		t.Fatal(w.fault)
	}
	return path
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
