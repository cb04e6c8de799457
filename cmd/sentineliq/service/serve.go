package service

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/sentineliq/sentineliq/adapters/httpapi"
)

// front is the servers of a process.
type front struct {
	servers   []*http.Server
	listeners []net.Listener
	breakOff  context.CancelFunc // of everything that requests wait for
}

// open makes the servers, which end with what was given to them. Requests live
// on after ctx.
func (a *App) open(ctx context.Context, listener net.Listener) (*front, error) {
	life, breakOff := context.WithCancel(context.WithoutCancel(ctx))
	f := &front{breakOff: breakOff}
	add := func(l net.Listener, handler http.Handler) {
		server := httpapi.Server("", a.leaving.farewell(handler), a.log)
		server.BaseContext = func(net.Listener) context.Context { return life }
		server.ConnState = a.leaving.note
		f.servers, f.listeners = append(f.servers, server), append(f.listeners, l)
	}
	add(listener, a.handler)
	if a.cfg.MetricsAddr != "" {
		extra, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.cfg.MetricsAddr)
		if err != nil {
			breakOff()
			return nil, errors.Join(fmt.Errorf("METRICS_ADDR: %w", err), listener.Close())
		}
		add(extra, a.metrics.Handler())
	}
	return f, nil
}

// serve answers requests until ctx ends, then lets the open ones finish. It calls
// noMore when it is time to take on no more work.
func (a *App) serve(ctx context.Context, listener net.Listener, noMore func()) error {
	f, err := a.open(ctx, listener)
	if err != nil {
		return err
	}
	defer f.breakOff()
	failed := make(chan error, len(f.servers))
	for i, server := range f.servers {
		go func() { failed <- server.Serve(f.listeners[i]) }()
	}
	select {
	case err = <-failed:
		noMore()
		return errors.Join(err, f.close(context.WithoutCancel(ctx), func(context.Context) {}))
	case <-ctx.Done():
	}
	ctx = context.WithoutCancel(ctx)
	a.leaving.told.Store(true)
	a.log.Info("stopping", "delay", a.cfg.StopDelay)
	pause(ctx, a.cfg.StopDelay)
	noMore()
	return f.close(ctx, a.leaving.linger)
}

// close lingers, takes no more requests, lets open ones finish, then breaks off what
// they wait for, and at last closes connections on which nothing moves.
func (f *front) close(ctx context.Context, linger func(context.Context)) error {
	late := time.AfterFunc(askPatience, f.breakOff)
	defer late.Stop()
	ctx, cancel := context.WithTimeout(ctx, workPatience)
	defer cancel()
	linger(ctx)
	var err error
	for _, server := range f.servers {
		if cut := server.Shutdown(ctx); cut != nil {
			err = errors.Join(err, fmt.Errorf("requests were cut off: %w", cut), server.Close())
		}
	}
	return err
}
