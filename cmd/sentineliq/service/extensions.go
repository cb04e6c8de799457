package service

import (
	"context"
	"log/slog"

	"github.com/sentineliq/sentineliq/adapters/channel/webclient"
	"github.com/sentineliq/sentineliq/config"
	"github.com/sentineliq/sentineliq/ports/bus"
	"github.com/sentineliq/sentineliq/ports/channel"
	"github.com/sentineliq/sentineliq/ports/system"
	"github.com/sentineliq/sentineliq/ports/telemetry"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// Extensions are what a program adds to the service or puts in the place of
// parts of it. Everything but Version may be nil, and then is as it comes.
//
// Whatever is added should pass the suite of its port: ports/channel/channeltest,
// ports/bus/bustest, ports/store/storetest. docs/adapters.md leads through one of
// each.
type Extensions struct {
	// Version names the build.
	Version string
	// Channels returns types of channel that are offered beside the ones there
	// are. Their names are stored with customers' channels, so they stay as they
	// are, and must not be taken.
	Channels func(World) []channel.Type
	// Bus opens another bus instead of RabbitMQ, whatever AMQP_URL says. What it
	// does not take, the process delivers by itself.
	Bus func(context.Context, World) (Bus, error)
	// Store opens another store, whatever DATABASE_URL says. One that only adds
	// to the usual store gets that from OpenStore.
	Store func(context.Context, World) (Store, error)
}

// World is what there is when an extension is made.
type World struct {
	Config config.Config
	Log    *slog.Logger
	Meter  telemetry.Meter
	Clock  system.Clock
	// Web are the settings for outgoing HTTP that the operator chose. Channels
	// send through webclient.New(Web), which reaches no internal address.
	Web webclient.Options
}

// Bus is a bus beside the one in the process.
type Bus interface {
	bus.Publisher
	bus.Subscriber
	// Run keeps the bus connected until ctx ends.
	Run(ctx context.Context)
	// Check says why the bus carries nothing at the moment. The service then
	// is ready, but says that it is degraded. It does not wait for an answer.
	Check() error
}

// Store is where everything is kept.
type Store interface {
	txn.Runner
	// Start makes the store ready to serve, or says what the operator must do.
	// Its schema is brought up to date only if migrate is set, or if no other
	// process can have the same store.
	Start(ctx context.Context, migrate bool) error
	// Ping reports whether the store answers.
	Ping(ctx context.Context) error
	// Current reports, as an error, a schema that is not the one of this program.
	Current(ctx context.Context) error
	// Close ends the connections. It is called once, after everything else.
	Close() error
}
