package dispatch_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/severity"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/core/gate/gatetest"
	"github.com/sentineliq/sentineliq/core/usecase/dispatch"
	"github.com/sentineliq/sentineliq/ports/channel"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// lines is a type of channel whose receivers a test answers for.
type lines struct {
	mu      sync.Mutex
	arrived map[string]int // messages, by receiver
	answers map[string]chan error
}

// heard tells how many messages have arrived since it was asked last.
func (l *lines) heard() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	heard := l.arrived
	l.arrived = nil
	return heard
}

func (*lines) Name() string                  { return "line" }
func (*lines) Describe() channel.Description { return channel.Description{} }

func (l *lines) Open(settings json.RawMessage) (channel.Sender, error) {
	var receiver string
	err := json.Unmarshal(settings, &receiver)
	return line{l, receiver}, err
}

// of is what the messages to a receiver wait for.
func (l *lines) of(receiver string) chan error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.answers[receiver] == nil {
		l.answers[receiver] = make(chan error)
	}
	return l.answers[receiver]
}

type line struct {
	*lines
	receiver string
}

func (l line) Send(ctx context.Context, _ channel.Message) (channel.Receipt, error) {
	answer := l.of(l.receiver)
	l.mu.Lock()
	if l.arrived == nil {
		l.arrived = map[string]int{}
	}
	l.arrived[l.receiver]++
	l.mu.Unlock()
	select {
	case err := <-answer:
		return channel.Receipt{Status: 200}, err
	case <-ctx.Done():
		return channel.Receipt{}, ctx.Err()
	}
}

// exchange is a pool at work.
type exchange struct {
	*gatetest.House
	lines  *lines
	wake   chan struct{}
	stop   context.CancelFunc
	all    *sync.WaitGroup
	claims *atomic.Int64 // how often the pool asked for work
}

// staffed returns a pool of which everybody is there and has nothing to do. It
// must be in a bubble.
func staffed(t *testing.T) exchange {
	t.Helper()
	x := exchange{
		House: gatetest.Open(t), lines: &lines{answers: map[string]chan error{}}, wake: make(chan struct{}),
		all: &sync.WaitGroup{}, claims: &atomic.Int64{},
	}
	sender := dispatch.NewSender(dispatch.SenderParts{
		Gate: gate.New(counted{x.Runner, x.claims}, x.IDs, x.Bell), Types: channel.Types{x.lines}, Box: gatetest.Box{}, Clock: x.Clock,
		Schedule: notification.Schedule{time.Hour}, Jitter: func() float64 { return 0.5 },
		Meter: gatetest.Meter{}, Log: slog.New(slog.DiscardHandler),
	})
	var ctx context.Context
	ctx, x.stop = context.WithCancel(t.Context())
	pool := sender.Pool("line")
	for range dispatch.Senders {
		x.all.Go(func() { pool.Send(ctx) })
	}
	x.all.Go(func() { pool.Dispatch(ctx, x.wake, nil) })
	synctest.Wait()
	return x
}

// counted counts the claims.
type counted struct {
	txn.Runner
	claims *atomic.Int64
}

func (c counted) Upkeep(ctx context.Context, fn func(context.Context, store.Upkeep) error) error {
	return c.Runner.Upkeep(ctx, func(ctx context.Context, u store.Upkeep) error { return fn(ctx, counting{u, c.claims}) })
}

type counting struct {
	store.Upkeep
	claims *atomic.Int64
}

func (c counting) Queue() store.Queue {
	c.claims.Add(1)
	return c.Upkeep.Queue()
}

// owe adds n messages of a company to a receiver.
func (x exchange) owe(t *testing.T, company tenant.ID, receiver string, n int) {
	t.Helper()
	now, id := x.Clock.Now(), notification.ChannelID(x.IDs.New())
	settings, err := json.Marshal(receiver)
	require.NoError(t, err)
	sealed, err := gatetest.Box{}.Seal(settings, notification.SealLabel(company, id))
	require.NoError(t, err)
	c, err := notification.NewChannel(id, company, "line to "+string(id), "line", notification.Settings{Sealed: sealed}, true, now)
	require.NoError(t, err)
	x.Update(t, func(ctx context.Context, tx txn.Tx) error {
		if err := tx.Channels().Add(ctx, c); err != nil {
			return err
		}
		for range n {
			notice := &notification.Notice{
				ID: notification.ID(x.IDs.New()), Company: company, Event: x.IDs.New(), EventName: event.AlertCreated,
				Title: "Beacon", Severity: severity.High, CreatedAt: now,
			}
			if err := tx.Notices().Add(ctx, []*notification.Notice{notice}); err != nil {
				return err
			}
			d := notification.NewDelivery(notification.DeliveryID(x.IDs.New()), notice, c, "", now)
			if _, err := tx.Deliveries().Add(ctx, []*notification.Delivery{d}); err != nil {
				return err
			}
		}
		return nil
	})
}

// ringing waits until nothing moves any more and tells at how many receivers
// messages have arrived since.
func (x exchange) ringing() map[string]int {
	synctest.Wait()
	return x.lines.heard()
}

// end lets all receivers answer, and waits for what has begun.
func (x exchange) end(t *testing.T, receivers ...string) {
	t.Helper()
	x.stop()
	for _, receiver := range receivers {
		close(x.lines.of(receiver))
	}
	x.all.Wait()
	require.Empty(t, x.lines.heard(), "nothing else begins")
}

func TestPool_ADeadEndpointKeepsTwoSendersAndNoMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := staffed(t)
		x.owe(t, x.Acme, "dead", 100)
		x.wake <- struct{}{}
		require.Equal(t, map[string]int{"dead": 2}, x.ringing())
		x.owe(t, x.Acme, "alive", 1)
		x.owe(t, x.Zeta, "alive", 1)
		x.wake <- struct{}{}
		require.Equal(t, map[string]int{"alive": 2}, x.ringing())
		time.Sleep(10 * time.Second) // an attempt has no more than that
		require.Equal(t, map[string]int{"dead": 2}, x.ringing(), "the next two")
		x.end(t, "dead", "alive")
	})
}

func TestPool_ACompanyOfDeadEndpointsKeepsAQuarterOfTheSenders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := staffed(t)
		for range dispatch.Senders {
			x.owe(t, x.Acme, "dead", 2)
		}
		x.wake <- struct{}{}
		require.Equal(t, map[string]int{"dead": dispatch.Senders / 4}, x.ringing())
		x.owe(t, x.Zeta, "alive", 1)
		x.wake <- struct{}{}
		require.Equal(t, map[string]int{"alive": 1}, x.ringing())
		x.end(t, "dead", "alive")
	})
}

// Nobody rings, and there is no tick: what makes room is the end of an attempt.
func TestPool_TheEndOfAnAttemptMakesRoom(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := staffed(t)
		x.owe(t, x.Acme, "busy", 5)
		x.wake <- struct{}{}
		require.Equal(t, map[string]int{"busy": 2}, x.ringing())
		for _, answer := range []error{nil, &channel.Refusal{Reason: "HTTP 503"}, nil} {
			x.lines.of("busy") <- answer
			require.Equal(t, map[string]int{"busy": 1}, x.ringing())
		}
		x.end(t, "busy")
	})
}

func TestPool_OneClaimServesAllThatAreFree(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := staffed(t)
		for range 4 {
			x.owe(t, x.Acme, "fine", 2)
			x.owe(t, x.Zeta, "fine", 2)
		}
		before := x.claims.Load()
		x.wake <- struct{}{}
		require.Equal(t, map[string]int{"fine": 16}, x.ringing())
		require.Equal(t, before+1, x.claims.Load())
		x.end(t, "fine")
	})
}

func TestPool_WhatHasBegunIsFinishedAndNothingElseBegins(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := staffed(t)
		x.owe(t, x.Acme, "slow", 5)
		x.wake <- struct{}{}
		require.Equal(t, map[string]int{"slow": 2}, x.ringing())
		x.end(t, "slow")
		of := map[notification.DeliveryStatus]int{}
		x.View(t, func(ctx context.Context, v store.View) error {
			all, err := v.Deliveries().List(ctx, notification.DeliveryQuery{}, page.Request{Size: page.MaxSize})
			for _, d := range all.Items {
				of[d.State().Status]++
			}
			return err
		})
		require.Equal(t, map[notification.DeliveryStatus]int{notification.Delivered: 2, notification.Pending: 3}, of)
	})
}
