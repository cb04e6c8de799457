//go:build unix

package main

import (
	"context"

	"example.com/sentineliq-adapters/maintenance"

	"github.com/sentineliq/sentineliq/adapters/sqlstore"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// guarded is the usual store with a switch in front of its changes. Whatever
// else the usual store can do, such as moving its schema, it still can.
type guarded struct {
	*sqlstore.Store
	changes maintenance.Runner
}

// Update implements txn.Runner.
func (g guarded) Update(ctx context.Context, s tenant.Scope, fn func(context.Context, txn.Tx) error) error {
	return g.changes.Update(ctx, s, fn)
}

// Upkeep implements txn.Runner.
func (g guarded) Upkeep(ctx context.Context, fn func(context.Context, store.Upkeep) error) error {
	return g.changes.Upkeep(ctx, fn)
}
