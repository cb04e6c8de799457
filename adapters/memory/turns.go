package memory

import (
	"cmp"
	"slices"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// outboxTurns is the name of the queue in front of the bus.
const outboxTurns = "outbox"

// turn is a company's place in a queue of companies.
type turn struct {
	queue   string
	company tenant.ID
}

// lastTurn is when the company was served last, zero for never.
func (u *unit) lastTurn(queue string, company tenant.ID) time.Time {
	if at := u.data.turns.rows[turn{queue, company}]; at != nil {
		return *at
	}
	return time.Time{}
}

// served notes that the company has had its turn.
func (u *unit) served(queue string, company tenant.ID) {
	u.data.turns.put(u, turn{queue, company}, u.now)
}

// inTurn sorts companies by who was served least recently.
func (u *unit) inTurn(queue string, companies []tenant.ID) {
	slices.SortFunc(companies, func(a, b tenant.ID) int {
		return cmp.Or(u.lastTurn(queue, a).Compare(u.lastTurn(queue, b)), cmp.Compare(a, b))
	})
}
