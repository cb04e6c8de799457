//go:build unix

// Package spool is a message bus made of files. A message is a file in a folder
// from Publish until it is handled, so it outlives the process, and every process
// that has the folder takes part. Whoever handles a message holds a lock on its
// file; when a process dies the system lets go of its locks, and the message is
// there for the next. The folder must be on a local disk.
package spool

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
	"github.com/sentineliq/sentineliq/ports/bus"
	"github.com/sentineliq/sentineliq/ports/system"
	"github.com/sentineliq/sentineliq/ports/telemetry"
)

// Options is how a bus behaves; every field must be set.
type Options struct {
	Folder   string        // where the messages are; it is made if need be
	Handlers int           // calls of a subscriber's handler at once
	Look     time.Duration // between two looks for what other processes have left
	Backoff  time.Duration // before a failed message comes again; it grows with the age of the message
	Longest  time.Duration // the longest such wait
	Clock    system.Clock
	Log      telemetry.Log // hears of failed handlers, for nobody else does
}

// Default returns what suits a few processes on one machine.
func Default(folder string, clock system.Clock, log telemetry.Log) Options {
	return Options{
		Folder: folder, Handlers: 2, Look: 200 * time.Millisecond,
		Backoff: 100 * time.Millisecond, Longest: 10 * time.Second, Clock: clock, Log: log,
	}
}

// Bus implements bus.Publisher and bus.Subscriber.
type Bus struct {
	options Options
	bell    chan struct{} // rung by Publish, for the subscribers of this process
}

// What the files of the folder are called. Others are left alone.
const (
	waiting    = ".message"
	unfinished = ".new" // not yet published, or never to be
	unreadable = ".bad" // for somebody to look at
)

// abandoned is the age at which a file that was not finished never will be.
const abandoned = time.Hour

// Open returns the bus of a folder, with all that waits in it.
func Open(o Options) (*Bus, error) {
	if err := os.MkdirAll(o.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	left, err := filepath.Glob(filepath.Join(o.Folder, "*"+unfinished))
	if err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	for _, file := range left {
		if info, err := os.Stat(file); err == nil && o.Clock.Now().Sub(info.ModTime()) > abandoned {
			err = os.Remove(file)
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				return nil, fmt.Errorf("spool: %w", err)
			}
		}
	}
	return &Bus{options: o, bell: make(chan struct{}, 1)}, nil
}

// letter is a message as its file has it.
type letter struct {
	Company tenant.ID `json:"company"`
	Events  []string  `json:"events"`
}

// Publish returns nil once the message is on the disk.
func (b *Bus) Publish(ctx context.Context, m bus.Message) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	text, err := json.Marshal(letter{m.Company, m.Events})
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := b.keep(text); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	select {
	case b.bell <- struct{}{}:
	default: // it rings already
	}
	return nil
}

// keep makes a file that is there as a whole or not at all, whenever the power
// goes.
func (b *Bus) keep(text []byte) error {
	now := b.options.Clock.Now()
	name := fmt.Sprintf("%019d-%s", now.UnixNano(), rand.Text()) // the order of names is the order of age
	draft := b.path(name + unfinished)
	file, err := os.OpenFile(draft, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the operator chose the folder, the name is ours
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err := errors.Join(err, os.Chtimes(draft, now, now), file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(draft))
	}
	if err := os.Rename(draft, b.path(name+waiting)); err != nil {
		return errors.Join(err, os.Remove(draft))
	}
	folder, err := os.Open(b.options.Folder)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close()) // the name, too, must be on the disk
}

func (b *Bus) path(name string) string { return filepath.Join(b.options.Folder, name) }

// Run waits for ctx to end: files need no connection.
func (*Bus) Run(ctx context.Context) { <-ctx.Done() }

// Check reports whether files can be made in the folder.
func (b *Bus) Check() error {
	probe, err := os.CreateTemp(b.options.Folder, "*"+unfinished)
	if err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}
