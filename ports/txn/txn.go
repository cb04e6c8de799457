// Package txn opens units of work. Only the gate imports it: nothing else can
// reach the store.
package txn

import (
	"context"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
)

// Runner opens units of work. A scope that reaches nothing is an error.
type Runner interface {
	// Update runs fn in one transaction confined to s. It commits when fn
	// returns nil and reports a failure to commit; otherwise, and when fn
	// panics, it rolls back and returns fn's error. It may run fn again when the
	// database asks for it, so fn touches nothing but its Tx. A commit whose
	// outcome is unknown is fault.Unavailable with code "outcome_unknown".
	// Opening a unit of work inside another is an error.
	Update(ctx context.Context, s tenant.Scope, fn func(context.Context, Tx) error) error
	// View runs fn on a consistent view confined to s.
	View(ctx context.Context, s tenant.Scope, fn func(context.Context, store.View) error) error
	// Upkeep runs fn in one transaction over the service's own machinery.
	Upkeep(ctx context.Context, fn func(context.Context, store.Upkeep) error) error
}

// Tx is a unit of work with its journal. Whoever holds only a store.Tx cannot
// write in the journal, nor keep anything out of it.
type Tx interface {
	store.Tx
	Journal() Journal
}

// Journal is what is committed with every change.
type Journal interface {
	// Append adds an entry to the audit log.
	Append(ctx context.Context, e audit.Entry) error
	// Emit puts events into the outbox.
	Emit(ctx context.Context, events []event.Event) error
	// Recall claims an idempotency key for this unit of work. When the key was
	// used before it returns what was kept with it; a concurrent use of the key
	// waits for the other to end. The key's company need not be in scope: a
	// superuser's keys are the platform's, whatever company the work is in.
	Recall(ctx context.Context, k Key) (*Answer, error)
	// Keep stores the answer under a key claimed in this unit of work.
	Keep(ctx context.Context, k Key, a Answer) error
}

// Key names one request that must not take effect twice.
type Key struct {
	Company tenant.ID // empty for the platform
	Actor   string    // two people never share a key
	Key     string
}

// Answer is what the request with a key was answered. Body is opaque and
// sealed by whoever renders answers.
type Answer struct {
	Request string // digest of the request, to tell reuse from repetition
	Status  int
	Body    []byte
}
