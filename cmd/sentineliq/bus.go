package main

import (
	"context"
	"log/slog"
	"sync"

	"github.com/sentineliq/sentineliq/adapters/inproc"
	"github.com/sentineliq/sentineliq/adapters/rabbitmq"
	"github.com/sentineliq/sentineliq/adapters/telemetry"
	"github.com/sentineliq/sentineliq/config"
	"github.com/sentineliq/sentineliq/ports/bus"
)

// messages is the bus of the service: the broker's, where there is one, and the
// one in the process for what the broker does not take. A message that went
// both ways is handled once, for whoever comes second finds its events settled.
type messages struct {
	inside *inproc.Bus
	broker *rabbitmq.Bus // nil: AMQP_URL is empty
}

func newBus(cfg config.Config, meter *telemetry.Meter, log *slog.Logger) (*messages, error) {
	m := &messages{inside: inproc.New(inproc.Default(log))}
	if cfg.AMQPURL.Empty() {
		return m, nil
	}
	var err error
	m.broker, err = rabbitmq.New(rabbitmq.Default(cfg.AMQPURL, meter, log))
	return m, err
}

// Publish lets this process do what the broker cannot spread, so that a broker
// that is down delays nothing.
func (m *messages) Publish(ctx context.Context, what bus.Message) error {
	if m.broker != nil {
		if err := m.broker.Publish(ctx, what); err == nil || ctx.Err() != nil {
			return err
		}
	}
	return m.inside.Publish(ctx, what)
}

// Subscribe handles what comes either way.
func (m *messages) Subscribe(ctx context.Context, h bus.Handler) error {
	if m.broker == nil {
		return m.inside.Subscribe(ctx, h)
	}
	var own sync.WaitGroup
	var err error
	own.Go(func() { err = m.inside.Subscribe(ctx, h) })
	if err := m.broker.Subscribe(ctx, h); err != nil {
		return err
	}
	own.Wait()
	return err
}

// Run keeps the connection for publishing until ctx ends.
func (m *messages) Run(ctx context.Context) {
	if m.broker != nil {
		m.broker.Run(ctx)
	}
}
