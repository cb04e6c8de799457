package main

import (
	"context"

	"github.com/sentineliq/sentineliq/adapters/sqlstore"
)

// health says whether the service can do its work. The in-process bus cannot
// be out of reach.
type health struct{ store *sqlstore.Store }

// Ready checks the database and its schema.
func (h health) Ready(ctx context.Context) map[string]error {
	return map[string]error{"database": h.store.Ping(ctx), "migrations": h.store.Current(ctx)}
}
