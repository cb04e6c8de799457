package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"

	"github.com/sentineliq/sentineliq/adapters/telemetry"
	"github.com/sentineliq/sentineliq/config"
	"github.com/sentineliq/sentineliq/core/usecase/auth"
	"github.com/sentineliq/sentineliq/core/usecase/dispatch"
	"github.com/sentineliq/sentineliq/core/usecase/notifications"
	"github.com/sentineliq/sentineliq/core/usecase/relay"
	"github.com/sentineliq/sentineliq/core/usecase/users"
	"github.com/sentineliq/sentineliq/ports/bus"
	"github.com/sentineliq/sentineliq/ports/channel"
	"github.com/sentineliq/sentineliq/ports/credential"
)

// App is a running process of the service. Its methods are the only place where
// goroutines start, so that they tell what runs and in which order it stops.
type App struct {
	cfg      config.Config
	ext      Extensions
	role     role
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
	channels *notifications.Channels
	messages *messages
	leaving  *leaving
	outbox   bus.Bell
	bells    bus.Bells
}

// role is what a process does.
type role struct {
	api   bool // it answers requests
	works bool // it sends what is owed
}

// Run works until ctx ends, then stops: it says that it is leaving, then takes no
// more work and no more requests, and ends when what it was at is done.
func (a *App) Run(ctx context.Context, listener net.Listener, out io.Writer) error {
	if err := a.start(ctx, listener, out); err != nil {
		return errors.Join(err, listener.Close())
	}
	working, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	workers := a.work(working)
	err := a.serve(ctx, listener, stopWork)
	stopWork()
	workers.Wait()
	brief, cancel := context.WithTimeout(context.WithoutCancel(ctx), notedWithin)
	defer cancel()
	return errors.Join(err, a.auth.FlushKeyUse(brief))
}

// start makes everything ready and says so.
func (a *App) start(ctx context.Context, listener net.Listener, out io.Writer) error {
	if err := a.store.Start(ctx, a.cfg.AutoMigrate); err != nil {
		return fmt.Errorf("preparing the database: %w", err)
	}
	what := map[role]string{{api: true}: " (no workers)", {works: true}: " (workers only)"}[a.role]
	if _, err := fmt.Fprintf(out, "SentinelIQ %s%s serves at http://%s\n", a.ext.Version, what, listener.Addr()); err != nil {
		return err
	}
	if !a.role.api {
		return nil
	}
	return a.superuser(ctx, out, a.users.Bootstrap)
}
