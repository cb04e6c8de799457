// Package relay takes events from the outbox to the bus. The outbox is the
// ledger: an event leaves it only when all it owes exists as deliveries, so
// whatever the bus loses is rung again when its lease ends.
package relay

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/core/failpoint"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/bus"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/telemetry"
)

const (
	// Lease is how long an event may be on its way to its deliveries before it
	// is rung again. It bounds the delay after a crash.
	Lease = 15 * time.Second
	// companies is how many companies have their turn in one claim, with one
	// message each.
	companies = 16
	jobName   = "relay"
)

// Service moves events.
type Service struct {
	gate      *gate.Gate
	publisher bus.Publisher
	meter     telemetry.Meter
	log       telemetry.Log
	queued    map[string]int // what Tend measured last: an empty queue is not listed, and its gauge must fall
}

// New returns the service.
func New(g *gate.Gate, publisher bus.Publisher, meter telemetry.Meter, log telemetry.Log) *Service {
	return &Service{gate: g, publisher: publisher, meter: meter, log: log}
}

// Run moves events until ctx ends: whenever it is woken, and at every tick in
// case nobody rang.
func (s *Service) Run(ctx context.Context, wake <-chan struct{}, tick <-chan time.Time) {
	ctx = gate.As(ctx, jobName)
	for {
		_, more, err := s.once(ctx)
		if err != nil && ctx.Err() == nil {
			s.meter.Count("background_errors_total", 1, "job", jobName)
			s.log.Error("events wait in the outbox", "error", err)
		}
		if more && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-tick:
		}
	}
}

// Once moves what waits now, up to one claim, and returns how much that was.
func (s *Service) Once(ctx context.Context) (int, error) {
	moved, _, err := s.once(ctx)
	return moved, err
}

// once also reports whether there may be more to move at once.
func (s *Service) once(ctx context.Context) (moved int, more bool, err error) {
	ctx = gate.As(ctx, jobName)
	var waiting []store.Waiting
	err = gate.Upkeep(ctx, s.gate, func(ctx context.Context, u store.Upkeep) error {
		var err error
		waiting, err = u.Outbox().Claim(ctx, companies, bus.MessageSize, Lease)
		return err
	})
	if err != nil {
		return 0, false, fmt.Errorf("claiming events: %w", err)
	}
	if len(waiting) == 0 {
		return 0, false, nil
	}
	if err := failpoint.Hit(failpoint.Claimed); err != nil {
		return 0, false, err
	}
	messages := grouped(waiting)
	for i, m := range messages {
		if err := s.publisher.Publish(ctx, m); err != nil {
			return 0, false, s.giveBack(ctx, messages[i:], err)
		}
		s.meter.Count("events_relayed_total", len(m.Events))
		if err := failpoint.Hit(failpoint.Published); err != nil {
			return 0, false, err
		}
	}
	more = len(messages) == companies || len(messages[len(messages)-1].Events) == bus.MessageSize
	return len(waiting), more, failpoint.Hit(failpoint.Marked)
}

// giveBack frees the events that the bus did not take, so that they need not
// wait for their lease.
func (s *Service) giveBack(ctx context.Context, messages []bus.Message, cause error) error {
	var ids []string
	for _, m := range messages {
		ids = append(ids, m.Events...)
	}
	err := gate.Upkeep(context.WithoutCancel(ctx), s.gate, func(ctx context.Context, u store.Upkeep) error {
		return u.Outbox().Release(ctx, ids)
	})
	if err != nil {
		return fmt.Errorf("publishing: %w (and giving back: %w)", cause, err)
	}
	return fmt.Errorf("publishing: %w", cause)
}

// grouped makes one message for each company, in the order of its events.
// Whoever has the least to tell goes first: the others hardly notice.
func grouped(waiting []store.Waiting) []bus.Message {
	at := map[tenant.ID]int{}
	var messages []bus.Message
	for _, w := range waiting {
		i, begun := at[w.Company]
		if !begun {
			i = len(messages)
			at[w.Company] = i
			messages = append(messages, bus.Message{Company: w.Company})
		}
		messages[i].Events = append(messages[i].Events, w.ID)
	}
	slices.SortStableFunc(messages, func(a, b bus.Message) int { return cmp.Compare(len(a.Events), len(b.Events)) })
	return messages
}
