package faults_test

import (
	"hash/fnv"
	"testing"
	"time"
)

// family is one kind of fault.
type family struct {
	id       string // as in the matrix of faults: "F05"
	name     string
	injected string // what is done
	hit      string // to whom
	long     bool   // only in a long run
	// alone families break servers that others use; they have their own time.
	alone bool
	setup setup
	// mayDie lists the channels over which messages may be given up.
	mayDie map[string]bool
	// strike does it, while the load runs. It returns when all that it broke
	// works again.
	strike func(t *testing.T, c *cluster)
	// after looks at what the oracle does not know of; nil: nothing.
	after func(t *testing.T, e *evidence)
}

// settleWithin is how long everything owed may take to come to its end after
// the last fault, on a machine that does much else.
const settleWithin = 3 * time.Minute

// happens takes a family from the load over the faults to the oracle.
func (f family) happens(t *testing.T, s *servers) result {
	t.Helper()
	began := time.Now()
	c := newCluster(t, s, f.setup, seedOf(f.id))
	c.rests(t, settleWithin)
	before := c.vitals(t)
	c.begin()
	c.more(t, 30)
	f.strike(t, c)
	c.more(t, 30)
	c.load.ends()
	c.heal(t)
	e := c.evidence(t, before)
	e.mayDie = f.mayDie
	r := summarise(f.id, f.name, f.injected, f.hit, c, e)
	r.took = time.Since(began)
	r.report(t)
	if f.after != nil {
		f.after(t, e)
	}
	c.stop(t)
	return r
}

// evidence waits for rest and collects the ledgers.
func (c *cluster) evidence(t testing.TB, before []vitals) *evidence {
	t.Helper()
	c.rests(t, settleWithin)
	c.client.CloseIdleConnections()
	e := &evidence{
		changes: c.book.all(), preparatory: c.book.prepared(), wounds: c.diary.all(), before: before,
		foreign: int(c.book.foreign.Load()), recipients: map[string][]string{},
	}
	for _, o := range c.tenants {
		e.recipients[o.name] = []string{o.analyst.id}
	}
	e.store, e.log = c.reads(t)
	e.messages, e.garbage = c.sink.all()
	e.after = c.vitals(t)
	e.outcries = c.outcries(t)
	return e
}

// seedOf makes the dice of a family out of the seed of the run.
func seedOf(name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return h.Sum64() ^ seed()
}
