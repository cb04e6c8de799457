package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/sentineliq/sentineliq/adapters/sqlstore/pgtest"
)

// roundsVariable is how often the program is stopped under load; make stop asks
// for many.
const roundsVariable = "STOP_ROUNDS"

func stopRounds(t *testing.T) int {
	t.Helper()
	given := os.Getenv(roundsVariable)
	if given == "" {
		return 2
	}
	n, err := strconv.Atoi(given)
	if err != nil || n < 1 {
		t.Fatalf("%s is no number of rounds: %s", roundsVariable, given)
	}
	return n
}

// The program is told to stop while 300 requests a second come in over
// connections that are kept. No request that it accepted fails, nothing that
// failed has had an effect, and it is gone within ten seconds; again and again.
func TestStop_UnderLoad(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]func(testing.TB) []string{
		"embedded": func(testing.TB) []string { return nil }, "postgres": onPostgres,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := start(t, settings(t)...)
			acme := a.company(t, "acme")
			sensor, ana := acme.key(t, "sensor"), acme.analyst(t, "ana")
			answered, late, longest := 0, 0, time.Duration(0)
			for round := range stopRounds(t) {
				l := newLoad(a, sensor, fmt.Sprint("round-", round))
				took := l.untilTheEnd(t)
				a.live(t)
				l.balances(t, ana)
				answered, late, longest = answered+len(l.taken), late+l.late, max(longest, took)
				if t.Failed() {
					t.Fatalf("in round %d", round)
				}
			}
			t.Logf("%d requests answered, %d came too late; the longest stop took %s", answered, late, longest.Round(time.Millisecond))
		})
	}
}

// load is one round of requests, and what became of them.
type load struct {
	app    *app
	sensor *person
	source string
	client *http.Client

	mu    sync.Mutex
	taken map[string]int // by source_ref: 1 where the answer was good
	late  int            // no connection: it was closed
	never []string       // refs of requests on a new connection that nobody took
	wrong []string
}

const (
	loadRate = 300
	loadMost = 128 // at once
)

func newLoad(a *app, sensor *person, source string) *load {
	return &load{
		app: a, sensor: sensor, source: source, taken: map[string]int{},
		client: &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: loadMost}},
	}
}

// untilTheEnd sends requests, tells the program to stop in the middle of them and
// goes on until it has ended. It returns how long that took.
func (l *load) untilTheEnd(t *testing.T) time.Duration {
	t.Helper()
	defer l.client.CloseIdleConnections()
	doomed, url := l.app.now(), l.app.url()
	var all sync.WaitGroup
	var answered atomic.Int64
	all.Go(func() {
		places := make(chan struct{}, loadMost)
		tick := time.NewTicker(time.Second / loadRate)
		defer tick.Stop()
		for n := 0; doomed.running(); n++ {
			<-tick.C
			places <- struct{}{}
			all.Go(func() {
				l.report(url, fmt.Sprint(l.source, "-", n))
				answered.Add(1)
				<-places
			})
		}
	})
	eventually(t, time.Minute, "the load runs", func() (bool, string) {
		return answered.Load() >= loadRate, fmt.Sprint(answered.Load(), " requests")
	})
	told := time.Now()
	doomed.signal(t, syscall.SIGTERM)
	select {
	case <-doomed.done:
	case <-time.After(3 * stopWithin):
		doomed.signal(t, syscall.SIGKILL)
		<-doomed.done
	}
	took := time.Since(told)
	all.Wait()
	if doomed.err != nil || took > stopWithin {
		t.Errorf("the program ended after %s: %v\n%s", took, doomed.err, doomed.tail())
	}
	return took
}

// report sends one alert and notes what became of it.
func (l *load) report(url, ref string) {
	reused := false
	ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
		GotConn: func(c httptrace.GotConnInfo) { reused = c.Reused },
	})
	body := strings.NewReader(fmt.Sprintf(`{"title": "report", "source": %q, "source_ref": %q, "severity": "low"}`, l.source, ref))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+base+"/alerts/ingest/", body)
	if err != nil {
		l.note(func() { l.wrong = append(l.wrong, err.Error()) })
		return
	}
	l.sensor.dress(req, ask{kind: jsonType}, ref)
	res, err := l.client.Do(req)
	l.note(func() {
		switch {
		case errors.Is(err, syscall.ECONNREFUSED):
			l.late++
		case err != nil && reused:
			l.wrong = append(l.wrong, fmt.Sprintf("%s, on a connection that was kept: %v", ref, err))
		case err != nil:
			l.late, l.never = l.late+1, append(l.never, ref)
		case res.StatusCode != http.StatusCreated:
			l.wrong = append(l.wrong, fmt.Sprintf("%s: %s", ref, res.Status))
		default:
			l.taken[ref] = 1
		}
	})
	if err != nil {
		return
	}
	_, err = io.Copy(io.Discard, res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		l.note(func() { l.wrong = append(l.wrong, fmt.Sprintf("%s: the answer is cut: %v", ref, err)) })
	}
}

func (l *load) note(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
}

// balances checks that what was answered is there, and nothing else is.
func (l *load) balances(t *testing.T, who *person) {
	t.Helper()
	for _, what := range l.wrong {
		t.Errorf("a request that was accepted failed: %s", what)
	}
	got := map[string]int{}
	for _, r := range list[row](t, who, "/alerts/?page_size=100&source="+l.source) {
		got[r.SourceRef] += r.Occurrences
	}
	sameBag(t, "reports", got, l.taken)
	for _, ref := range l.never {
		if got[ref] != 0 {
			t.Errorf("%s was cut, and took effect", ref)
		}
	}
}

// A database that hangs does not keep the program: it ends in time, and what it
// had answered is there when the database is back.
func TestStop_WithAFrozenDatabase(t *testing.T) {
	t.Parallel()
	server, err := pgtest.NewServer(t.Context())
	if err != nil {
		if os.Getenv(pgtest.RequireVariable) == "1" {
			t.Fatal(err)
		}
		t.Skipf("NOT TESTED on PostgreSQL: %v", err)
	}
	t.Cleanup(func() {
		if err := server.Remove(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	key := newSecret(t) + newSecret(t)
	a := start(t, "DATABASE_URL="+server.URL, "AUTO_MIGRATE=true", "JWT_SECRET_KEY="+key, "ENCRYPTION_KEY=x"+key)
	acme := a.company(t, "acme")
	sensor, ana := acme.key(t, "sensor"), acme.analyst(t, "ana")
	l := newLoad(a, sensor, "frozen")
	for n := range 20 {
		l.report(a.url(), fmt.Sprint("before-", n))
	}
	thaw, err := server.Freeze(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	doomed, url := a.now(), a.url()
	var all sync.WaitGroup
	hanging := newLoad(a, sensor, "hanging")
	for n := range 20 {
		all.Go(func() { hanging.report(url, fmt.Sprint("hanging-", n)) })
	}
	told := time.Now()
	doomed.signal(t, syscall.SIGTERM)
	select {
	case <-doomed.done:
	case <-time.After(3 * stopWithin):
		doomed.signal(t, syscall.SIGKILL)
		<-doomed.done
		t.Error("the program had to be killed")
	}
	took := time.Since(told)
	all.Wait()
	if took > stopWithin {
		t.Errorf("the program ended after %s, more than %s\n%s", took, stopWithin, doomed.tail())
	}
	t.Logf("ended after %s: %v", took.Round(time.Millisecond), doomed.err)
	if err := thaw(); err != nil {
		t.Fatal(err)
	}
	a.live(t)
	l.balances(t, ana)
}

// Told to stop, the program says so at once, and serves until load balancers have
// noticed. A second signal ends it there and then.
func TestStop_SaysSoAndServesOn(t *testing.T) {
	t.Parallel()
	a := start(t, "STOP_DELAY=10m")
	doomed := a.now()
	doomed.signal(t, syscall.SIGTERM)
	eventually(t, startWithin, "it says that it is stopping", func() (bool, string) {
		res, err := a.client.Get(a.url() + "/readyz")
		if err != nil {
			return false, err.Error()
		}
		body, err := io.ReadAll(res.Body)
		err = errors.Join(err, res.Body.Close())
		return err == nil && res.StatusCode == http.StatusServiceUnavailable && res.Close && strings.Contains(string(body), `"stopping"`),
			fmt.Sprint(res.Status, " ", string(body))
	})
	for range 5 {
		a.root.get("/users/me/").want(t, http.StatusOK)
	}
	doomed.signal(t, syscall.SIGTERM)
	select {
	case <-doomed.done:
	case <-time.After(stopWithin):
		t.Fatal("the second signal is not heard")
	}
	var exit interface{ Sys() any }
	if !errors.As(doomed.err, &exit) {
		t.Fatalf("it ended with %v", doomed.err)
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); !ok || !status.Signaled() {
		t.Errorf("it ended with %v", doomed.err)
	}
}
