package relay

import (
	"context"
	"fmt"
	"time"

	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/store"
)

const (
	// keepFor is how long an answer is kept for its idempotency key, and an
	// ended session for whoever asks what became of it.
	keepFor = 24 * time.Hour
	// forgetSize bounds one deletion, so that it holds the store only briefly.
	forgetSize = 1_000
	tendJob    = "tend"
)

// Tend measures the queues and forgets what has expired. The service calls it
// every few seconds and never twice at a time; of several processes that meet at
// it one does it, and the others leave it.
func (s *Service) Tend(ctx context.Context) error {
	return gate.Upkeep(gate.As(ctx, tendJob), s.gate, func(ctx context.Context, u store.Upkeep) error {
		if alone, err := u.Alone(ctx, tendJob); err != nil || !alone {
			return err
		}
		depth, oldest, err := u.Outbox().Depth(ctx)
		if err != nil {
			return fmt.Errorf("outbox: %w", err)
		}
		age := 0.0
		if depth > 0 {
			age = u.Now().Sub(oldest).Seconds()
		}
		s.meter.Set("outbox_depth", float64(depth))
		s.meter.Set("outbox_oldest_seconds", age)
		queues, err := u.Queue().Depth(ctx)
		if err != nil {
			return fmt.Errorf("deliveries: %w", err)
		}
		for kind := range s.queued {
			if _, waiting := queues[kind]; !waiting {
				s.meter.Set("queue_depth", 0, "type", kind)
			}
		}
		s.queued = queues
		for kind, n := range queues {
			s.meter.Set("queue_depth", float64(n), "type", kind)
		}
		_, err = u.Forget(ctx, u.Now().Add(-keepFor), forgetSize)
		return err
	})
}
