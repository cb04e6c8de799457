package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// points are the kill points, in the order in which an alert passes them, with
// the latest visit at which the program is killed.
func points() map[string]int {
	return map[string]int{
		"K0": 60, "K1": 60, "K2": 60, "K3": 60, "K4": 60, "K5": 60, "K6": 12, "K7": 12, "K8": 12,
		"K9": 12, "K10": 60, "K11": 60, "K12": 60, "K13": 60, "K14": 12,
	}
}

// rounds is how often the program is killed at each point.
func rounds(t *testing.T) int {
	t.Helper()
	text := os.Getenv("KILL_ROUNDS")
	if text == "" {
		return 1
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("KILL_ROUNDS is %q", text)
	}
	return n
}

// The program is killed at every point of the pipeline, under load. Whatever it
// had acknowledged is there when it comes back, whatever is owed is delivered,
// and nobody ever heard of a thing that did not happen.
func TestKill(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("kills take their time")
	}
	var total toll
	t.Run("at", func(t *testing.T) {
		for point, latest := range points() {
			for round := range rounds(t) {
				dice := rand.New(rand.NewPCG(uint64(len(point))<<8|uint64(point[len(point)-1]), uint64(round)))
				visit := 1 + dice.IntN(latest)
				if round == 0 { // when the load is surely on
					visit = 1 + latest/2 + dice.IntN(latest/2)
				}
				t.Run(fmt.Sprintf("%s@%d", point, visit), func(t *testing.T) {
					t.Parallel()
					newCrash(t, point, visit).happens(t, &total)
				})
			}
		}
	})
	t.Log("\n" + total.table())
}

// crash is one round: a life that ends at a kill point, and those after it.
type crash struct {
	point  string
	visit  int
	app    *app
	sink   *sink
	secret string
	acme   *company
	sensor *person
	ana    *person
	lost   []string
	flying map[string]bool // deliveries that were being sent when it died

	mu   sync.Mutex
	jobs []*job
}

const crashSlack = "/services/T/B/crash"

func newCrash(t *testing.T, point string, visit int) *crash {
	t.Helper()
	c := &crash{point: point, visit: visit, sink: newSink(t), secret: newSecret(t), app: begin(t, bench.fragile(t))}
	c.acme = c.app.company(t, "acme")
	c.ana, c.sensor = c.acme.analyst(t, "ana"), c.acme.key(t, "sensor")
	hook := c.acme.webhook(t, "soar", c.sink.url(hookPath), c.secret)
	slack := c.acme.slack(t, "soc", c.sink.url(crashSlack))
	c.acme.wants(t, rule{name: "all", channels: []string{hook, slack}})
	c.acme.wants(t, rule{name: "incidents", events: []string{"incident.created"}, channels: []string{hook}})
	c.app.stop(t)
	return c
}

// happens takes the round from the load over the crash to the oracle.
func (c *crash) happens(t *testing.T, total *toll) {
	t.Helper()
	doomed := c.app.live(t, fmt.Sprintf("FP=%s:kill@%d", c.point, c.visit))
	c.load(t, doomed)
	c.app.live(t)
	c.flying = map[string]bool{}
	for _, d := range list[delivery](t, c.ana, "/notifications/deliveries/?status=sending") {
		c.flying[d.ID] = true
	}
	c.lost = append(c.lost, c.acknowledgedIsThere(t)...)
	c.retry(t)
	d := c.delivered(t)
	c.isExact(t)
	c.isRecorded(t)
	c.lost = append(c.lost, d.missing...)
	for _, what := range c.lost {
		t.Errorf("lost: %s", what)
	}
	for _, what := range d.phantoms {
		t.Errorf("phantom: %s", what)
	}
	if d.duplicates > attemptsInFlight {
		t.Errorf("%d duplicates, more than the %d attempts that can have been under way", d.duplicates, attemptsInFlight)
	}
	c.isIdle(t)
	total.add(c, d)
}

// load makes requests from several clients until the program dies.
func (c *crash) load(t *testing.T, doomed *life) {
	t.Helper()
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() { c.work(worker, doomed) })
	}
	all.Wait()
	select {
	case <-doomed.done:
	case <-time.After(20 * time.Second):
		t.Fatalf("the program never came to visit %d of %s", c.visit, c.point)
	}
	status, ok := doomed.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() || status.Signal() != syscall.SIGKILL {
		t.Fatalf("the program ended otherwise: %v\n%s", doomed.err, doomed.tail())
	}
}

// work is one client. It reports alerts, alone and in batches, and escalates
// some of its own.
func (c *crash) work(worker int, doomed *life) {
	var mine []*job
	for n := 0; n < 150 && doomed.running(); n++ {
		name := fmt.Sprintf("%d-%d", worker, n)
		j := c.single(name)
		switch n % 4 {
		case 0:
			j = c.batch(name)
		case 3:
			if i := slices.IndexFunc(mine, func(j *job) bool { return j.done && j.kind == "single" }); i >= 0 {
				j = c.escalation(name, mine[i].alerts[0])
				mine = slices.Delete(mine, i, i+1)
			}
		}
		c.mu.Lock()
		c.jobs = append(c.jobs, j)
		c.mu.Unlock()
		j.try()
		if !j.done {
			return // the program dies; whoever was waiting asks again later
		}
		mine = append(mine, j)
	}
}

// isIdle lets the program end well and looks at its gauges in one more life:
// they are set when it begins, and count what the dead had claimed.
func (c *crash) isIdle(t *testing.T) {
	t.Helper()
	c.app.stop(t)
	c.app.live(t)
	c.app.idle(t)
	c.app.stop(t)
	_, logged := c.app.logs(t)
	for line := range strings.Lines(logged) {
		if strings.Contains(line, `"level":"ERROR"`) {
			t.Errorf("an error nobody caused: %s", line)
		}
	}
}
