//go:build unix

package spool_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/sentineliq-adapters/spool"

	"github.com/sentineliq/sentineliq/adapters/system"
	"github.com/sentineliq/sentineliq/ports/bus"
	"github.com/sentineliq/sentineliq/ports/bus/bustest"
	"github.com/sentineliq/sentineliq/ports/system/systemtest"
)

func TestBus_IsABus(t *testing.T) {
	t.Parallel()
	bustest.Run(t, func(tb testing.TB) bustest.Bus { return open(tb, tb.TempDir()) })
}

// open returns a bus with short waits.
func open(tb testing.TB, folder string) *spool.Bus {
	tb.Helper()
	b, err := spool.Open(spool.Options{
		Folder: folder, Handlers: 2, Look: 5 * time.Millisecond, Backoff: time.Millisecond, Longest: 10 * time.Millisecond,
		Clock: system.Clock{}, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(tb, err)
	return b
}

// listen subscribes until the test ends.
func listen(t *testing.T, b *spool.Bus, h bus.Handler) {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- b.Subscribe(ctx, h) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended)
	})
}

// into returns a handler that passes on what it gets.
func into(got chan<- bus.Message) bus.Handler {
	return func(_ context.Context, m bus.Message) error {
		got <- m
		return nil
	}
}

func message(event string) bus.Message {
	return bus.Message{Company: "acme", Events: []string{event}}
}

// names lists the folder.
func names(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	out := make([]string, len(entries))
	for i, e := range entries {
		out[i] = e.Name()
	}
	return out
}

func requireEmptied(t *testing.T, folder string) {
	t.Helper()
	require.Eventually(t, func() bool { return len(names(t, folder)) == 0 }, 10*time.Second, time.Millisecond)
}

func TestBus_MessagesOutliveTheBus(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "made", "as", "needed")
	require.NoError(t, open(t, folder).Publish(t.Context(), message("before")))
	got := make(chan bus.Message, 10)
	listen(t, open(t, folder), into(got))
	require.Equal(t, message("before"), <-got)
	requireEmptied(t, folder)
}

func TestBus_SubscribersElsewhereFindWhatIsPublished(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	got := make(chan bus.Message, 10)
	listen(t, open(t, folder), into(got))
	requireEmptied(t, folder)
	require.NoError(t, open(t, folder).Publish(t.Context(), message("elsewhere"))) // rings no bell over there
	require.Equal(t, message("elsewhere"), <-got)
}

func TestBus_WhatNobodyCanReadIsPutAside(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	b := open(t, folder)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "0-broken.message"), []byte(`{"company":"ac`), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "notes.txt"), []byte("of somebody's"), 0o600))
	require.NoError(t, b.Publish(t.Context(), message("after")))
	got := make(chan bus.Message, 10)
	listen(t, b, into(got))
	require.Equal(t, message("after"), <-got)
	want := []string{"0-broken.bad", "notes.txt"}
	require.Eventually(t, func() bool { return slices.Equal(want, names(t, folder)) }, 10*time.Second, time.Millisecond)
	require.Empty(t, got)
}

func TestOpen_ForgetsOldDraftsOnly(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	long := time.Now().Add(-2 * time.Hour)
	for _, name := range []string{"1-old.new", "2-old.message", "3-old.bad", "4-young.new"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("{}"), 0o600))
		if !strings.Contains(name, "young") {
			require.NoError(t, os.Chtimes(filepath.Join(folder, name), long, long))
		}
	}
	open(t, folder)
	require.Equal(t, []string{"2-old.message", "3-old.bad", "4-young.new"}, names(t, folder))
}

// A message that fails waits as long again as it has waited, but not without end.
func TestBus_WaitsGrowWithAge(t *testing.T) {
	t.Parallel()
	for age, want := range map[time.Duration]time.Duration{
		0: time.Minute, 20 * time.Minute: 20 * time.Minute, 99 * time.Hour: time.Hour,
	} {
		clock, folder := systemtest.NewClock(), t.TempDir()
		b, err := spool.Open(spool.Options{
			Folder: folder, Handlers: 1, Look: time.Millisecond, Backoff: time.Minute, Longest: time.Hour,
			Clock: clock, Log: slog.New(slog.DiscardHandler),
		})
		require.NoError(t, err)
		require.NoError(t, b.Publish(t.Context(), message("fails")))
		name := filepath.Join(folder, names(t, folder)[0])
		clock.Advance(age)
		failed := make(chan struct{})
		listen(t, b, func(context.Context, bus.Message) error {
			close(failed) // a second time, which would be too early, it panics
			return errors.New("not now")
		})
		<-failed
		require.Eventually(t, func() bool {
			info, err := os.Stat(name)
			return err == nil && info.ModTime().Equal(clock.Now().Add(want))
		}, 10*time.Second, time.Millisecond)
	}
}

// Subscribers that see the same files do not handle the same messages.
func TestBus_WithoutFailuresNothingComesTwice(t *testing.T) {
	t.Parallel()
	const messages = 300
	folder := t.TempDir()
	b := open(t, folder)
	for n := range messages {
		require.NoError(t, b.Publish(t.Context(), message(strconv.Itoa(n))))
	}
	got := make(chan bus.Message, 2*messages)
	for range 3 {
		listen(t, open(t, folder), into(got))
	}
	requireEmptied(t, folder)
	seen := map[string]int{}
	for range messages {
		seen[(<-got).Events[0]]++
	}
	require.Len(t, seen, messages)
	require.Empty(t, got)
}

// patient returns a bus that brings nothing back while a test lasts.
func patient(t *testing.T, folder string) *spool.Bus {
	t.Helper()
	b, err := spool.Open(spool.Options{
		Folder: folder, Handlers: 1, Look: time.Millisecond, Backoff: time.Hour, Longest: time.Hour,
		Clock: system.Clock{}, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	return b
}

func TestBus_WhatTheEndInterruptsIsThereAtOnce(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	b := patient(t, folder)
	require.NoError(t, b.Publish(t.Context(), message("interrupted")))
	ctx, stop := context.WithCancel(t.Context())
	require.NoError(t, b.Subscribe(ctx, func(ctx context.Context, _ bus.Message) error {
		stop()
		return ctx.Err()
	}))
	got := make(chan bus.Message, 10)
	listen(t, b, into(got))
	require.Equal(t, message("interrupted"), <-got)
}

// Between the look at the folder and the turn of a message, another process can
// have tried it in vain. Then it is not due any more.
func TestBus_WhatFailedElsewhereWaits(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	b := patient(t, folder)
	for _, event := range []string{"first", "failed elsewhere", "last"} {
		require.NoError(t, b.Publish(t.Context(), message(event)))
	}
	second := filepath.Join(folder, names(t, folder)[1])
	got := make(chan bus.Message, 10)
	listen(t, b, func(ctx context.Context, m bus.Message) error {
		if m.Events[0] == "first" {
			later := time.Now().Add(time.Hour)
			if err := os.Chtimes(second, later, later); err != nil {
				return err
			}
		}
		return into(got)(ctx, m)
	})
	require.Equal(t, message("first"), <-got)
	require.Equal(t, message("last"), <-got)
}

func TestBus_CheckSaysWhenTheFolderIsGone(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "spool")
	b := open(t, folder)
	require.NoError(t, b.Check())
	require.Empty(t, names(t, folder))
	require.NoError(t, os.RemoveAll(folder))
	require.ErrorIs(t, b.Check(), os.ErrNotExist)
	require.ErrorIs(t, b.Publish(t.Context(), message("lost")), os.ErrNotExist, "and whoever publishes knows it")
}
