package e2e_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sentineliq/sentineliq/adapters/sqlstore/pgtest"
)

// public is what links in answers start with; the client finds its own way.
const public = "http://siq.test"

const (
	startWithin = 60 * time.Second // a loaded machine
	stopWithin  = 10 * time.Second // what the product promises
)

// app is the program on one data directory, over all its lives.
type app struct {
	binary   string
	command  []string
	dir      string
	settings []string
	client   *http.Client
	ledger   *ledger
	root     *person // the first superuser

	mu   sync.Mutex
	life *life
	past []*life
}

// life is one process.
type life struct {
	cmd      *exec.Cmd
	url      string
	username string
	password string // only in the life that made the superuser
	printed  strings.Builder
	log      string        // path of what it wrote to standard error
	done     chan struct{} // closed when the process has ended
	err      error         // of the process; read after done
}

// start runs the ordinary program on a new data directory.
func start(t testing.TB, settings ...string) *app {
	t.Helper()
	return begin(t, bench.program(t), settings...)
}

// begin runs a binary on a new data directory and logs the superuser in.
func begin(t testing.TB, binary string, settings ...string) *app {
	t.Helper()
	a := &app{
		binary: binary, command: []string{"serve"}, dir: t.TempDir(), ledger: &ledger{},
		settings: append([]string{
			"HTTP_ADDR=127.0.0.1:0", "PUBLIC_URL=" + public, "OUTBOUND_ALLOW_CIDRS=127.0.0.0/8",
			"API_RATE=off", "LOGIN_RATE=off", "LOG_FORMAT=json",
			"RETRY_SCHEDULE=200ms,400ms,800ms,1s,1s,1s,1s,1s",
		}, append(broker(t), settings...)...),
		client: &http.Client{
			Timeout:   90 * time.Second,
			Transport: &http.Transport{MaxIdleConnsPerHost: 128},
		},
	}
	if os.Getenv(postgresVariable) != "" {
		a.settings = append([]string{
			"DATABASE_URL=" + pgtest.Database(t), "AUTO_MIGRATE=true",
			"JWT_SECRET_KEY=" + rand.Text() + rand.Text(), "ENCRYPTION_KEY=" + rand.Text() + rand.Text(),
		}, a.settings...)
	}
	t.Cleanup(func() { a.end(t) })
	first := a.live(t)
	if first.username == "" || first.password == "" {
		t.Fatalf("the first life printed no superuser:\n%s", first.printed.String())
	}
	a.root = &person{app: a, name: first.username, password: first.password, role: "superuser"}
	a.root.logsIn(t)
	return a
}

// live starts a process and waits until it is ready.
func (a *app) live(t testing.TB, extra ...string) *life {
	t.Helper()
	a.mu.Lock()
	number := len(a.past)
	a.mu.Unlock()
	l := &life{done: make(chan struct{}), log: filepath.Join(a.dir, fmt.Sprintf("stderr-%d.log", number))}
	out, err := l.spawn(a, extra)
	if err != nil {
		t.Fatalf("starting the program: %v", err)
	}
	ready := make(chan struct{})
	go l.follow(out, ready, number == 0 && a.root == nil)
	select {
	case <-ready:
	case <-l.done:
		t.Fatalf("the program ended before it served: %v\n%s", l.err, l.tail())
	case <-time.After(startWithin):
		l.signal(t, syscall.SIGKILL)
		t.Fatalf("the program did not say where it serves within %s\n%s", startWithin, l.tail())
	}
	a.mu.Lock()
	a.life, a.past = l, append(a.past, l)
	a.mu.Unlock()
	eventually(t, startWithin, "ready", func() (bool, string) {
		res, err := a.client.Get(l.url + "/readyz")
		if err != nil {
			return !l.running(), err.Error() // one that dies this early is the test's affair
		}
		return res.StatusCode == http.StatusOK, fmt.Sprint(res.StatusCode, errors.Join(res.Body.Close()))
	})
	return l
}

func (l *life) spawn(a *app, extra []string) (io.Reader, error) {
	log, err := os.Create(l.log)
	if err != nil {
		return nil, err
	}
	l.cmd = exec.Command(a.binary, a.command...)
	l.cmd.Dir = a.dir // nobody's .env there
	l.cmd.Stderr = log
	l.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + a.dir, "TMPDIR=" + a.dir, "DATA_DIR=" + a.dir}, a.settings...)
	l.cmd.Env = append(l.cmd.Env, extra...)
	out, err := l.cmd.StdoutPipe()
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	return out, errors.Join(l.cmd.Start(), log.Close())
}

// follow reads what the program prints until it ends.
func (l *life) follow(out io.Reader, ready chan<- struct{}, first bool) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		line := lines.Text()
		l.printed.WriteString(line + "\n")
		if _, url, ok := strings.Cut(line, " serves at "); ok {
			l.url = strings.TrimSpace(url)
		}
		if name, ok := strings.CutPrefix(line, "First superuser: "); ok {
			l.username = name
		}
		if password, ok := strings.CutPrefix(line, "Password (shown once): "); ok {
			l.password = password
		}
		if ready != nil && l.url != "" && (!first || l.password != "") {
			close(ready)
			ready = nil
		}
	}
	l.err = l.cmd.Wait()
	close(l.done)
}

func (l *life) running() bool {
	select {
	case <-l.done:
		return false
	default:
		return true
	}
}

// signal tells the process something, unless it has ended by itself.
func (l *life) signal(t testing.TB, s syscall.Signal) {
	t.Helper()
	if err := l.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("signalling the program: %v", err)
	}
}

// tail returns the end of the log, for failures.
func (l *life) tail() string {
	data, err := os.ReadFile(l.log)
	if err != nil {
		return err.Error()
	}
	return string(data[max(0, len(data)-4000):])
}

// url is where the present life serves.
func (a *app) url() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.life.url
}

func (a *app) now() *life {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.life
}

// stop asks the present life to end and reports how long it took. It must end
// well, in the time the product promises.
func (a *app) stop(t testing.TB) time.Duration {
	t.Helper()
	l, began := a.now(), time.Now()
	l.signal(t, syscall.SIGTERM)
	select {
	case <-l.done:
	case <-time.After(2 * stopWithin):
		l.signal(t, syscall.SIGKILL)
		t.Fatalf("the program did not stop within %s\n%s", 2*stopWithin, l.tail())
	}
	took := time.Since(began)
	if l.err != nil {
		t.Errorf("exit: %v\n%s", l.err, l.tail())
	}
	if took > stopWithin {
		t.Errorf("the program took %s to stop, more than %s", took, stopWithin)
	}
	return took
}

// end cleans up after a test, whatever state it left the program in.
func (a *app) end(t testing.TB) {
	t.Helper()
	a.client.CloseIdleConnections()
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, l := range a.past {
		if l.running() {
			l.signal(t, syscall.SIGTERM)
		}
		select {
		case <-l.done:
		case <-time.After(stopWithin):
			l.signal(t, syscall.SIGKILL)
			<-l.done
		}
		if t.Failed() {
			t.Logf("log of %s:\n%s", filepath.Base(l.log), l.tail())
		}
	}
}

// logs returns all that the program wrote, over all lives: what it printed and
// what it logged.
func (a *app) logs(t testing.TB) (printed, logged string) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, l := range a.past {
		if l.running() {
			t.Fatal("the logs are complete only when the program has stopped")
		}
		data, err := os.ReadFile(l.log)
		if err != nil {
			t.Fatal(err)
		}
		printed, logged = printed+l.printed.String(), logged+string(data)
	}
	return printed, logged
}

// metric returns the sum over all series of a metric; found is false when there
// is none.
func (a *app) metric(name string) (sum float64, found bool, err error) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, a.url()+"/metrics", http.NoBody)
	if err != nil {
		return 0, false, err
	}
	res, err := a.client.Do(req)
	if err != nil {
		return 0, false, err
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		series, value, ok := strings.Cut(lines.Text(), " ")
		base, _, _ := strings.Cut(series, "{")
		if !ok || base != name {
			continue
		}
		var one float64
		if _, err := fmt.Sscan(value, &one); err != nil {
			return 0, false, fmt.Errorf("%s: %w", lines.Text(), err)
		}
		sum, found = sum+one, true
	}
	return sum, found, lines.Err()
}
