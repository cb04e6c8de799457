package faults_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"
)

const (
	usualClients = 6
	usualBatch   = 5
	usualPace    = 20 * time.Millisecond
	// oneSevere in so many reports of a batch owes messages.
	oneSevere = 20
	// held is how many alerts a client keeps in mind to work on.
	held = 40
)

// load is clients at work. Each works on what it made itself, so that it knows
// what must become of it.
type load struct {
	cluster *cluster
	stop    chan struct{}
	all     sync.WaitGroup
}

// begin sets the clients to work.
func (c *cluster) begin() {
	c.load = &load{cluster: c, stop: make(chan struct{})}
	clients := c.clients
	if clients == 0 {
		clients = usualClients
	}
	for n := range clients {
		w := &worker{
			load: c.load, number: n, tenant: c.tenants[n%len(c.tenants)],
			dice: rand.New(rand.NewPCG(c.dice, uint64(n))),
		}
		c.load.all.Go(w.work)
	}
}

// ends lets every client finish what it is at, and returns when all have. What
// they cannot get an answer for stays unknown.
func (l *load) ends() {
	close(l.stop)
	l.all.Wait()
}

func (l *load) over() bool {
	select {
	case <-l.stop:
		return true
	default:
		return false
	}
}

// rest waits, unless the load ends.
func (l *load) rest(d time.Duration) {
	select {
	case <-l.stop:
	case <-time.After(d):
	}
}

// more waits until so many more changes are acknowledged.
func (c *cluster) more(t testing.TB, n int64) {
	t.Helper()
	from := c.book.done.Load()
	eventually(t, time.Minute, "the load goes on", func() (bool, string) {
		now := c.book.done.Load()
		return now >= from+n, fmt.Sprintf("%d of %d more changes", now-from, n)
	})
}

// worker is one client.
type worker struct {
	load      *load
	number    int
	tenant    *tenant
	dice      *rand.Rand
	made      int
	alerts    []string // that are new and its own
	incidents []string
}

func (w *worker) work() {
	pace := w.load.cluster.pace
	if pace == 0 {
		pace = usualPace
	}
	for !w.load.over() {
		if w.dice.IntN(30) == 0 {
			w.look()
			continue
		}
		ch, who := w.next()
		w.load.cluster.book.begins(ch)
		w.insist(ch, who)
		w.learn(ch)
		w.load.rest(time.Duration(w.dice.Int64N(int64(2 * pace))))
	}
}

// insist asks until the fate of a change is known. Sometimes it gives up, as
// clients do, and then nobody knows.
func (w *worker) insist(ch *change, who *person) {
	apis := w.load.cluster.apis
	at := w.dice.IntN(len(apis))
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, 250*time.Millisecond) {
		w.load.cluster.try(apis[at%len(apis)], who, ch)
		if ch.fate != unknown || w.load.over() || w.dice.IntN(40) == 0 {
			return
		}
		at++
		w.load.rest(wait)
	}
}

// look reads a list, whose answer must have nothing of anybody else.
func (w *worker) look() {
	c := w.load.cluster
	path := []string{"/alerts/?page_size=20", "/incidents/?page_size=20", "/notifications/deliveries/?page_size=20", "/dashboard/summary/"}
	p := c.apis[w.dice.IntN(len(c.apis))]
	c.send(p, w.tenant.analyst, ask{method: http.MethodGet, path: path[w.dice.IntN(len(path))], request: c.book.request()})
}

// next decides what to do.
func (w *worker) next() (*change, *person) {
	w.made++
	name := fmt.Sprintf("%d-%d", w.number, w.made)
	ch := &change{key: "key-" + name, tenant: w.tenant.name, title: "report " + name + " " + w.tenant.canary}
	switch roll := w.dice.IntN(100); {
	case roll < 40 || len(w.alerts) == 0:
		ch.kind = batching
		n := w.load.cluster.batch
		if n == 0 {
			n = usualBatch
		}
		for i := range n {
			ch.reports = append(ch.reports, report{fmt.Sprintf("%s-%d", name, i), w.dice.IntN(oneSevere) == 0})
		}
		return ch, w.tenant.sensor
	case roll < 55:
		ch.kind, ch.reports = ingesting, []report{{name, w.dice.IntN(2) == 0}}
		return ch, w.tenant.sensor
	case roll < 62:
		ch.kind, ch.reports = creating, []report{{name, false}}
	case roll < 64:
		ch.kind, ch.reports = nonsensical, []report{{name, false}}
	case roll < 78:
		ch.kind, ch.target = patching, w.alerts[w.dice.IntN(len(w.alerts))]
	case roll < 82 && len(w.incidents) > 0:
		ch.kind, ch.target = closing, w.takes(&w.incidents)
		return ch, w.tenant.chief
	default:
		ch.kind, ch.target = []string{escalating, acking, resolving}[w.dice.IntN(3)], w.takes(&w.alerts)
	}
	return ch, w.tenant.analyst
}

// takes returns one of a list and forgets it: whoever works on it next might
// find it changed.
func (w *worker) takes(list *[]string) string {
	at := w.dice.IntN(len(*list))
	id := (*list)[at]
	*list = append((*list)[:at], (*list)[at+1:]...)
	return id
}

// learn remembers what a change made.
func (w *worker) learn(ch *change) {
	if ch.fate != acknowledged {
		return
	}
	if ch.kind == escalating {
		w.incidents = append(w.incidents, ch.incident)
	}
	for _, id := range ch.alerts {
		if len(w.alerts) < held {
			w.alerts = append(w.alerts, id)
		}
	}
}
