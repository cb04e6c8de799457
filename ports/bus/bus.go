// Package bus carries word of events from whoever committed them to whoever
// acts on them. It is a doorbell, not a ledger: the outbox in the database
// knows what is owed, and what the bus loses is rung again.
package bus

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// MessageSize is how many events a message names at most. They become deliveries
// in one transaction, which must be short: others wait for the store meanwhile.
// A message of that size says that its company may have more to tell.
const MessageSize = 25

// Message names events of one company that wait to be acted on. It carries ids
// only: what happened is read from the database.
type Message struct {
	Company tenant.ID
	Events  []string
}

// Publisher hands messages over.
type Publisher interface {
	// Publish returns nil once the bus has taken responsibility for the
	// message, and an error whenever that is not certain.
	Publish(ctx context.Context, m Message) error
}

// Handler acts on a message. An error means that it must come again.
type Handler func(ctx context.Context, m Message) error

// Subscriber receives messages.
type Subscriber interface {
	// Subscribe calls h for every message, up to a fixed number at once,
	// until ctx ends; it returns when the last call has. Every message comes at
	// least once as long as the bus itself lives; one whose handler fails comes
	// again.
	Subscribe(ctx context.Context, h Handler) error
}
