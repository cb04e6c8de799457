package service

import (
	"context"

	"github.com/sentineliq/sentineliq/ports/driving"
)

// health says whether the service can do its work.
type health struct {
	store    Store
	messages *messages
	role     role
	leaving  *leaving
}

// Ready checks the database, its schema and the broker, if there is one that this
// process uses: without it the service is slower and loses nothing.
func (h health) Ready(ctx context.Context) map[string]error {
	if h.leaving.told.Load() {
		return map[string]error{"process": driving.ErrStopping}
	}
	checks := map[string]error{"database": h.store.Ping(ctx), "migrations": h.store.Current(ctx)}
	if h.role.works && h.messages.broker != nil {
		checks["broker"] = nil
		if err := h.messages.broker.Check(); err != nil {
			checks["broker"] = driving.Degraded{Cause: err}
		}
	}
	return checks
}
