//go:build wireinject

package service

import (
	"context"
	"log/slog"

	"github.com/google/wire"

	"github.com/sentineliq/sentineliq/adapters/cel"
	"github.com/sentineliq/sentineliq/adapters/credential"
	"github.com/sentineliq/sentineliq/adapters/inproc"
	"github.com/sentineliq/sentineliq/adapters/ratelimit"
	"github.com/sentineliq/sentineliq/adapters/system"
	"github.com/sentineliq/sentineliq/adapters/telemetry"
	"github.com/sentineliq/sentineliq/config"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/core/usecase/alerts"
	"github.com/sentineliq/sentineliq/core/usecase/apikeys"
	"github.com/sentineliq/sentineliq/core/usecase/auditlog"
	"github.com/sentineliq/sentineliq/core/usecase/auth"
	"github.com/sentineliq/sentineliq/core/usecase/companies"
	"github.com/sentineliq/sentineliq/core/usecase/dashboards"
	"github.com/sentineliq/sentineliq/core/usecase/dispatch"
	"github.com/sentineliq/sentineliq/core/usecase/incidents"
	"github.com/sentineliq/sentineliq/core/usecase/notifications"
	"github.com/sentineliq/sentineliq/core/usecase/relay"
	"github.com/sentineliq/sentineliq/core/usecase/users"
	"github.com/sentineliq/sentineliq/ports/bus"
	portcondition "github.com/sentineliq/sentineliq/ports/condition"
	portcredential "github.com/sentineliq/sentineliq/ports/credential"
	"github.com/sentineliq/sentineliq/ports/limit"
	portsystem "github.com/sentineliq/sentineliq/ports/system"
	porttelemetry "github.com/sentineliq/sentineliq/ports/telemetry"
	"github.com/sentineliq/sentineliq/ports/txn"
)

// build puts the service together.
func build(ctx context.Context, cfg config.Config, ext Extensions, part role) (*App, error) {
	wire.Build(
		// the world
		newClock, newWorld, openStore, newLog, newTokenKey, newCursorKey, newSigner, newBox, newHasher, newFailures,
		newEngine, newTypes, newBus, newBells, newLifetimes, newLeaving,
		wire.Value(system.IDs{}), wire.Bind(new(portsystem.IDs), new(system.IDs)),
		wire.Value(credential.Random{}), wire.Bind(new(portcredential.Random), new(credential.Random)),
		telemetry.NewMeter, inproc.NewBell,
		wire.Bind(new(txn.Runner), new(Store)),
		wire.Bind(new(limit.Failures), new(*ratelimit.Failures)),
		wire.Bind(new(portcondition.Engine), new(*cel.Engine)),
		wire.Bind(new(porttelemetry.Meter), new(*telemetry.Meter)),
		wire.Bind(new(porttelemetry.Log), new(*slog.Logger)),
		wire.Bind(new(bus.Publisher), new(*messages)),
		wire.Bind(new(bus.Bell), new(*inproc.Bell)),
		wire.Bind(new(gate.Bell), new(*inproc.Bell)),

		// the core
		gate.New,
		wire.Struct(new(auth.Parts), "*"), auth.New,
		companies.New, users.New, apikeys.New, alerts.New, incidents.New, auditlog.New, dashboards.New,
		wire.Struct(new(notifications.Parts), "*"),
		notifications.NewChannels, notifications.NewRules, notifications.NewDeliveries,
		relay.New, dispatch.NewRouter,
		wire.Struct(new(dispatch.SenderParts), "Gate", "Types", "Box", "Clock", "Meter", "Log"), newSender,

		// the edge
		wire.Struct(new(edgeParts), "*"), newHandler,
		wire.Struct(new(App), "*"),
	)
	return nil, nil
}
