package memory

import (
	"maps"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/incident"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/observable"
	"github.com/sentineliq/sentineliq/core/domain/task"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// data is everything the store knows at one moment.
type data struct {
	companies   table[string, identity.CompanyState]
	users       table[string, identity.UserState]
	sessions    table[string, identity.SessionState]
	keys        table[string, identity.KeyState]
	alerts      table[string, alert.State]
	incidents   table[string, incident.State]
	stories     table[string, incident.Entry]
	observables table[string, observable.State]
	tasks       table[string, task.State]
	channels    table[string, notification.ChannelState]
	rules       table[string, notification.RuleState]
	notices     table[string, notification.Notice]
	deliveries  table[string, notification.DeliveryState]
	log         table[string, audit.Entry]
	outbox      table[string, waiting]
	turns       table[turn, time.Time] // when a company was served last
	answers     table[txn.Key, answer]
	links       table[string, []string] // incidents by alert, in the order they were linked
	traces      table[string, []string] // observables by alert
	sequence    int64                   // of the last audit entry
}

// table is rows by id. A row never changes once it is in: it is replaced.
type table[K comparable, S any] struct {
	rows  map[K]*S
	owner *unit // who may change rows; everybody else copies them first
}

func (t *table[K, S]) own(u *unit) {
	if t.owner == u {
		return
	}
	rows := make(map[K]*S, len(t.rows)+1)
	maps.Copy(rows, t.rows)
	t.rows, t.owner = rows, u
}

func (t *table[K, S]) put(u *unit, id K, row S) {
	t.own(u)
	t.rows[id] = &row
}

func (t *table[K, S]) remove(u *unit, id K) {
	t.own(u)
	delete(t.rows, id)
}

// removeIf deletes the rows that match.
func (t *table[K, S]) removeIf(u *unit, match func(*S) bool) {
	t.own(u)
	maps.DeleteFunc(t.rows, func(_ K, row *S) bool { return match(row) })
}
