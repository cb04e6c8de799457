package rabbitmq_test

import (
	"testing"

	"github.com/sentineliq/sentineliq/adapters/rabbitmq/rabbitmqtest"
	"github.com/sentineliq/sentineliq/ports/bus/bustest"
)

func TestBus_IsABus(t *testing.T) {
	t.Parallel()
	bustest.Run(t, func(tb testing.TB) bustest.Bus {
		e := newEar()
		b := run(tb, options(rabbitmqtest.VirtualHost(tb), e))
		e.untilConnected(tb)
		return b
	})
}
