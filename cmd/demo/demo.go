package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"github.com/sentineliq/sentineliq/cmd/internal/launch"
)

const (
	usualAddr = "127.0.0.1:8000"

	// settleWithin is how long the end waits for messages that are still owed.
	settleWithin = 5 * time.Second
)

// run shows the demo until ctx ends or its time is over, and returns what
// happened.
func run(ctx context.Context, o options, out io.Writer) (tally, error) {
	s := newScreen(out, o)
	binary, data, cleanup, err := prepare(ctx, o, s)
	if err != nil {
		return tally{}, err
	}
	defer cleanup()
	inbox, err := openSink(ctx, s)
	if err != nil {
		return tally{}, err
	}
	defer inbox.close()
	service, err := launch.Start(ctx, launch.Options{
		Binary: binary, DataDir: data, Addr: address(ctx),
		Settings: []string{"OUTBOUND_ALLOW_CIDRS=127.0.0.0/8", "LOG_LEVEL=warn"},
	})
	if err != nil {
		return tally{}, err
	}
	err = play(ctx, o, s, service, inbox)
	if ctx.Err() != nil {
		err = nil // interrupted: whatever failed after that failed because of it
	}
	s.say("stopping the service")
	err = errors.Join(err, service.Stop())
	t := s.total()
	s.farewell(t, o.data)
	return t, err
}

// play sets the stage and lets the events flow.
func play(ctx context.Context, o options, s *screen, service *launch.Service, inbox *sink) error {
	owner := newClient(service.URL, service.Username, service.Password)
	companies, err := found(ctx, owner, inbox, o.seed)
	if err != nil {
		return fmt.Errorf("making the companies: %w", err)
	}
	s.welcome(service, companies, o)
	flow, stop := context.WithCancel(ctx)
	defer stop()
	if o.duration > 0 {
		flow, stop = context.WithTimeout(ctx, o.duration)
		defer stop()
	}
	var all sync.WaitGroup
	for i, c := range companies {
		all.Go(func() { newFeed(c, o, s, i).run(flow) })
		all.Go(func() { newBot(c, o, s, i).run(flow) })
	}
	all.Go(func() { s.report(flow) })
	select {
	case <-flow.Done():
	case <-service.Done():
		err = fmt.Errorf("the service ended by itself:\n%s", service.Log())
	}
	stop()
	all.Wait()
	if err == nil && ctx.Err() == nil {
		settle(ctx, s)
	}
	return err
}

// settle waits until nothing has arrived for a moment.
func settle(ctx context.Context, s *screen) {
	deadline := time.After(settleWithin)
	for before := s.total(); ; {
		select {
		case <-ctx.Done():
			return
		case <-deadline:
			return
		case <-time.After(time.Second):
		}
		now := s.total()
		if now == before {
			return
		}
		before = now
	}
}

// prepare builds the service and makes room for its data.
func prepare(ctx context.Context, o options, s *screen) (binary, data string, cleanup func(), err error) {
	if err := usable(o.data); err != nil {
		return "", "", nil, err
	}
	temp, err := os.MkdirTemp("", "sentineliq-demo-")
	if err != nil {
		return "", "", nil, err
	}
	cleanup = func() {
		if err := os.RemoveAll(temp); err != nil {
			s.say("could not remove " + temp)
		}
	}
	s.say("building the service (the first time takes a minute)")
	binary, err = launch.Build(ctx, temp)
	data = o.data
	if data == "" {
		data = temp + "/data"
	}
	if err == nil {
		err = os.MkdirAll(data, 0o700)
	}
	if err != nil {
		cleanup()
		return "", "", nil, err
	}
	return binary, data, cleanup, nil
}

// usable refuses a folder with something in it: the demo founds its companies
// itself, and must not do so in somebody's real data.
func usable(folder string) error {
	if folder == "" {
		return nil
	}
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is not empty; -data wants a new or empty folder", folder)
	}
	return err
}

// address is the usual one when it is free; empty: any other.
func address(ctx context.Context) string {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", usualAddr)
	if err != nil || l.Close() != nil {
		return ""
	}
	return usualAddr
}
