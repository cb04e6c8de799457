// Package maintenance puts a switch in front of a store. While it is on, nothing
// can be changed and everything can be read: for the time in which a database is
// copied, say, or moved.
package maintenance

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// Switch reports whether the store is being maintained. It is asked before
// every change, by several goroutines.
type Switch func() bool

// File is a switch that is on while there is a file, and when nobody can tell.
func File(path string) Switch {
	return func() bool {
		_, err := os.Stat(path)
		return !errors.Is(err, fs.ErrNotExist)
	}
}

// Runner is a store whose changes are refused while On says so. A change that
// has begun ends as it would have.
type Runner struct {
	txn.Runner
	On Switch
}

// retry is when those who were refused may ask again.
const retry = 30 * time.Second

func (r Runner) refuse() error {
	if !r.On() {
		return nil
	}
	return fault.New(fault.Unavailable, "the service is being maintained: nothing can be changed at the moment").
		WithCode("maintenance").After(retry)
}

// Update implements txn.Runner.
func (r Runner) Update(ctx context.Context, s tenant.Scope, fn func(context.Context, txn.Tx) error) error {
	if err := r.refuse(); err != nil {
		return err
	}
	return r.Runner.Update(ctx, s, fn)
}

// Upkeep implements txn.Runner: claiming work is a change as well.
func (r Runner) Upkeep(ctx context.Context, fn func(context.Context, store.Upkeep) error) error {
	if err := r.refuse(); err != nil {
		return err
	}
	return r.Runner.Upkeep(ctx, fn)
}
