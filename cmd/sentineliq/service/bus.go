package service

import (
	"context"
	"sync"

	"github.com/sentineliq/sentineliq/adapters/inproc"
	"github.com/sentineliq/sentineliq/adapters/rabbitmq"
	"github.com/sentineliq/sentineliq/ports/bus"
)

// messages is the bus of the service: the broker's, where there is one, and the
// one in the process for what the broker does not take. A message that went
// both ways is handled once, for whoever comes second finds its events settled.
type messages struct {
	inside *inproc.Bus
	broker Bus // nil: there is none
}

func newBus(ctx context.Context, w World, ext Extensions) (*messages, error) {
	m := &messages{inside: inproc.New(inproc.Default(w.Log))}
	var err error
	switch {
	case ext.Bus != nil:
		m.broker, err = ext.Bus(ctx, w)
	case !w.Config.AMQPURL.Empty():
		m.broker, err = rabbitmq.New(rabbitmq.Default(w.Config.AMQPURL, w.Meter, w.Log))
	}
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
