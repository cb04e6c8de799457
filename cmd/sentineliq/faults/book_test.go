package faults_test

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// fate is what a client knows of something it wanted done.
type fate int

const (
	unknown      fate = iota // nobody said, and nobody will ask again
	acknowledged             // a 2xx came back
	refused                  // a 4xx came back
)

func (f fate) String() string { return [...]string{"unknown", "acknowledged", "refused"}[f] }

// The kinds of changes.
const (
	ingesting   = "ingest"
	batching    = "batch"
	creating    = "create"
	patching    = "patch"
	escalating  = "escalate"
	closing     = "close"
	acking      = "acknowledge"
	resolving   = "resolve"
	nonsensical = "nonsense" // must be refused
)

// change is one thing that a client wanted done, once, however often it had to
// ask: a line of the client's ledger.
type change struct {
	key      string // the Idempotency-Key
	kind     string
	tenant   string // its name
	reports  []report
	target   string // the alert or incident that it changes
	title    string // that a patch sets
	attempts []attempt
	fate     fate
	rival    bool // somebody else may have been first, and then it is refused

	alerts   []string // ids of what was reported, in the answer
	incident string   // id of what was opened or closed, in the answer
}

// report is one alert that a change reports.
type report struct {
	ref    string
	severe bool // its tenant wants to be told
}

// attempt is one request for it.
type attempt struct {
	request string // the X-Request-ID
	process string
	sent    time.Time
	over    time.Time
	status  int // 0: no answer
	code    string
	err     string
}

func (a attempt) String() string {
	return fmt.Sprintf("%s at %s by %s: %d %s %s", a.request, a.sent.Format("15:04:05.000"), a.process, a.status, a.code, a.err)
}

// changes is how many changes a request that was done made: a batch as many as
// it has reports, each of which is named in the audit log.
func (c *change) changes() int { return max(1, len(c.reports)) }

// asked is how often it was asked for.
func (c *change) asked() int { return len(c.attempts) }

// book is the client's ledger.
type book struct {
	serial      atomic.Int64
	done        atomic.Int64 // changes acknowledged
	foreign     atomic.Int64 // another tenant's canaries in answers
	mu          sync.Mutex
	changes     []*change
	preparatory []string // requests before the load
	lastGood    time.Time
}

func (b *book) request() string { return fmt.Sprintf("flt-%08d", b.serial.Add(1)) }

// preparation returns the id of a request that makes the surroundings.
func (b *book) preparation() string {
	id := b.request()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.preparatory = append(b.preparatory, id)
	return id
}

// begins notes that a client wants something.
func (b *book) begins(c *change) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.changes = append(b.changes, c)
}

// knows notes an acknowledgement, by when it was asked for.
func (b *book) knows(c *change, asked time.Time) {
	b.done.Add(int64(c.changes()))
	b.mu.Lock()
	defer b.mu.Unlock()
	if asked.After(b.lastGood) {
		b.lastGood = asked
	}
}

// goodSince reports whether a change that was asked for after a moment was
// acknowledged.
func (b *book) goodSince(moment time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lastGood.After(moment)
}

// all returns every change; the load must have ended.
func (b *book) all() []*change {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.changes)
}

// prepared returns the ids of the requests that made the surroundings.
func (b *book) prepared() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.preparatory)
}
