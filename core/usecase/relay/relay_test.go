package relay_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/core/gate/gatetest"
	"github.com/sentineliq/sentineliq/core/usecase/alerts"
	"github.com/sentineliq/sentineliq/core/usecase/relay"
	"github.com/sentineliq/sentineliq/ports/bus"
)

// wire is a publisher that writes down what it is given, and may be cut.
type wire struct {
	messages []bus.Message
	cut      func(n int) error
}

func (w *wire) Publish(_ context.Context, m bus.Message) error {
	if w.cut != nil {
		if err := w.cut(len(w.messages)); err != nil {
			return err
		}
	}
	w.messages = append(w.messages, m)
	return nil
}

func (w *wire) events() int {
	n := 0
	for _, m := range w.messages {
		n += len(m.Events)
	}
	return n
}

type post struct {
	*gatetest.House
	alerts *alerts.Service
	relay  *relay.Service
	wire   *wire
}

func open(t *testing.T) post {
	t.Helper()
	h, w := gatetest.Open(t), &wire{}
	return post{
		House: h, wire: w, alerts: alerts.New(h.Gate, h.IDs, h.Clock, gatetest.Meter{}),
		relay: relay.New(h.Gate, w, gatetest.Meter{}, slog.New(slog.DiscardHandler)),
	}
}

func (p post) report(t *testing.T, company tenant.ID, n int) {
	t.Helper()
	items := make([]alert.Item, n)
	for i := range items {
		items[i].Draft = alert.Draft{Title: fmt.Sprint("alert ", i), Source: "edr"}
	}
	_, err := p.alerts.Batch(p.ActAs(t, p.User(t, actor.Analyst, company)), "", items)
	require.NoError(t, err)
}

func TestOnce_PublishesIdsByCompanyInTurns(t *testing.T) {
	t.Parallel()
	p := open(t)
	p.report(t, p.Acme, 250)
	p.report(t, p.Zeta, 30)
	moved, err := p.relay.Once(t.Context())
	require.NoError(t, err)
	require.Equal(t, 280, moved)
	var order []tenant.ID
	for _, m := range p.wire.messages {
		order = append(order, m.Company)
		require.LessOrEqual(t, len(m.Events), 100)
	}
	require.Equal(t, []tenant.ID{p.Acme, p.Zeta, p.Acme, p.Acme}, order, "a storm does not hold up the others")

	moved, err = p.relay.Once(t.Context())
	require.NoError(t, err)
	require.Zero(t, moved, "on their way")
	p.Clock.Advance(relay.Lease)
	moved, err = p.relay.Once(t.Context())
	require.NoError(t, err)
	require.Equal(t, 280, moved, "what was not settled in time is rung again")
}

func TestOnce_WhatTheBusDoesNotTakeIsFreeAtOnce(t *testing.T) {
	t.Parallel()
	p := open(t)
	p.report(t, p.Acme, 150)
	down := errors.New("no broker")
	p.wire.cut = func(n int) error {
		if n == 1 {
			return down
		}
		return nil
	}
	_, err := p.relay.Once(t.Context())
	require.ErrorIs(t, err, down)
	require.Equal(t, 100, p.wire.events())
	p.wire.cut = nil
	moved, err := p.relay.Once(t.Context())
	require.NoError(t, err)
	require.Equal(t, 50, moved)
}

func TestRun_LooksAgainWhileThereIsMore(t *testing.T) {
	t.Parallel()
	p := open(t)
	p.report(t, p.Acme, 700)
	ctx, stop := context.WithCancel(t.Context())
	p.wire.cut = func(int) error {
		if p.wire.events() == 600 {
			stop()
		}
		return nil
	}
	p.relay.Run(ctx, nil, nil)
	require.Equal(t, 700, p.wire.events())
}

func TestRun_WakesByBellAndByTick(t *testing.T) {
	t.Parallel()
	p := open(t)
	ctx, stop := context.WithCancel(t.Context())
	wake, tick, done := make(chan struct{}), make(chan time.Time), make(chan struct{})
	go func() {
		p.relay.Run(ctx, wake, tick)
		close(done)
	}()
	p.report(t, p.Acme, 1)
	wake <- struct{}{}
	tick <- time.Time{} // taken only once the first look is over
	wake <- struct{}{}
	stop()
	<-done
	require.Equal(t, 1, p.wire.events())
}

func TestTend_MeasuresAndForgets(t *testing.T) {
	t.Parallel()
	p := open(t)
	p.report(t, p.Acme, 3)
	require.NoError(t, p.relay.Tend(t.Context()))
	require.NoError(t, p.relay.Tend(p.As(t, actor.Superuser)), "whoever asks, it is the service's own work")
}
