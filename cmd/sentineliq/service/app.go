package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/sentineliq/sentineliq/adapters/httpapi"
	"github.com/sentineliq/sentineliq/adapters/telemetry"
	"github.com/sentineliq/sentineliq/config"
	"github.com/sentineliq/sentineliq/core/usecase/auth"
	"github.com/sentineliq/sentineliq/core/usecase/dispatch"
	"github.com/sentineliq/sentineliq/core/usecase/relay"
	"github.com/sentineliq/sentineliq/core/usecase/users"
	"github.com/sentineliq/sentineliq/ports/bus"
	"github.com/sentineliq/sentineliq/ports/channel"
	"github.com/sentineliq/sentineliq/ports/credential"
)

// App is the running service. It is the only place where goroutines start, so
// that this file tells what runs and in which order it stops.
type App struct {
	cfg      config.Config
	ext      Extensions
	store    Store
	handler  http.Handler
	metrics  *telemetry.Meter
	log      *slog.Logger
	auth     *auth.Service
	users    *users.Service
	random   credential.Random
	relay    *relay.Service
	router   *dispatch.Router
	sender   *dispatch.Sender
	types    channel.Types
	messages *messages
	outbox   bus.Bell
	bells    bus.Bells
}

const (
	// sendersPerType is how many attempts of one channel type run at a time.
	// Types do not wait for each other.
	sendersPerType = 8
	lookEvery      = time.Second      // how often workers look for work unasked
	tendEvery      = 10 * time.Second // how often queues are measured
	stopPatience   = 8 * time.Second  // how long open requests may take to end
)

// Run serves until ctx ends, then stops: first new requests, then the workers
// when their present work is done.
func (a *App) Run(ctx context.Context, listener net.Listener, out io.Writer) error {
	if err := a.store.Start(ctx, a.cfg.AutoMigrate); err != nil {
		return errors.Join(fmt.Errorf("preparing the database: %w", err), listener.Close())
	}
	if _, err := fmt.Fprintf(out, "SentinelIQ %s serves at http://%s\n", a.ext.Version, listener.Addr()); err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := a.superuser(ctx, out, a.users.Bootstrap); err != nil {
		return errors.Join(err, listener.Close())
	}
	working, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	workers := a.work(working)
	err := a.serve(ctx, listener)
	stopWork()
	workers.Wait()
	return errors.Join(err, a.auth.FlushKeyUse(context.WithoutCancel(ctx)))
}

// serve answers requests until ctx ends, then lets the open ones finish.
func (a *App) serve(ctx context.Context, listener net.Listener) error {
	servers := []*http.Server{httpapi.Server("", a.handler, a.log)}
	listeners := []net.Listener{listener}
	if a.cfg.MetricsAddr != "" {
		extra, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.cfg.MetricsAddr)
		if err != nil {
			return errors.Join(fmt.Errorf("METRICS_ADDR: %w", err), listener.Close())
		}
		servers = append(servers, httpapi.Server("", a.metrics.Handler(), a.log))
		listeners = append(listeners, extra)
	}
	failed := make(chan error, len(servers))
	for i, server := range servers {
		go func() { failed <- server.Serve(listeners[i]) }()
	}
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		a.log.Info("stopping")
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
	defer cancel()
	for _, server := range servers {
		err = errors.Join(err, server.Shutdown(patience))
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// work starts everything that runs beside the API. It all ends with ctx.
func (a *App) work(ctx context.Context) *sync.WaitGroup {
	var all sync.WaitGroup
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
		bell := a.bells[kind.Name()]
		for n := range sendersPerType {
			all.Go(func() {
				tick := time.NewTicker(lookEvery)
				defer tick.Stop()
				ticks := tick.C
				if n > 0 {
					ticks = nil // one of them looking unasked is enough
				}
				a.sender.Work(ctx, kind.Name(), bell.C(), ticks)
			})
		}
	}
	all.Go(func() { a.tend(ctx) })
	return &all
}

// tend does the housekeeping every few seconds.
func (a *App) tend(ctx context.Context) {
	tick := time.NewTicker(tendEvery)
	defer tick.Stop()
	for {
		if err := errors.Join(a.relay.Tend(ctx), a.auth.FlushKeyUse(ctx)); err != nil && ctx.Err() == nil {
			a.log.Error("housekeeping failed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
