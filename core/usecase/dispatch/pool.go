package dispatch

import (
	"context"
	"time"
)

const (
	// Senders is how many attempts of one channel type go on at a time. Types
	// do not wait for each other.
	Senders = 32
	// perChannel is how many attempts go over one channel at a time: a dead
	// endpoint keeps no more senders busy than that.
	perChannel = 2
	// perCompany is how many attempts of one company go on at a time, a quarter
	// of the senders: several dead endpoints of one company leave most of them
	// to the others, even while nobody else wants them.
	perCompany = 8
)

// Pool is the senders of one channel type, and the work between them. One
// Dispatch and as many Send as there are Senders run at the same time.
type Pool struct {
	sender *Sender
	kind   string
	free   chan struct{} // a token of each sender that has nothing to do
	work   chan Attempt
}

// Pool returns the pool of a channel type, with nobody in it yet.
func (s *Sender) Pool(kind string) *Pool {
	return &Pool{sender: s, kind: kind, free: make(chan struct{}, Senders), work: make(chan Attempt)}
}

// Dispatch claims what is due for the senders that are free and hands it to
// them, until ctx ends: whenever it is woken, at every tick, and when an attempt
// has ended, for its channel has room again. One claim serves all that are free.
func (p *Pool) Dispatch(ctx context.Context, wake <-chan struct{}, tick <-chan time.Time) {
	defer close(p.work)
	free, look := 0, true
	for ctx.Err() == nil {
		if look && free > 0 {
			look = false // what is due now is taken, or there is nobody to take it
			free -= p.handOut(ctx, free)
		}
		select {
		case <-ctx.Done():
		case <-p.free:
			look = true
			for free++; len(p.free) > 0; free++ {
				<-p.free
			}
		case <-wake:
			look = true
		case <-tick:
			look = true
		}
	}
}

// handOut claims and returns how many senders have got something.
func (p *Pool) handOut(ctx context.Context, free int) int {
	attempts, err := p.sender.Claim(context.WithoutCancel(ctx), p.kind, free)
	if err != nil {
		p.trouble("deliveries could not be claimed", err)
	}
	for _, a := range attempts {
		p.work <- a
	}
	return len(attempts)
}

// Send makes one attempt after the other until Dispatch has ended. An attempt
// that has begun is finished even when ctx ends.
func (p *Pool) Send(ctx context.Context) {
	p.free <- struct{}{}
	for a := range p.work {
		if err := p.sender.Try(context.WithoutCancel(ctx), a); err != nil {
			p.trouble("a delivery could not be handled", err)
		}
		p.free <- struct{}{}
	}
}

func (p *Pool) trouble(what string, err error) {
	p.sender.Meter.Count("background_errors_total", 1, "job", senderJob)
	p.sender.Log.Error(what, "type", p.kind, "error", err)
}
