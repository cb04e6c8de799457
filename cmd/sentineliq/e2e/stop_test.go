package e2e_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The program is told to stop under load. It ends well and soon; every request
// that it had begun gets its answer, nothing else has any effect, and what it
// still owes is delivered in its next life, once.
func TestGracefulStop(t *testing.T) {
	t.Parallel()
	s := newSink(t)
	a := start(t)
	c := &crash{app: a, sink: s, secret: newSecret(t), acme: a.company(t, "acme")}
	c.ana, c.sensor = c.acme.analyst(t, "ana"), c.acme.key(t, "sensor")
	hook := c.acme.webhook(t, "soar", s.url(hookPath), c.secret)
	slack := c.acme.slack(t, "soc", s.url(crashSlack))
	c.acme.wants(t, rule{name: "all", channels: []string{hook, slack}})
	c.acme.wants(t, rule{name: "incidents", events: []string{"incident.created"}, channels: []string{hook}})
	s.answers(hookPath, func(int) reaction { return reaction{wait: 20 * time.Millisecond} })
	a.client.Transport = &http.Transport{DisableKeepAlives: true} // so that no request is sent into a closing connection

	doomed := a.now()
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() { c.work(worker, doomed) })
	}
	half := c.halfSent(t)
	eventually(t, 20*time.Second, "the load runs", func() (bool, string) {
		n := len(s.arrived(hookPath))
		return n >= 10, fmt.Sprint(n, " messages")
	})
	took := make(chan time.Duration, 1)
	go func() { took <- c.asksToStop(t, doomed) }()
	half.finishes(t, a)
	all.Wait()
	spent := <-took
	if doomed.err != nil || spent > stopWithin {
		t.Errorf("the program ended after %s: %v\n%s", spent, doomed.err, doomed.tail())
	}
	answered := c.noneIsHalfDone(t)
	a.live(t)
	c.acknowledgedAfterStop(t, half)
	t.Logf("stopped in %s; %d requests had been answered, %d came too late", spent.Round(time.Millisecond), answered, len(c.jobs)-answered)
}

// asksToStop sends the signal and waits for the end.
func (c *crash) asksToStop(t *testing.T, doomed *life) time.Duration {
	t.Helper()
	began := time.Now()
	doomed.signal(t, syscall.SIGTERM)
	select {
	case <-doomed.done:
	case <-time.After(3 * stopWithin):
		doomed.signal(t, syscall.SIGKILL)
		<-doomed.done
	}
	return time.Since(began)
}

// noneIsHalfDone checks that each request got a good answer or never reached
// the program. It returns how many did.
func (c *crash) noneIsHalfDone(t *testing.T) (answered int) {
	t.Helper()
	for _, j := range c.jobs {
		for _, a := range j.attempts {
			switch {
			case a.err == nil && a.succeeded():
				answered++
			case a.err == nil:
				t.Errorf("%s: %s", a.entry, clip(a.body))
			}
		}
	}
	return answered
}

// acknowledgedAfterStop holds the store and the sink against the answers: what
// was answered is there, what was not is not.
func (c *crash) acknowledgedAfterStop(t *testing.T, half *halfRequest) {
	t.Helper()
	got, want := map[string]int{}, map[string]int{}
	for _, r := range list[row](t, c.ana, "/alerts/") {
		got[r.SourceRef] += r.Occurrences
	}
	want[half.ref]++
	var done []*job
	for _, j := range c.jobs {
		if !j.done {
			continue
		}
		done = append(done, j)
		for _, ref := range j.refs {
			want[ref]++
		}
	}
	sameBag(t, "reports", got, want)
	c.jobs = append(done, &job{kind: "single", alerts: []string{half.alert}, done: true})
	d := c.delivered(t)
	for _, what := range append(d.missing, d.phantoms...) {
		t.Errorf("not as owed: %s", what)
	}
	if d.duplicates != 0 {
		t.Errorf("%d messages were sent twice, though nothing went wrong", d.duplicates)
	}
}

// halfRequest is a request whose body the program waits for.
type halfRequest struct {
	conn  net.Conn
	rest  string
	ref   string
	alert string
}

// halfSent begins a request, and leaves its body unfinished.
func (c *crash) halfSent(t *testing.T) *halfRequest {
	t.Helper()
	host := strings.TrimPrefix(c.app.url(), "http://")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Errorf("closing the connection: %v", err)
		}
	})
	body := reported("half-sent")
	id := c.app.ledger.next()
	head := fmt.Sprintf("POST %s/alerts/ingest/ HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"+
		"X-Request-ID: %s\r\nContent-Length: %d\r\n\r\n", base, host, c.sensor.token(), id, len(body))
	if _, err := io.WriteString(conn, head+body[:20]); err != nil {
		t.Fatal(err)
	}
	c.app.ledger.add(entry{id: id, who: c.sensor, method: http.MethodPost, path: "/alerts/ingest/"})
	return &halfRequest{conn: conn, rest: body[20:], ref: "half-sent"}
}

// finishes waits until the program takes no new connections, sends the rest,
// and reads the answer.
func (h *halfRequest) finishes(t *testing.T, a *app) {
	t.Helper()
	host := strings.TrimPrefix(a.url(), "http://")
	eventually(t, stopWithin, "new connections are refused", func() (bool, string) {
		conn, err := net.Dial("tcp", host)
		if err != nil {
			return true, ""
		}
		return false, fmt.Sprint("accepted ", conn.Close())
	})
	if _, err := io.WriteString(h.conn, h.rest); err != nil {
		t.Fatalf("a request that was accepted is cut: %v", err)
	}
	var got bytes.Buffer
	if _, err := io.Copy(&got, h.conn); err != nil {
		t.Fatalf("a request that was accepted is cut: %v", err)
	}
	head, body, _ := strings.Cut(got.String(), "\r\n\r\n")
	if !strings.HasPrefix(head, "HTTP/1.1 201") {
		t.Fatalf("a request that was accepted is answered %q", got.String())
	}
	var receipt struct {
		AlertID string `json:"alert_id"`
	}
	if err := jsonInto([]byte(body), &receipt); err != nil {
		t.Fatal(err)
	}
	h.alert = receipt.AlertID
}
