package rabbitmq_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/adapters/rabbitmq/rabbitmqtest"
	"github.com/sentineliq/sentineliq/ports/bus"
)

// A queue that is deleted and declared again at once forgets who listened to
// it, and the broker does not always say so.
func anew(t *testing.T, broker *rabbitmqtest.Broker) {
	e, url := newEar(), broker.VirtualHost(t)
	broker.Settle(t)
	listener := run(t, options(url, e))
	got := make(chan bus.Message, 100)
	listen(t, listener, into(got))
	e.untilConnected(t)
	publisher := run(t, options(url, newEar()))
	ch := admin(t, url)
	for n := range 3 {
		_, err := ch.QueueDelete("sentineliq.events", false, false, false)
		require.NoError(t, err)
		require.Eventually(t, func() bool { return publisher.Publish(t.Context(), message(n)) == nil },
			patience, 10*time.Millisecond)
		require.Equal(t, message(n), receive(t, got))
	}
}
