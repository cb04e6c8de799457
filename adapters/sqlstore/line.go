package sqlstore

import (
	"context"
	"slices"
	"sync"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// line is where writers wait for a database that has one at a time. It goes
// around by company, and the service's own upkeep is one more: whatever a
// company has waiting, the others wait for one unit of work of it. The driver's
// own queue draws lots, which a storm wins.
type line struct {
	mu      sync.Mutex
	busy    bool
	waiting map[tenant.ID][]chan struct{}
	round   []tenant.ID // those in waiting, in the order of their turns
}

// enter waits for the turn of a unit of work in the scope. Whoever got it leaves.
func (l *line) enter(ctx context.Context, s tenant.Scope) error {
	l.mu.Lock()
	if !l.busy {
		l.busy = true
		l.mu.Unlock()
		return nil
	}
	company, _ := s.Company()
	turn := make(chan struct{})
	if l.waiting == nil {
		l.waiting = map[tenant.ID][]chan struct{}{}
	}
	if len(l.waiting[company]) == 0 {
		l.round = append(l.round, company)
	}
	l.waiting[company] = append(l.waiting[company], turn)
	l.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		l.giveUp(company, turn)
		return context.Cause(ctx)
	}
}

// leave lets the next one in.
func (l *line) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.round) == 0 {
		l.busy = false
		return
	}
	company := l.round[0]
	l.round = l.round[1:]
	close(l.waiting[company][0])
	l.take(company, 0)
	if len(l.waiting[company]) > 0 {
		l.round = append(l.round, company)
	}
}

// giveUp leaves the line, or passes on the turn that came at the same moment.
func (l *line) giveUp(company tenant.ID, turn chan struct{}) {
	l.mu.Lock()
	at := slices.Index(l.waiting[company], turn)
	if at >= 0 {
		if l.take(company, at); len(l.waiting[company]) == 0 {
			l.round = slices.DeleteFunc(l.round, func(c tenant.ID) bool { return c == company })
		}
	}
	l.mu.Unlock()
	if at < 0 {
		l.leave()
	}
}

func (l *line) take(company tenant.ID, at int) {
	l.waiting[company] = slices.Delete(l.waiting[company], at, at+1)
	if len(l.waiting[company]) == 0 {
		delete(l.waiting, company)
	}
}
