package rabbitmq

import (
	"sync"
	"sync/atomic"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

// hand is the messages of one subscription that handlers are at.
type hand struct {
	*time.Ticker
	sync.WaitGroup
	count  atomic.Int64
	heard  bool // of a message, since the last tick
	silent bool // nothing was heard between two ticks, and nothing is in hand
}

func newHand(silence time.Duration) *hand {
	return &hand{Ticker: time.NewTicker(silence), heard: true}
}

// next waits for a message. There is none when the subscription has ended or
// has fallen silent.
func (h *hand) next(deliveries <-chan amqp.Delivery) (d amqp.Delivery, open bool) {
	for !h.silent {
		select {
		case d, open = <-deliveries:
			h.heard = true
			return d, open
		case <-h.C:
			h.silent = !h.heard && h.count.Load() == 0
			h.heard = false
		}
	}
	return d, false
}

// put counts a message until the returned function is called.
func (h *hand) put() (done func()) {
	h.Add(1)
	h.count.Add(1)
	return func() {
		h.count.Add(-1)
		h.Done()
	}
}
