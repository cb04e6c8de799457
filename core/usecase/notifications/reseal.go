package notifications

import (
	"context"
	"errors"
	"fmt"

	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/notification"
	"github.com/sentineliq/sentineliq/core/domain/page"
	"github.com/sentineliq/sentineliq/core/domain/policy"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/ports/store"
)

const (
	resealJob   = "keys rotate"
	resealBatch = 100 // channels that are looked at together
	resealTries = 3   // when somebody changes the channel at the same time
)

// Resealed is how far the channels are on their way to the present key.
type Resealed struct {
	Changed int // sealed anew
	Before  int // were already
	// Closed lists those that no key opens. They are as they were, and have to be
	// configured again.
	Closed []notification.ChannelID
}

// errCurrent says inside this file that somebody else was faster.
var errCurrent = errors.New("sealed with the present key already")

// Reseal seals the settings of every channel of every company with the present
// key, each in a change of its own. One that is interrupted goes on where it was
// when it is called again.
func (s *Channels) Reseal(ctx context.Context, told func(Resealed)) (Resealed, error) {
	ctx = gate.As(ctx, resealJob)
	var done Resealed
	request := page.Request{Size: resealBatch, NoCount: true}
	for {
		batch, err := gate.Read(ctx, s.Gate, policy.ChannelReseal, func(ctx context.Context, v store.View) (page.Result[*notification.Channel], error) {
			return v.Channels().List(ctx, notification.ChannelQuery{}, request)
		})
		if err != nil {
			return done, fmt.Errorf("listing channels: %w", err)
		}
		for _, c := range batch.Items {
			if err := s.reseal(ctx, c, &done); err != nil {
				return done, fmt.Errorf("channel %s: %w", c.ID(), err)
			}
		}
		told(done)
		if batch.Next == nil {
			return done, nil
		}
		request.Cursor = batch.Next
	}
}

// reseal seals one channel and counts it.
func (s *Channels) reseal(ctx context.Context, c *notification.Channel, done *Resealed) error {
	if s.Box.Current(c.State().Sealed) {
		done.Before++
		return nil
	}
	if _, err := s.Box.Open(c.State().Sealed, c.SealLabel()); err != nil {
		done.Closed = append(done.Closed, c.ID())
		return nil //nolint:nilerr // it is reported with the others that do not open
	}
	var err error
	for range resealTries {
		if err = s.resealOnce(ctx, c); !fault.Is(err, fault.Conflict) {
			break
		}
	}
	switch {
	case err == nil:
		done.Changed++
	case errors.Is(err, errCurrent), fault.Is(err, fault.NotFound): // it was configured anew, or deleted
		done.Before++
	default:
		return err
	}
	return nil
}

func (s *Channels) resealOnce(ctx context.Context, c *notification.Channel) error {
	ctx = gate.AsIn(ctx, resealJob, c.State().Company)
	_, err := gate.Write(ctx, s.Gate, policy.ChannelReseal, func(ctx context.Context, tx store.Tx) (*notification.Channel, error) {
		now, err := tx.Channels().Find(ctx, c.ID())
		if err != nil {
			return nil, err
		}
		if s.Box.Current(now.State().Sealed) {
			return nil, errCurrent
		}
		plain, err := s.Box.Open(now.State().Sealed, now.SealLabel())
		if err != nil {
			return nil, err
		}
		sealed, err := s.Box.Seal(plain, now.SealLabel())
		if err != nil {
			return nil, err
		}
		now.Reseal(sealed)
		return now, tx.Channels().Save(ctx, now)
	})
	return err
}
