package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/sentineliq/sentineliq/adapters/cli"
	"github.com/sentineliq/sentineliq/adapters/rabbitmq"
	"github.com/sentineliq/sentineliq/adapters/sqlstore"
)

// This file is the commands for operators that are about the store and the bus.
// An extension that can do what they ask for offers the same methods.

// verified is a store that can look for what is wrong with it.
type verified interface {
	Verify(ctx context.Context) []sqlstore.Check
}

// copied is a store that can be copied while it is used.
type copied interface {
	Backup(ctx context.Context, to string) error
}

// operated is a bus that can be looked at, and whose dead messages can be tried
// again.
type operated interface {
	Status(ctx context.Context) ([]rabbitmq.Queue, error)
	Replay(ctx context.Context) (int, error)
}

// check looks at the whole database and says what it found.
func (p program) check(ctx context.Context, args []string, out io.Writer) error {
	cfg, err := load(args)
	if err != nil {
		return err
	}
	store, err := p.openStore(ctx, cfg, true)
	if err != nil {
		return err
	}
	v, ok := store.(verified)
	if !ok {
		return errors.Join(errors.New("the store of this program cannot check itself"), store.Close())
	}
	var found []error
	for _, c := range v.Verify(ctx) {
		state := "well"
		if c.Err != nil {
			state = "BROKEN"
			found = append(found, fmt.Errorf("%s: %w", c.Name, c.Err))
		}
		if _, err := fmt.Fprintf(out, "%-8s %s\n", state, c.Name); err != nil {
			found = append(found, err)
		}
	}
	return errors.Join(append(found, store.Close())...)
}

// backup copies the embedded database.
func (p program) backup(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return cli.ErrUsage
	}
	cfg, err := load(args[1:])
	if err != nil {
		return err
	}
	store, err := p.openStore(ctx, cfg, true)
	if err != nil {
		return err
	}
	c, ok := store.(copied)
	if !ok {
		return errors.Join(errors.New("the store of this program cannot be copied by it"), store.Close())
	}
	if err := errors.Join(c.Backup(ctx, args[0]), store.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s is a complete copy of the database. It is of no use without the encryption key, which is not in it.\n", args[0])
	return err
}

// bus opens the broker's bus, without connecting.
func (p program) bus(ctx context.Context, args []string) (operated, error) {
	cfg, err := load(args)
	if err != nil {
		return nil, err
	}
	w, err := p.world(cfg)
	if err != nil {
		return nil, err
	}
	m, err := newBus(ctx, w, p.ext)
	if err != nil {
		return nil, err
	}
	if m.broker == nil {
		return nil, fmt.Errorf("%w: there is no broker: AMQP_URL is empty, so messages stay in each process", cli.ErrSetup)
	}
	b, ok := m.broker.(operated)
	if !ok {
		return nil, errors.New("the bus of this program cannot be looked at by it")
	}
	return b, nil
}

// busStatus shows what waits in the broker's queues.
func (p program) busStatus(ctx context.Context, args []string, out io.Writer) error {
	b, err := p.bus(ctx, args)
	if err != nil {
		return err
	}
	queues, err := b.Status(ctx)
	if err != nil {
		return err
	}
	for _, q := range queues {
		line := fmt.Sprintf("%d messages, %d consumers", q.Messages, q.Consumers)
		if q.Missing {
			line = "not there; the service declares it when it starts"
		}
		if _, err := fmt.Fprintf(out, "%-20s %s\n", q.Name, line); err != nil {
			return err
		}
	}
	return nil
}

// busReplay puts dead messages back into the queue of the living.
func (p program) busReplay(ctx context.Context, args []string, out io.Writer) error {
	b, err := p.bus(ctx, args)
	if err != nil {
		return err
	}
	moved, err := b.Replay(ctx)
	_, told := fmt.Fprintf(out, "%d messages are tried again\n", moved)
	return errors.Join(err, told)
}
