package rabbitmq

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const (
	dialPatience  = 10 * time.Second // for a connection, with everything it needs to begin
	askPatience   = 10 * time.Second // for the broker's answer to one question
	closePatience = 2 * time.Second  // for a farewell
)

// link is a connection. The library waits for the broker in places that know no
// context; cutting the socket under it ends every such wait.
type link struct {
	*amqp.Connection
	socket net.Conn
}

// dial makes a connection. Its errors never hold the password: it is not part
// of what the broker or the network say.
func (b *Bus) dial(ctx context.Context, purpose string) (*link, error) {
	ctx, cancel := context.WithTimeout(ctx, dialPatience)
	defer cancel()
	l := &link{}
	keep := func() bool { return true }
	properties := amqp.NewConnectionProperties()
	properties.SetClientConnectionName(b.options.Name + " " + purpose)
	conn, err := amqp.DialConfig(b.options.URL.Reveal(), amqp.Config{
		Heartbeat: b.options.Heartbeat, Properties: properties,
		Dial: func(network, address string) (net.Conn, error) {
			socket, err := (&net.Dialer{}).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			l.socket = &impatient{Conn: socket, patience: b.options.Confirm}
			keep = context.AfterFunc(ctx, l.cut)
			return l.socket, nil
		},
	})
	if !keep() {
		err = errors.Join(err, context.Cause(ctx))
	}
	if err != nil {
		l.cut()
		return nil, fmt.Errorf("connecting to the broker: %w", err)
	}
	l.Connection = conn
	return l, nil
}

// cut ends the connection without a word.
func (l *link) cut() {
	if l.socket != nil {
		_ = l.socket.Close() //nolint:errcheck // it may be closed already, which is as good
	}
}

// close says farewell, and does not wait long for the answer.
func (l *link) close() {
	late := time.AfterFunc(closePatience, l.cut)
	defer late.Stop()
	_ = l.Close() //nolint:errcheck // the broker notices by itself
	l.cut()
}

// briefly asks the broker something on a channel of its own, since a wrong
// question ends its channel.
func (l *link) briefly(ask func(*amqp.Channel) error) error {
	late := time.AfterFunc(askPatience, l.cut)
	defer late.Stop()
	ch, err := l.Channel()
	if err != nil {
		return fmt.Errorf("opening a channel: %w", err)
	}
	if err := ask(ch); err != nil {
		_ = ch.Close() //nolint:errcheck // the broker has closed it
		return err
	}
	return ch.Close()
}

// impatient is a connection that breaks when a write hangs, as it does when the
// broker has stopped reading.
type impatient struct {
	net.Conn
	patience time.Duration
}

func (c *impatient) Write(p []byte) (int, error) {
	late := time.AfterFunc(c.patience, func() {
		_ = c.Close() //nolint:errcheck // the write reports it
	})
	defer late.Stop()
	return c.Conn.Write(p)
}

// end is one direction of the bus, and how it is.
type end struct {
	name string

	mu     sync.Mutex
	wanted int   // connections that somebody tries to keep
	live   int   // those that work
	cause  error // why the last one does not
}

func (e *end) check() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.live >= e.wanted && e.wanted > 0 || e.wanted == 0 && e.name != "publish" {
		return nil
	}
	return errors.Join(fmt.Errorf("%s: %w", e.name, ErrDisconnected), e.cause)
}

// note changes the counts, and returns the number of live connections.
func (e *end) note(wanted, live int, cause error) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.wanted += wanted
	e.live += live
	if cause != nil {
		e.cause = cause
	}
	return e.live
}

// keep makes a connection, lets use work with it until it ends, and makes the
// next, until ctx ends. The use calls ready once it works.
func (b *Bus) keep(ctx context.Context, e *end, use func(ctx context.Context, l *link, ready func()) error) {
	e.note(1, 0, nil)
	defer e.note(-1, 0, nil)
	for failures := 0; ctx.Err() == nil; {
		worked := false
		err := b.once(ctx, e, func(ctx context.Context, l *link) error {
			return use(ctx, l, func() {
				if worked = true; failures > 0 {
					b.options.Log.Info("connected to the broker again", "end", e.name, "attempts", failures+1)
				}
				b.options.Meter.Set("bus_connected", float64(e.note(0, 1, nil)), "end", e.name)
			})
		})
		if worked {
			failures = 0
			b.options.Meter.Set("bus_connected", float64(e.note(0, -1, nil)), "end", e.name)
		}
		if ctx.Err() != nil {
			return
		}
		e.note(0, 0, err)
		if failures++; failures%15 == 1 { // the first, then about once a minute
			b.options.Log.Warn("no connection to the broker", "end", e.name, "attempts", failures, "error", err)
		}
		if !pause(ctx, jitter(doubled(b.options.Redial, b.options.Rarest, failures-1))) {
			return
		}
	}
}

// once makes a connection, declares what it needs and uses it.
func (b *Bus) once(ctx context.Context, e *end, use func(context.Context, *link) error) error {
	l, err := b.dial(ctx, e.name)
	if err != nil {
		return err
	}
	defer l.close()
	if err := b.declare(l); err != nil {
		return err
	}
	return use(ctx, l)
}

// doubled is the wait after so many failures.
func doubled(first, longest time.Duration, failures int) time.Duration {
	if wait := first << min(failures, 20); wait > 0 && wait < longest {
		return wait
	}
	return longest
}

// jitter shortens a wait by up to half, so that those who lost the broker
// together do not come back together.
func jitter(wait time.Duration) time.Duration {
	return wait - rand.N(wait/2+1) //nolint:gosec // nobody gains by guessing a wait
}

// pause reports whether the wait was waited to its end.
func pause(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
