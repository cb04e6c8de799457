package alerts_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/actor"
	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/event"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/observable"
	"github.com/sentineliq/sentineliq/core/gate"
	"github.com/sentineliq/sentineliq/core/gate/gatetest"
	"github.com/sentineliq/sentineliq/core/usecase/alerts"
	"github.com/sentineliq/sentineliq/ports/store"
)

// desk is the use case in a house.
type desk struct {
	*gatetest.House
	alerts *alerts.Service
}

func open(t *testing.T) desk {
	t.Helper()
	h := gatetest.Open(t)
	return desk{House: h, alerts: alerts.New(h.Gate, h.IDs, h.Clock, gatetest.Meter{})}
}

func report(ref string) alert.Draft {
	return alert.Draft{
		Title: "Beacon to a known host", Source: "edr", SourceRef: ref, Severity: "high", Tags: []string{"attack.t1071"},
		Observables: map[string][]string{"ip": {"192.0.2.7"}, "domain": {"evil[.]example"}},
	}
}

// waiting returns the names of the events in the outbox.
func (d desk) waiting(t *testing.T) []event.Name {
	t.Helper()
	var names []event.Name
	err := gate.Upkeep(gate.As(t.Context(), "test"), d.Gate, func(ctx context.Context, u store.Upkeep) error {
		claimed, err := u.Outbox().Claim(ctx, 9, 1000, 1)
		if err != nil {
			return err
		}
		ids := make([]string, len(claimed))
		for i, w := range claimed {
			ids[i] = w.ID
		}
		events, err := u.Outbox().Peek(ctx, ids)
		for _, e := range events {
			names = append(names, e.Name)
		}
		return err
	})
	require.NoError(t, err)
	return names
}

func TestOne_ARepeatIsCountedNotStored(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := d.As(t, actor.Analyst)
	first, err := d.alerts.One(ctx, report("ref-1"))
	require.NoError(t, err)
	require.False(t, first.Receipt.Duplicate)
	d.Clock.Advance(60e9)
	again, err := d.alerts.One(ctx, report("ref-1"))
	require.NoError(t, err)
	require.Equal(t, alert.Receipt{Alert: first.Receipt.Alert, Duplicate: true}, again.Receipt)

	stored, err := d.alerts.Find(ctx, first.Receipt.Alert)
	require.NoError(t, err)
	require.Equal(t, 2, stored.State().Occurrences)
	require.Equal(t, d.Clock.Now(), stored.State().LastSeen)
	require.Equal(t, []event.Name{event.AlertCreated}, d.waiting(t), "a repeat tells nobody")

	log := d.Log(t)
	require.Len(t, log, 2)
	require.Equal(t, "ingest", log[1].Action)
	require.Equal(t, true, log[1].Metadata["duplicate"])
	require.Equal(t, string(first.Receipt.Alert), log[1].Entity.ID)
}

func TestOne_AResolvedAlertDoesNotTakeRepeats(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := d.As(t, actor.Analyst)
	first, err := d.alerts.One(ctx, report("ref-1"))
	require.NoError(t, err)
	_, err = d.alerts.Resolve(ctx, first.Receipt.Alert, "benign", "")
	require.NoError(t, err)
	second, err := d.alerts.One(ctx, report("ref-1"))
	require.NoError(t, err)
	require.False(t, second.Receipt.Duplicate)
	require.NotEqual(t, first.Receipt.Alert, second.Receipt.Alert)
}

func TestOne_ManyAtATimeMakeOneAlert(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := d.As(t, actor.Analyst)
	// The bell of the house is for one goroutine; the gate rings it for each new
	// alert, and there must be just one.
	var all sync.WaitGroup
	failures := make(chan error, 100)
	for range 100 {
		all.Go(func() {
			_, err := d.alerts.One(ctx, report("same"))
			failures <- err
		})
	}
	all.Wait()
	close(failures)
	for err := range failures {
		require.NoError(t, err)
	}
	found, err := d.alerts.List(ctx, alert.Query{}, pageOfAll())
	require.NoError(t, err)
	require.Len(t, found.Items, 1)
	require.Equal(t, 100, found.Items[0].State().Occurrences)
	require.Equal(t, 1, d.Bell.Rings)
}

func TestOne_WhatIsSeenIsLinkedNormalised(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := d.As(t, actor.Analyst)
	done, err := d.alerts.One(ctx, report("ref-1"))
	require.NoError(t, err)
	_, err = d.alerts.One(ctx, report("ref-1"))
	require.NoError(t, err)
	var seen []observable.State
	d.View(t, func(ctx context.Context, v store.View) error {
		var err error
		seen, err = v.Observables().OfAlert(ctx, done.Receipt.Alert)
		return err
	})
	require.Len(t, seen, 2)
	require.Equal(t, observable.Type("domain"), seen[0].Type)
	require.Equal(t, "evil.example", seen[0].Value)
	require.Equal(t, 2, seen[0].Sightings, "a repeat sights them again")
}

func TestOne_TellsEverythingThatIsWrongAtOnce(t *testing.T) {
	t.Parallel()
	d := open(t)
	_, err := d.alerts.One(d.As(t, actor.Analyst), alert.Draft{
		Company: d.Zeta, Title: strings.Repeat("x", 201), Severity: "urgent", Observables: map[string][]string{"smell": {"x"}},
	})
	var fields []string
	for _, v := range fault.ViolationsOf(err) {
		fields = append(fields, v.Field)
	}
	require.ElementsMatch(t, []string{"company", "title", "source", "severity", "observable_data.smell"}, fields)
	require.Empty(t, d.Log(t))
}

func TestCreate_ARepeatNamesTheExistingAlert(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := d.As(t, actor.Analyst)
	first, err := d.alerts.Create(ctx, report("ref-1"))
	require.NoError(t, err)
	_, err = d.alerts.Create(ctx, report("ref-1"))
	var conflict *fault.Error
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, "duplicate_source_ref", conflict.Code)
	require.Equal(t, string(first.ID()), conflict.ExistingID)
	require.Len(t, d.Log(t), 1)
}

func TestCreate_ASuperuserNamesTheCompany(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := d.As(t, actor.Superuser)
	draft := report("ref-1")
	_, err := d.alerts.Create(ctx, draft)
	require.True(t, fault.Is(err, fault.Invalid))
	draft.Company = "01900000-0000-7000-8000-0000000000ff"
	_, err = d.alerts.Create(ctx, draft)
	require.True(t, fault.Is(err, fault.Invalid), "a company that is not there: %v", err)
	draft.Company = d.Zeta
	created, err := d.alerts.Create(ctx, draft)
	require.NoError(t, err)
	require.Equal(t, d.Zeta, created.State().Company)
	require.Equal(t, d.Zeta, d.LastEntry(t).Company)
}

func TestBatch_OneBadItemSpoilsNoOther(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := d.As(t, actor.Analyst)
	_, err := d.alerts.One(ctx, report("known"))
	require.NoError(t, err)
	unreadable := fault.New(fault.Invalid, "not JSON")
	foreign := report("x")
	foreign.Company = d.Zeta
	done, err := d.alerts.Batch(ctx, "", []alert.Item{
		{Draft: report("new")},
		{Fault: unreadable},
		{Draft: report("known")},
		{Draft: report("new")},
		{Draft: alert.Draft{Source: "edr"}},
		{Draft: foreign},
		{Draft: report("")},
		{Draft: report("")},
	})
	require.NoError(t, err)
	accepted, duplicates, rejected := done.Counts()
	require.Equal(t, []int{3, 2, 3}, []int{accepted, duplicates, rejected})
	require.Same(t, unreadable, done.Lines[1].Fault)
	require.Equal(t, done.Lines[0].Receipt.Alert, done.Lines[3].Receipt.Alert)
	require.True(t, done.Lines[3].Receipt.Duplicate)
	require.Len(t, done.New, 3)

	log := d.Log(t)
	require.Len(t, log, 2, "a batch leaves one entry")
	require.Len(t, log[1].Metadata["items"], 8)
	require.Len(t, d.waiting(t), 4)
}

func TestBatch_HasASize(t *testing.T) {
	t.Parallel()
	d := open(t)
	for _, n := range []int{0, alert.MaxBatch + 1} {
		_, err := d.alerts.Batch(d.As(t, actor.Analyst), "", make([]alert.Item, n))
		require.True(t, fault.Is(err, fault.Invalid), "%d items", n)
	}
}

func TestBatch_FromAMachine(t *testing.T) {
	t.Parallel()
	d := open(t)
	ctx := d.As(t, actor.Analyst)
	who := actor.From(ctx)
	who.Type, who.ID = actor.APIKey, "key-1"
	items := make([]alert.Item, 300)
	for i := range items {
		items[i].Draft = report(fmt.Sprintf("ref-%d", i/2))
	}
	done, err := d.alerts.Batch(actor.With(ctx, who), "", items)
	require.NoError(t, err)
	accepted, duplicates, _ := done.Counts()
	require.Equal(t, 150, accepted)
	require.Equal(t, 150, duplicates)
	require.Equal(t, "key-1", string(done.New[0].State().CreatedByKey))
	require.Empty(t, done.New[0].State().CreatedBy)
}

func TestBatch_RepeatsInOneBatchAreSightedToo(t *testing.T) {
	t.Parallel()
	d := open(t)
	other := report("same")
	other.Observables = map[string][]string{"ip": {"192.0.2.7", "192.0.2.8"}}
	done, err := d.alerts.Batch(d.As(t, actor.Analyst), "", []alert.Item{{Draft: report("same")}, {Draft: other}})
	require.NoError(t, err)
	sightings := map[string]int{}
	d.View(t, func(ctx context.Context, v store.View) error {
		seen, err := v.Observables().OfAlert(ctx, done.Lines[0].Receipt.Alert)
		for _, o := range seen {
			sightings[o.Value] = o.Sightings
		}
		return err
	})
	require.Equal(t, map[string]int{"192.0.2.7": 2, "192.0.2.8": 1, "evil.example": 1}, sightings)
}
