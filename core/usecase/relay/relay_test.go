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
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/core/gate/gatetest"
	"github.com/sentineliq/sentineliq/core/usecase/alerts"
	"github.com/sentineliq/sentineliq/core/usecase/relay"
	"github.com/sentineliq/sentineliq/ports/bus"
	"github.com/sentineliq/sentineliq/ports/store"
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

func TestOnce_EveryCompanyHasItsTurn(t *testing.T) {
	t.Parallel()
	p := open(t)
	p.report(t, p.Acme, 250)
	p.report(t, p.Zeta, 3)
	moved, err := p.relay.Once(t.Context())
	require.NoError(t, err)
	require.Equal(t, bus.MessageSize+3, moved)
	require.Len(t, p.wire.messages, 2, "one message for each company")
	require.Equal(t, p.Zeta, p.wire.messages[0].Company, "who has the least to tell goes first")
	require.Len(t, p.wire.messages[0].Events, 3)
	require.Len(t, p.wire.messages[1].Events, bus.MessageSize)
}

func TestOnce_AStormHasTwoMessagesOnTheirWay(t *testing.T) {
	t.Parallel()
	p := open(t)
	p.report(t, p.Acme, 250)
	for _, want := range []int{bus.MessageSize, bus.MessageSize, 0} {
		moved, err := p.relay.Once(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, moved)
	}
	p.settle(t, p.wire.messages[0])
	moved, err := p.relay.Once(t.Context())
	require.NoError(t, err)
	require.Equal(t, bus.MessageSize, moved, "what is handled makes room")
	p.Clock.Advance(relay.Lease)
	moved, err = p.relay.Once(t.Context())
	require.NoError(t, err)
	require.Equal(t, bus.MessageSize, moved, "what was not settled in time is rung again")
}

func TestOnce_WhatTheBusDoesNotTakeIsFreeAtOnce(t *testing.T) {
	t.Parallel()
	p := open(t)
	p.report(t, p.Acme, 20)
	p.report(t, p.Zeta, 10)
	down := errors.New("no broker")
	p.wire.cut = func(n int) error {
		if n == 1 {
			return down
		}
		return nil
	}
	_, err := p.relay.Once(t.Context())
	require.ErrorIs(t, err, down)
	require.Equal(t, 10, p.wire.events())
	p.wire.cut = nil
	moved, err := p.relay.Once(t.Context())
	require.NoError(t, err)
	require.Equal(t, 20, moved)
}

func TestRun_LooksAgainWhileThereIsMore(t *testing.T) {
	t.Parallel()
	p := open(t)
	p.report(t, p.Acme, 700)
	ctx, stop := context.WithCancel(t.Context())
	p.wire.cut = func(n int) error {
		if n > 0 {
			p.settle(t, p.wire.messages[n-1])
		}
		if n == 700/bus.MessageSize-1 {
			stop()
		}
		return nil
	}
	p.relay.Run(ctx, nil, nil)
	require.Equal(t, 700, p.wire.events())
}

// settle does with a message what its handler does in the end.
func (p post) settle(t *testing.T, m bus.Message) {
	t.Helper()
	require.NoError(t, gate.Upkeep(gate.As(t.Context(), "test"), p.Gate, func(ctx context.Context, u store.Upkeep) error {
		return u.Outbox().Settle(ctx, m.Events)
	}))
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
