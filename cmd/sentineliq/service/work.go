package service

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/sentineliq/sentineliq/core/usecase/dispatch"
)

const (
	lookEvery = time.Second      // how often workers look for work unasked
	tendEvery = 10 * time.Second // how often queues are measured
)

// work starts everything that runs beside the HTTP server. It all ends with ctx.
func (a *App) work(ctx context.Context) *sync.WaitGroup {
	var all sync.WaitGroup
	all.Go(func() { a.tend(ctx) })
	if a.role.works {
		a.send(ctx, &all)
	}
	return &all
}

// send starts what brings events to the people who want to know.
func (a *App) send(ctx context.Context, all *sync.WaitGroup) {
	all.Go(func() {
		if err := a.messages.Subscribe(ctx, a.router.Handle); err != nil && ctx.Err() == nil {
			a.log.Error("the bus stopped delivering", "error", err)
		}
	})
	all.Go(func() { a.messages.Run(ctx) })
	all.Go(func() {
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		a.relay.Run(ctx, a.outbox.C(), tick.C)
	})
	for _, kind := range a.types {
		pool, bell := a.sender.Pool(kind.Name()), a.bells[kind.Name()]
		for range dispatch.Senders {
			all.Go(func() { pool.Send(ctx) })
		}
		all.Go(func() {
			tick := time.NewTicker(lookEvery)
			defer tick.Stop()
			pool.Dispatch(ctx, bell.C(), tick.C)
		})
	}
}

// tend does the housekeeping every few seconds.
func (a *App) tend(ctx context.Context) {
	tick := time.NewTicker(tendEvery)
	defer tick.Stop()
	for {
		err := a.auth.FlushKeyUse(ctx)
		if a.role.works {
			err = errors.Join(err, a.relay.Tend(ctx))
		}
		if err != nil && ctx.Err() == nil {
			a.log.Error("housekeeping failed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
