package storetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/audit"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/system"
	"github.com/sentineliq/sentineliq/ports/system/systemtest"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// Open returns a fresh, empty, migrated store that takes its time from clock,
// for leases too. It closes the store when t ends.
type Open func(t *testing.T, clock system.Clock) txn.Runner

// Run puts the store that open returns through the contract. It opens one store
// for each chapter, and one for each test that looks at all companies at once.
func Run(t *testing.T, open Open) {
	t.Helper()
	for _, c := range chapters() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, newWorld(t, open))
		})
	}
}

// A chapter is one part of the contract.
type chapter struct {
	name string
	run  func(t *testing.T, w *world)
}

func chapters() []chapter {
	return []chapter{
		{"unit of work", unitOfWork},
		{"tenancy", tenancy},
		{"paging", paging},
		{"counting", counting},
		{"text and time", textAndTime},
		{"journal", journal},
		{"idempotency", idempotency},
		{"outbox", outbox},
		{"turns at the outbox", outboxTurns},
		{"delivery queue", queue},
		{"turns at the queue", queueTurns},
		{"upkeep", upkeep},
		{"work alone", workAlone},
		{"companies", companies},
		{"users", users},
		{"sessions", sessions},
		{"api keys", apiKeys},
		{"alerts", alerts},
		{"alert search", alertSearch},
		{"ingest", ingest},
		{"incidents", incidents},
		{"observables", observables},
		{"channels", channels},
		{"rules", rules},
		{"notices", notices},
		{"deliveries", deliveries},
		{"audit log", auditLog},
		{"dashboard", dashboards},
	}
}

// A world is a store with a clock and ids that the suite decides.
type world struct {
	open  Open
	run   txn.Runner
	clock *systemtest.Clock
	ids   *systemtest.IDs
}

func newWorld(t *testing.T, open Open) *world {
	t.Helper()
	w := &world{open: open, clock: systemtest.NewClock(), ids: &systemtest.IDs{}}
	w.run = open(t, w.clock)
	return w
}

// fresh returns a world of its own, for tests that look at everything.
func (w *world) fresh(t *testing.T) *world {
	t.Helper()
	return newWorld(t, w.open)
}

// try runs fn in a unit of work and, as the gate does, commits an audit entry
// with it: a store may refuse a change without one.
func (w *world) try(t *testing.T, s tenant.Scope, fn func(context.Context, txn.Tx) error) error {
	t.Helper()
	return w.run.Update(t.Context(), s, func(ctx context.Context, tx txn.Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		company, _ := s.Company()
		return tx.Journal().Append(ctx, w.newEntry(company))
	})
}

// update is try for what must work.
func (w *world) update(t *testing.T, s tenant.Scope, fn func(context.Context, txn.Tx) error) {
	t.Helper()
	require.NoError(t, w.try(t, s, fn))
}

// view reads what must be readable.
func (w *world) view(t *testing.T, s tenant.Scope, fn func(context.Context, readers) error) {
	t.Helper()
	require.NoError(t, w.run.View(t.Context(), s, func(ctx context.Context, v store.View) error {
		return fn(ctx, ofView(v))
	}))
}

// upkeep runs upkeep that must work.
func (w *world) upkeep(t *testing.T, fn func(context.Context, store.Upkeep) error) {
	t.Helper()
	require.NoError(t, w.run.Upkeep(t.Context(), fn))
}

// newEntry is an audit entry of no interest.
func (w *world) newEntry(company tenant.ID, edits ...func(*audit.Entry)) audit.Entry {
	return edited(audit.Entry{
		ID: w.ids.New(), At: w.clock.Now(), Company: company, ActorType: "system", ActorID: "suite", ActorName: "suite",
		Action: "arrange", Entity: audit.Ref{Type: "fixture", ID: w.ids.New()}, Outcome: audit.Success,
	}, edits)
}

func edited[S any](s S, edits []func(*S)) S {
	for _, edit := range edits {
		edit(&s)
	}
	return s
}
