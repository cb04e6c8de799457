package faults_test

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// replicaFamilies are about several processes that do the same work.
func replicaFamilies() []family {
	return []family{
		{id: "F33", name: "two replicas want the same", injected: "one alert escalated by both APIs at once", hit: "both APIs", strike: replicasRace, after: oneWonEach},
		{id: "F34", name: "a zombie", injected: "SIGSTOP for longer than a lease, then SIGCONT", hit: "a worker", strike: workerFrozen},
	}
}

// replicasRace has both APIs escalate the same alerts at the same time.
func replicasRace(t *testing.T, c *cluster) {
	t.Helper()
	defer c.diary.inflicts(wound{what: "rivalry", hit: "both APIs"})()
	one := c.tenants[0]
	for n := range 40 * rounds() {
		name := fmt.Sprintf("race-%d", n)
		alert := &change{kind: ingesting, key: name, tenant: one.name, title: name + " " + one.canary, reports: []report{{ref: name}}}
		c.book.begins(alert)
		if c.try(c.apis[0], one.sensor, alert); alert.fate != acknowledged {
			t.Fatalf("reporting the alert: %v", alert.attempts)
		}
		var both sync.WaitGroup
		for i, p := range c.apis {
			rival := &change{kind: escalating, key: fmt.Sprintf("%s-%d", name, i), tenant: one.name, target: alert.alerts[0], rival: true}
			c.book.begins(rival)
			both.Go(func() { c.try(p, one.analyst, rival) })
		}
		both.Wait()
	}
}

// oneWonEach checks that of each pair of rivals one was told yes.
func oneWonEach(t *testing.T, e *evidence) {
	t.Helper()
	won := map[string]int{}
	for _, c := range e.changes {
		if !c.rival {
			continue
		}
		won[c.target] += 0
		if c.fate == acknowledged {
			won[c.target]++
		}
	}
	for alert, n := range won {
		if n != 1 {
			t.Errorf("%d of two rivals escalated alert %s", n, alert)
		}
	}
	if len(won) == 0 {
		t.Error("there were no rivals")
	}
}

// workerFrozen freezes a worker until others have taken over what it held.
func workerFrozen(t *testing.T, c *cluster) {
	t.Helper()
	length := 20 * time.Second
	if long() {
		length = time.Minute
	}
	c.more(t, 50)
	thaw := c.freeze(t, c.workers[0])
	over := time.After(length)
	c.more(t, 50)
	<-over
	thaw()
	c.more(t, 50)
}
