package faults_test

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	startWithin = 90 * time.Second // a loaded machine
	stopWithin  = 10 * time.Second // what the product promises
)

// process is one program of a cluster over all its lives. It keeps its address.
type process struct {
	name    string
	binary  string
	dir     string
	command []string
	env     []string
	address string // host:port

	mu   sync.Mutex
	life *life
	past []*life
}

// life is one run of the program.
type life struct {
	cmd     *exec.Cmd
	log     string        // path of what it wrote to standard error
	done    chan struct{} // closed when it has ended
	err     error         // of the end; read after done
	ordered bool          // somebody meant it to end

	mu      sync.Mutex
	printed []string
}

// The ports lie below those that systems hand out, so that nobody takes one
// while its program is dead.
const (
	lowestPort = 15_000
	ports      = 15_000
)

// freeAddress is one that nobody listens on.
func freeAddress(t testing.TB) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", lowestPort+rand.IntN(ports))
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
		if err != nil {
			continue
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return address
	}
	t.Fatal("no port is free")
	return ""
}

func (p *process) url() string { return "http://" + p.address }

// spawn begins a life, whatever becomes of it.
func (p *process) spawn(extra ...string) (*life, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := &life{done: make(chan struct{}), log: filepath.Join(p.dir, fmt.Sprintf("%s-%d.log", p.name, len(p.past)))}
	log, err := os.Create(l.log)
	if err != nil {
		return nil, err
	}
	l.cmd = exec.Command(p.binary, p.command...)
	l.cmd.Dir, l.cmd.Stderr = p.dir, log
	l.cmd.Env = append(append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.dir, "TMPDIR=" + p.dir}, p.env...), extra...)
	out, err := l.cmd.StdoutPipe()
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	if err := errors.Join(l.cmd.Start(), log.Close()); err != nil {
		return nil, err
	}
	p.life, p.past = l, append(p.past, l)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			l.mu.Lock()
			l.printed = append(l.printed, lines.Text())
			l.mu.Unlock()
		}
		l.err = l.cmd.Wait()
		close(l.done)
	}()
	return l, nil
}

// start begins a life and waits until it is ready.
func (p *process) start(t testing.TB, extra ...string) *life {
	t.Helper()
	l, err := p.spawn(extra...)
	if err != nil {
		t.Fatalf("starting %s: %v", p.name, err)
	}
	eventually(t, startWithin, p.name+" is ready", func() (bool, string) {
		if !l.running() {
			return true, ""
		}
		return p.ready()
	})
	return l
}

// probe asks whether a program is ready. What hangs is not.
var probe = &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

func (p *process) ready() (bool, string) {
	res, err := probe.Get(p.url() + "/readyz")
	if err != nil {
		return false, err.Error()
	}
	return res.StatusCode == http.StatusOK, fmt.Sprint(res.StatusCode, errors.Join(res.Body.Close()))
}

func (p *process) now() *life {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.life
}

func (l *life) running() bool {
	select {
	case <-l.done:
		return false
	default:
		return true
	}
}

// signal tells the program something, unless it has ended by itself.
func (l *life) signal(t testing.TB, s syscall.Signal) {
	t.Helper()
	if err := l.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("signalling a program: %v", err)
	}
}

// wasKilled reports whether the life ended by SIGKILL.
func (l *life) wasKilled() bool {
	status, ok := l.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// saying returns what follows a text at the beginning of a printed line.
func (l *life) saying(start string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range l.printed {
		if rest, ok := strings.CutPrefix(line, start); ok {
			return rest
		}
	}
	return ""
}

// tail returns the end of the log, for failures.
func (l *life) tail() string {
	data, err := os.ReadFile(l.log)
	if err != nil {
		return err.Error()
	}
	return string(data[max(0, len(data)-3000):])
}

// stop asks the present life to end and reports how long it took.
func (p *process) stop(t testing.TB) time.Duration {
	t.Helper()
	l, began := p.now(), time.Now()
	if l == nil || !l.running() {
		return 0
	}
	l.ordered = true
	l.signal(t, syscall.SIGTERM)
	select {
	case <-l.done:
	case <-time.After(3 * stopWithin):
		l.signal(t, syscall.SIGKILL)
		t.Fatalf("%s did not stop within %s\n%s", p.name, 3*stopWithin, l.tail())
	}
	if l.err != nil {
		t.Errorf("%s was asked to stop and ended with %v\n%s", p.name, l.err, l.tail())
	}
	return time.Since(began)
}

// end cleans up, whatever state the program is in.
func (p *process) end(t testing.TB) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.past {
		if l.running() {
			l.signal(t, syscall.SIGKILL)
		}
		<-l.done
	}
	if t.Failed() && p.life != nil {
		t.Logf("end of the log of %s:\n%s", p.name, p.life.tail())
	}
}
