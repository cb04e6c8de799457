package e2e_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// ledger records every request that was made of the program, and its answer.
// It is one half of what the tests hold against the program's own log.
type ledger struct {
	serial  atomic.Int64
	mu      sync.Mutex
	entries []entry
}

// entry is one request. One without an answer has an error: nobody knows what
// became of it.
type entry struct {
	id      string // the X-Request-ID it was sent under
	who     *person
	method  string
	path    string // with the query
	key     string // the Idempotency-Key
	status  int    // 0: no answer
	header  http.Header
	body    []byte // of the answer
	err     error
	sent    time.Time
	pattern string // the path with {id} for ids and without the query
}

// next returns a request id that nobody used before.
func (l *ledger) next() string { return fmt.Sprintf("e2e-%06d", l.serial.Add(1)) }

func (l *ledger) add(e entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, e)
}

func (l *ledger) all() []entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]entry(nil), l.entries...)
}

func (e entry) writes() bool { return e.method != http.MethodGet && e.method != http.MethodHead }

func (e entry) succeeded() bool { return e.status/100 == 2 }

// replayed reports whether the answer was one that had been kept.
func (e entry) replayed() bool { return e.header.Get("Idempotent-Replayed") == "true" }

func (e entry) String() string {
	return fmt.Sprintf("%s %s %s -> %d", e.id, e.method, e.path, e.status)
}
