package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/sentineliq/sentineliq/cmd/internal/eventgen"
)

const (
	historySize = 40 // events that are there at the beginning
	handful     = 40 // events drawn at a time; repeats are within them
	stormSize   = 60
	stormEvery  = 90 // events between storms, on average
	past        = 10 * time.Minute
)

// feed is the detection tools of one company.
type feed struct {
	company *company
	screen  *screen
	rnd     *rand.Rand
	seed    uint64
	number  int
	rate    float64
	drawn   int
	events  []eventgen.Event
}

func newFeed(c *company, o options, s *screen, number int) *feed {
	return &feed{
		company: c, screen: s, seed: o.seed, number: number, rate: o.rate / float64(len(cast())),
		rnd: rand.New(rand.NewPCG(o.seed, uint64(number))), //nolint:gosec // a demo that can be repeated
	}
}

// run sends events, one by one with a storm now and then, until ctx ends.
func (f *feed) run(ctx context.Context) {
	for untilStorm := stormEvery / 6; ; untilStorm-- {
		wait := time.Duration(f.rnd.ExpFloat64() / f.rate * float64(time.Second))
		if !sleep(ctx, min(wait, time.Minute)) {
			return
		}
		err := f.one(ctx)
		if err == nil && untilStorm <= 0 {
			err = f.storm(ctx)
			untilStorm = stormEvery/2 + f.rnd.IntN(stormEvery)
		}
		if err != nil && ctx.Err() == nil {
			f.screen.trouble(f.company, err)
		}
	}
}

// one sends the next event.
func (f *feed) one(ctx context.Context) error {
	if len(f.events) == 0 {
		f.drawn++
		f.events = batch(f.seed+uint64(f.drawn), f.number, handful) //nolint:gosec // never negative
	}
	event := f.events[0]
	f.events = f.events[1:]
	if event.EventTime != nil {
		now := time.Now().UTC()
		event.EventTime = &now
	}
	var answer struct {
		Duplicate bool `json:"duplicate"`
	}
	if err := f.company.sensor.post(ctx, "alerts/ingest/", event, &answer); err != nil {
		return err
	}
	f.screen.ingested(1, map[bool]int{true: 1}[answer.Duplicate])
	return nil
}

// storm sends many reports of one cause in one batch.
func (f *feed) storm(ctx context.Context) error {
	f.drawn++
	seed := f.seed + uint64(f.drawn)<<16 + uint64(f.number) //nolint:gosec // never negative
	events := eventgen.New(seed, time.Now().Add(-past)).Storm(stormSize)
	var answer struct{ Accepted, Duplicates, Rejected int }
	if err := ingestBatch(ctx, f.company.sensor, events, &answer); err != nil {
		return err
	}
	f.screen.ingested(answer.Accepted+answer.Duplicates, answer.Duplicates)
	f.screen.event(f.company, "storm", fmt.Sprintf("%d reports at once: %d new alerts, %d repeats",
		len(events), answer.Accepted, answer.Duplicates))
	return nil
}

// batch draws the everyday events of one company.
func batch(seed uint64, number, size int) []eventgen.Event {
	return eventgen.New(seed*2+uint64(number), time.Now().Add(-past)).Batch(size) //nolint:gosec // never negative
}

// ingestBatch sends events in one call, a line each.
func ingestBatch(ctx context.Context, sensor *client, events []eventgen.Event, out any) error {
	var body bytes.Buffer
	if err := eventgen.WriteNDJSON(&body, events); err != nil {
		return err
	}
	return sensor.ask(ctx, http.MethodPost, "alerts/ingest/batch/", linesType, body.Bytes(), out)
}

// sleep reports whether it slept to the end.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
