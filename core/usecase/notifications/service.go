// Package notifications manages channels and rules, and shows what became of
// the messages.
package notifications

import (
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/bus"
	"github.com/sentineliq/sentineliq/ports/channel"
	"github.com/sentineliq/sentineliq/ports/condition"
	"github.com/sentineliq/sentineliq/ports/credential"
	"github.com/sentineliq/sentineliq/ports/system"
)

// Parts is what the services are made of.
type Parts struct {
	Gate   *gate.Gate
	Types  channel.Types
	Box    credential.Box
	Engine condition.Engine
	IDs    system.IDs
	Clock  system.Clock
	Bells  bus.Bells // by channel type; rung when a delivery is due
}
