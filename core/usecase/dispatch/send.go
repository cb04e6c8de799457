package dispatch

import (
	"context"
	"fmt"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/failpoint"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/bus"
	"github.com/sentineliq/sentineliq/ports/channel"
	"github.com/sentineliq/sentineliq/ports/credential"
	"github.com/sentineliq/sentineliq/ports/store"
	"github.com/sentineliq/sentineliq/ports/system"
	"github.com/sentineliq/sentineliq/ports/telemetry"
)

const (
	senderJob = "sender"
	// attemptTime bounds one attempt, whatever the receiver does.
	attemptTime = 10 * time.Second
	// sendLease is how long a claimed delivery is held. It is longer than an
	// attempt, so that nobody else starts one while it runs.
	sendLease = 15 * time.Second
	// perChannel is how many attempts go over one channel at a time: a dead
	// endpoint keeps no more senders busy than that.
	perChannel = 2
	// perCompany is how many attempts of one company go on at a time, so that
	// several dead endpoints of one company leave senders to the others.
	perCompany = 8
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
	Bells    bus.Bells
	Meter    telemetry.Meter
	Log      telemetry.Log
}

// Sender sends deliveries.
type Sender struct {
	SenderParts
}

// NewSender returns a sender.
func NewSender(p SenderParts) *Sender { return &Sender{SenderParts: p} }

// Work sends deliveries over channels of one type, one after the other, until
// ctx ends: whenever it is woken, and at every tick. Several may work at once.
// An attempt that has begun is finished even when ctx ends.
func (s *Sender) Work(ctx context.Context, kind string, wake <-chan struct{}, tick <-chan time.Time) {
	for ctx.Err() == nil {
		sent, err := s.One(context.WithoutCancel(ctx), kind)
		if err != nil {
			s.Meter.Count("background_errors_total", 1, "job", senderJob)
			s.Log.Error("a delivery could not be handled", "type", kind, "error", err)
		}
		if sent && err == nil {
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

// One claims one due delivery and makes one attempt. It reports whether there
// was one.
func (s *Sender) One(ctx context.Context, kind string) (bool, error) {
	ctx = gate.As(ctx, senderJob)
	var claimed []*notification.Delivery
	err := gate.Upkeep(ctx, s.Gate, func(ctx context.Context, u store.Upkeep) error {
		var err error
		claimed, err = u.Queue().Claim(ctx, kind, store.Room{Free: 1, PerChannel: perChannel, PerCompany: perCompany}, sendLease)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("claiming a delivery: %w", err)
	}
	if len(claimed) == 0 {
		return false, nil
	}
	s.Bells.Ring(kind) // where there was one there may be more: wake a colleague
	if err := failpoint.Hit(failpoint.Attempted); err != nil {
		return true, err
	}
	d := claimed[0]
	started := s.Clock.Now()
	v := s.attempt(gate.AsIn(ctx, senderJob, d.State().Company), d)
	s.Meter.Observe("delivery_duration_seconds", s.Clock.Now().Sub(started), "type", kind)
	if v.err == nil && v.skip == "" {
		if err := failpoint.Hit(failpoint.Taken); err != nil {
			return true, err
		}
	}
	if err := s.record(ctx, d, v); err != nil {
		return true, err
	}
	return true, failpoint.Hit(failpoint.Recorded)
}

// verdict is how an attempt ended: sent, refused (err) or not wanted (skip).
type verdict struct {
	receipt channel.Receipt
	err     error
	skip    string
}

// attempt sends the delivery, if it is still wanted. It is not in a unit of
// work: what it talks to may take its time.
func (s *Sender) attempt(ctx context.Context, d *notification.Delivery) verdict {
	p, err := s.prepare(ctx, d)
	if err != nil {
		return verdict{err: err}
	}
	if p.skip != "" {
		return verdict{skip: p.skip}
	}
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	receipt, err := p.sender.Send(ctx, p.message)
	return verdict{receipt: receipt, err: err}
}

// record keeps the verdict. A delivery that somebody else has taken over in the
// meantime is theirs: this attempt's verdict is dropped.
func (s *Sender) record(ctx context.Context, d *notification.Delivery, v verdict) error {
	state := d.State()
	ctx = gate.AsIn(ctx, senderJob, state.Company)
	now := s.Clock.Now()
	act := policy.DeliveryDone
	switch {
	case v.skip != "":
		d.Skip(v.skip)
		act = policy.DeliverySkipped
	case v.err == nil:
		d.Succeeded(v.receipt.Status, now)
	default:
		refusal := channel.VerdictOn(v.err)
		var wait *time.Duration
		if !refusal.Permanent {
			wait = s.Schedule.Wait(state.Attempts, refusal.After, s.Jitter())
		}
		d.Refused(refusal.Reason, refusal.Status, wait, now)
		act = policy.DeliveryGivenUp
	}
	s.Meter.Count("deliveries_total", 1, "type", state.ChannelType, "outcome", string(d.State().Status))
	err := s.keep(ctx, act, d)
	if fault.Is(err, fault.Conflict) {
		s.Log.Warn("a delivery was taken over while it was being sent", "delivery", string(state.ID))
		return nil
	}
	return err
}

func (s *Sender) keep(ctx context.Context, act policy.Action, d *notification.Delivery) error {
	if !d.Over() {
		return gate.Upkeep(ctx, s.Gate, func(ctx context.Context, u store.Upkeep) error {
			return u.Queue().Postpone(ctx, d)
		})
	}
	_, err := gate.Write(ctx, s.Gate, act, func(ctx context.Context, tx store.Tx) (*notification.Delivery, error) {
		return d, tx.Deliveries().Save(ctx, d)
	})
	return err
}
