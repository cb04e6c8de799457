package store

import (
	"context"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/identity"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// Upkeep is what the service does to its own machinery, over all companies and
// without an audit entry: claiming work, noting that it was tried, forgetting
// what has expired. Nothing that a customer would call a change is here.
type Upkeep interface {
	Outbox() Outbox
	Queue() Queue
	Keys() KeyUse
	// Alone reports whether this unit of work is the only one that does the job
	// of that name, in all processes, until it ends. Who is told false leaves the
	// job to the other and does not wait; a store with one writer makes them wait
	// for each other instead, and tells everybody true.
	Alone(ctx context.Context, job string) (bool, error)
	// Forget deletes up to limit idempotency answers kept before the given
	// time and sessions that ended before it, and returns how many went.
	Forget(ctx context.Context, before time.Time, limit int) (int, error)
	// Now is the store's own time, so that leases do not depend on whose clock
	// is right.
	Now() time.Time
}

// Waiting is an event in the outbox that nobody is handling.
type Waiting struct {
	ID      string
	Company tenant.ID
}

// Outbox is the ledger of events that still owe their messages.
type Outbox interface {
	// Claim takes waiting events for as long as lease: of up to so many
	// companies, those whose last turn is longest ago, and of each as many as a
	// share, those that have waited longest. A company with more than a share on
	// its way is passed over, so that a storm never fills the bus. Two claims at
	// once never share an event. What is not settled before the lease ends waits
	// again, behind what has waited longer.
	Claim(ctx context.Context, companies, share int, lease time.Duration) ([]Waiting, error)
	// Release gives claimed events back at once.
	Release(ctx context.Context, ids []string) error
	// Depth counts the events in the outbox, claimed ones too, up to 10,000, and
	// tells since when the oldest is there: the zero time when none does.
	Depth(ctx context.Context) (n int, oldest time.Time, err error)
	// Settle takes events out that turned out to owe nothing.
	Settle(ctx context.Context, ids []string) error
	// Peek returns events by id, whatever their claim.
	Peek(ctx context.Context, ids []string) ([]event.Event, error)
}

// Queue is the deliveries whose time has come.
type Queue interface {
	// Claim takes due deliveries over channels of one type, as many as there is
	// room for, counts an attempt on each, and holds them for lease. The company
	// with the fewest attempts under way comes first, among equals the one whose
	// last turn is longest ago, and of each the deliveries that have waited
	// longest.
	Claim(ctx context.Context, kind string, room Room, lease time.Duration) ([]*notification.Delivery, error)
	// Postpone notes a failed attempt that will be repeated. It compares
	// versions like a Save.
	Postpone(ctx context.Context, d *notification.Delivery) error
	// Depth counts, by channel type, the deliveries that are not over, each up
	// to 10,000.
	Depth(ctx context.Context) (map[string]int, error)
}

// Room is how many attempts a claim may begin. Those that other claims still
// hold count for a channel's and a company's, so that one dead endpoint, or one
// company's storm, cannot keep every sender busy.
type Room struct {
	Free       int // senders of the type that have nothing to do
	PerChannel int // attempts over one channel at a time
	PerCompany int // attempts of one company at a time
}

// KeyUse notes when API keys were used.
type KeyUse interface {
	// Touch moves the time of the last use, never back. Keys that are gone are
	// left out.
	Touch(ctx context.Context, used map[identity.KeyID]time.Time) error
}
