package relay_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/core/gate/gatetest"
	"github.com/sentineliq/sentineliq/core/usecase/relay"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// gauges remembers what was set last.
type gauges map[string]float64

func (gauges) Count(string, int, ...string)             {}
func (gauges) Observe(string, time.Duration, ...string) {}
func (g gauges) Set(name string, v float64, labels ...string) {
	g[name+strings.Join(labels, "=")] = v
}

// The store lists no empty queue; its gauge stayed at the last number.
func TestTend_TheGaugeOfAQueueThatIsEmptiedFalls(t *testing.T) {
	t.Parallel()
	h, seen := gatetest.Open(t), gauges{}
	service := relay.New(h.Gate, &wire{}, seen, slog.New(slog.DiscardHandler))
	c, err := notification.NewChannel("c", h.Acme, "Slack", "slack", notification.Settings{}, true, h.Clock.Now())
	require.NoError(t, err)
	n := notification.ComposeTest("n", "e", c, "", h.Clock.Now())
	d := notification.NewDelivery("d", n, c, "", h.Clock.Now())
	h.Update(t, func(ctx context.Context, tx txn.Tx) error {
		_, err := tx.Deliveries().Add(ctx, []*notification.Delivery{d})
		return errors.Join(tx.Channels().Add(ctx, c), tx.Notices().Add(ctx, []*notification.Notice{n}), err)
	})
	require.NoError(t, service.Tend(t.Context()))
	require.InDelta(t, 1, seen["queue_depthtype=slack"], 0)
	h.Update(t, func(ctx context.Context, tx txn.Tx) error {
		d, err := tx.Deliveries().Find(ctx, "d")
		if err != nil {
			return err
		}
		d.Succeeded(200, h.Clock.Now())
		return tx.Deliveries().Save(ctx, d)
	})
	require.NoError(t, service.Tend(t.Context()))
	require.Zero(t, seen["queue_depthtype=slack"])
}

// crowded is a store in which somebody else is always at the job already.
type crowded struct{ txn.Runner }

func (c crowded) Upkeep(ctx context.Context, fn func(context.Context, store.Upkeep) error) error {
	return c.Runner.Upkeep(ctx, func(ctx context.Context, u store.Upkeep) error { return fn(ctx, taken{u}) })
}

type taken struct{ store.Upkeep }

func (taken) Alone(context.Context, string) (bool, error) { return false, nil }
func (taken) Outbox() store.Outbox                        { panic("it measures nevertheless") }

func TestTend_IsLeftToWhoeverIsAtItAlready(t *testing.T) {
	t.Parallel()
	h, seen := gatetest.Open(t), gauges{}
	service := relay.New(gate.New(crowded{h.Runner}, h.IDs, h.Bell), &wire{}, seen, slog.New(slog.DiscardHandler))
	require.NoError(t, service.Tend(t.Context()))
	require.Empty(t, seen)
}
