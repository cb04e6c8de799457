package dispatch

import (
	"context"
	"fmt"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/failpoint"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/channel"
	"github.com/sentineliq/sentineliq/ports/credential"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/system"
	"github.com/sentineliq/sentineliq/ports/telemetry"
)

const (
	senderJob = "sender"
	// attemptTime bounds one attempt, from its claim to the receiver's answer.
	attemptTime = 10 * time.Second
	// sendLease is how long a claimed delivery is held. What it is longer than
	// an attempt is for the verdict to be written down, so that nobody else
	// starts while one may still succeed.
	sendLease = 12 * time.Second
)

// SenderParts is what a sender is made of.
type SenderParts struct {
	Gate     *gate.Gate
	Types    channel.Types
	Box      credential.Box
	Clock    system.Clock
	Schedule notification.Schedule
	Jitter   func() float64 // uniform in [0, 1)
	Public   string         // base of links in messages, without a slash at its end
	Meter    telemetry.Meter
	Log      telemetry.Log
}

// Sender sends deliveries.
type Sender struct {
	SenderParts
}

// NewSender returns a sender.
func NewSender(p SenderParts) *Sender { return &Sender{SenderParts: p} }

// Attempt is a delivery that is ours for as long as its lease.
type Attempt struct {
	delivery *notification.Delivery
	claimed  time.Time
}

// Claim takes due deliveries of one type for at most so many senders that are
// free, and counts an attempt on each. Each must go to Try at once.
func (s *Sender) Claim(ctx context.Context, kind string, free int) ([]Attempt, error) {
	begun := s.Clock.Now() // the lease begins later than that
	var claimed []*notification.Delivery
	err := gate.Upkeep(gate.As(ctx, senderJob), s.Gate, func(ctx context.Context, u store.Upkeep) error {
		var err error
		room := store.Room{Free: free, PerChannel: perChannel, PerCompany: perCompany}
		claimed, err = u.Queue().Claim(ctx, kind, room, sendLease)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claiming deliveries: %w", err)
	}
	attempts := make([]Attempt, len(claimed))
	for i, d := range claimed {
		attempts[i] = Attempt{delivery: d, claimed: begun}
	}
	return attempts, nil
}

// Try makes the attempt and writes down how it ended.
func (s *Sender) Try(ctx context.Context, a Attempt) error {
	if err := failpoint.Hit(failpoint.Attempted); err != nil {
		return err
	}
	started, kind := s.Clock.Now(), a.delivery.State().ChannelType
	v := s.attempt(gate.AsIn(ctx, senderJob, a.delivery.State().Company), a)
	s.Meter.Observe("delivery_duration_seconds", s.Clock.Now().Sub(started), "type", kind)
	if v.err == nil && v.skip == "" {
		if err := failpoint.Hit(failpoint.Taken); err != nil {
			return err
		}
	}
	if err := s.record(ctx, a.delivery.State(), v); err != nil {
		return err
	}
	return failpoint.Hit(failpoint.Recorded)
}

// verdict is how an attempt ended: sent, refused (err) or not wanted (skip).
type verdict struct {
	receipt channel.Receipt
	err     error
	skip    string
}

// attempt sends the delivery, if it is still wanted. It is not in a unit of
// work: what it talks to may take its time.
func (s *Sender) attempt(ctx context.Context, a Attempt) verdict {
	ctx, cancel := context.WithTimeout(ctx, attemptTime-s.Clock.Now().Sub(a.claimed))
	defer cancel()
	p, err := s.prepare(ctx, a.delivery)
	if err != nil {
		return verdict{err: err}
	}
	if p.skip != "" {
		return verdict{skip: p.skip}
	}
	receipt, err := p.sender.Send(ctx, p.message)
	return verdict{receipt: receipt, err: err}
}
