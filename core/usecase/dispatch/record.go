package dispatch

import (
	"context"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/channel"
	"github.com/sentineliq/sentineliq/ports/store"
)

// outcome is what a verdict makes of a delivery.
type outcome struct {
	status notification.DeliveryStatus
	act    policy.Action // empty: it will be tried again
	note   func(d *notification.Delivery, now time.Time)
}

func (s *Sender) outcome(v verdict, attempts int) outcome {
	if v.skip != "" {
		return outcome{notification.Skipped, policy.DeliverySkipped, func(d *notification.Delivery, _ time.Time) { d.Skip(v.skip) }}
	}
	if v.err == nil {
		return outcome{notification.Delivered, policy.DeliveryDone, func(d *notification.Delivery, now time.Time) {
			d.Succeeded(v.receipt.Status, now)
		}}
	}
	refusal := channel.VerdictOn(v.err)
	o := outcome{status: notification.Dead, act: policy.DeliveryGivenUp}
	var wait *time.Duration
	if !refusal.Permanent {
		wait = s.Schedule.Wait(attempts, refusal.After, s.Jitter())
	}
	if wait != nil {
		o.status, o.act = notification.Failed, ""
	}
	o.note = func(d *notification.Delivery, now time.Time) { d.Refused(refusal.Reason, refusal.Status, wait, now) }
	return o
}

// record keeps the verdict, at the time of the store. A delivery that somebody
// else has taken over in the meantime is theirs: this attempt's verdict is
// dropped.
func (s *Sender) record(ctx context.Context, claimed notification.DeliveryState, v verdict) error {
	ctx = gate.AsIn(ctx, senderJob, claimed.Company)
	o := s.outcome(v, claimed.Attempts)
	s.Meter.Count("deliveries_total", 1, "type", claimed.ChannelType, "outcome", string(o.status))
	late := false
	noted := func(now time.Time) *notification.Delivery {
		late = now.After(claimed.LeaseUntil)
		d := notification.RestoreDelivery(claimed)
		o.note(d, now)
		return d
	}
	err := s.keep(ctx, o.act, noted)
	if late {
		s.Meter.Count("deliveries_late_total", 1, "type", claimed.ChannelType)
	}
	if fault.Is(err, fault.Conflict) {
		s.Log.Warn("a delivery was taken over while it was being sent", "delivery", string(claimed.ID))
		return nil
	}
	return err
}

// keep stores what noted makes of the delivery. It may be asked twice.
func (s *Sender) keep(ctx context.Context, act policy.Action, noted func(now time.Time) *notification.Delivery) error {
	if act == "" {
		return gate.Upkeep(ctx, s.Gate, func(ctx context.Context, u store.Upkeep) error {
			return u.Queue().Postpone(ctx, noted(u.Now()))
		})
	}
	_, err := gate.Write(ctx, s.Gate, act, func(ctx context.Context, tx store.Tx) (*notification.Delivery, error) {
		d := noted(tx.Now())
		return d, tx.Deliveries().Save(ctx, d)
	})
	return err
}
