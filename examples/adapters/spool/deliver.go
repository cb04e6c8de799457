//go:build unix

package spool

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sentineliq/sentineliq/ports/bus"
)

// Subscribe hands every message to one of its handlers, the oldest first.
// Several subscribers, of one process or of many, share the messages. When ctx
// ends, the calls that run are waited for; what is not handled stays where it is.
func (b *Bus) Subscribe(ctx context.Context, h bus.Handler) error {
	found := make(chan string)
	var calls sync.WaitGroup
	for range b.options.Handlers {
		calls.Go(func() {
			for name := range found {
				if err := b.deliver(ctx, h, name); err != nil {
					b.options.Log.Error("a message cannot be delivered", "file", name, "error", err)
				}
			}
		})
	}
	b.look(ctx, found)
	close(found)
	calls.Wait()
	return nil
}

// look passes on the names of the messages there are until ctx ends: whenever the
// bell rings, and from time to time for those of other processes and those that
// come again.
func (b *Bus) look(ctx context.Context, found chan<- string) {
	tick := time.NewTicker(b.options.Look)
	defer tick.Stop()
	for {
		files, err := os.ReadDir(b.options.Folder)
		if err != nil {
			b.options.Log.Error("the folder of messages cannot be read", "error", err)
		}
		for _, file := range files {
			if !strings.HasSuffix(file.Name(), waiting) {
				continue
			}
			select {
			case found <- file.Name():
			case <-ctx.Done():
				return
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-b.bell:
		case <-tick.C:
		}
	}
}

// deliver handles one message, unless somebody else does or has, or it is not its
// time.
func (b *Bus) deliver(ctx context.Context, h bus.Handler, name string) (err error) {
	file, err := os.Open(b.path(name))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }() // which lets go of the lock
	if mine, err := b.claim(file, name); !mine {
		return err
	}
	text, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	var l letter
	if err := json.Unmarshal(text, &l); err != nil {
		return errors.Join(err, os.Rename(b.path(name), b.path(strings.TrimSuffix(name, waiting)+unreadable)))
	}
	err = call(ctx, h, bus.Message{Company: l.Company, Events: l.Events})
	switch {
	case err == nil:
		return os.Remove(b.path(name))
	case ctx.Err() == nil:
		return b.postpone(name, err)
	default:
		return nil // interrupted by the end, it has not failed: it is there for the next subscriber at once
	}
}

// claim locks a file. Before that, others may have handled its message, so that
// the name is gone, or failed to, so that it is not due: a file's time of change is
// when its message is to be delivered.
func (b *Bus) claim(file *os.File, name string) (mine bool, err error) {
	if mine, err := lock(file); !mine {
		return false, err
	}
	info, err := os.Stat(b.path(name))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return err == nil && !b.options.Clock.Now().Before(info.ModTime()), err
}

// postpone has a message come again after a wait as long as it has been waiting
// already, so that the waits double.
func (b *Bus) postpone(name string, failure error) error {
	now := b.options.Clock.Now()
	wait := b.options.Backoff
	digits, _, _ := strings.Cut(name, "-")
	if published, err := strconv.ParseInt(digits, 10, 64); err == nil {
		wait = max(wait, now.Sub(time.Unix(0, published)))
	}
	wait = min(wait, b.options.Longest)
	b.options.Log.Warn("a message was not handled and comes again", "file", name, "wait", wait, "error", failure)
	return os.Chtimes(b.path(name), time.Time{}, now.Add(wait))
}

// call turns a panic into an error: one bad message must not end the process
// that handles everybody else's.
func call(ctx context.Context, h bus.Handler, m bus.Message) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the handler panicked: %v", p)
		}
	}()
	return h(ctx, m)
}
