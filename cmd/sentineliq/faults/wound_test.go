package faults_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// wound is one fault that was injected.
type wound struct {
	what  string // "SIGKILL"
	hit   string // "worker-1"
	point string // the kill point, when it was exact
	from  time.Time
	until time.Time // when what was hit worked again
	// tears says that it can cut an attempt to send off from the note of it (K7
	// to K13), so that the message comes again under its id.
	tears bool
	kill  bool // a process ended by it
}

func (w wound) String() string { return fmt.Sprintf("%s %s%s", w.what, w.hit, w.point) }

// diary keeps the wounds of a cluster, and how long it took to recover.
type diary struct {
	mu         sync.Mutex
	wounds     []*wound
	recoveries []recovery
}

// recovery is how long something promised took.
type recovery struct {
	what    string
	took    time.Duration
	promise time.Duration
}

// inflicts notes a fault that begins. The function that it returns notes that
// what was hit works again.
func (d *diary) inflicts(w wound) (healed func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	w.from = time.Now()
	d.wounds = append(d.wounds, &w)
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		w.until = time.Now()
	}
}

// recovered notes how long a recovery took.
func (d *diary) recovered(what string, took, promise time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.recoveries = append(d.recoveries, recovery{what, took, promise})
}

// all returns the wounds; those that nobody said were healed last until now.
func (d *diary) all() []wound {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := make([]wound, len(d.wounds))
	for i, w := range d.wounds {
		out[i] = *w
		if w.until.IsZero() {
			out[i].until = time.Now()
		}
	}
	return out
}

// killAt starts a program anew so that it dies at the given visit to a kill
// point, waits until it has, and starts it once more.
func (c *cluster) killAt(t testing.TB, p *process, point string, visit int) {
	t.Helper()
	p.stop(t)
	l := p.start(t, fmt.Sprintf("FP=%s:kill@%d", point, visit))
	select {
	case <-l.done:
	case <-time.After(60 * time.Second):
		t.Fatalf("%s never came to visit %d of %s", p.name, visit, point)
	}
	healed := c.diary.inflicts(wound{what: "SIGKILL", hit: p.name, point: " at " + point, tears: true, kill: true})
	died := time.Now()
	if !l.wasKilled() {
		t.Fatalf("%s ended otherwise: %v\n%s", p.name, l.err, l.tail())
	}
	held := c.held(t)
	p.start(t)
	healed()
	if slices.Contains(c.hands(), p) {
		c.goesOn(t, held)
		c.diary.recovered("what a killed worker held came to its end", time.Since(died), 20*time.Second)
	}
}

// held lists what workers hold: events and deliveries that have a lease.
func (c *cluster) held(t testing.TB) []string {
	t.Helper()
	db := c.openDatabase(t)
	defer closes(t, db)
	var ids []string
	each(t, db, "SELECT id FROM outbox UNION ALL SELECT id FROM deliveries WHERE status = 'sending'", func(scan func(...any) error) error {
		ids = append(ids, "")
		return scan(&ids[len(ids)-1])
	})
	return ids
}

// goesOn waits until none of what was held is waiting any more.
func (c *cluster) goesOn(t testing.TB, held []string) {
	t.Helper()
	query := "SELECT (SELECT count(*) FROM outbox WHERE id IN ($ids)) + " +
		"(SELECT count(*) FROM deliveries WHERE status IN (" + unsettled + ") AND id IN ($ids))"
	query = strings.ReplaceAll(query, "$ids", "'"+strings.Join(held, "', '")+"'")
	eventually(t, time.Minute, "others go on with what a killed worker held", func() (bool, string) {
		n, err := c.number(t, query)
		return err == nil && n == 0, fmt.Sprintf("%d of %d wait (%v)", n, len(held), err)
	})
}

// freeze stops a program with SIGSTOP; thaw lets it go on.
func (c *cluster) freeze(t testing.TB, p *process) (thaw func()) {
	t.Helper()
	healed := c.diary.inflicts(wound{what: "SIGSTOP", hit: p.name, tears: true})
	l := p.now()
	l.signal(t, syscall.SIGSTOP)
	return func() {
		l.signal(t, syscall.SIGCONT)
		healed()
	}
}
