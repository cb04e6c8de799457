package faults_test

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Everything is killed and frozen at random, for minutes, while clients report
// as fast as they can. In the end there is one look at all the ledgers.
func TestStorm(t *testing.T) {
	if os.Getenv(wantedVariable) == "" {
		t.Skip("it breaks servers and takes minutes: make faults")
	}
	began := time.Now()
	all := table{began: began}
	c := newCluster(t, newServers(t), setup{clients: 9, batch: 12, pace: 40 * time.Millisecond}, seedOf("storm"))
	c.rests(t, settleWithin)
	before := c.vitals(t)
	c.begin()
	c.more(t, 200)
	s := storm{cluster: c, dice: rand.New(rand.NewPCG(c.dice, 1))}
	s.rages(t, minutes(t))
	c.more(t, 200)
	c.load.ends()
	e := c.evidence(t, before)
	r := summarise("storm", "everything at random", "SIGKILL, SIGSTOP", "everything", c, e)
	r.took = time.Since(began)
	c.stop(t)
	all.add(r)
	all.write(t)
	r.report(t)
}

// minutes is how long the storm rages.
func minutes(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv(minutesVariable)
	switch {
	case text == "" && long():
		return 25 * time.Minute
	case text == "":
		return time.Minute
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n <= 0 {
		t.Fatalf("%s is %q", minutesVariable, text)
	}
	return time.Duration(n * float64(time.Minute))
}

// storm breaks things at random. Processes are started again by keepers, as a
// supervisor would.
type storm struct {
	cluster *cluster
	dice    *rand.Rand
	keepers sync.WaitGroup
	quiet   chan struct{} // closed when the storm is over
	served  sync.WaitGroup
}

// every is how often something is broken.
const every = 1500 * time.Millisecond

// rages breaks something every moment, until the time is over and all works
// again.
func (s *storm) rages(t *testing.T, length time.Duration) {
	t.Helper()
	s.quiet = make(chan struct{})
	for _, p := range s.cluster.processes() {
		s.keepers.Go(func() { s.keeps(t, p) })
	}
	over := time.After(length)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-over:
			s.served.Wait()
			close(s.quiet)
			s.keepers.Wait()
			return
		case <-tick.C:
			s.strikes(t)
		}
	}
}

// keeps starts a process again whenever it ends, and notes when it is ready.
// While its database is away a process may end by itself.
func (s *storm) keeps(t *testing.T, p *process) {
	for {
		l := p.now()
		select {
		case <-l.done:
		case <-s.quiet:
			return
		}
		healed := s.cluster.diary.inflicts(wound{what: "the end", hit: p.name, tears: true, kill: l.wasKilled()})
		if _, err := p.spawn(); err != nil {
			t.Errorf("starting %s: %v", p.name, err)
			return
		}
		l = p.now()
		if state, ok := waitFor(startWithin, func() (bool, string) {
			if !l.running() {
				return true, ""
			}
			return p.ready()
		}); !ok {
			t.Errorf("%s is not ready: %s\n%s", p.name, state, l.tail())
		}
		healed()
	}
}

// strikes breaks one thing.
func (s *storm) strikes(t *testing.T) {
	t.Helper()
	c := s.cluster
	processes := c.processes()
	p := processes[s.dice.IntN(len(processes))]
	switch roll := s.dice.IntN(100); {
	case roll < 85:
		p.now().signal(t, syscall.SIGKILL)
		if s.dice.IntN(4) == 0 { // and another with it
			processes[s.dice.IntN(len(processes))].now().signal(t, syscall.SIGKILL)
		}
	case roll < 92:
		thaw := c.freeze(t, p)
		s.wait(time.Duration(s.dice.Int64N(int64(3 * time.Second))))
		thaw()
	case roll < 97:
		restart := c.killPostgres(t)
		s.wait(time.Duration(s.dice.Int64N(int64(time.Second))))
		restart()
		s.recovers("the API serves again after PostgreSQL's return", 5*time.Second, func(back time.Time) bool { return c.book.goodSince(back) })
	default:
		restart := c.killRabbit(t)
		restart()
		s.publishesAgain(t)
	}
}

// wait lets time pass, as part of a fault.
func (s *storm) wait(d time.Duration) { <-time.After(d) }

// recovers measures how long something takes from now on, while the storm goes
// on.
func (s *storm) recovers(what string, promise time.Duration, is func(back time.Time) bool) {
	back := time.Now()
	s.served.Go(func() {
		if _, ok := waitFor(time.Minute, func() (bool, string) { return is(back), "" }); ok {
			s.cluster.diary.recovered(what, time.Since(back), promise)
		}
	})
}

// publishesAgain measures when the first message goes over the broker.
func (s *storm) publishesAgain(t *testing.T) {
	t.Helper()
	tap, end, err := s.cluster.taps(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Errorf("listening at the broker: %v", err)
		return
	}
	s.served.Go(func() { s.cluster.hears(t, tap, end) })
}
